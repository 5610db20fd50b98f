//! A session for a new key of an account: for the person who linked it, unless the backend names another.

use latchkey_tests::Scenario;
use serde_json::json;

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
