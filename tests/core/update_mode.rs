//! Update mode: a session replaces the key of an account. The old key stays until the new one is accepted.

use latchkey_tests::{Answer, Scenario};
use serde_json::{Value, json};

const OLD: &str = "00oldoldoldoldoldoldoldoldoldoldoldoldold0";
const NEW: &str = "00newnewnewnewnewnewnewnewnewnewnewnewnew0";

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn session_for(scenario: &Scenario, key: &str, connection: &str) -> Answer {
    let body = json!({ "providers": ["okta"], "endUser": { "id": "u" }, "connectionId": connection });
    scenario.post("/api/v1/connect-sessions", key, &body)
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.body["token"].as_str().unwrap().to_owned()
}

fn opened(scenario: &Scenario, path: &str) -> Value {
    let key = scenario.key_with(&["credentials:read"]);
    scenario.get(&format!("{path}/credentials"), &key).body["credentials"].clone()
}

#[test]
fn the_same_account_gets_a_new_version_and_keeps_its_id_and_name() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    scenario.platform.wait(60);
    let session = token(&session_for(&scenario, &scenario.live_key, id(&path)));
    let answer = scenario.attempt(&session, "attempt-1", "acme.okta.com", NEW);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        answer.body["connection"],
        json!({ "id": id(&path), "app": "okta", "name": "one", "version": 2 })
    );
    assert_eq!(scenario.listed(&scenario.live_key).len(), 1);
    assert_eq!(opened(&scenario, &path)["apiToken"], NEW);
    let history = scenario.get(&format!("{path}/history"), &scenario.live_key);
    assert_eq!(history.body["versions"].as_array().unwrap().len(), 2);
    let again = scenario.attempt(&session, "attempt-1", "acme.okta.com", NEW);
    assert_eq!(again.body, answer.body, "a repeated attempt answers the same");
    let log = scenario.get("/api/v1/audit-log", scenario.admin_key());
    assert!(log.text.contains("credential.change"), "{}", log.text);
}

#[test]
fn the_old_key_stays_until_the_new_one_is_accepted() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    let session = token(&session_for(&scenario, &scenario.live_key, id(&path)));
    let answers = r#"{"errorCode":"E0000011"}"#;
    scenario.platform.live.answer("GET https://acme.okta.com/api/v1/users/me", 401, answers);
    let refused = scenario.attempt(&session, "attempt-1", "acme.okta.com", NEW);
    assert_eq!(refused.problem(), (422, "key_rejected", Some("apiToken")));
    assert_eq!(opened(&scenario, &path)["apiToken"], OLD);
    let shown = scenario.get(&path, &scenario.live_key);
    assert_eq!(shown.body["appConnection"]["version"], 1);
}

#[test]
fn the_page_learns_what_is_stored_but_no_secret_and_asks_for_the_secret() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    let session = token(&session_for(&scenario, &scenario.live_key, id(&path)));
    let read = scenario.get("/api/v1/connect", &session);
    assert_eq!(read.body["prefill"], json!([{ "field": "instanceUrl", "value": "https://acme.okta.com" }]));
    let connection = &read.body["connection"];
    assert_eq!((&connection["id"], &connection["name"]), (&json!(id(&path)), &json!("one")));
    assert!(connection["storedAt"].as_str().unwrap().starts_with("2026-"));
    assert!(!read.text.contains(OLD));
    let fields = read.body["definition"]["fields"].as_array().unwrap();
    let folded: Vec<_> = fields.iter().map(|field| field["advanced"] == json!(true)).collect();
    assert!(folded[0], "what the account has is folded away");
    assert_eq!(read.body["definition"]["update"], true);
    let without = scenario.attempt_as("attempt-1", &session, "okta", &[("instanceUrl", "acme.okta.com")]);
    assert_eq!(without.problem(), (422, "field_required", Some("apiToken")));
}

#[test]
fn a_stored_key_is_never_sent_to_another_host() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    scenario.platform.live.okta("other.okta.com");
    let before = scenario.platform.live.seen().len();
    let session = token(&session_for(&scenario, &scenario.live_key, id(&path)));
    let without = scenario.attempt_as("attempt-1", &session, "okta", &[("instanceUrl", "other.okta.com")]);
    assert_eq!(without.problem().1, "field_required");
    assert_eq!(scenario.platform.live.seen().len(), before, "a host was asked");
    let moved = scenario.attempt(&session, "attempt-2", "other.okta.com", NEW);
    assert_eq!(moved.status, 200, "{}", moved.text);
    let seen = scenario.platform.live.seen();
    assert!(
        seen.iter().skip(before).all(|seen| seen.authorization.as_deref() != Some(&format!("SSWS {OLD}")))
    );
}

#[test]
fn another_projects_modes_or_providers_account_cannot_be_changed() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    let (_, _, other) = scenario.another_project();
    for key in [&other, &scenario.test_key] {
        assert_eq!(
            session_for(&scenario, key, id(&path)).problem(),
            (422, "invalid_parameter", Some("connectionId"))
        );
    }
    for providers in [json!(["harness"]), json!(["okta", "harness"])] {
        let body = json!({ "providers": providers, "endUser": { "id": "u" }, "connectionId": id(&path) });
        let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
        assert_eq!(made.problem(), (422, "invalid_parameter", Some("connectionId")));
    }
}

#[test]
fn an_account_deleted_meanwhile_is_reported_as_gone() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    let made = session_for(&scenario, &scenario.live_key, id(&path));
    let session = token(&made);
    scenario.send("DELETE", &path, Some(&scenario.live_key), None);
    let answer = scenario.attempt(&session, "attempt-1", "acme.okta.com", NEW);
    assert_eq!(answer.problem(), (410, "connection_gone", None));
    let page = scenario.send("GET", &format!("/link/{}", made.body["id"].as_str().unwrap()), None, None);
    assert_eq!(page.status, 410);
    assert!(page.text.contains("no longer exists"));
}
