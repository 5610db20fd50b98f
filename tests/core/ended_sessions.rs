//! The tokens of a session that has ended: they say that it ended, and for fifteen minutes which account was linked.

use latchkey_tests::{Answer, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const OTHER: &str = "00zZzZzZzZzZzZzZzZzZzZzZzZ0123456789_-ab00";
/// A quarter of an hour, in seconds.
const KEPT: i64 = 900;

struct Linked {
    scenario: Scenario,
    id: String,
    token: String,
    /// The token that made the attempt.
    by: String,
    answer: Answer,
}

/// A session that linked an account: with its own token, or with one that was shared.
fn linked(shared: bool) -> Linked {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let person = json!({ "id": "user-1", "email": "ada@example.com", "name": "Ada" });
    let body = json!({ "providers": ["okta"], "endUser": person, "expiresIn": 86_400, "prefill": { "instanceUrl": "acme.okta.com" } });
    let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
    let text = |member: &str| made.body[member].as_str().unwrap().to_owned();
    let (id, token) = (text("id"), text("token"));
    let share = scenario.send("POST", "/api/v1/connect/share", Some(&token), None);
    let share = share.body["url"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
    let by = if shared { share } else { token.clone() };
    let answer = scenario.attempt(&by, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(answer.status, 200, "{}", answer.text);
    Linked { scenario, id, token, by, answer }
}

impl Linked {
    fn read(&self) -> Answer {
        self.scenario.get("/api/v1/connect", &self.token)
    }

    fn again(&self) -> Answer {
        self.scenario.attempt(&self.by, "attempt-1", "acme.okta.com", TOKEN)
    }

    fn canceled(&self) -> Answer {
        self.scenario.post("/api/v1/connect/cancel", &self.by, &json!({ "attemptId": "attempt-1" }))
    }

    fn path(&self) -> String {
        format!("/api/v1/app-connections/okta/{}", self.answer.body["connection"]["id"].as_str().unwrap())
    }

    fn summary(&self) -> Value {
        let connection = &self.answer.body["connection"];
        json!({ "id": connection["id"], "app": "okta", "name": connection["name"] })
    }
}

#[test]
fn after_the_end_a_token_says_which_account_was_linked_and_later_only_that_it_was() {
    for shared in [false, true] {
        let linked = linked(shared);
        let read = linked.read();
        assert_eq!(
            (read.status, &read.body),
            (200, &json!({ "state": "done", "connection": linked.summary() }))
        );
        linked.scenario.platform.wait(KEPT - 1);
        assert_eq!(linked.read().body["connection"], linked.summary());
        linked.scenario.platform.wait(1);
        assert_eq!((linked.read().status, &linked.read().body), (200, &json!({ "state": "done" })));
        linked.scenario.platform.wait(86_400);
        assert_eq!(linked.read().body, json!({ "state": "done" }), "shared: {shared}");
    }
}

#[test]
fn it_says_the_name_that_the_account_had_at_the_end() {
    let linked = linked(false);
    let renamed =
        linked.scenario.patch(&linked.path(), &linked.scenario.live_key, &json!({ "name": "renamed" }));
    assert_eq!(renamed.status, 200);
    assert_eq!(linked.read().body, json!({ "state": "done", "connection": linked.summary() }));
}

#[test]
fn a_lost_response_is_repeated_for_a_quarter_of_an_hour() {
    for shared in [false, true] {
        let linked = linked(shared);
        linked.scenario.platform.wait(KEPT - 1);
        assert_eq!((linked.again().status, linked.again().body), (200, linked.answer.body.clone()));
        assert_eq!((linked.canceled().status, linked.canceled().body), (200, linked.answer.body.clone()));
        linked.scenario.platform.wait(1);
        let code = if shared { "invalid_session_token" } else { "session_used" };
        assert_eq!(linked.again().problem().1, code, "shared: {shared}");
        assert_eq!(linked.canceled().problem().1, code, "shared: {shared}");
    }
}

#[test]
fn a_recorded_result_goes_when_its_account_is_deleted_or_changed() {
    let credentials = json!({ "instanceUrl": "acme.okta.com", "apiToken": OTHER });
    for (method, body) in [
        ("DELETE", None),
        ("PATCH", Some(json!({ "name": "renamed" }))),
        ("PATCH", Some(json!({ "description": "changed" }))),
        ("PATCH", Some(json!({ "credentials": credentials }))),
    ] {
        for shared in [false, true] {
            let linked = linked(shared);
            let text = body.as_ref().map(Value::to_string);
            let content = text.as_deref().map(|text| ("application/json", text));
            let key = Some(linked.scenario.live_key.as_str());
            assert_eq!(linked.scenario.send(method, &linked.path(), key, content).status, 200);
            for answer in [linked.again(), linked.canceled()] {
                assert_eq!(answer.problem(), (409, "session_used", None), "{method} {body:?}");
                assert!(!answer.text.contains("acme"), "{}", answer.text);
            }
            let object = linked.scenario.platform.index.object(linked.scenario.target());
            assert_eq!(object.count("attempts"), 0, "{method} {body:?}: a result outlived its account");
            if method == "DELETE" {
                assert_eq!(linked.read().body, json!({ "state": "done" }));
            }
        }
    }
}

#[test]
fn a_shared_token_ends_with_the_session() {
    for shared in [false, true] {
        let linked = linked(true);
        let read = linked.scenario.get("/api/v1/connect", &linked.by);
        assert_eq!(read.problem(), (401, "invalid_session_token", None), "{shared}");
        let attempt = linked.scenario.attempt(&linked.by, "attempt-2", "acme.okta.com", TOKEN);
        assert!(!attempt.text.contains("ada") && attempt.status >= 400, "{}", attempt.text);
    }
}

#[test]
fn the_owner_takes_a_share_back_whatever_the_state_of_the_session() {
    let back = |scenario: &Scenario, token: &str| {
        scenario.send("DELETE", "/api/v1/connect/share", Some(token), None).status
    };
    let linked = linked(true);
    assert_eq!(back(&linked.scenario, &linked.token), 204, "done");
    assert_eq!(linked.again().problem().1, "invalid_session_token", "the recipient's token still works");
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    scenario.send("POST", "/api/v1/connect/share", Some(&session), None);
    scenario.platform.wait(1800);
    assert_eq!(back(&scenario, &session), 204, "expired");
}

#[test]
fn a_finished_session_that_is_deleted_ends_its_tokens_and_returns_its_state() {
    for shared in [false, true] {
        let linked = linked(shared);
        let path = format!("/api/v1/connect-sessions/{}", linked.id);
        for _ in 0..2 {
            let ended = linked.scenario.send("DELETE", &path, Some(&linked.scenario.live_key), None);
            assert_eq!((ended.status, ended.body), (200, json!({ "id": linked.id, "state": "done" })));
        }
        for answer in [linked.read(), linked.again(), linked.canceled()] {
            assert_eq!(answer.problem(), (401, "invalid_session_token", None));
        }
        assert_eq!(linked.scenario.get(&path, &linked.scenario.live_key).body["state"], "done");
        assert_eq!(linked.scenario.listed(&linked.scenario.live_key).len(), 1);
    }
}

/// Every call that a page can make, with the token of a session that has ended in each way.
#[test]
fn no_call_of_a_page_says_more_than_that_the_session_has_ended() {
    let body = json!({
        "providers": ["okta"], "endUser": { "id": "user-1", "email": "ada@example.com", "name": "Ada Lovelace" },
        "organization": { "id": "org-1", "name": "Example Inc" }, "prefill": { "instanceUrl": "https://acme.okta.com" },
        "connectionName": "secret-name", "description": "secret-text",
    });
    for end in ["done", "revoked", "expired"] {
        let scenario = Scenario::new();
        scenario.platform.live.okta("acme.okta.com");
        let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
        let (id, token) = (made.body["id"].as_str().unwrap(), made.body["token"].as_str().unwrap());
        let me = "GET https://acme.okta.com/api/v1/users/me";
        scenario.platform.live.answer(me, 401, r#"{"errorCode":"E0000011"}"#);
        assert_eq!(scenario.attempt(token, "attempt-0", "acme.okta.com", TOKEN).problem().1, "key_rejected");
        scenario.platform.live.okta("acme.okta.com");
        let share = scenario.send("POST", "/api/v1/connect/share", Some(token), None);
        let share = share.body["url"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
        match end {
            "done" => {
                assert_eq!(scenario.attempt(token, "attempt-1", "acme.okta.com", TOKEN).status, 200);
                scenario.platform.wait(KEPT);
            }
            "revoked" => {
                let path = format!("/api/v1/connect-sessions/{id}");
                assert_eq!(scenario.send("DELETE", &path, Some(&scenario.live_key), None).status, 204);
            }
            _ => scenario.platform.wait(1800),
        }
        let attempts = ["attempt-0", "attempt-1", "attempt-2"];
        for token in [token, share.as_str()] {
            let progress = json!({ "app": "okta", "fields": {}, "steps": [] }).to_string();
            let json_body = |body: &str| ("application/json", body.to_owned());
            let mut answers = vec![
                scenario.get("/api/v1/connect", token),
                scenario.get("/api/v1/connect?app=okta", token),
                scenario.send("POST", "/api/v1/connect/share", Some(token), None),
                scenario.send(
                    "PUT",
                    "/api/v1/connect/progress",
                    Some(token),
                    Some(("application/json", &progress)),
                ),
            ];
            for attempt in attempts {
                answers.push(scenario.attempt(token, attempt, "acme.okta.com", TOKEN));
                let (kind, text) = json_body(&json!({ "attemptId": attempt }).to_string());
                answers.push(scenario.send(
                    "POST",
                    "/api/v1/connect/cancel",
                    Some(token),
                    Some((kind, &text)),
                ));
            }
            for (at, answer) in answers.iter().enumerate() {
                let ended = ["session_used", "session_revoked", "session_expired", "invalid_session_token"];
                let bare = answer.body == json!({ "state": "done" });
                assert!(bare || ended.contains(&answer.problem().1), "{end} {at}: {}", answer.text);
                for word in ["ada", "Ada", "Example Inc", "acme", "secret", "okta", "key_rejected"] {
                    assert!(!answer.text.contains(word), "{end} {at} says {word}: {}", answer.text);
                }
            }
        }
        let object = scenario.platform.index.object(scenario.target());
        assert!(object.count("attempts") <= 2, "{end}: an attempt was recorded after the end");
    }
}
