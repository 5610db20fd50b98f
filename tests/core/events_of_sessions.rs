//! Events of sessions: opened, completed, rejected and expired, each once, in the transaction of what it reports, with the session as
//! the API shows it.

use latchkey_edge::ports::FetchError;
use latchkey_edge::store::sql::Sql;
use latchkey_shared::event::EventType;
use latchkey_shared::limits::ATTEMPTS_MAX;
use latchkey_tests::{Answer, Fault, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const HOST: &str = "acme.okta.com";
const ME: &str = "GET https://acme.okta.com/api/v1/users/me";
const PERSON: &str = "ada@example.com";

/// A session for a person, with everything that the API shows. Returns its id and its token.
fn session(scenario: &Scenario, more: &Value) -> (String, String) {
    scenario.platform.live.okta(HOST);
    let mut new = json!({ "providers": ["okta"], "endUser": { "id": "user-7", "email": PERSON }, "expiresIn": 3_600,
        "metadata": { "order": "7" } });
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &new);
    assert_eq!(made.status, 201, "{}", made.text);
    let text = |member: &str| made.body[member].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

fn read(scenario: &Scenario, id: &str) -> Value {
    scenario.get(&format!("/api/v1/connect-sessions/{id}"), &scenario.live_key).body
}

/// The events of sessions that a key sees.
fn told_to(scenario: &Scenario, key: &str) -> Vec<Value> {
    let answer = scenario.get("/api/v1/events", key);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let events = answer.body["events"].as_array().unwrap().clone();
    events.into_iter().filter(|event| event["type"].as_str().unwrap().starts_with("session.")).collect()
}

fn told(scenario: &Scenario) -> Vec<Value> {
    told_to(scenario, &scenario.live_key)
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

fn share(scenario: &Scenario, token: &str) -> String {
    let shared = scenario.send("POST", "/api/v1/connect/share", Some(token), None);
    shared.body["url"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned()
}

#[test]
fn a_session_is_opened_once_when_its_page_reads_it() {
    let scenario = Scenario::new();
    let (id, token) = session(&scenario, &json!({}));
    assert_eq!(told(&scenario), Vec::<Value>::new());
    // Not by its id alone, and not by a request that only needs its mode.
    assert_eq!(scenario.send("GET", &format!("/link/{id}"), None, None).status, 200);
    assert_eq!(scenario.get("/api/v1/providers/okta", &token).status, 200);
    assert_eq!(told(&scenario), Vec::<Value>::new());
    for _ in 0..3 {
        assert_eq!(scenario.get("/api/v1/connect", &token).status, 200);
    }
    let events = told(&scenario);
    assert_eq!(types(&events), ["session.opened"]);
    assert_eq!(events[0]["data"], json!({ "session": read(&scenario, &id), "by": "session" }));
    assert_eq!(events[0]["data"]["session"]["metadata"], json!({ "order": "7" }));
}

#[test]
fn whoever_has_the_shared_link_opens_it_too() {
    let scenario = Scenario::new();
    let (_, token) = session(&scenario, &json!({}));
    let shared = share(&scenario, &token);
    for token in [&shared, &token, &shared] {
        assert_eq!(scenario.get("/api/v1/connect", token).status, 200);
    }
    let events = told(&scenario);
    assert_eq!((types(&events), &events[0]["data"]["by"]), (vec!["session.opened"], &json!("share")));
}

#[test]
fn a_session_that_has_ended_is_not_opened() {
    let scenario = Scenario::new();
    let (id, token) = session(&scenario, &json!({}));
    let path = format!("/api/v1/connect-sessions/{id}");
    assert_eq!(scenario.send("DELETE", &path, Some(&scenario.live_key), None).status, 204);
    assert_eq!(scenario.get("/api/v1/connect", &token).status, 410);
    let (_, late) = session(&scenario, &json!({}));
    scenario.platform.wait(3_600);
    assert_eq!(scenario.get("/api/v1/connect", &late).status, 410);
    assert_eq!(told(&scenario), Vec::<Value>::new());
}

#[test]
fn a_completed_session_names_its_account_and_is_found_by_it() {
    let scenario = Scenario::new();
    let (id, token) = session(&scenario, &json!({}));
    let linked = scenario.attempt(&token, "attempt-1", HOST, TOKEN);
    assert_eq!(linked.status, 200, "{}", linked.text);
    let account = linked.body["connection"]["id"].as_str().unwrap();
    // Sent again, it is no other end.
    assert_eq!(scenario.attempt(&token, "attempt-1", HOST, TOKEN).status, 200);
    let of_account = scenario.get(&format!("/api/v1/events?connection={account}"), &scenario.live_key);
    let of_account = of_account.body["events"].as_array().unwrap();
    assert_eq!(types(of_account), ["connection.created", "session.completed"]);
    let data = &of_account[1]["data"];
    assert_eq!(*data, json!({ "session": read(&scenario, &id), "connectionId": account }));
    assert_eq!(
        (&data["session"]["state"], &data["session"]["connectionId"]),
        (&json!("done"), &json!(account))
    );
}

#[test]
fn every_event_of_a_session_for_a_new_key_is_found_by_its_account() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let account = path.rsplit('/').next().unwrap();
    let (_, token) = session(&scenario, &json!({ "connectionId": account }));
    assert_eq!(scenario.get("/api/v1/connect", &token).status, 200);
    scenario.platform.live.answer(ME, 401, r#"{"errorCode":"E0000011"}"#);
    assert_eq!(scenario.attempt(&token, "attempt-1", HOST, TOKEN).status, 422);
    scenario.platform.live.okta(HOST);
    assert_eq!(scenario.attempt(&token, "attempt-2", HOST, TOKEN).status, 200);
    let told = scenario.get(&format!("/api/v1/events?connection={account}"), &scenario.live_key);
    let expected = [
        "connection.created",
        "session.opened",
        "session.rejected",
        "connection.updated",
        "session.completed",
    ];
    assert_eq!(types(told.body["events"].as_array().unwrap()), expected);
}

#[test]
fn a_refused_attempt_is_told_by_code_and_field_and_never_by_a_value() {
    let scenario = Scenario::new();
    let (_, token) = session(&scenario, &json!({}));
    scenario.platform.live.answer(ME, 401, r#"{"errorCode":"E0000011"}"#);
    for _ in 0..2 {
        assert_eq!(scenario.attempt(&token, "by-the-provider", HOST, TOKEN).status, 422);
    }
    assert_eq!(scenario.attempt(&token, "by-the-rules", "acme.example.com", TOKEN).status, 422);
    let secret_name = [("instanceUrl", HOST), ("apiToken", TOKEN), ("00secretsecretsecret", "x")];
    assert_eq!(scenario.attempt_as("unknown-field", &token, "okta", &secret_name).status, 422);
    let answer = scenario.get("/api/v1/events", &scenario.live_key);
    for secret in [TOKEN, "00secretsecretsecret", "acme.example.com", &token] {
        assert!(!answer.text.contains(secret), "{secret}: {}", answer.text);
    }
    let refusals: Vec<_> = told(&scenario).iter().map(|event| event["data"]["refusal"].clone()).collect();
    let expected = [
        json!({ "code": "key_rejected", "field": "apiToken" }),
        json!({ "code": "host_not_allowed", "field": "instanceUrl" }),
        json!({ "code": "unknown_field", "field": null }),
    ];
    assert_eq!(refusals, expected);
    assert_eq!(told(&scenario)[0]["data"]["session"]["state"], "open");
}

#[test]
fn an_outage_and_a_canceled_attempt_are_no_refusals() {
    let scenario = Scenario::new();
    let (_, token) = session(&scenario, &json!({}));
    for (attempt, status) in [("attempt-1", 503), ("attempt-2", 429)] {
        scenario.platform.live.answer(ME, status, "{}");
        assert_eq!(scenario.attempt(&token, attempt, HOST, TOKEN).status, 503, "{status}");
    }
    scenario.platform.live.fail(ME, FetchError::TimedOut);
    assert_eq!(scenario.attempt(&token, "attempt-3", HOST, TOKEN).status, 503);
    scenario.platform.live.okta(HOST);
    scenario.platform.blobs.put_faults.borrow_mut().push(Fault::NotDone);
    assert_eq!(scenario.attempt(&token, "attempt-4", HOST, TOKEN).status, 503);
    let canceled = scenario.post("/api/v1/connect/cancel", &token, &json!({ "attemptId": "attempt-5" }));
    assert_eq!(canceled.problem().1, "attempt_cancelled");
    assert_eq!(told(&scenario), Vec::<Value>::new());
}

#[test]
fn an_attempt_whose_end_is_sent_twice_is_told_once() {
    for (host, refused) in [(HOST, true), ("acme.example.com", false)] {
        for fault in [Fault::DoneSilent, Fault::NotDone, Fault::NotDoneSilent] {
            let scenario = Scenario::new();
            let (_, token) = session(&scenario, &json!({}));
            if refused {
                scenario.platform.live.answer(ME, 401, r#"{"errorCode":"E0000011"}"#);
            }
            scenario.platform.index.faults.borrow_mut().push(("fail-attempt", fault));
            assert_eq!(scenario.attempt(&token, "attempt-1", host, TOKEN).status, 422, "{fault:?}");
            scenario.platform.index.deliver_late();
            assert_eq!(types(&told(&scenario)), ["session.rejected"], "{host} {fault:?}");
        }
    }
}

#[test]
fn an_end_that_is_not_committed_is_not_told() {
    let scenario = Scenario::new();
    let (_, token) = session(&scenario, &json!({}));
    let object = scenario.platform.index.object(scenario.target());
    // The last statement of the commit fails, so nothing of it stays.
    object
        .exec(
            "CREATE TEMP TRIGGER broken BEFORE INSERT ON main.events WHEN NEW.type = 'session.completed'
                BEGIN SELECT raise(FAIL, 'broken'); END",
            &[],
        )
        .unwrap();
    assert_eq!(scenario.attempt(&token, "attempt-1", HOST, TOKEN).status, 503);
    assert_eq!((object.count("events"), object.count("connections")), (0, 0));
    object.exec("DROP TRIGGER temp.broken", &[]).unwrap();
    assert_eq!(scenario.attempt(&token, "attempt-1", HOST, TOKEN).status, 200);
    assert_eq!((object.count("events"), object.count("connections")), (2, 1));
}

#[test]
fn refused_attempts_are_told_as_often_as_attempts_may_be_made() {
    let scenario = Scenario::new();
    let (_, token) = session(&scenario, &json!({ "expiresIn": 86_400 }));
    let mut refused = 0;
    for attempt in 0..ATTEMPTS_MAX + 20 {
        if attempt % 100 == 0 {
            scenario.platform.wait(61);
        }
        let answer = scenario.attempt(&token, &format!("attempt-{attempt}"), "acme.example.com", TOKEN);
        refused += i64::from(answer.status == 422);
    }
    let object = scenario.platform.index.object(scenario.target());
    assert_eq!((refused, object.count("events")), (ATTEMPTS_MAX, ATTEMPTS_MAX));
}

#[test]
fn a_session_that_expires_is_told_once_by_the_alarm_and_others_are_not() {
    let scenario = Scenario::new();
    let (id, _) = session(&scenario, &json!({}));
    let (_, done) = session(&scenario, &json!({}));
    assert_eq!(scenario.attempt(&done, "attempt-1", HOST, TOKEN).status, 200);
    let (revoked, _) = session(&scenario, &json!({}));
    let path = format!("/api/v1/connect-sessions/{revoked}");
    assert_eq!(scenario.send("DELETE", &path, Some(&scenario.live_key), None).status, 204);
    scenario.platform.wait(3_600);
    scenario.platform.sweep_if_due(scenario.target());
    assert_eq!(types(&told(&scenario)), ["session.completed"], "an attempt may still be stored");
    for _ in 0..3 {
        scenario.platform.wait(61);
        scenario.platform.sweep_if_due(scenario.target());
    }
    let events = told(&scenario);
    assert_eq!(types(&events), ["session.completed", "session.expired"]);
    assert_eq!(events[1]["data"], json!({ "session": read(&scenario, &id) }));
    assert_eq!(events[1]["data"]["session"]["state"], "expired");
}

#[test]
fn many_sessions_that_expire_together_are_told_in_steps() {
    let scenario = Scenario::new();
    for _ in 0..120 {
        let _ = session(&scenario, &json!({}));
    }
    scenario.platform.wait(3_700);
    let object = scenario.platform.index.object(scenario.target());
    let mut steps = Vec::new();
    while scenario.platform.index.rings(scenario.target()) {
        scenario.platform.sweep_if_due(scenario.target());
        steps.push(object.count("events"));
    }
    assert_eq!(steps, [50, 100, 120]);
    let slow = scenario.platform.index.slow.borrow();
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn an_attempt_that_begins_before_the_end_completes_its_session_and_nothing_expires() {
    let scenario = Scenario::new();
    let (_, token) = session(&scenario, &json!({}));
    scenario.platform.wait(3_599);
    let platform = &scenario.platform;
    let (clock, target) = (platform.clock.0.clone(), scenario.target());
    let late = Box::new(move || clock.set(clock.get() + 30_000));
    platform.index.before.replace(Some(("commit-attempt", late)));
    assert_eq!(scenario.attempt(&token, "attempt-1", HOST, TOKEN).status, 200);
    platform.wait(600);
    platform.sweep_if_due(target);
    assert_eq!(types(&told(&scenario)), ["session.completed"]);
}

#[test]
fn a_session_that_makes_room_before_the_alarm_is_told() {
    let scenario = Scenario::new();
    let _ = session(&scenario, &json!({}));
    scenario.platform.wait(4_000);
    let object = scenario.platform.index.object(scenario.target());
    object.exec("UPDATE row_counts SET rows = 50000 WHERE kind = 'sessionslive'", &[]).unwrap();
    let _ = session(&scenario, &json!({}));
    assert_eq!((object.count("sessions"), types(&told(&scenario))), (1, vec!["session.expired"]));
}

#[test]
fn sessions_follow_real_time_in_test_mode_too() {
    let scenario = Scenario::new();
    let new = json!({ "providers": ["okta"], "endUser": { "id": "u" }, "expiresIn": 3_600 });
    let made = scenario.post("/api/v1/connect-sessions", &scenario.test_key, &new);
    let token = made.body["token"].as_str().unwrap();
    let moved = scenario.post("/api/v1/test-clock", &scenario.test_admin(), &json!({ "advance": 864_000 }));
    assert_eq!(moved.status, 200, "{}", moved.text);
    assert_eq!(scenario.get("/api/v1/connect", token).status, 200);
    let opened = told_to(&scenario, &scenario.test_key);
    assert_eq!(
        (types(&opened), &opened[0]["createdAt"]),
        (vec!["session.opened"], &json!("2026-11-22T12:00:00.000Z"))
    );
}

#[test]
fn only_a_key_that_reads_sessions_gets_their_events() {
    let scenario = Scenario::new();
    let (_, token) = session(&scenario, &json!({}));
    assert_eq!(scenario.attempt(&token, "attempt-1", HOST, TOKEN).status, 200);
    let all = |answer: &Answer| types(answer.body["events"].as_array().unwrap()).join(" ");
    let without = scenario.key_with(&["connections:read"]);
    let seen = scenario.get("/api/v1/events", &without);
    assert_eq!(all(&seen), "connection.created");
    let account = seen.body["events"][0]["data"]["appConnection"]["id"].as_str().unwrap();
    assert_eq!(
        all(&scenario.get(&format!("/api/v1/events?connection={account}"), &without)),
        "connection.created"
    );
    for event in EventType::ALL.iter().filter(|event| event.is_of_session()) {
        let asked = scenario.get(&format!("/api/v1/events?types={event}"), &without);
        assert_eq!(asked.problem(), (403, "insufficient_scope", None), "{event}");
    }
    let with = scenario.key_with(&["connections:read", "sessions:read"]);
    assert_eq!(all(&scenario.get("/api/v1/events", &with)), "connection.created session.completed");
    let alone = scenario.key_with(&["sessions:read"]);
    assert_eq!(scenario.get("/api/v1/events", &alone).problem(), (403, "insufficient_scope", None));
}

#[test]
fn a_webhook_has_the_session_as_the_api_shows_it() {
    let scenario = Scenario::new();
    let _ = scenario.webhook_endpoint();
    scenario.platform.live.answer("POST https://app.example.com/webhooks", 200, "");
    let (_, token) = session(&scenario, &json!({}));
    assert_eq!(scenario.get("/api/v1/connect", &token).status, 200);
    scenario.platform.sweep_if_due(scenario.target());
    let sent: Vec<_> = scenario.platform.live.seen().into_iter().filter_map(|seen| seen.body).collect();
    let body = sent.iter().find(|body| body.contains("session.opened"));
    let body = body.unwrap_or_else(|| panic!("{sent:?}"));
    assert!(body.contains(PERSON) && !body.contains(&token), "{body}");
}
