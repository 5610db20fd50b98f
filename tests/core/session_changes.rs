//! A session that can still be used is extended and gets a new link. One that has ended stays as it is. A list says why the last attempt
//! was refused, in names that we know and never with a value.

use latchkey_tests::{Answer, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const HOST: &str = "acme.okta.com";
const PATH: &str = "/api/v1/connect-sessions";
const DAY: i64 = 24 * 3600;

/// A session's id and token.
fn session(scenario: &Scenario, key: &str, seconds: i64) -> (String, String) {
    let body = json!({ "providers": ["okta"], "endUser": { "id": "user-1" }, "expiresIn": seconds });
    let made = scenario.post(PATH, key, &body);
    assert_eq!(made.status, 201, "{}", made.text);
    let text = |member: &str| made.body[member].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

fn extend(scenario: &Scenario, id: &str, seconds: i64) -> Answer {
    scenario.patch(&format!("{PATH}/{id}"), &scenario.live_key, &json!({ "expiresIn": seconds }))
}

fn renew(scenario: &Scenario, id: &str) -> Answer {
    scenario.send("POST", &format!("{PATH}/{id}/link"), Some(&scenario.live_key), None)
}

#[test]
fn an_open_session_is_extended_up_to_the_longest_life_that_any_may_have() {
    let scenario = Scenario::new();
    let (id, token) = session(&scenario, &scenario.live_key, 3600);
    scenario.platform.wait(3000);
    let extended = extend(&scenario, &id, DAY);
    assert_eq!(extended.status, 200, "{}", extended.text);
    assert_eq!(
        extended.body["expiresAt"],
        scenario.get(&format!("{PATH}/{id}"), &scenario.live_key).body["expiresAt"]
    );
    scenario.platform.wait(DAY - 60);
    assert_eq!(scenario.get("/api/v1/connect", &token).status, 200, "it was extended");
    for (seconds, status) in [(30 * DAY, 422), (59, 422), (29 * DAY - 3000, 200)] {
        let answer = extend(&scenario, &id, seconds);
        assert_eq!(answer.status, status, "{seconds}: {}", answer.text);
        if status == 422 {
            assert_eq!(answer.problem(), (422, "invalid_parameter", Some("expiresIn")));
        }
    }
    // Earlier too, and a change of nothing leaves no entry.
    assert_eq!(extend(&scenario, &id, 60).status, 200);
    assert_eq!(extend(&scenario, &id, 60).status, 200);
    scenario.platform.wait(61);
    assert_eq!(scenario.get("/api/v1/connect", &token).problem().1, "session_expired");
    let log = scenario.get("/api/v1/audit-log?action=session.change", scenario.admin_key());
    assert_eq!(log.body["entries"].as_array().unwrap().len(), 3, "{}", log.text);
}

#[test]
fn a_session_is_never_extended_past_the_key_that_made_it() {
    let scenario = Scenario::new();
    let created = scenario.platform.clock.0.get();
    let end = latchkey_edge::time::iso(created + 2 * DAY * 1000);
    let (_, short) = scenario.key_of(&json!({ "scopes": ["sessions:write"], "expiresAt": end }));
    let (id, _) = session(&scenario, &short, 3600);
    let extended = extend(&scenario, &id, 20 * DAY);
    assert_eq!(extended.body["expiresAt"], end.as_str(), "{}", extended.text);
}

#[test]
fn a_new_link_works_at_once_and_the_one_before_no_more() {
    let scenario = Scenario::new();
    scenario.platform.live.okta(HOST);
    let (id, token) = session(&scenario, &scenario.live_key, 3600);
    let renewed = renew(&scenario, &id);
    assert_eq!((renewed.status, &renewed.body["id"]), (201, &json!(id)), "{}", renewed.text);
    let fresh = renewed.body["token"].as_str().unwrap();
    assert!(renewed.body["url"].as_str().unwrap().ends_with(&format!("{id}#{fresh}")));
    assert_eq!(scenario.get("/api/v1/connect", &token).problem().1, "invalid_session_token");
    assert_eq!(scenario.attempt(&token, "attempt-1", HOST, TOKEN).problem().0, 401);
    assert_eq!(scenario.attempt(fresh, "attempt-2", HOST, TOKEN).status, 200);
    let log = scenario.get("/api/v1/audit-log?action=session.change", scenario.admin_key());
    assert_eq!(log.body["entries"][0]["detail"], "new link");
    assert!(!log.text.contains(fresh.rsplit('.').next().unwrap()), "the log has the token");
}

#[test]
fn what_has_ended_or_is_somebody_elses_stays_as_it_is() {
    let scenario = Scenario::new();
    scenario.platform.live.okta(HOST);
    let (expired, _) = session(&scenario, &scenario.live_key, 60);
    let (revoked, _) = session(&scenario, &scenario.live_key, 3600);
    let (done, token) = session(&scenario, &scenario.live_key, 3600);
    assert_eq!(
        scenario.send("DELETE", &format!("{PATH}/{revoked}"), Some(&scenario.live_key), None).status,
        204
    );
    assert_eq!(scenario.attempt(&token, "attempt-1", HOST, TOKEN).status, 200);
    scenario.platform.wait(61);
    for (id, status, code) in
        [(&expired, 410, "session_expired"), (&revoked, 410, "session_revoked"), (&done, 409, "session_used")]
    {
        assert_eq!(extend(&scenario, id, DAY).problem(), (status, code, None));
        assert_eq!(renew(&scenario, id).problem(), (status, code, None));
    }
    let (other, _) = session(&scenario, &scenario.test_key, 3600);
    let (_, live, _) = scenario.another_project();
    for (id, key) in [(&other, &scenario.live_key), (&revoked, &live)] {
        let path = format!("{PATH}/{id}");
        assert_eq!(scenario.patch(&path, key, &json!({ "expiresIn": 60 })).problem().0, 404);
        assert_eq!(scenario.send("POST", &format!("{path}/link"), Some(key), None).problem().0, 404);
    }
    let (_, reader) = scenario.key_of(&json!({ "scopes": ["sessions:read"] }));
    let (open, _) = session(&scenario, &scenario.live_key, 3600);
    let path = format!("{PATH}/{open}");
    assert_eq!(scenario.patch(&path, &reader, &json!({ "expiresIn": 60 })).problem().1, "insufficient_scope");
    assert_eq!(
        scenario.send("POST", &format!("{path}/link"), Some(&reader), None).problem().1,
        "insufficient_scope"
    );
}

#[test]
fn a_session_says_why_its_last_attempt_was_refused_without_what_was_typed() {
    let scenario = Scenario::new();
    let last =
        |id: &str| scenario.get(&format!("{PATH}/{id}"), &scenario.live_key).body["lastRefusal"].clone();
    let (id, token) = session(&scenario, &scenario.live_key, 3600);
    assert_eq!(last(&id), Value::Null);
    assert_eq!(scenario.attempt(&token, "attempt-1", "10.1.2.3", TOKEN).status, 422);
    let first = last(&id);
    assert_eq!(
        (&first["code"], &first["field"]),
        (&json!("host_is_address"), &json!("instanceUrl")),
        "{first}"
    );
    scenario.platform.wait(60);
    assert_eq!(scenario.attempt(&token, "attempt-2", HOST, "").status, 422);
    let second = last(&id);
    assert_eq!(
        (&second["code"], &second["field"]),
        (&json!("field_required"), &json!("apiToken")),
        "{second}"
    );
    assert_ne!(first["at"], second["at"]);
    let listed = scenario.get(PATH, &scenario.live_key);
    assert_eq!(listed.body["connectSessions"][0]["lastRefusal"], second);
    assert!(!listed.text.contains("10.1.2.3"), "{}", listed.text);
}
