//! Bounds: nothing that a caller sends can make Latchkey store, or send back, without limit.
//!
//! The limits are in `shared/src/limits.rs`. A simulated day at full quota is in `bounds_of_a_day.rs`.

use latchkey_edge::store::sql::Sql;
use latchkey_shared::limits;
use latchkey_tests::{Database, Scenario};
use serde_json::{Map, Value, json};
use std::rc::Rc;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn live() -> (Scenario, String, Rc<Database>) {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    let object = scenario.platform.index.object(scenario.target());
    (scenario, session, object)
}

/// As many field values as fit into a body.
fn unknown_fields(count: usize) -> Map<String, Value> {
    (0..count).map(|number| (number.to_string(), json!({ "text": "" }))).collect()
}

#[test]
fn a_body_with_thousands_of_fields_is_refused_with_one_error_and_nothing_is_kept() {
    let (scenario, session, object) = live();
    for attempt in 0..5 {
        let body = json!({ "attemptId": format!("attempt-{attempt}"), "app": "okta",
            "fields": unknown_fields(3_300) });
        let refused = scenario.post("/api/v1/connect", &session, &body);
        assert_eq!(refused.problem(), (422, "unknown_field", Some("fields")), "{} bytes", refused.text.len());
        assert!(refused.text.len() < 1_000, "{} bytes", refused.text.len());
    }
    assert_eq!((object.count("attempts"), object.count("intents")), (0, 0));
    assert_eq!(scenario.attempt(&session, "attempt-9", "acme.okta.com", TOKEN).status, 200);
}

#[test]
fn a_backend_with_thousands_of_fields_gets_one_error_too() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let credentials: Map<String, Value> = (0..3_681).map(|number| (number.to_string(), json!("x"))).collect();
    let new = json!({ "name": "two", "method": "api-token", "credentials": credentials });
    let created = scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &new);
    let changed = scenario.patch(&path, &scenario.live_key, &json!({ "credentials": credentials }));
    for refused in [created, changed] {
        assert_eq!(refused.problem(), (422, "unknown_field", Some("fields")), "{} bytes", refused.text.len());
        assert!(refused.text.len() < 1_000, "{} bytes", refused.text.len());
    }
    let session = scenario.session(&scenario.live_key);
    let saved = json!({ "app": "okta", "fields": credentials }).to_string();
    let body = Some(("application/json", saved.as_str()));
    let refused = scenario.send("PUT", "/api/v1/connect/progress", Some(&session), body);
    assert_eq!(refused.problem().1, "unknown_field");
    assert!(refused.text.len() < 1_000, "{} bytes", refused.text.len());
}

#[test]
fn a_problem_has_a_limited_number_of_errors_and_counts_those_left_out() {
    let (scenario, session, _) = live();
    let body =
        json!({ "attemptId": "attempt-1", "app": "okta", "fields": unknown_fields(limits::FIELDS_MAX) });
    let refused = scenario.post("/api/v1/connect", &session, &body);
    let errors = refused.body["errors"].as_array().unwrap();
    assert_eq!(errors.len(), limits::PROBLEM_ERRORS_MAX, "{}", refused.text);
    let last = errors.last().unwrap()["message"].as_str().unwrap();
    assert!(last.contains("more errors"), "{last}");
}

#[test]
fn an_attempt_that_never_reaches_the_provider_is_not_recorded() {
    let (scenario, session, object) = live();
    let sealed = |text: &str| scenario.sealed("attempt-1", &session, "apiToken", text);
    for fields in [
        json!({}),
        json!({ "instanceUrl": { "text": "acme.okta.com" }, "apiToken": { "text": TOKEN } }),
        json!({ "instanceUrl": { "text": "http://[" }, "apiToken": sealed(TOKEN) }),
        json!({ "instanceUrl": { "text": "acme.okta.com" }, "apiToken": sealed(TOKEN), "x": { "text": "" } }),
        json!({ "instanceUrl": { "text": "acme.okta.com" },
            "apiToken": scenario.sealed("attempt-2", &session, "apiToken", TOKEN) }),
    ] {
        let body = json!({ "attemptId": "attempt-1", "app": "okta", "fields": fields });
        let refused = scenario.post("/api/v1/connect", &session, &body);
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!((object.count("attempts"), object.count("intents")), (0, 0), "{}", refused.text);
    }
    // The attempt was not used up.
    assert_eq!(scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 200);
}

#[test]
fn canceling_invented_attempts_stops_being_recorded_at_the_limit_of_attempts() {
    let (scenario, session, object) = live();
    let cancel = |number: i64| {
        let body = json!({ "attemptId": format!("attempt-{number:08}") });
        scenario.post("/api/v1/connect/cancel", &session, &body)
    };
    for number in 0..limits::ATTEMPTS_MAX + 50 {
        if number % 100 == 0 {
            scenario.platform.wait(60);
        }
        assert_eq!(cancel(number).problem(), (409, "attempt_cancelled", None));
    }
    assert_eq!(object.count("attempts"), limits::ATTEMPTS_MAX);
    scenario.platform.wait(60);
    // A canceled attempt can still not run, whether its cancellation was recorded or not.
    for number in [0, limits::ATTEMPTS_MAX + 49] {
        let late = scenario.attempt(&session, &format!("attempt-{number:08}"), "acme.okta.com", TOKEN);
        assert_eq!(late.status, 409, "{}", late.text);
    }
    assert!(scenario.platform.live.seen().is_empty());
}

#[test]
fn a_session_may_try_two_hundred_times_and_is_then_refused_clearly() {
    let (scenario, session, object) = live();
    let me = "GET https://acme.okta.com/api/v1/users/me";
    scenario.platform.live.answer(me, 503, "");
    for number in 0..limits::ATTEMPTS_MAX {
        if number % 100 == 0 {
            scenario.platform.wait(60);
        }
        let tried = scenario.attempt(&session, &format!("attempt-{number}"), "acme.okta.com", TOKEN);
        assert_eq!(tried.problem().1, "provider_unavailable", "{number}: {}", tried.text);
    }
    scenario.platform.wait(60);
    let asked = scenario.platform.live.seen().len();
    let refused = scenario.attempt(&session, "attempt-more", "acme.okta.com", TOKEN);
    assert_eq!(refused.problem(), (409, "limit_reached", None), "{}", refused.text);
    assert_eq!(scenario.platform.live.seen().len(), asked);
    // A recorded ending is still returned, and nothing more is kept.
    let again = scenario.attempt(&session, "attempt-0", "acme.okta.com", TOKEN);
    assert_eq!(again.problem().1, "provider_unavailable");
    assert_eq!(object.count("attempts"), limits::ATTEMPTS_MAX);
    assert_eq!(object.count("sealed_answers"), limits::ATTEMPTS_MAX);
}

#[test]
fn a_running_attempt_can_be_canceled_at_the_limit_of_attempts() {
    let (scenario, session, _) = live();
    let scenario = Rc::new(scenario);
    for number in 0..limits::ATTEMPTS_MAX - 1 {
        if number % 100 == 0 {
            scenario.platform.wait(60);
        }
        scenario.post(
            "/api/v1/connect/cancel",
            &session,
            &json!({ "attemptId": format!("invented-{number}") }),
        );
    }
    scenario.platform.wait(60);
    let (page, token) = (scenario.clone(), session.clone());
    let canceling = Box::new(move || {
        let told = page.post("/api/v1/connect/cancel", &token, &json!({ "attemptId": "attempt-1" }));
        assert_eq!(told.problem().1, "attempt_cancelled");
    });
    *scenario.platform.index.before.borrow_mut() = Some(("commit-attempt", canceling));
    let attempt = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(attempt.problem(), (409, "attempt_cancelled", None), "{}", attempt.text);
    assert!(scenario.listed(&scenario.live_key).is_empty());
}

#[test]
fn a_session_that_is_too_large_is_refused() {
    let scenario = Scenario::new();
    let metadata = |entries: usize| -> Map<String, Value> {
        (0..entries).map(|at| (format!("{at:040}"), json!("\u{1f511}".repeat(200)))).collect()
    };
    let many_scopes = vec!["okta.users.read"; 3_000];
    for (more, status) in [
        (json!({ "metadata": metadata(10) }), 201),
        (json!({ "metadata": metadata(20) }), 422),
        (json!({ "scopes": many_scopes }), 422),
    ] {
        let mut new = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &new);
        assert_eq!(made.status, status, "{}", made.text);
    }
}

#[test]
fn a_report_that_is_too_large_is_stored_without_its_last_roles() {
    let (scenario, session, object) = live();
    let wide = "\u{1f511}".repeat(300);
    let roles: Vec<_> =
        (0..300).map(|_| json!({ "type": "SUPER_ADMIN", "label": wide, "status": "ACTIVE" })).collect();
    scenario.platform.live.answer(
        "GET https://acme.okta.com/api/v1/users/00uada/roles",
        200,
        &json!(roles).to_string(),
    );
    let linked = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(linked.status, 200, "{}", linked.text);
    let stored = object
        .value::<i64>("SELECT max(length(CAST(report AS BLOB))) FROM connections", &[])
        .unwrap()
        .unwrap();
    assert!((8_000..=limits::REPORT_BYTES_MAX as i64).contains(&stored), "{stored} bytes");
}

#[test]
fn a_history_keeps_its_newest_versions_and_no_value_of_the_others() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let change = json!({ "credentials": { "instanceUrl": "acme.okta.com", "apiToken": TOKEN } });
    for _ in 0..limits::VERSIONS_MAX + 5 {
        assert_eq!(scenario.patch(&path, &scenario.live_key, &change).status, 200);
    }
    let history = scenario.get(&format!("{path}/history"), &scenario.live_key);
    let versions = history.body["versions"].as_array();
    let count = versions.map_or(0, Vec::len) as i64;
    assert_eq!(count, limits::VERSIONS_MAX + 1, "{}", history.text);
    scenario.platform.sweep(scenario.target());
    assert_eq!(scenario.platform.blobs.values.borrow().len() as i64, limits::VERSIONS_MAX + 1);
}
