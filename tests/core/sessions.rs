//! Connect sessions: their members, and when they end.

use latchkey_tests::Scenario;
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn valid() -> Value {
    json!({
        "providers": ["okta"],
        "endUser": { "id": "user-1", "email": "ada@example.com", "name": "Ada" },
        "organization": { "id": "org-1", "name": "Example Inc" },
        "expiresIn": 1800,
    })
}

#[test]
fn a_session_answers_with_id_token_url_and_time() {
    let scenario = Scenario::new();
    let answer = scenario.post("/api/v1/connect-sessions", &scenario.test_key, &valid());
    assert_eq!(answer.status, 201, "{}", answer.text);
    let text = |member: &str| answer.body[member].as_str().unwrap().to_owned();
    let (id, token) = (text("id"), text("token"));
    assert!(token.starts_with(&format!("cs_test_{id}.")));
    assert_eq!(text("url"), format!("https://edge.example/link/{id}#{token}"));
    assert_eq!(text("expiresAt"), "2026-11-22T12:30:00.000Z");
    assert_eq!(answer.body.as_object().unwrap().len(), 4);
}

#[test]
fn an_expired_session_accepts_nothing() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.test_key);
    scenario.platform.wait(1800);
    assert_eq!(scenario.get("/api/v1/connect", &session).problem(), (410, "session_expired", None));
    let answer = scenario.attempt(
        &session,
        "attempt-1",
        "latchkey-demo.okta.com",
        "00test-super-admin-00000000000000000000000",
    );
    assert_eq!(answer.problem(), (410, "session_expired", None));
    assert!(scenario.listed(&scenario.test_key).is_empty());
}

#[test]
fn a_session_lives_as_long_as_its_backend_says() {
    let scenario = Scenario::new();
    for seconds in [60, 7 * 24 * 3600] {
        let mut body = valid();
        body["expiresIn"] = json!(seconds);
        let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
        let token = made.body["token"].as_str().unwrap();
        scenario.platform.wait(seconds - 1);
        assert_eq!(scenario.get("/api/v1/connect", token).status, 200, "{seconds}");
        scenario.platform.wait(1);
        assert_eq!(scenario.get("/api/v1/connect", token).problem().1, "session_expired", "{seconds}");
    }
}

#[test]
fn values_that_are_not_allowed_are_named() {
    let scenario = Scenario::new();
    for (member, value, problem) in [
        ("providers", json!([]), (422, "invalid_parameter", Some("providers"))),
        ("providers", json!(["unheard-of"]), (422, "unknown_provider", None)),
        ("expiresIn", json!(59), (422, "invalid_parameter", Some("expiresIn"))),
        ("expiresIn", json!(40 * 24 * 3600), (422, "invalid_parameter", Some("expiresIn"))),
        ("endUser", json!({ "id": " " }), (422, "invalid_parameter", Some("endUser.id"))),
        ("endUser", json!({}), (400, "malformed_body", Some("endUser.id"))),
        ("prefill", json!({ "apiToken": "x" }), (422, "invalid_parameter", Some("prefill"))),
        ("prefill", json!({ "surprise": "x" }), (422, "invalid_parameter", Some("prefill"))),
        ("connectionName", json!("Not A Slug"), (422, "invalid_parameter", Some("connectionName"))),
        (
            "allowedOrigins",
            json!(["https://evil.example"]),
            (422, "origin_not_allowed", Some("allowedOrigins")),
        ),
        (
            "allowedOrigins",
            json!(["https://a;script-src *"]),
            (422, "invalid_parameter", Some("allowedOrigins")),
        ),
        (
            "allowedOrigins",
            json!(["http://localhost:3000"]),
            (422, "origin_not_allowed", Some("allowedOrigins")),
        ),
    ] {
        let mut body = valid();
        body[member] = value;
        let answer = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
        assert_eq!(answer.problem(), problem, "{member}: {}", answer.text);
    }
}

#[test]
fn a_prefilled_value_reaches_the_page() {
    let scenario = Scenario::new();
    let mut body = valid();
    body["prefill"] = json!({ "instanceUrl": "acme.okta.com" });
    let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
    let read = scenario.get("/api/v1/connect", made.body["token"].as_str().unwrap());
    assert_eq!(read.body["prefill"], json!([{ "field": "instanceUrl", "value": "acme.okta.com" }]));
}

#[test]
fn sessions_long_ended_are_forgotten() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.test_key);
    scenario.platform.wait(1800 + 30 * 24 * 3600);
    _ = scenario.platform.sweep(scenario.target());
    assert_eq!(scenario.platform.index.object(scenario.target()).count("sessions"), 0);
    assert_eq!(scenario.get("/api/v1/connect", &session).problem().1, "invalid_session_token");
}

#[test]
fn a_whole_number_is_one_however_it_is_spelt() {
    let scenario = Scenario::new();
    for (spelt, status) in
        [("60", 201), ("60.0", 201), ("6e1", 201), ("60.5", 422), ("59", 422), ("1e300", 422)]
    {
        let body = format!(r#"{{"providers":["okta"],"endUser":{{"id":"user-1"}},"expiresIn":{spelt}}}"#);
        let body = Some(("application/json", body.as_str()));
        let answer = scenario.send("POST", "/api/v1/connect-sessions", Some(&scenario.test_key), body);
        assert_eq!(answer.status, status, "{spelt}: {}", answer.text);
    }
}

#[test]
fn an_attempt_that_ends_long_after_its_session_expired_stores_nothing() {
    // The session lives for a minute. Its attempt is leased at the start, and may end within a minute after that.
    for (minutes, status) in [(1, 200), (2, 200), (3, 410)] {
        let scenario = Scenario::new();
        scenario.platform.live.okta("acme.okta.com");
        let new = json!({ "providers": ["okta"], "endUser": { "id": "user-1" }, "expiresIn": 60 });
        let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &new);
        let token = made.body["token"].as_str().unwrap();
        let clock = scenario.platform.clock.0.clone();
        let later = move || clock.set(clock.get() + minutes * 60_000);
        scenario.platform.live.meanwhile(later);
        let attempt = scenario.attempt(token, "attempt-1", "acme.okta.com", TOKEN);
        assert_eq!(attempt.status, status, "{minutes}: {}", attempt.text);
        let stored = usize::from(status == 200);
        assert_eq!(scenario.listed(&scenario.live_key).len(), stored, "{minutes}");
        scenario.platform.wait(601);
        scenario.platform.sweep_if_due(scenario.target());
        assert_eq!(scenario.platform.blobs.values.borrow().len(), stored, "{minutes}");
    }
}
