//! Rollback: the previous credential is verified again and becomes a new version.

use latchkey_tests::Scenario;
use serde_json::{Value, json};

const OLD: &str = "00oldoldoldoldoldoldoldoldoldoldoldoldold0";
const NEW: &str = "00newnewnewnewnewnewnewnewnewnewnewnewnew0";

/// An account whose credential was changed: its path.
fn changed(scenario: &Scenario) -> String {
    let path = scenario.account("one", OLD);
    let credentials = json!({ "instanceUrl": "https://acme.okta.com", "apiToken": NEW });
    let changed = scenario.patch(&path, &scenario.live_key, &json!({ "credentials": credentials }));
    assert_eq!(changed.status, 200, "{}", changed.text);
    path
}

fn token(scenario: &Scenario, path: &str) -> Value {
    let opened = scenario.get(&format!("{path}/credentials"), &scenario.key_with(&["credentials:read"]));
    opened.body["credentials"]["apiToken"].clone()
}

fn roll_back(scenario: &Scenario, path: &str, more: &[(&str, &str)]) -> latchkey_tests::Answer {
    scenario.send_with("POST", &format!("{path}/rollback"), Some(&scenario.live_key), None, more)
}

#[test]
fn a_rollback_restores_the_old_credential_and_can_be_rolled_back() {
    let scenario = Scenario::new();
    let path = changed(&scenario);
    let back = roll_back(&scenario, &path, &[]);
    assert_eq!((back.status, &back.body["appConnection"]["version"]), (200, &json!(3)), "{}", back.text);
    assert_eq!(token(&scenario, &path), OLD);
    let asked = scenario.platform.live.seen();
    assert_eq!(asked.last().unwrap().authorization.as_deref(), Some(format!("SSWS {OLD}").as_str()));
    assert_eq!(roll_back(&scenario, &path, &[]).body["appConnection"]["version"], 4);
    assert_eq!(token(&scenario, &path), NEW);
    let log = scenario.get("/api/v1/audit-log", scenario.admin_key());
    assert!(log.text.contains("version 1 again"), "{}", log.text);
}

#[test]
fn a_credential_that_its_provider_refuses_by_now_does_not_come_back() {
    let scenario = Scenario::new();
    let path = changed(&scenario);
    let body = r#"{"errorCode":"E0000011"}"#;
    scenario.platform.live.answer("GET https://acme.okta.com/api/v1/users/me", 401, body);
    assert_eq!(roll_back(&scenario, &path, &[]).problem(), (422, "key_rejected", Some("apiToken")));
    assert_eq!(token(&scenario, &path), NEW);
}

#[test]
fn a_rollback_needs_an_update_within_the_last_day() {
    let scenario = Scenario::new();
    let untouched = scenario.account("two", OLD);
    assert_eq!(roll_back(&scenario, &untouched, &[]).problem(), (409, "version_not_kept", None));
    let path = changed(&scenario);
    scenario.platform.wait(24 * 3600);
    assert_eq!(roll_back(&scenario, &path, &[]).problem(), (409, "version_not_kept", None));
}

#[test]
fn a_rollback_needs_the_write_scope_and_the_current_revision() {
    let scenario = Scenario::new();
    let path = changed(&scenario);
    let reader = scenario.key_with(&["connections:read"]);
    let send = |key: &str, path: &str| scenario.send("POST", path, Some(key), None);
    let refused = send(&reader, &format!("{path}/rollback"));
    assert_eq!(refused.problem(), (403, "insufficient_scope", None));
    let (_, _, stranger) = scenario.another_project();
    assert_eq!(send(&stranger, &format!("{path}/rollback")).problem(), (404, "not_found", None));
    assert_eq!(send(&scenario.test_key, &format!("{path}/rollback")).problem(), (404, "not_found", None));
    let old = roll_back(&scenario, &path, &[("if-match", "\"1\"")]);
    assert_eq!(old.problem(), (412, "precondition_failed", None));
    assert_eq!(token(&scenario, &path), NEW);
}
