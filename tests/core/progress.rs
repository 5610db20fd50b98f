//! Saved progress: a session keeps field values that are not secret.

use latchkey_tests::{Answer, Scenario, disguises};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn put(scenario: &Scenario, session: &str, body: &Value) -> Answer {
    let body = body.to_string();
    scenario.send("PUT", "/api/v1/connect/progress", Some(session), Some(("application/json", &body)))
}

fn stored(scenario: &Scenario) -> String {
    scenario.platform.index.object(scenario.target()).dump()
}

#[test]
fn field_values_and_steps_return_when_the_link_is_opened_again() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    let fields = json!({ "instanceUrl": "https://acme-admin.okta.com/admin", "eventHookName": "Our hook" });
    let saved =
        put(&scenario, &session, &json!({ "app": "okta", "fields": fields, "steps": ["0.1", "2.0"] }));
    assert_eq!(saved.status, 204, "{}", saved.text);
    let read = scenario.get("/api/v1/connect", &session);
    assert_eq!(
        read.body["prefill"],
        json!([{ "field": "eventHookName", "value": "Our hook" }, { "field": "instanceUrl", "value": "https://acme.okta.com" }])
    );
    assert_eq!(read.body["progress"], json!({ "app": "okta", "steps": ["0.1", "2.0"] }));
}

#[test]
fn what_is_half_typed_is_left_out() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    let body = json!({ "app": "okta", "fields": { "instanceUrl": "https://evil.example" } });
    assert_eq!(put(&scenario, &session, &body).status, 204);
    assert_eq!(scenario.get("/api/v1/connect", &session).body["prefill"], json!([]));
    assert!(!stored(&scenario).contains("evil.example"));
}

#[test]
fn a_secret_in_any_member_is_refused_and_not_stored() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    for (field, text) in [
        ("apiToken", TOKEN.to_owned()),
        ("eventHookName", TOKEN.to_owned()),
        ("eventHookName", format!("my hook {TOKEN}")),
        ("instanceUrl", TOKEN.to_owned()),
        ("instanceUrl", format!("Authorization: SSWS {TOKEN}")),
    ] {
        let answer = put(&scenario, &session, &json!({ "app": "okta", "fields": { field: text } }));
        assert_eq!(answer.problem(), (422, "secret_misplaced", Some(field)), "{text}");
        assert!(!answer.text.contains(TOKEN));
    }
    let unknown = put(&scenario, &session, &json!({ "app": "okta", "fields": { TOKEN: "x" } }));
    assert_eq!(unknown.problem(), (422, "unknown_field", Some("fields")));
    let other = put(&scenario, &session, &json!({ "app": "harness" }));
    assert_eq!(other.problem(), (404, "not_found", None));
    let step = put(&scenario, &session, &json!({ "app": "okta", "steps": [TOKEN] }));
    assert_eq!(step.problem(), (422, "invalid_parameter", Some("steps")));
    let kept = stored(&scenario);
    assert!(kept.contains("user-"), "the dump is empty");
    for disguise in disguises(TOKEN) {
        assert!(!kept.contains(&disguise), "{disguise}");
    }
}

#[test]
fn it_ends_with_its_session() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let body = json!({ "app": "okta", "fields": { "eventHookName": "A hook to forget" } });
    let session = scenario.session(&scenario.live_key);
    put(&scenario, &session, &body);
    assert!(stored(&scenario).contains("A hook to forget"));
    assert_eq!(scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 200);
    assert!(!stored(&scenario).contains("A hook to forget"));
    assert_eq!(put(&scenario, &session, &body).problem(), (409, "session_used", None));
    let late = scenario.session(&scenario.live_key);
    scenario.platform.wait(1800);
    assert_eq!(put(&scenario, &late, &body).problem(), (410, "session_expired", None));
}

#[test]
fn values_of_one_service_do_not_fill_the_form_of_another() {
    let scenario = Scenario::new();
    let body = json!({ "providers": ["okta", "launchdarkly"], "endUser": { "id": "u" } });
    let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
    let session = made.body["token"].as_str().unwrap();
    put(&scenario, session, &json!({ "app": "okta", "fields": { "instanceUrl": "acme.okta.com" } }));
    let path = "/api/v1/connect?app=";
    assert_eq!(scenario.get(&format!("{path}okta"), session).body["prefill"].as_array().unwrap().len(), 1);
    let other = scenario.get(&format!("{path}launchdarkly"), session);
    assert_eq!(
        (&other.body["prefill"], &other.body["definition"]["app"]),
        (&json!([]), &json!("launchdarkly"))
    );
}
