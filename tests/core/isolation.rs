//! Isolation: data of another project or of the other mode is not found.

use latchkey_edge::ports::Target;
use latchkey_shared::ProjectId;
use latchkey_tests::Scenario;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

#[test]
fn another_project_and_the_other_mode_see_nothing() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    let made = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    let path = format!("/api/v1/app-connections/okta/{}", made.body["connection"]["id"].as_str().unwrap());
    let (_, other_test, other_live) = scenario.another_project();
    for key in [&scenario.test_key, &other_test, &other_live] {
        assert_eq!(scenario.get(&path, key).problem(), (404, "not_found", None));
        assert_eq!(scenario.send("DELETE", &path, Some(key), None).problem(), (404, "not_found", None));
        assert!(scenario.listed(key).is_empty());
    }
    let named = format!("/api/v1/app-connections?projectId={}", scenario.project);
    assert_eq!(scenario.get(&named, &other_live).problem(), (404, "not_found", None));
    assert_eq!(scenario.get(&named, &scenario.live_key).status, 200);
    assert_eq!(scenario.get(&path, &scenario.live_key).status, 200);
}

#[test]
fn forged_and_altered_keys_name_no_object() {
    let scenario = Scenario::new();
    let objects = scenario.platform.index.len();
    let stranger = ProjectId::from_random([9; 16]).to_base62();
    let mut parts: Vec<&str> = scenario.live_key.split('.').collect();
    let forged = format!("lk_live_{stranger}.{}.{}.{}", parts[1], parts[2], parts[3]);
    let other_mode = scenario.live_key.replace("lk_live_", "lk_test_");
    // Still 256 bits: the last digit of a half is changed, so that only the hash can tell.
    let last = if parts[3].ends_with('0') { "1" } else { "0" };
    let secret = [parts[3].get(..43).unwrap(), last].concat();
    parts[3] = &secret;
    let wrong_secret = parts.join(".");
    for key in [forged.as_str(), &other_mode, &wrong_secret, "lk_live_", "nonsense", "cs_live_x.y.z"] {
        assert_eq!(
            scenario.get("/api/v1/app-connections", key).problem(),
            (401, "invalid_api_key", None),
            "{key}"
        );
    }
    assert_eq!(scenario.platform.index.len(), objects, "a stranger created an object");
    assert_eq!(
        scenario.send("GET", "/api/v1/app-connections", None, None).problem(),
        (401, "credentials_missing", None)
    );
}

#[test]
fn a_session_token_is_no_api_key_and_the_reverse() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.test_key);
    assert_eq!(scenario.get("/api/v1/app-connections", &session).problem().1, "invalid_api_key");
    assert_eq!(scenario.get("/api/v1/connect", &scenario.test_key).problem().1, "invalid_session_token");
    assert_eq!(
        scenario.get("/api/v1/connect", &session.replace("cs_test_", "cs_live_")).problem().1,
        "invalid_session_token"
    );
    assert_eq!(
        scenario.post("/api/v1/projects", &scenario.live_key, &serde_json::json!({})).problem().1,
        "invalid_admin_token"
    );
}

#[test]
fn only_hashes_of_keys_and_tokens_are_kept() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    let project = scenario.platform.index.object(scenario.target()).dump();
    let registry = scenario.platform.index.object(Target::Registry).dump();
    for token in [&session, &scenario.live_key, &scenario.test_key] {
        let secret = token.rsplit('.').next().unwrap();
        assert!(!project.contains(secret) && !registry.contains(secret));
    }
}
