//! Rate limits: of an API key, of a page, and of refused keys.

use latchkey_tests::Scenario;
use serde_json::json;
use std::cell::RefCell;
use std::rc::Rc;

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

/// One of many requests, by its number.
type Numbered = Rc<dyn Fn(&Scenario, u32)>;

/// Runs `attempt` for each number, so that each is leased before any of them ends. One that is refused at the lease is the
/// last.
fn all_at_once(scenario: &Rc<Scenario>, before: &'static str, left: u32, attempt: Numbered) {
    if left > 0 {
        let (next, run) = (scenario.clone(), attempt.clone());
        let others = Box::new(move || all_at_once(&next, before, left - 1, run));
        *scenario.platform.index.before.borrow_mut() = Some((before, others));
        attempt(scenario, left);
    }
}

/// Runs a test that nests many requests, on a stack that is large enough.
fn on_a_large_stack(test: fn()) {
    std::thread::Builder::new().stack_size(256 << 20).spawn(test).unwrap().join().unwrap();
}

#[test]
fn sixty_attempts_at_once_from_one_address_send_thirty_keys() {
    on_a_large_stack(|| {
        let scenario = Rc::new(refusing());
        let sessions: Vec<_> = (0..60).map(|_| scenario.session(&scenario.live_key)).collect();
        let seen = Rc::new(RefCell::new(Vec::new()));
        let codes = seen.clone();
        let run = move |scenario: &Scenario, number: u32| {
            let session = &sessions[number as usize - 1];
            let (_, code) = refuse(scenario, session, number, "192.0.2.1");
            codes.borrow_mut().push(code);
        };
        all_at_once(&scenario, "fail-attempt", 60, Rc::new(run));
        let refused = seen.borrow().iter().filter(|code| *code == "key_rejected").count();
        assert_eq!(refused, 30, "{:?}", seen.borrow());
    });
}

#[test]
fn one_attempt_sent_many_times_at_once_with_other_keys_counts_each_of_them() {
    on_a_large_stack(|| {
        let scenario = Rc::new(refusing());
        let session = scenario.session(&scenario.live_key);
        let run = move |scenario: &Scenario, number: u32| {
            let values = [("instanceUrl", "acme.okta.com"), ("apiToken", token(number).leak() as &str)];
            scenario.attempt_as("attempt-1", &session, "okta", &values);
        };
        all_at_once(&scenario, "fail-attempt", 30, Rc::new(run));
        let asked = scenario.platform.live.seen();
        let keys: std::collections::BTreeSet<_> =
            asked.iter().filter_map(|seen| seen.headers.get("authorization")).collect();
        assert_eq!(keys.len(), 10, "{keys:?}");
    });
}

#[test]
fn an_attempt_that_ends_otherwise_gives_its_count_back() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    scenario.platform.live.answer("GET https://acme.okta.com/api/v1/users/me", 503, "");
    for attempt in 0..40 {
        assert_eq!(refuse(&scenario, &session, attempt, "192.0.2.1").1, "provider_unavailable");
    }
    for attempt in 40..60 {
        let body = json!({ "attemptId": format!("attempt-{attempt}"), "app": "okta", "fields": {} });
        assert_eq!(scenario.post("/api/v1/connect", &session, &body).problem().1, "field_required");
    }
    scenario.platform.live.okta("acme.okta.com");
    assert_eq!(refuse(&scenario, &session, 60, "192.0.2.1").0, 200);
    assert_eq!(scenario.platform.index.object(scenario.target()).count("failures"), 0);
}

#[test]
fn a_backend_waits_after_a_hundred_refused_keys_and_another_key_goes_on() {
    let scenario = refusing();
    let me = "GET https://acme.okta.com/api/v1/users/me";
    let refusal = json!({ "errorCode": "E0000011", "errorSummary": "Invalid token provided" }).to_string();
    let create = |key: &str, number: u32| {
        let body = json!({ "name": format!("a-{number}"), "method": "api-token",
            "credentials": { "instanceUrl": "acme.okta.com", "apiToken": token(number) } });
        scenario.post("/api/v1/app-connections/okta", key, &body)
    };
    for number in 0..100 {
        assert_eq!(create(&scenario.live_key, number).problem().1, "key_rejected");
    }
    let asked = scenario.platform.live.seen().len();
    let refused = create(&scenario.live_key, 100);
    assert_eq!(refused.problem(), (429, "too_many_attempts", None), "{}", refused.text);
    assert_eq!(scenario.platform.live.seen().len(), asked);
    // Changing the credential of an account is counted with them.
    scenario.platform.wait(601);
    scenario.platform.live.okta("acme.okta.com");
    let path = scenario.account("one", &token(500));
    scenario.platform.live.answer(me, 401, &refusal);
    let change = json!({ "credentials": { "instanceUrl": "acme.okta.com", "apiToken": token(501) } });
    for _ in 0..100 {
        assert_eq!(scenario.patch(&path, &scenario.live_key, &change).problem().1, "key_rejected");
    }
    assert_eq!(scenario.patch(&path, &scenario.live_key, &change).problem().1, "too_many_attempts");
    let other = scenario.key_with(&["connections:write"]);
    assert_eq!(create(&other, 101).problem().1, "key_rejected");
}

#[test]
fn a_hundred_requests_of_a_backend_at_once_count_before_they_end() {
    on_a_large_stack(|| {
        let scenario = Rc::new(refusing());
        let seen = Rc::new(RefCell::new(Vec::new()));
        let codes = seen.clone();
        let run = move |scenario: &Scenario, number: u32| {
            let body = json!({ "name": format!("a-{number}"), "method": "api-token",
                "credentials": { "instanceUrl": "acme.okta.com", "apiToken": token(number) } });
            let answer = scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &body);
            codes.borrow_mut().push(answer.problem().1.to_owned());
        };
        all_at_once(&scenario, "abandon-connection", 110, Rc::new(run));
        let refused = seen.borrow().iter().filter(|code| *code == "key_rejected").count();
        assert_eq!(refused, 100, "{:?}", seen.borrow());
    });
}

#[test]
fn a_request_that_is_refused_before_its_key_is_sent_counts_for_nothing_and_keeps_nothing() {
    let scenario = refusing();
    let object = scenario.platform.index.object(scenario.target());
    let session = scenario.session(&scenario.live_key);
    for attempt in 0..10 {
        assert_eq!(refuse(&scenario, &session, attempt, "192.0.2.1").1, "key_rejected");
    }
    let rows =
        || ["sealed_answers", "failures", "intents", "attempts", "names"].map(|table| object.count(table));
    let before = rows();
    for attempt in 10..20 {
        assert_eq!(refuse(&scenario, &session, attempt, "192.0.2.1").1, "too_many_attempts");
    }
    assert_eq!(rows(), before);
    scenario.platform.live.okta("acme.okta.com");
    let _ = scenario.account("one", &token(100));
    let before = rows();
    for number in 0..110 {
        assert_eq!(scenario.create("one", &token(number), &[]).problem().1, "name_taken");
    }
    assert_eq!(rows(), before);
    assert_eq!(scenario.create("two", &token(101), &[]).status, 201);
}
