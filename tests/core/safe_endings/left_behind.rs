//! What a rotation left at the provider is ended with the account, or told.

use super::{NEW, THIRD, account, details, identity, log, on, post, sent, steps, timer, unfinished};
use latchkey_edge::ports::FetchError;
use latchkey_tests::Scenario;
use serde_json::{Value, json};

#[test]
fn a_key_that_a_refused_rotation_may_have_made_is_not_forgotten() {
    let refused = |scenario: &Scenario| {
        let path = account(scenario);
        scenario.platform.live.fail(&on("POST", "tokens"), FetchError::TimedOut);
        assert_eq!(post(scenario, &path, "rotate").status, 202);
        let body = scenario.platform.live.seen().pop().unwrap().body.unwrap();
        let name = serde_json::from_str::<Value>(&body).unwrap()["name"].clone();
        scenario.platform.live.answer(&on("GET", "tokens?showAll=true&limit=1000"), 403, "{}");
        scenario.platform.wait(61);
        assert_eq!(timer(scenario), 1);
        assert_eq!(details(scenario, &path)["task"]["nextTryAt"], Value::Null);
        scenario.platform.live.answer(&on("DELETE", "tokens/t1"), 204, "");
        (path, name)
    };
    // It is deleted as soon as that is allowed: by the next rotation, or when the key ends.
    for action in ["rotate", "revoke"] {
        let scenario = Scenario::new();
        let (path, name) = refused(&scenario);
        let items = json!({ "items": [{ "_id": "t9", "name": name }] }).to_string();
        scenario.platform.live.answer(&on("GET", "tokens?showAll=true&limit=1000"), 200, &items);
        scenario.platform.live.answer(&on("DELETE", "tokens/t9"), 204, "");
        scenario.platform.live.answer(
            &on("POST", "tokens"),
            201,
            &json!({ "_id": "t2", "token": NEW }).to_string(),
        );
        let done = post(&scenario, &path, action);
        assert_eq!(
            (done.status, sent(&scenario, &on("DELETE", "tokens/t9"))),
            (200, 1),
            "{action}: {}",
            done.text
        );
    }
    // Otherwise the answer says what is left.
    let scenario = Scenario::new();
    let (path, _) = refused(&scenario);
    let ended = post(&scenario, &path, "revoke");
    assert_eq!(ended.status, 200, "{}", ended.text);
    assert!(steps(&ended).contains(&"search failed revoke_not_permitted".to_owned()), "{}", ended.text);
    assert!(log(&scenario)[0].contains("search was left"), "{:?}", log(&scenario));
}

#[test]
fn a_lost_key_that_no_call_finds_is_told_when_the_other_one_ends() {
    // The old key may still work; or it is known that the new one was lost.
    for (token, status) in [("glpat-test-api-later-00000", 202), ("glpat-test-api-lost-000000", 409)] {
        let scenario = Scenario::new();
        let new = json!({ "name": "one", "method": "access-token", "credentials": { "accessToken": token } });
        let made = scenario.post("/api/v1/app-connections/gitlab", &scenario.test_key, &new);
        let id = made.body["appConnection"]["id"].as_str().unwrap();
        let path = format!("/api/v1/app-connections/gitlab/{id}");
        let rotated = scenario.send("POST", &format!("{path}/rotate"), Some(&scenario.test_key), None);
        assert_eq!(rotated.status, status, "{}", rotated.text);
        let body = json!({ "force": true }).to_string();
        let body = Some(("application/json", body.as_str()));
        let ended = scenario.send("POST", &format!("{path}/revoke"), Some(&scenario.test_key), body);
        assert_eq!(ended.status, 200, "{}", ended.text);
        assert!(steps(&ended).contains(&"lost_key failed revoke_not_permitted".to_owned()), "{}", ended.text);
    }
}

#[test]
fn an_old_key_that_could_not_be_ended_is_ended_with_the_account() {
    for refuses in [false, true] {
        let scenario = Scenario::new();
        let path = account(&scenario);
        scenario.platform.live.answer(&on("PATCH", "tokens/t1"), 403, "{}");
        assert_eq!(post(&scenario, &path, "rotate").status, 200);
        assert_eq!(details(&scenario, &path)["task"]["nextTryAt"], Value::Null);
        if !refuses {
            scenario.platform.live.answer(&on("PATCH", "tokens/t1"), 200, "{}");
        }
        scenario.platform.live.answer(&on("DELETE", "tokens/t2"), 204, "");
        let before = sent(&scenario, &on("PATCH", "tokens/t1"));
        let ended = post(&scenario, &path, "revoke");
        assert_eq!(ended.status, 200, "{}", ended.text);
        assert_eq!(sent(&scenario, &on("PATCH", "tokens/t1")) - before, 1);
        let step = if refuses { "old failed revoke_not_permitted" } else { "old done" };
        assert!(steps(&ended).contains(&step.to_owned()), "{}", ended.text);
        assert_eq!(log(&scenario)[0].contains("old was left"), refuses, "{:?}", log(&scenario));
    }
}

#[test]
fn a_take_over_does_not_forget_a_key_that_is_still_to_be_ended() {
    let scenario = Scenario::new();
    let path = unfinished(&scenario);
    scenario.platform.live.answer_to(&on("GET", "caller-identity"), THIRD, 200, &identity("t3", "a1"));
    let id = path.rsplit('/').next().unwrap();
    let new = json!({ "providers": ["launchdarkly"], "endUser": { "id": "u" }, "connectionId": id, "takeOver": true });
    let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &new);
    assert_eq!(made.status, 201, "{}", made.text);
    let token = made.body["token"].as_str().unwrap();
    let body = scenario.sealed_body("attempt-1", token, "launchdarkly", &[("accessToken", THIRD)]);
    assert_eq!(scenario.post("/api/v1/connect", token, &body).status, 200);
    assert_eq!(details(&scenario, &path)["task"]["kind"], "take_over");
    let before = sent(&scenario, &on("PATCH", "tokens/t1"));
    scenario.platform.live.answer(&on("DELETE", "tokens/t3"), 204, "");
    assert_eq!(post(&scenario, &path, "revoke").status, 200);
    assert_eq!(sent(&scenario, &on("PATCH", "tokens/t1")) - before, 1);
}

#[test]
fn a_key_that_still_works_for_a_while_after_a_rotation_is_told_when_the_account_ends() {
    for (hours, runs) in [(0, true), (25, false)] {
        let scenario = Scenario::new();
        let path = account(&scenario);
        assert_eq!(post(&scenario, &path, "rotate").status, 200);
        assert_eq!(details(&scenario, &path)["task"], Value::Null);
        scenario.platform.wait(hours * 3600);
        scenario.platform.live.answer(&on("DELETE", "tokens/t2"), 204, "");
        let ended = post(&scenario, &path, "revoke");
        assert_eq!(ended.status, 200, "{}", ended.text);
        let told = steps(&ended).contains(&"old_key failed revoke_not_permitted".to_owned());
        assert_eq!((told, log(&scenario)[0].contains("old_key was left")), (runs, runs), "{}", ended.text);
    }
}
