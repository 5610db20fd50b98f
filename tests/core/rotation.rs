//! Key rotation: values move to a new wrapping key without downtime, and an old key can be removed when no value needs it.

use latchkey_edge::store::sql::Sql;
use latchkey_tests::{ADMIN_TOKEN, Fault, Scenario};
use serde_json::json;

fn token(number: usize) -> String {
    format!("00token{number:0>35}")
}

fn paths(scenario: &Scenario, count: usize) -> Vec<String> {
    (0..count).map(|number| scenario.account(&format!("account-{number}"), &token(number))).collect()
}

fn all_open(scenario: &Scenario, paths: &[String]) {
    let key = scenario.key_with(&["credentials:read"]);
    for (number, path) in paths.iter().enumerate() {
        let opened = scenario.get(&format!("{path}/credentials"), &key);
        assert_eq!(opened.body["credentials"]["apiToken"], token(number), "{}", opened.text);
    }
}

#[test]
fn new_writes_use_the_new_key_and_the_sweep_moves_the_others_in_batches() {
    let mut scenario = Scenario::new();
    let mut all = paths(&scenario, 25);
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    all.push(scenario.account("account-25", &token(25)));
    let status = scenario.get("/api/v1/vault", ADMIN_TOKEN);
    assert_eq!(status.body["remaining"], 25);
    let key = |answer: &latchkey_tests::Answer, id: &str| {
        answer.body["keys"].as_array().unwrap().iter().find(|key| key["id"] == id).unwrap().clone()
    };
    assert_eq!(
        (&key(&status, "k2")["credentials"], &key(&status, "k1")["removable"]),
        (&json!(1), &json!(false))
    );
    all_open(&scenario, &all);
    for remaining in [15, 5] {
        let batch = scenario.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({}));
        assert_eq!((&batch.body["rewrapped"], &batch.body["remaining"]), (&json!(10), &json!(remaining)));
        all_open(&scenario, &all);
    }
    let second = scenario.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({}));
    assert_eq!((&second.body["rewrapped"], &second.body["remaining"]), (&json!(5), &json!(0)));
    assert_eq!(key(&second, "k1")["removable"], true);
    scenario.platform.rotate(&[("k2", 9)]);
    all_open(&scenario, &all);
    scenario.platform.wait(700);
    assert_eq!(
        scenario.platform.sweep(scenario.target()),
        25,
        "the old values go when nobody can be reading them"
    );
    all_open(&scenario, &all);
}

#[test]
fn a_version_that_is_still_kept_is_moved_too() {
    let mut scenario = Scenario::new();
    let path = scenario.account("one", &token(7));
    scenario.patch(
        &path,
        &scenario.live_key,
        &json!({ "credentials": { "instanceUrl": "acme.okta.com", "apiToken": token(0) } }),
    );
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    let moved = scenario.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({}));
    assert_eq!((&moved.body["rewrapped"], &moved.body["remaining"]), (&json!(2), &json!(0)));
    all_open(&scenario, &[path]);
}

#[test]
fn a_key_that_was_removed_too_early_affects_only_its_own_accounts() {
    let mut scenario = Scenario::new();
    let old = scenario.account("old", &token(0));
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    let new = scenario.account("new", &token(1));
    scenario.platform.rotate(&[("k2", 9)]);
    let key = scenario.key_with(&["credentials:read"]);
    assert_eq!(scenario.get(&format!("{old}/credentials"), &key).problem().1, "vault_key_missing");
    assert_eq!(scenario.get(&format!("{new}/credentials"), &key).status, 200);
    assert_eq!(scenario.get(&old, &scenario.live_key).status, 200);
    let moved = scenario.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({}));
    assert_eq!((&moved.body["rewrapped"], &moved.body["failed"][0]["keyId"]), (&json!(0), &json!("k1")));
    let keys = moved.body["keys"].as_array().unwrap();
    assert!(keys.iter().any(|key| key["id"] == "k1" && key["present"] == false && key["credentials"] == 1));
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    assert_eq!(scenario.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({})).body["remaining"], 0);
    all_open(&scenario, &[old]);
}

#[test]
fn every_fault_of_a_move_leaves_a_value_that_opens_and_the_next_batch_goes_on() {
    for operation in ["begin-rewrap", "replace-blob", "put"] {
        for fault in [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent] {
            for times in 1..=2 {
                let mut scenario = Scenario::new();
                let all = paths(&scenario, 2);
                scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
                for _ in 0..times {
                    match operation {
                        "put" => scenario.platform.blobs.put_faults.borrow_mut().push(fault),
                        _ => scenario.platform.index.faults.borrow_mut().push((operation, fault)),
                    }
                }
                scenario.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({}));
                scenario.platform.index.faults.borrow_mut().clear();
                scenario.platform.blobs.put_faults.borrow_mut().clear();
                all_open(&scenario, &all);
                let end = scenario.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({}));
                assert_eq!(end.body["remaining"], 0, "{operation} {fault:?} x{times}: {}", end.text);
                scenario.platform.rotate(&[("k2", 9)]);
                scenario.platform.wait(1300);
                scenario.platform.sweep_if_due(scenario.target());
                scenario.platform.sweep_if_due(scenario.target());
                all_open(&scenario, &all);
                assert_eq!(
                    scenario.platform.blobs.values.borrow().len(),
                    2,
                    "{operation} {fault:?} x{times}"
                );
            }
        }
    }
}

#[test]
fn a_move_that_comes_too_late_changes_nothing() {
    let mut scenario = Scenario::new();
    let all = paths(&scenario, 1);
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    let object = scenario.platform.index.object(scenario.target());
    let sweep = move || _ = object.exec("UPDATE intents SET swept = 1", &[]).unwrap();
    *scenario.platform.index.before.borrow_mut() = Some(("replace-blob", Box::new(sweep)));
    let moved = scenario.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({}));
    assert_eq!(moved.body["remaining"], 1, "{}", moved.text);
    scenario.platform.wait(3700);
    scenario.platform.sweep_if_due(scenario.target());
    all_open(&scenario, &all);
    assert_eq!(scenario.platform.blobs.values.borrow().len(), 1);
}

#[test]
fn a_project_sees_only_its_own_part_of_the_vault() {
    let scenario = Scenario::new();
    let _ = scenario.account("one", &token(0));
    let (other, _, _) = scenario.another_project();
    let new = json!({ "name": "Admin", "mode": "live", "scopes": ["admin"] });
    let other = scenario.post(&format!("/api/v1/projects/{other}/api-keys"), ADMIN_TOKEN, &new);
    let other = other.body["key"].as_str().unwrap();
    let own = scenario.get("/api/v1/vault", scenario.admin_key());
    assert_eq!(
        (&own.body["keys"][0]["credentials"], &own.body["keys"][0]["removable"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(scenario.get("/api/v1/vault", other).body["keys"][0]["credentials"], 0);
    assert_eq!(scenario.send("GET", "/api/v1/vault", None, None).status, 401);
}

fn rotated(scenario: &Scenario) -> (u32, u32) {
    let rotated = pollster::block_on(latchkey_edge::jobs::rotate_keys::rotate(&scenario.platform)).unwrap();
    (rotated.projects, rotated.rewrapped)
}

#[test]
fn a_run_with_nothing_to_do_calls_only_the_registry() {
    let mut scenario = Scenario::new();
    let all = paths(&scenario, 3);
    let _ = scenario.another_project();
    assert_eq!(rotated(&scenario), (0, 0), "with one key there is nothing to move");
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    assert_eq!(rotated(&scenario), (2, 3));
    scenario.platform.index.done.borrow_mut().clear();
    assert_eq!(rotated(&scenario), (0, 0));
    assert_eq!(*scenario.platform.index.done.borrow(), ["list-unrotated-projects"]);
    // Written late, by an isolate with the old ring: found a day later.
    scenario.platform.rotate(&[("k1", 2)]);
    let late = scenario.account("late", &token(0));
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    assert_eq!(rotated(&scenario), (0, 0));
    scenario.platform.wait(24 * 3600);
    assert_eq!(rotated(&scenario), (2, 1));
    scenario.platform.rotate(&[("k2", 9)]);
    all_open(&scenario, &all);
    all_open(&scenario, &[late]);
}

#[test]
fn a_run_is_bounded_and_the_next_one_continues() {
    let mut scenario = Scenario::new();
    let all = paths(&scenario, 170);
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    assert_eq!(rotated(&scenario), (1, 160));
    assert_eq!(rotated(&scenario), (1, 10));
    assert_eq!(rotated(&scenario), (0, 0));
    scenario.platform.rotate(&[("k2", 9)]);
    all_open(&scenario, &all);
}

#[test]
fn a_project_that_fails_and_a_missing_key_do_not_delay_other_projects() {
    let mut scenario = Scenario::new();
    let old = scenario.account("old", &token(0));
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    let new = scenario.account("new", &token(1));
    scenario.platform.rotate(&[("k3", 10), ("k2", 9)]);
    scenario.platform.index.faults.borrow_mut().push(("list-values-to-rewrap", Fault::NotDone));
    assert_eq!(rotated(&scenario), (1, 0), "the project did not answer");
    assert_eq!(rotated(&scenario), (1, 1), "what k1 wraps stays behind");
    assert_eq!(rotated(&scenario), (0, 0));
    scenario.platform.rotate(&[("k3", 10), ("k2", 9), ("k1", 2)]);
    assert_eq!(rotated(&scenario), (1, 1), "the key is back");
    scenario.platform.rotate(&[("k3", 10)]);
    all_open(&scenario, &[old, new]);
}

#[test]
fn a_key_of_one_mode_neither_sees_nor_moves_the_values_of_the_other() {
    let mut scenario = Scenario::new();
    let path = scenario.account("one", &token(0));
    let (_, test) = scenario.key_of(&json!({ "mode": "test", "scopes": ["admin"] }));
    let (_, live) = scenario.key_of(&json!({ "scopes": ["admin"] }));
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    for (key, remaining, moved) in [(&test, 0, 0), (&live, 1, 1)] {
        let status = scenario.get("/api/v1/vault", key);
        assert_eq!(status.body["remaining"], remaining, "{}", status.text);
        let batch = scenario.post("/api/v1/vault/rewrap", key, &json!({}));
        assert_eq!(batch.body["rewrapped"], moved, "{}", batch.text);
    }
    scenario.platform.rotate(&[("k2", 9)]);
    all_open(&scenario, &[path]);
}
