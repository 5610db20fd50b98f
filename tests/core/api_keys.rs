//! API keys: several per project, each with scopes. The audit log records who did what.

use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::json;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

/// A key with these scopes: its id and itself.
fn key(scenario: &Scenario, scopes: &[&str]) -> (String, String) {
    scenario.key_of(&json!({ "scopes": scopes }))
}

fn account(scenario: &Scenario) -> String {
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    let made = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    format!("/api/v1/app-connections/okta/{}", made.body["connection"]["id"].as_str().unwrap())
}

fn status(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.body["code"].as_str().unwrap_or("ok"))
}

#[test]
fn each_call_needs_its_own_scope() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    let session = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
    for (scope, allowed) in [
        ("connections:read", "list read history"),
        ("connections:write", "change"),
        ("credentials:read", "credentials"),
        ("sessions:write", "session"),
        ("admin", "keys audit vault"),
    ] {
        let (_, key) = key(&scenario, &[scope]);
        for (name, answer) in [
            ("list", scenario.get("/api/v1/app-connections", &key)),
            ("read", scenario.get(&path, &key)),
            ("history", scenario.get(&format!("{path}/history"), &key)),
            ("credentials", scenario.get(&format!("{path}/credentials"), &key)),
            ("change", scenario.patch(&path, &key, &json!({ "description": "x" }))),
            ("session", scenario.post("/api/v1/connect-sessions", &key, &session)),
            ("keys", scenario.get("/api/v1/api-keys", &key)),
            ("audit", scenario.get("/api/v1/audit-log", &key)),
            ("vault", scenario.get("/api/v1/vault", &key)),
        ] {
            let expected =
                if allowed.split(' ').any(|one| one == name) { "ok" } else { "insufficient_scope" };
            assert_eq!(status(&answer).1, expected, "{scope}: {name}: {}", answer.text);
        }
    }
}

#[test]
fn not_found_takes_precedence_over_a_missing_scope() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    let (_, weak) = key(&scenario, &["sessions:write"]);
    let other = path.replace(path.rsplit('/').next().unwrap(), "7ffbb072-2575-495a-b5b0-127f88caef78");
    for path in [
        other.clone(),
        format!("{other}/credentials"),
        format!("{other}/history"),
        path.replace("okta", "harness"),
    ] {
        assert_eq!(status(&scenario.get(&path, &weak)), (404, "not_found"), "{path}");
    }
    assert_eq!(status(&scenario.get(&path, &weak)), (403, "insufficient_scope"));
    assert_eq!(status(&scenario.send("DELETE", &path, Some(&weak), None)), (403, "insufficient_scope"));
    let (_, _, stranger) = scenario.another_project();
    assert_eq!(status(&scenario.get(&format!("{path}/credentials"), &stranger)), (404, "not_found"));
}

#[test]
fn the_first_keys_cannot_open_credentials() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    assert_eq!(
        status(&scenario.get(&format!("{path}/credentials"), &scenario.live_key)),
        (403, "insufficient_scope")
    );
}

#[test]
fn opening_a_credential_needs_its_scope_is_audited_and_not_cached() {
    let scenario = Scenario::new();
    let _ = scenario.admin_key();
    let path = account(&scenario);
    let (_, test_admin) = scenario.key_of(&json!({ "mode": "test", "scopes": ["admin"] }));
    let (id, opener) = key(&scenario, &["credentials:read"]);
    let opened = scenario.get(&format!("{path}/credentials"), &opener);
    assert_eq!(
        opened.body["credentials"],
        json!({ "instanceUrl": "https://acme.okta.com", "apiToken": TOKEN })
    );
    assert_eq!(opened.headers["cache-control"], "no-store");
    let log = scenario.get("/api/v1/audit-log", scenario.admin_key());
    assert!(!log.text.contains(TOKEN));
    let entry = &log.body["entries"][0];
    assert_eq!((&entry["action"], &entry["actor"]["id"]), (&json!("credential.read"), &json!(id)));
    let subject = path.rsplit('/').next().unwrap();
    assert_eq!(entry["subject"], subject);
    let about = scenario.get(&format!("/api/v1/audit-log?subject={subject}"), scenario.admin_key());
    let actions = |log: &Answer| -> Vec<String> {
        let entries = log.body["entries"].as_array().unwrap().iter();
        entries.map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(actions(&about), ["credential.read", "connection.create"]);
    let of_test_mode = scenario.get("/api/v1/audit-log", &test_admin);
    assert_eq!(actions(&of_test_mode), ["api-key.create", "project.create"]);
}

#[test]
fn keys_are_listed_without_their_secret_and_end_when_revoked() {
    let scenario = Scenario::new();
    let (_, test_admin) = scenario.key_of(&json!({ "mode": "test", "scopes": ["admin"] }));
    let (id, key) = key(&scenario, &["connections:read"]);
    assert_eq!(scenario.get("/api/v1/app-connections", &key).status, 200);
    let listed = scenario.get("/api/v1/api-keys", scenario.admin_key());
    let entry =
        listed.body["apiKeys"].as_array().unwrap().iter().find(|entry| entry["id"] == *id).unwrap().clone();
    assert_eq!((&entry["scopes"], &entry["mode"]), (&json!(["connections:read"]), &json!("live")));
    assert!(entry["lastUsedAt"].is_string() && !listed.text.contains(key.rsplit('.').next().unwrap()));
    assert_eq!(scenario.get("/api/v1/api-keys", &test_admin).body["apiKeys"].as_array().unwrap().len(), 2);
    let path = format!("/api/v1/api-keys/{id}");
    assert_eq!(scenario.send("DELETE", &path, Some(&test_admin), None).status, 404);
    assert_eq!(scenario.send("DELETE", &path, Some(scenario.admin_key()), None).status, 200);
    assert_eq!(status(&scenario.get("/api/v1/app-connections", &key)), (401, "invalid_api_key"));
    assert_eq!(scenario.send("DELETE", &path, Some(scenario.admin_key()), None).status, 404);
}

#[test]
fn a_key_creates_keys_of_its_own_mode_and_the_admin_of_any() {
    let scenario = Scenario::new();
    let (_, test_admin) = scenario.key_of(&json!({ "mode": "test", "scopes": ["admin"] }));
    let new = json!({ "name": "x", "scopes": ["admin"], "mode": "live" });
    assert_eq!(
        scenario.post("/api/v1/api-keys", &test_admin, &new).problem(),
        (422, "invalid_parameter", Some("mode"))
    );
    let path = format!("/api/v1/projects/{}/api-keys", scenario.project);
    let made = scenario.post(&path, ADMIN_TOKEN, &new);
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(scenario.get("/api/v1/api-keys", made.body["key"].as_str().unwrap()).status, 200);
    let objects = scenario.platform.index.len();
    let strange = "/api/v1/projects/7ffbb072-2575-495a-b5b0-127f88caef78/api-keys";
    assert_eq!(scenario.post(strange, ADMIN_TOKEN, &new).status, 404);
    assert_eq!(scenario.platform.index.len(), objects, "an object was made for a project that is not there");
    for bad in [
        json!({ "name": "", "scopes": ["admin"] }),
        json!({ "name": "x", "scopes": [] }),
        json!({ "name": "x", "scopes": ["root"] }),
    ] {
        assert_eq!(scenario.post("/api/v1/api-keys", scenario.admin_key(), &bad).status, 422, "{bad}");
    }
}

#[test]
fn only_the_owner_reads_changes_and_deletes_a_project() {
    let scenario = Scenario::new();
    let path = format!("/api/v1/projects/{}", scenario.project);
    let account = account(&scenario);
    assert_eq!(scenario.get(&path, &scenario.live_key).status, 401);
    let change = json!({ "name": "Renamed", "whiteLabel": true });
    let changed = scenario.patch(&path, ADMIN_TOKEN, &change);
    assert_eq!(
        (&changed.body["project"]["name"], &changed.body["project"]["whiteLabel"]),
        (&json!("Renamed"), &json!(true))
    );
    assert_eq!(scenario.get(&path, ADMIN_TOKEN).body, changed.body);
    let guide = scenario.send("GET", &scenario.guide("okta", &scenario.live_key), None, None);
    assert!(guide.text.contains("Renamed") && !guide.text.contains("Powered by"));
    assert_eq!(scenario.send("DELETE", &path, Some(ADMIN_TOKEN), None).problem().1, "project_in_use");
    assert_eq!(scenario.get(&account, &scenario.live_key).status, 200);
    assert_eq!(
        scenario.send("DELETE", &format!("{path}?force=true&now=true"), Some(ADMIN_TOKEN), None).status,
        200
    );
    assert_eq!(scenario.get(&path, ADMIN_TOKEN).status, 404);
    assert_eq!(scenario.get(&account, &scenario.live_key).status, 401);
    assert_eq!(scenario.platform.sweep(scenario.target()), 1);
    assert!(scenario.platform.blobs.values.borrow().is_empty(), "a sealed value outlived its project");
}

#[test]
fn deleting_a_project_without_old_versions_leaves_nothing() {
    let scenario = Scenario::new();
    let account = scenario.account("one", TOKEN);
    let new =
        json!({ "credentials": { "instanceUrl": "acme.okta.com", "apiToken": TOKEN.replace('B', "C") } });
    assert_eq!(scenario.patch(&account, &scenario.live_key, &new).status, 200);
    scenario.platform.wait(24 * 3600 + 1);
    assert_eq!(scenario.platform.sweep(scenario.target()), 1);
    let path = format!("/api/v1/projects/{}?force=true&now=true", scenario.project);
    assert_eq!(scenario.send("DELETE", &path, Some(ADMIN_TOKEN), None).status, 200);
    assert_eq!(scenario.platform.sweep(scenario.target()), 1);
    assert_eq!(scenario.platform.index.object(scenario.target()).count("intents"), 0);
}

#[test]
fn what_forces_a_deletion_is_said_exactly() {
    let scenario = Scenario::new();
    let path = format!("/api/v1/projects/{}", scenario.project);
    for word in ["maybe", "True", "1", ""] {
        let answer = scenario.send("DELETE", &format!("{path}?force={word}"), Some(ADMIN_TOKEN), None);
        assert_eq!(status(&answer), (422, "invalid_parameter"), "{word}");
    }
    assert_eq!(scenario.send("DELETE", &format!("{path}?force=false"), Some(ADMIN_TOKEN), None).status, 200);
}

#[test]
fn the_audit_log_records_refused_keys_of_every_caller() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    let log = scenario.get("/api/v1/audit-log", scenario.admin_key());
    let before = log.body["entries"].as_array().unwrap().len();
    let me = "GET https://acme.okta.com/api/v1/users/me";
    scenario.platform.live.answer(me, 503, "{}");
    let session = scenario.session(&scenario.live_key);
    let made = &scenario.get("/api/v1/audit-log", scenario.admin_key()).body["entries"][0];
    let session_id = made["subject"].as_str().unwrap().to_owned();
    let before = before + 1;
    assert_eq!(scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 503);
    scenario.platform.live.answer(me, 401, r#"{"errorCode":"E0000011"}"#);
    for _ in 0..2 {
        // Repeated, it is one deed.
        assert_eq!(scenario.attempt(&session, "attempt-2", "acme.okta.com", TOKEN).status, 422);
    }
    let credentials = json!({ "instanceUrl": "acme.okta.com", "apiToken": TOKEN });
    let new = json!({ "name": "two", "method": "api-token", "credentials": credentials });
    assert_eq!(scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &new).status, 422);
    let change = json!({ "credentials": credentials });
    assert_eq!(scenario.patch(&path, &scenario.live_key, &change).status, 422);

    let log = scenario.get("/api/v1/audit-log", scenario.admin_key());
    let entries = log.body["entries"].as_array().unwrap();
    let deeds: Vec<_> = entries
        .iter()
        .take(entries.len() - before)
        .map(|entry| {
            ["/action", "/detail", "/subject", "/actor/id"]
                .map(|at| entry.pointer(at).unwrap().as_str().unwrap())
        })
        .collect();
    let connection = path.rsplit('/').next().unwrap();
    let key = deeds[0][3];
    assert!(key.len() > 20, "{key} is no id of a key");
    assert_eq!(
        deeds,
        [
            ["credential.refuse", "key_rejected apiToken", connection, key],
            ["credential.refuse", "key_rejected apiToken", "okta", key],
            ["credential.refuse", "key_rejected apiToken", &session_id, &session_id],
        ]
    );
    assert!(session.contains(&session_id), "{session_id} is the id that the API has");
    assert!(!log.text.contains(TOKEN));
}
