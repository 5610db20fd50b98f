//! A session for a new key of an account: for the person who linked it, unless the backend names another.

use latchkey_tests::{ADMIN_TOKEN, Scenario};
use serde_json::{Value, json};

const OLD: &str = "00oldoldoldoldoldoldoldoldoldoldoldoldold0";
const NEW: &str = "00newnewnewnewnewnewnewnewnewnewnewnewnew0";
const HOST: &str = "acme.okta.com";

/// An account that a person linked.
fn linked(scenario: &Scenario) -> String {
    scenario.platform.live.okta(HOST);
    let session = json!({ "providers": ["okta"], "endUser": { "id": "user-7", "name": "Ada", "email": "ada@example.com" },
        "organization": { "id": "customer-1", "name": "Example Ltd" } });
    let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &session);
    let linked = scenario.attempt(made.body["token"].as_str().unwrap(), "attempt-1", HOST, OLD);
    assert_eq!(linked.status, 200, "{}", linked.text);
    format!("/api/v1/app-connections/okta/{}", linked.body["connection"]["id"].as_str().unwrap())
}

#[test]
fn the_person_who_linked_an_account_gets_a_link_to_replace_its_key() {
    let scenario = Scenario::new();
    let path = linked(&scenario);
    let made = scenario.send("POST", &format!("{path}/relink"), Some(&scenario.live_key), None);
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.body["id"].as_str().unwrap();
    assert!(made.body["url"].as_str().unwrap().contains(&format!("/link/{id}#")));
    let key = scenario.key_with(&["sessions:read"]);
    let session = scenario.get(&format!("/api/v1/connect-sessions/{id}"), &key).body;
    assert_eq!(
        (&session["endUser"]["id"], &session["organization"]["id"]),
        (&json!("user-7"), &json!("customer-1"))
    );
    assert_eq!(session["connectionId"], path.rsplit('/').next().unwrap());
    let relinked = scenario.attempt(made.body["token"].as_str().unwrap(), "attempt-2", HOST, NEW);
    assert_eq!(
        (relinked.status, &relinked.body["connection"]["version"]),
        (200, &json!(2)),
        "{}",
        relinked.text
    );
    let account = scenario.get(&path, &scenario.live_key).body["appConnection"].clone();
    assert_eq!((&account["version"], &account["details"]["endUser"]["id"]), (&json!(2), &json!("user-7")));
}

#[test]
fn a_backend_names_the_person_if_nobody_linked_the_account() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    let relink = format!("{path}/relink");
    let refused = scenario.send("POST", &relink, Some(&scenario.live_key), None);
    assert_eq!(refused.problem(), (422, "invalid_parameter", Some("endUser")));
    let named = scenario.post(
        &relink,
        &scenario.live_key,
        &json!({ "endUser": { "id": "user-8" }, "expiresIn": 604_800 }),
    );
    assert_eq!(named.status, 201, "{}", named.text);
    for (wrong, member) in [
        (json!({ "endUser": { "id": "" } }), "endUser.id"),
        (json!({ "endUser": { "id": "u" }, "expiresIn": 1 }), "expiresIn"),
        (json!({ "endUser": { "id": "u" }, "returnUrl": "http://example.com" }), "returnUrl"),
        (json!({ "endUser": { "id": "u" }, "locale": "english" }), "locale"),
    ] {
        let refused = scenario.post(&relink, &scenario.live_key, &wrong);
        assert_eq!(refused.problem(), (422, "invalid_parameter", Some(member)), "{}", refused.text);
    }
}

#[test]
fn a_repeated_request_makes_one_session() {
    let scenario = Scenario::new();
    let path = linked(&scenario);
    let send = || {
        let headers = [("idempotency-key", "relink-1")];
        scenario.send_with("POST", &format!("{path}/relink"), Some(&scenario.live_key), None, &headers)
    };
    let (first, again) = (send(), send());
    assert_eq!((first.status, &first.body), (201, &again.body));
}

#[test]
fn an_account_that_is_not_there_is_not_found_whatever_the_key_may_do() {
    let scenario = Scenario::new();
    let path = linked(&scenario);
    let elsewhere = path.replace("/okta/", "/gitlab/");
    let gone = "/api/v1/app-connections/okta/7ffbb072-2575-495a-b5b0-127f88caef78".to_owned();
    for scopes in [&["connections:read"][..], &["sessions:write"], &["sessions:write", "connections:write"]] {
        let key = scenario.key_with(scopes);
        for path in [&elsewhere, &gone] {
            assert_eq!(
                scenario.send("POST", &format!("{path}/relink"), Some(&key), None).status,
                404,
                "{scopes:?}"
            );
        }
        let allowed = scopes.len() == 2;
        let answer = scenario.send("POST", &format!("{path}/relink"), Some(&key), None);
        assert_eq!(answer.status, if allowed { 201 } else { 403 }, "{scopes:?}: {}", answer.text);
    }
    let (_, _, other) = scenario.another_project();
    assert_eq!(scenario.send("POST", &format!("{path}/relink"), Some(&other), None).status, 404);
    assert_eq!(scenario.send("POST", &format!("{path}/relink"), Some(&scenario.test_key), None).status, 404);
}

/// Has the key of an account refused until it needs a new one.
fn end_key(scenario: &Scenario, path: &str) {
    scenario.platform.live.answer(
        "GET https://acme.okta.com/api/v1/users/me",
        401,
        r#"{"errorCode":"E0000011"}"#,
    );
    for _ in 0..2 {
        assert_eq!(
            scenario.send("POST", &format!("{path}/verify"), Some(&scenario.live_key), None).status,
            422
        );
        scenario.platform.wait(400);
    }
}

/// What the events that an account needs a new key say about a session.
fn relinks(scenario: &Scenario, key: &str) -> Vec<Value> {
    let events = scenario.get("/api/v1/events?types=connection.needs_new_key", key);
    assert_eq!(events.status, 200, "{}", events.text);
    events.body["events"].as_array().unwrap().iter().map(|event| event["data"]["relink"].clone()).collect()
}

fn wants_relinks(scenario: &Scenario) {
    let project = format!("/api/v1/projects/{}", scenario.project);
    assert_eq!(scenario.patch(&project, ADMIN_TOKEN, &json!({ "relink": true })).status, 200);
}

#[test]
fn a_project_that_wants_it_gets_the_link_with_the_event_that_an_account_needs_a_new_key() {
    let scenario = Scenario::new();
    wants_relinks(&scenario);
    let path = linked(&scenario);
    end_key(&scenario, &path);
    let key = scenario.key_with(&["connections:read", "connections:write", "sessions:write"]);
    let told = relinks(&scenario, &key);
    assert_eq!(told.len(), 1);
    let url = told[0]["url"].as_str().unwrap();
    let token = url.rsplit_once('#').unwrap().1;
    assert!(url.contains(told[0]["sessionId"].as_str().unwrap()) && told[0]["expiresAt"].is_string());
    assert_eq!(relinks(&scenario, &key), told, "it is the same link each time");
    let object = scenario.platform.index.object(scenario.target());
    let secret = token.rsplit_once('.').unwrap().1;
    assert!(!object.dump().contains(secret), "no row has the token");
    // The person replaces the key, and then the link is not told anymore.
    scenario.platform.live.okta(HOST);
    let relinked = scenario.attempt(token, "attempt-2", HOST, NEW);
    assert_eq!(
        (relinked.status, &relinked.body["connection"]["version"]),
        (200, &json!(2)),
        "{}",
        relinked.text
    );
    assert_eq!(relinks(&scenario, &key), [Value::Null]);
    let health = scenario.get(&path, &scenario.live_key).body["appConnection"]["details"]["health"].clone();
    assert_eq!(health["state"], "healthy");
    // The next time there is another one.
    end_key(&scenario, &path);
    let again = relinks(&scenario, &key);
    assert!(
        again[0].is_null() && again[1]["url"].is_string() && again[1]["url"] != told[0]["url"],
        "{again:?}"
    );
}

#[test]
fn a_link_that_was_made_by_itself_is_told_to_nobody_who_may_not_make_one() {
    let scenario = Scenario::new();
    wants_relinks(&scenario);
    let path = linked(&scenario);
    end_key(&scenario, &path);
    for scopes in [
        &["connections:read"][..],
        &["connections:read", "sessions:write"],
        &["connections:read", "connections:write"],
    ] {
        assert_eq!(relinks(&scenario, &scenario.key_with(scopes)), [Value::Null], "{scopes:?}");
    }
    let reader = scenario.key_with(&["sessions:read"]);
    let sessions =
        scenario.get("/api/v1/connect-sessions?state=open", &reader).body["connectSessions"].clone();
    let made =
        sessions.as_array().unwrap().iter().find(|session| session["connectionId"].is_string()).unwrap();
    assert_eq!((&made["apiKeyId"], &made["endUser"]["id"]), (&Value::Null, &json!("user-7")));
}

#[test]
fn a_link_that_was_made_by_itself_belongs_to_the_key_that_got_it_and_ends_with_it() {
    let scenario = Scenario::new();
    wants_relinks(&scenario);
    let path = linked(&scenario);
    end_key(&scenario, &path);
    let scopes = ["connections:read", "connections:write", "sessions:write"];
    let expires = "2026-11-25T12:00:00.000Z";
    let (id, key) = scenario.key_of(&json!({ "scopes": scopes, "expiresAt": expires }));
    let told = relinks(&scenario, &key);
    assert_eq!(told[0]["expiresAt"], expires, "no later than the key");
    let token = told[0]["url"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
    assert_eq!(scenario.get("/api/v1/connect", &token).status, 200);
    let log = scenario.get("/api/v1/audit-log?limit=5", scenario.admin_key()).body["entries"].clone();
    let entry = log.as_array().unwrap().iter().find(|entry| entry["action"] == "session.share").unwrap();
    assert_eq!((&entry["actor"]["id"], &entry["subject"]), (&json!(id), &told[0]["sessionId"]));
    assert_eq!(relinks(&scenario, &scenario.key_with(&scopes)), [Value::Null], "another key");
    let revoked =
        scenario.send("DELETE", &format!("/api/v1/api-keys/{id}"), Some(scenario.admin_key()), None);
    assert_eq!((revoked.status, &revoked.body["revokedSessions"]), (200, &json!(1)), "{}", revoked.text);
    assert_eq!(scenario.attempt(&token, "attempt-2", HOST, NEW).problem().1, "session_revoked");
}

#[test]
fn a_link_that_was_made_by_itself_ends_when_the_account_works_again() {
    let scenario = Scenario::new();
    wants_relinks(&scenario);
    let path = linked(&scenario);
    end_key(&scenario, &path);
    let key = scenario.key_with(&["connections:read", "connections:write", "sessions:write"]);
    let url = relinks(&scenario, &key)[0]["url"].as_str().unwrap().to_owned();
    scenario.platform.live.okta(HOST);
    // The key works again, so nobody is to replace it.
    assert_eq!(scenario.send("POST", &format!("{path}/verify"), Some(&scenario.live_key), None).status, 200);
    assert_eq!(relinks(&scenario, &key), [Value::Null]);
    let token = url.rsplit_once('#').unwrap().1;
    assert_eq!(scenario.attempt(token, "attempt-2", HOST, NEW).problem().1, "session_revoked");
    end_key(&scenario, &path);
    assert_eq!(relinks(&scenario, &key)[1]["url"], json!(url), "it is needed again");
}

#[test]
fn no_link_is_made_unasked_or_for_nobody() {
    let scenario = Scenario::new();
    let unasked = linked(&scenario);
    end_key(&scenario, &unasked);
    let key = scenario.key_with(&["connections:read", "connections:write", "sessions:write"]);
    assert_eq!(relinks(&scenario, &key), [Value::Null]);
    let scenario = Scenario::new();
    wants_relinks(&scenario);
    let nobodys = scenario.account("one", OLD);
    end_key(&scenario, &nobodys);
    let key = scenario.key_with(&["connections:read", "connections:write", "sessions:write"]);
    assert_eq!(relinks(&scenario, &key), [Value::Null]);
}
