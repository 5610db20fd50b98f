//! Events: each change of an account is told once, in the transaction of the change, in order and in pages.

use latchkey_shared::event::EventType;
use latchkey_tests::{Answer, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const ME: &str = "GET https://acme.okta.com/api/v1/users/me";

fn events(scenario: &Scenario, query: &str) -> Answer {
    let found = scenario.get(&format!("/api/v1/events{query}"), &scenario.live_key);
    assert_eq!(found.status, 200, "{}", found.text);
    found
}

fn types(answer: &Answer) -> Vec<&str> {
    answer.body["events"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect()
}

fn refuse_key(scenario: &Scenario) {
    scenario.platform.live.answer(ME, 401, r#"{"errorCode":"E0000011"}"#);
}

#[test]
fn a_life_of_an_account_is_told_in_order_and_each_event_has_the_account_as_it_was() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    assert_eq!(scenario.patch(&path, &scenario.live_key, &json!({ "name": "two" })).status, 200);
    // Nothing changes, so nothing is told.
    assert_eq!(scenario.patch(&path, &scenario.live_key, &json!({ "name": "two" })).status, 200);
    refuse_key(&scenario);
    let verify = format!("{path}/verify");
    for _ in 0..2 {
        assert_eq!(scenario.post(&verify, &scenario.live_key, &json!({})).status, 422);
        scenario.platform.wait(400);
    }
    let id = path.rsplit('/').next().unwrap();
    assert_eq!(scenario.send("DELETE", &path, Some(&scenario.live_key), None).status, 200);
    let told = events(&scenario, "");
    assert_eq!(
        types(&told),
        [
            "connection.created",
            "connection.updated",
            "connection.verified",
            "connection.health_changed",
            "connection.needs_new_key",
            "connection.verified",
            "connection.deleted"
        ]
    );
    let event = |at: usize| &told.body["events"][at];
    for at in 0..7 {
        let account = &event(at)["data"]["appConnection"];
        assert_eq!((&account["id"], &event(at)["mode"]), (&json!(id), &json!("live")));
        assert!(!told.text.contains(TOKEN) && account["details"].is_object());
    }
    let name = |at: usize| event(at)["data"]["appConnection"]["name"].clone();
    assert_eq!((name(0), name(1), name(6)), (json!("one"), json!("two"), json!("two")));
    assert_eq!(event(1)["data"]["changed"], json!(["name"]));
    assert_eq!(event(2)["data"]["result"], "key_rejected");
    assert_eq!(event(3)["data"]["previousState"], "healthy");
    assert_eq!(event(4)["data"]["appConnection"]["details"]["health"]["state"], "needs_new_key");
}

#[test]
fn a_new_key_is_a_recovery() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    refuse_key(&scenario);
    for _ in 0..2 {
        scenario.post(&format!("{path}/verify"), &scenario.live_key, &json!({}));
        scenario.platform.wait(400);
    }
    scenario.platform.live.okta("acme.okta.com");
    let new = json!({ "credentials": { "instanceUrl": "https://acme.okta.com", "apiToken": "00newnewnewnewnewnewnewnewnewnewnewnewnew0" } });
    assert_eq!(scenario.patch(&path, &scenario.live_key, &new).status, 200);
    let told = events(&scenario, "?types=connection.updated,connection.health_changed,connection.recovered");
    let last = [
        "connection.health_changed",
        "connection.updated",
        "connection.health_changed",
        "connection.recovered",
    ];
    assert_eq!(types(&told), last);
    assert_eq!(told.body["events"][3]["data"]["previousState"], "needs_new_key");
}

#[test]
fn events_are_followed_by_the_id_of_the_last_one() {
    let scenario = Scenario::new();
    for name in ["one", "two", "three"] {
        let _ = scenario.account(name, TOKEN);
    }
    let names = |answer: &Answer| -> Vec<Value> {
        let events = answer.body["events"].as_array().unwrap();
        events.iter().map(|event| event["data"]["appConnection"]["name"].clone()).collect()
    };
    let first = events(&scenario, "?limit=2");
    assert_eq!(names(&first), ["one", "two"]);
    let cursor = first.body["nextCursor"].as_str().unwrap();
    assert_eq!(cursor, first.body["events"][1]["id"]);
    let second = events(&scenario, &format!("?limit=2&after={cursor}"));
    assert_eq!((names(&second), &second.body["nextCursor"]), (vec![json!("three")], &Value::Null));
    let last = second.body["events"][0]["id"].as_str().unwrap();
    assert_eq!(names(&events(&scenario, &format!("?after={last}"))), Vec::<Value>::new());
    let four = scenario.account("four", TOKEN);
    assert_eq!(names(&events(&scenario, &format!("?after={last}"))), ["four"]);
    let id = four.rsplit('/').next().unwrap();
    assert_eq!(names(&events(&scenario, &format!("?connection={id}"))), ["four"]);
    assert_eq!(names(&events(&scenario, "?types=connection.deleted")), Vec::<Value>::new());
}

#[test]
fn events_belong_to_a_project_and_a_mode_and_need_the_scope() {
    let scenario = Scenario::new();
    let _ = scenario.account("one", TOKEN);
    assert_eq!(scenario.get("/api/v1/events", &scenario.test_key).body["events"], json!([]));
    let (_, _, other) = scenario.another_project();
    assert_eq!(scenario.get("/api/v1/events", &other).body["events"], json!([]));
    let event = events(&scenario, "").body["events"][0]["id"].as_str().unwrap().to_owned();
    // The id of another project's event is none of ours.
    let refused = scenario.get(&format!("/api/v1/events?after={event}"), &other);
    assert_eq!(refused.problem(), (422, "invalid_parameter", Some("after")));
    for wrong in ["evt_1", "1", "evt_x_y", "-1"] {
        assert_eq!(scenario.get(&format!("/api/v1/events?after={wrong}"), &other).status, 422, "{wrong}");
    }
    let unknown = scenario.get("/api/v1/events?types=connection.exploded", &scenario.live_key);
    assert_eq!(unknown.problem(), (422, "invalid_parameter", Some("types")));
    assert!(EventType::ALL.iter().all(|event| unknown.text.contains(event.as_str())), "{}", unknown.text);
}

#[test]
fn an_event_is_forgotten_after_thirty_days() {
    let scenario = Scenario::new();
    let _ = scenario.account("one", TOKEN);
    scenario.platform.wait(20 * 86_400);
    let _ = scenario.account("two", TOKEN);
    scenario.platform.wait(10 * 86_400);
    scenario.platform.sweep_all();
    let told = events(&scenario, "?types=connection.created");
    assert_eq!(told.body["events"].as_array().unwrap().len(), 1);
    assert_eq!(told.body["events"][0]["data"]["appConnection"]["name"], "two");
}
