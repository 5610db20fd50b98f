//! Keys that we made are recognized and ended when another one replaces them; those of the customer are not.

use super::{FOURTH, NEW, OLD, THIRD, account, details, identity, is_in, on, post, sent, timer};
use latchkey_edge::store::sql::Sql;
use latchkey_tests::Scenario;
use serde_json::{Value, json};

#[test]
fn a_key_that_we_made_is_ended_when_another_one_replaces_it() {
    // The key that replaces ours, the organization it is of, whether ours still has the name that the rotation gave it, and whether
    // it is ended. A rotation made it whatever its name is now, so it is known by its id too.
    for (how, id, organization, named, ends) in [
        ("rollback", "t1", "a1", true, true),
        ("patch", "t3", "a1", true, true),
        ("patch", "t3", "a2", true, false),
        ("patch", "t2", "a1", true, false),
        ("rollback", "t1", "a1", false, true),
        ("patch", "t3", "a1", false, true),
        ("patch", "t3", "a2", false, false),
        ("patch", "t2", "a1", false, false),
    ] {
        let what = format!("{how} {id} {organization} {named}");
        let scenario = Scenario::new();
        let path = account(&scenario);
        let whoami = on("GET", "caller-identity");
        let connection = path.rsplit('/').next().unwrap().split('-').next().unwrap();
        let name = if named { format!("Latchkey {connection}-2") } else { "Ours".to_owned() };
        scenario.platform.live.answer_to(&whoami, NEW, 200, &identity("t2", "a1").replace("Ours", &name));
        scenario.platform.live.answer(&on("PATCH", "tokens/t1"), 200, "{}");
        scenario.platform.live.answer(&on("PATCH", "tokens/t2"), 200, "{}");
        assert_eq!(post(&scenario, &path, "rotate").status, 200, "{what}");
        if how == "rollback" {
            assert_eq!(post(&scenario, &path, "rollback").status, 200, "{what}");
        } else {
            scenario.platform.live.answer_to(&whoami, THIRD, 200, &identity(id, organization));
            let new = json!({ "credentials": { "accessToken": THIRD } });
            assert_eq!(scenario.patch(&path, &scenario.live_key, &new).status, 200, "{what}");
        }
        assert_eq!(sent(&scenario, &on("PATCH", "tokens/t2")), 0, "{what}");
        assert_eq!(details(&scenario, &path)["task"].is_object(), ends, "{what}");
        assert_eq!(timer(&scenario), usize::from(ends), "{what}");
        assert_eq!(sent(&scenario, &on("PATCH", "tokens/t2")), usize::from(ends), "{what}");
        assert_eq!(details(&scenario, &path)["task"], Value::Null, "{what}");
    }
}

/// Changes the key by hand to one with this id at the provider, of this organization.
fn patch_to(scenario: &Scenario, path: &str, key: &str, id: &str, organization: &str) {
    let who = identity(id, organization);
    scenario.platform.live.answer_to(&on("GET", "caller-identity"), key, 200, &who);
    let patched = scenario.patch(path, &scenario.live_key, &json!({ "credentials": { "accessToken": key } }));
    assert_eq!(patched.status, 200, "{}", patched.text);
}

#[test]
fn a_key_that_the_customer_made_is_never_ended_whatever_its_name_or_id() {
    // Its name begins as ours do.
    let scenario = Scenario::new();
    let path = account(&scenario);
    let connection = path.rsplit('/').next().unwrap().split('-').next().unwrap();
    let named = identity("t1", "a1").replace("Ours", &format!("Latchkey {connection}"));
    scenario.platform.live.answer_to(&on("GET", "caller-identity"), OLD, 200, &named);
    assert_eq!(post(&scenario, &path, "verify").status, 200);
    patch_to(&scenario, &path, THIRD, "t3", "a1");
    assert_eq!(details(&scenario, &path)["task"], Value::Null);
    // Another organization gave it the id of a key that we made in the one before.
    let scenario = Scenario::new();
    let path = account(&scenario);
    scenario.platform.live.answer_to(&on("GET", "caller-identity"), NEW, 200, &identity("t2", "a1"));
    scenario.platform.live.answer(&on("PATCH", "tokens/t1"), 200, "{}");
    assert_eq!(post(&scenario, &path, "rotate").status, 200);
    patch_to(&scenario, &path, THIRD, "t2", "a2");
    patch_to(&scenario, &path, FOURTH, "t4", "a2");
    assert_eq!((&details(&scenario, &path)["task"], timer(&scenario)), (&Value::Null, 0));
}

#[test]
fn a_renamed_key_that_we_made_is_ended_after_it_was_replaced_and_in_use_again() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    scenario.platform.live.answer_to(&on("GET", "caller-identity"), NEW, 200, &identity("t2", "a1"));
    scenario.platform.live.answer(&on("PATCH", "tokens/t1"), 200, "{}");
    scenario.platform.live.answer(&on("PATCH", "tokens/t2"), 200, "{}");
    assert_eq!(post(&scenario, &path, "rotate").status, 200);
    patch_to(&scenario, &path, THIRD, "t3", "a1");
    assert_eq!(post(&scenario, &path, "rollback").status, 200);
    assert_eq!(timer(&scenario), 0, "it is in use");
    patch_to(&scenario, &path, FOURTH, "t4", "a1");
    assert_eq!((timer(&scenario), sent(&scenario, &on("PATCH", "tokens/t2"))), (1, 1));
}

#[test]
fn a_key_that_we_made_and_that_is_dead_is_nothing_to_end() {
    for (state, code, ends) in
        [("needs_new_key", "key_rejected", false), ("needs_new_key", "account_inactive", true)]
    {
        let scenario = Scenario::new();
        let path = account(&scenario);
        scenario.platform.live.answer_to(&on("GET", "caller-identity"), NEW, 200, &identity("t2", "a1"));
        scenario.platform.live.answer(&on("PATCH", "tokens/t1"), 200, "{}");
        assert_eq!(post(&scenario, &path, "rotate").status, 200);
        is_in(&scenario, state, code);
        patch_to(&scenario, &path, THIRD, "t3", "a1");
        assert_eq!(details(&scenario, &path)["task"].is_object(), ends, "{state} {code}");
    }
}

#[test]
fn a_key_that_keeps_its_id_when_it_is_replaced_stays_the_customers() {
    let scenario = Scenario::new();
    let listed = scenario.get("/api/v1/providers/harness", &scenario.test_key).body;
    let values = listed["testValues"].as_array().unwrap();
    let [one, other] = ["Service account with Account Admin", "Key that ends in thirty days"].map(|name| {
        values.iter().find(|value| value["name"] == name).unwrap_or_else(|| panic!("{name}"))["fields"]
            .clone()
    });
    let new = json!({ "name": "one", "method": listed["method"], "credentials": one });
    let made = scenario.post("/api/v1/app-connections/harness", &scenario.test_key, &new);
    assert_eq!(made.status, 201, "{}", made.text);
    let path =
        format!("/api/v1/app-connections/harness/{}", made.body["appConnection"]["id"].as_str().unwrap());
    let id = |scenario: &Scenario| {
        scenario.get(&path, &scenario.test_key).body["appConnection"]["details"]["key"]["id"].clone()
    };
    let before = id(&scenario);
    let rotated = scenario.send("POST", &format!("{path}/rotate"), Some(&scenario.test_key), None);
    assert_eq!((rotated.status, id(&scenario)), (200, before), "{}", rotated.text);
    let patched = scenario.patch(&path, &scenario.test_key, &json!({ "credentials": other }));
    assert_eq!(patched.status, 200, "{}", patched.text);
    assert_eq!(patched.body["appConnection"]["details"]["task"], Value::Null, "{}", patched.text);
    let object = scenario.platform.index.object(scenario.target());
    let made: Option<Option<String>> = object.value("SELECT made_keys FROM connections", &[]).unwrap();
    assert_eq!(made.flatten(), None);
}

#[test]
fn a_key_that_we_made_and_that_is_in_use_again_is_not_ended() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    let connection = path.rsplit('/').next().unwrap().split('-').next().unwrap();
    let name = format!("Latchkey {connection}-2");
    let ours = identity("t2", "a1").replace("Ours", &name);
    scenario.platform.live.answer_to(&on("GET", "caller-identity"), NEW, 200, &ours);
    scenario.platform.live.answer(&on("PATCH", "tokens/t1"), 200, "{}");
    assert_eq!(post(&scenario, &path, "rotate").status, 200);
    for _ in 0..2 {
        assert_eq!(post(&scenario, &path, "rollback").status, 200);
    }
    assert_eq!(details(&scenario, &path)["task"], Value::Null);
    assert_eq!(timer(&scenario), 0);
    assert_eq!(sent(&scenario, &on("PATCH", "tokens/t2")), 0);
}
