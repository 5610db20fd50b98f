//! Canceled attempts: one that is canceled stores nothing, and one that had ended before returns its ending.

use latchkey_tests::Scenario;
use serde_json::json;
use std::rc::Rc;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn live() -> (Scenario, String) {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    (scenario, session)
}

#[test]
fn a_canceled_attempt_cannot_start_later() {
    let (scenario, session) = live();
    let body = json!({ "attemptId": "attempt-1" });
    let canceled = scenario.post("/api/v1/connect/cancel", &session, &body);
    assert_eq!(canceled.problem(), (409, "attempt_cancelled", None));
    let late = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(late.problem(), (409, "attempt_cancelled", None));
    assert!(scenario.platform.live.seen().is_empty() && scenario.listed(&scenario.live_key).is_empty());
    let fresh = scenario.attempt(&session, "attempt-2", "acme.okta.com", TOKEN);
    assert_eq!(fresh.status, 200, "{}", fresh.text);
}

#[test]
fn an_attempt_that_is_canceled_while_it_runs_stores_nothing() {
    let (scenario, session) = live();
    let scenario = Rc::new(scenario);
    let (page, token) = (scenario.clone(), session.clone());
    let canceling = Box::new(move || {
        let told = page.post("/api/v1/connect/cancel", &token, &json!({ "attemptId": "attempt-1" }));
        assert_eq!(told.problem().1, "attempt_cancelled");
    });
    *scenario.platform.index.before.borrow_mut() = Some(("commit-attempt", canceling));
    let attempt = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(attempt.problem(), (409, "attempt_cancelled", None));
    assert!(scenario.listed(&scenario.live_key).is_empty());
    scenario.platform.wait(600);
    assert_eq!(scenario.platform.sweep(scenario.target()), 1, "its value was left behind");
    assert_eq!(scenario.attempt(&session, "attempt-2", "acme.okta.com", TOKEN).status, 200);
}

#[test]
fn one_that_had_ended_answers_how_it_ended() {
    let (scenario, session) = live();
    let stored = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    let asked = scenario.post("/api/v1/connect/cancel", &session, &json!({ "attemptId": "attempt-1" }));
    assert_eq!((asked.status, &asked.body), (200, &stored.body));
}

#[test]
fn only_its_own_session_can_cancel_an_attempt() {
    let (scenario, session) = live();
    let other = scenario.session(&scenario.live_key);
    let body = json!({ "attemptId": "attempt-1" });
    assert_eq!(scenario.post("/api/v1/connect/cancel", &other, &body).problem().1, "attempt_cancelled");
    assert_eq!(scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 200);
    let short = scenario.post("/api/v1/connect/cancel", &session, &json!({ "attemptId": "x" }));
    assert_eq!(short.problem(), (422, "invalid_parameter", Some("attemptId")));
}
