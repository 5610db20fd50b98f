//! Suspended accounts: the credential is not given out, and everything else goes on.

use latchkey_tests::Scenario;
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn suspended(scenario: &Scenario, path: &str) -> Value {
    scenario.get(path, &scenario.live_key).body["appConnection"]["details"]["suspended"].clone()
}

#[test]
fn a_suspended_account_gives_no_credential_until_it_is_resumed() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let opener = scenario.key_with(&["credentials:read"]);
    let credentials = format!("{path}/credentials");
    assert_eq!(suspended(&scenario, &path), Value::Null);
    let answer =
        scenario.post(&format!("{path}/suspend"), &scenario.live_key, &json!({ "reason": "Not paid" }));
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["appConnection"]["details"]["suspended"]["reason"], "Not paid");
    let refused = scenario.get(&credentials, &opener);
    assert_eq!(refused.problem(), (409, "suspended", None));
    assert!(!refused.text.contains(TOKEN));
    // Nobody opened it, so the log does not say so, and the account was not used.
    let log = scenario.get("/api/v1/audit-log", scenario.admin_key());
    assert!(!log.text.contains("credential.read"), "{}", log.text);
    // Checks go on.
    assert_eq!(scenario.post(&format!("{path}/verify"), &scenario.live_key, &json!({})).status, 200);
    assert_eq!(suspended(&scenario, &path)["reason"], "Not paid");
    assert_eq!(scenario.send("POST", &format!("{path}/resume"), Some(&scenario.live_key), None).status, 200);
    assert_eq!(suspended(&scenario, &path), Value::Null);
    assert_eq!(scenario.get(&credentials, &opener).status, 200);
}

#[test]
fn suspending_again_changes_the_reason_alone_and_the_same_reason_nothing() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let suspend = |body: &Value| {
        let answer = scenario.post(&format!("{path}/suspend"), &scenario.live_key, body);
        assert_eq!(answer.status, 200, "{}", answer.text);
        let since = answer.body["appConnection"]["details"]["suspended"].clone();
        scenario.platform.wait(60);
        (answer.headers["etag"].clone(), since)
    };
    let (first, at) = suspend(&json!({ "reason": "Not paid" }));
    let (same, again) = suspend(&json!({}));
    assert_eq!((&first, &at), (&same, &again), "nothing changed");
    let (other, later) = suspend(&json!({ "reason": "Left" }));
    assert_ne!(first, other);
    assert_eq!((&later["since"], &later["reason"]), (&at["since"], &json!("Left")));
    let resume = || scenario.send("POST", &format!("{path}/resume"), Some(&scenario.live_key), None);
    let (once, twice) = (resume(), resume());
    assert_eq!((once.status, once.headers["etag"].clone()), (200, twice.headers["etag"].clone()));
    let events = scenario.get("/api/v1/events?types=connection.updated", &scenario.live_key);
    let changed: Vec<_> =
        events.body["events"].as_array().unwrap().iter().map(|e| &e["data"]["changed"]).collect();
    assert_eq!(changed, [&json!(["suspended"]); 3]);
}

#[test]
fn a_new_key_does_not_resume_an_account() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    assert_eq!(scenario.send("POST", &format!("{path}/suspend"), Some(&scenario.live_key), None).status, 200);
    let new = json!({ "credentials": { "instanceUrl": "acme.okta.com", "apiToken": TOKEN } });
    assert_eq!(scenario.patch(&path, &scenario.live_key, &new).status, 200);
    assert_ne!(suspended(&scenario, &path), Value::Null);
}

#[test]
fn a_reason_is_short_and_visible_and_the_account_is_as_it_was_read() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let suspend = format!("{path}/suspend");
    for wrong in ["x".repeat(257), "\u{202e}paid".to_owned(), "a\u{feff}".to_owned()] {
        let refused = scenario.post(&suspend, &scenario.live_key, &json!({ "reason": wrong }));
        assert_eq!(refused.problem(), (422, "invalid_parameter", Some("reason")));
    }
    assert_eq!(scenario.post(&suspend, &scenario.live_key, &json!({ "why": "x" })).status, 400);
    let etag = scenario.get(&path, &scenario.live_key).headers["etag"].clone();
    assert_eq!(scenario.patch(&path, &scenario.live_key, &json!({ "name": "two" })).status, 200);
    for action in ["suspend", "resume"] {
        let path = format!("{path}/{action}");
        let stale = scenario.send_with("POST", &path, Some(&scenario.live_key), None, &[("if-match", &etag)]);
        assert_eq!(stale.status, 412, "{action}");
        let other = path.replace("okta", "gitlab");
        assert_eq!(scenario.send("POST", &other, Some(&scenario.live_key), None).status, 404, "{action}");
    }
    assert_eq!(suspended(&scenario, &path), Value::Null);
}
