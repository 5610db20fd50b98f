//! Rate limits: of an API key, of a page, and of refused keys.

use latchkey_tests::Scenario;
use serde_json::json;

fn token(number: u32) -> String {
    format!("00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_{number:03}")
}

#[test]
fn responses_show_the_quota_and_a_key_over_it_waits_for_the_next_minute() {
    let mut scenario = Scenario::new();
    scenario.platform.config.requests_per_minute = 2;
    let list = |scenario: &Scenario, key: &str| scenario.get("/api/v1/app-connections", key);
    for left in ["1", "0"] {
        let answer = list(&scenario, &scenario.test_key);
        assert_eq!(
            (answer.status, answer.headers["ratelimit-policy"].as_str()),
            (200, "\"minute\";q=2;w=60")
        );
        assert_eq!(answer.headers["ratelimit"], format!("\"minute\";r={left};t=60"));
    }
    scenario.platform.wait(10);
    let limited = list(&scenario, &scenario.test_key);
    assert_eq!(limited.problem(), (429, "rate_limited", None));
    assert_eq!(
        (limited.headers["retry-after"].as_str(), limited.headers["ratelimit"].as_str()),
        ("50", "\"minute\";r=0;t=50")
    );
    assert_eq!(list(&scenario, &scenario.live_key).status, 200, "another key has a quota of its own");
    scenario.platform.wait(50);
    assert_eq!(list(&scenario, &scenario.test_key).status, 200);
}

#[test]
fn a_request_counts_once_however_many_steps_it_takes() {
    let scenario = Scenario::new();
    let made = scenario.create("one", &token(1), &[("idempotency-key", "a-key")]);
    assert_eq!((made.status, made.headers["ratelimit"].as_str()), (201, "\"minute\";r=999;t=60"));
}

#[test]
fn nothing_is_done_past_the_quota() {
    let mut scenario = Scenario::new();
    scenario.platform.config.requests_per_minute = 1;
    assert_eq!(scenario.create("one", &token(1), &[]).status, 201);
    let asked = scenario.platform.live.seen().len();
    assert_eq!(scenario.create("two", &token(2), &[]).problem(), (429, "rate_limited", None));
    assert_eq!(scenario.platform.live.seen().len(), asked);
}

fn refuse(scenario: &Scenario, session: &str, attempt: u32, from: &str) -> (u16, String) {
    let answers = [("instanceUrl", "acme.okta.com"), ("apiToken", token(attempt).leak() as &str)];
    let body = scenario.sealed_body(&format!("attempt-{attempt}"), session, "okta", &answers).to_string();
    let body = Some(("application/json", body.as_str()));
    let address = [("cf-connecting-ip", from)];
    let answer = scenario.send_with("POST", "/api/v1/connect", Some(session), body, &address);
    (answer.status, answer.body["code"].as_str().unwrap_or_default().to_owned())
}

/// A live scenario whose Okta refuses every token.
fn refusing() -> Scenario {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let body = json!({ "errorCode": "E0000011", "errorSummary": "Invalid token provided" });
    scenario.platform.live.answer("GET https://acme.okta.com/api/v1/users/me", 401, &body.to_string());
    scenario
}

#[test]
fn ten_refused_keys_make_a_session_wait_and_no_eleventh_is_sent_on() {
    let scenario = refusing();
    let session = scenario.session(&scenario.live_key);
    for attempt in 0..10 {
        assert_eq!(refuse(&scenario, &session, attempt, "192.0.2.1"), (422, "key_rejected".to_owned()));
    }
    let asked = scenario.platform.live.seen().len();
    assert_eq!(refuse(&scenario, &session, 10, "192.0.2.2"), (429, "too_many_attempts".to_owned()));
    assert_eq!(scenario.platform.live.seen().len(), asked);
    // The recorded ending is still returned.
    assert_eq!(refuse(&scenario, &session, 9, "192.0.2.1"), (422, "key_rejected".to_owned()));
    scenario.platform.wait(600);
    assert_eq!(refuse(&scenario, &session, 11, "192.0.2.1"), (422, "key_rejected".to_owned()));
}

#[test]
fn an_address_waits_after_thirty_whatever_its_sessions() {
    let scenario = refusing();
    for number in 0..30 {
        let session = scenario.session(&scenario.live_key);
        // Addresses of one IPv6 network are one.
        let from = format!("2001:db8::{number:x}");
        assert_eq!(refuse(&scenario, &session, number, &from), (422, "key_rejected".to_owned()));
    }
    let session = scenario.session(&scenario.live_key);
    assert_eq!(refuse(&scenario, &session, 99, "2001:db8:0:0:1::1"), (429, "too_many_attempts".to_owned()));
    assert_eq!(refuse(&scenario, &session, 99, "2001:db8:0:1::1"), (422, "key_rejected".to_owned()));
    assert!(
        !scenario.platform.index.object(scenario.target()).dump().contains("2001:db8"),
        "an address is stored"
    );
}

#[test]
fn test_mode_counts_no_refused_keys() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.test_key);
    for attempt in 0..12 {
        let token = format!("00test-revoked-{attempt:027}");
        let answer =
            scenario.attempt(&session, &format!("attempt-{attempt}"), "latchkey-demo.okta.com", &token);
        assert_eq!(answer.problem(), (422, "key_rejected", Some("apiToken")), "{}", answer.text);
    }
}
