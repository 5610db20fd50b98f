//! Updates: a new credential is verified first and gets a new version. The old one is kept for a day, and no concurrent change is lost.

use latchkey_edge::store::sql::Sql;
use latchkey_tests::{Fault, Scenario};
use serde_json::{Value, json};

const OLD: &str = "00oldoldoldoldoldoldoldoldoldoldoldoldold0";
const NEW: &str = "00newnewnewnewnewnewnewnewnewnewnewnewnew0";

fn credentials(token: &str) -> Value {
    json!({ "credentials": { "instanceUrl": "https://acme.okta.com", "apiToken": token } })
}

fn opened(scenario: &Scenario, path: &str) -> String {
    let key = scenario.key_with(&["credentials:read"]);
    let opened = scenario.get(&format!("{path}/credentials"), &key);
    assert_eq!(opened.status, 200, "{}", opened.text);
    opened.body["credentials"]["apiToken"].as_str().unwrap().to_owned()
}

#[test]
fn a_changed_credential_is_a_new_version_and_the_old_one_is_kept_for_a_day() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    let before = scenario.get(&path, &scenario.live_key);
    scenario.platform.wait(60);
    let changed = scenario.patch(&path, &scenario.live_key, &credentials(NEW));
    assert_eq!(changed.status, 200, "{}", changed.text);
    let entry = &changed.body["appConnection"];
    assert_eq!((&entry["version"], &entry["name"]), (&json!(2), &json!("one")));
    assert_ne!(entry["credentialsHash"], before.body["appConnection"]["credentialsHash"]);
    assert_ne!(changed.headers["etag"], before.headers["etag"]);
    assert_eq!(opened(&scenario, &path), NEW);
    let history = scenario.get(&format!("{path}/history"), &scenario.live_key);
    let versions = history.body["versions"].as_array().unwrap();
    assert_eq!(
        versions.iter().map(|version| version["version"].as_u64().unwrap()).collect::<Vec<_>>(),
        [2, 1]
    );
    assert!(versions[0]["replacedAt"].is_null() && versions[0]["lastUsedAt"].is_string());
    assert_eq!(versions[1]["keptUntil"], "2026-11-23T12:01:00.000Z");
    assert_eq!(scenario.platform.blobs.values.borrow().len(), 2);
    scenario.platform.wait(24 * 3600 + 1);
    assert_eq!(scenario.platform.sweep(scenario.target()), 1);
    assert_eq!(opened(&scenario, &path), NEW);
    let history = scenario.get(&format!("{path}/history"), &scenario.live_key);
    assert_eq!(
        (&history.body["versions"][1]["version"], &history.body["versions"][1]["keptUntil"]),
        (&json!(1), &Value::Null)
    );
}

#[test]
fn a_credential_that_is_not_accepted_leaves_everything_as_it_was() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    let before = scenario.get(&path, &scenario.live_key);
    scenario.platform.live.answer(
        "GET https://acme.okta.com/api/v1/users/me",
        401,
        r#"{"errorCode":"E0000011"}"#,
    );
    assert_eq!(
        scenario.patch(&path, &scenario.live_key, &credentials(NEW)).problem(),
        (422, "key_rejected", Some("apiToken"))
    );
    assert_eq!(scenario.get(&path, &scenario.live_key).body, before.body);
    let part = json!({ "credentials": { "apiToken": NEW } });
    assert_eq!(
        scenario.patch(&path, &scenario.live_key, &part).problem(),
        (422, "field_required", Some("instanceUrl"))
    );
    assert_eq!(opened(&scenario, &path), OLD);
    assert_eq!(scenario.platform.blobs.values.borrow().len(), 1);
}

#[test]
fn names_and_descriptions_change_without_a_new_version() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    let other = scenario.account("two", OLD);
    let change = |body: &Value| scenario.patch(&path, &scenario.live_key, body);
    let changed = change(&json!({ "name": "renamed", "description": "For people" }));
    let entry = &changed.body["appConnection"];
    assert_eq!(
        (&entry["name"], &entry["description"], &entry["version"]),
        (&json!("renamed"), &json!("For people"), &json!(1))
    );
    assert_eq!(change(&json!({})).body["appConnection"]["description"], "For people");
    assert_eq!(change(&json!({ "description": null })).body["appConnection"]["description"], Value::Null);
    assert_eq!(change(&json!({ "name": "two" })).problem(), (409, "name_taken", Some("name")));
    assert_eq!(change(&json!({ "name": "renamed" })).status, 200);
    assert_eq!(change(&json!({ "name": "Not A Slug" })).status, 422);
    assert_eq!(
        scenario.patch(&other, &scenario.live_key, &json!({ "name": "one" })).status,
        200,
        "the old name is free"
    );
    let named = scenario.get("/api/v1/app-connections/okta/connection-name/renamed", &scenario.live_key);
    assert_eq!(named.body["appConnection"]["id"], entry["id"]);
    assert_eq!(
        scenario.get("/api/v1/app-connections/harness/connection-name/renamed", &scenario.live_key).status,
        404
    );
}

#[test]
fn if_match_keeps_two_people_from_overwriting_each_other() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    let tag = scenario.get(&path, &scenario.live_key).headers["etag"].clone();
    let send = |method: &str, tag: &str, body: &Value| {
        let body = Some(("application/json", body.to_string()));
        let body = body.as_ref().map(|(kind, text)| (*kind, text.as_str()));
        scenario.send_with(method, &path, Some(&scenario.live_key), body, &[("if-match", tag)])
    };
    assert_eq!(send("PATCH", &tag, &json!({ "description": "first" })).status, 200);
    assert_eq!(send("PATCH", &tag, &json!({ "description": "second" })).problem().1, "precondition_failed");
    assert_eq!(send("PATCH", &tag, &credentials(NEW)).problem().1, "precondition_failed");
    assert_eq!(send("DELETE", &tag, &json!({})).problem().1, "precondition_failed");
    assert_eq!(send("PATCH", "\"nonsense\"", &json!({})).problem().1, "precondition_failed");
    let now = scenario.get(&path, &scenario.live_key);
    assert_eq!(now.body["appConnection"]["description"], "first");
    let known = [("if-none-match", now.headers["etag"].as_str())];
    assert_eq!(scenario.send_with("GET", &path, Some(&scenario.live_key), None, &known).status, 304);
    assert_eq!(send("DELETE", &now.headers["etag"], &json!({})).status, 200);
}

#[test]
fn a_concurrent_change_wins_and_the_other_is_refused() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    // The row changes while the new credential is being verified.
    let object = scenario.platform.index.object(scenario.target());
    let between = "UPDATE connections SET description = 'between', revision = revision + 1";
    scenario.platform.live.meanwhile(move || _ = object.exec(between, &[]).unwrap());
    let answer = scenario.patch(&path, &scenario.live_key, &credentials(NEW));
    assert_eq!(answer.problem().1, "precondition_failed", "{}", answer.text);
    assert_eq!(opened(&scenario, &path), OLD);
    assert_eq!(scenario.get(&path, &scenario.live_key).body["appConnection"]["description"], "between");
    scenario.platform.wait(1300);
    scenario.platform.sweep_if_due(scenario.target());
    assert_eq!(scenario.platform.blobs.values.borrow().len(), 1);
}

#[test]
fn a_name_taken_meanwhile_refuses_the_change_and_leaves_no_value() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OLD);
    let object = scenario.platform.index.object(scenario.target());
    let taken = "INSERT INTO names (mode, name, connection) VALUES ('live', 'wanted', 'another')";
    scenario.platform.live.meanwhile(move || _ = object.exec(taken, &[]).unwrap());
    let change = json!({ "name": "wanted", "credentials": credentials(NEW)["credentials"] });
    let answer = scenario.patch(&path, &scenario.live_key, &change);
    assert_eq!(answer.problem().1, "name_taken", "{}", answer.text);
    assert_eq!(opened(&scenario, &path), OLD);
    scenario.platform.wait(1300);
    scenario.platform.sweep_if_due(scenario.target());
    assert_eq!(scenario.platform.blobs.values.borrow().len(), 1, "a value that nothing points at stays");
}

#[test]
fn after_every_fault_the_old_or_the_new_credential_opens() {
    for operation in ["begin-update", "commit-update"] {
        for fault in [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent] {
            for times in 1..=2 {
                let scenario = Scenario::new();
                let path = scenario.account("one", OLD);
                for _ in 0..times {
                    scenario.platform.index.faults.borrow_mut().push((operation, fault));
                }
                let answer = scenario.patch(&path, &scenario.live_key, &credentials(NEW));
                let case = format!("{operation} {fault:?} x{times}: {}", answer.text);
                scenario.platform.index.faults.borrow_mut().clear();
                let token = opened(&scenario, &path);
                if answer.status == 200 {
                    assert_eq!(token, NEW, "{case}");
                } else {
                    assert_eq!(answer.status, 503, "{case}");
                    assert_eq!(token, OLD, "{case}");
                }
                scenario.platform.wait(24 * 3600 + 700);
                scenario.platform.sweep(scenario.target());
                scenario.platform.sweep_if_due(scenario.target());
                assert_eq!(opened(&scenario, &path), token, "{case}");
                assert_eq!(scenario.platform.blobs.values.borrow().len(), 1, "{case}");
            }
        }
    }
    for fault in [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent] {
        let scenario = Scenario::new();
        let path = scenario.account("one", OLD);
        scenario.platform.blobs.put_faults.borrow_mut().push(fault);
        assert_eq!(
            scenario.patch(&path, &scenario.live_key, &credentials(NEW)).problem().1,
            "storage_unavailable"
        );
        assert_eq!(opened(&scenario, &path), OLD);
        scenario.platform.wait(700);
        scenario.platform.sweep_if_due(scenario.target());
        assert_eq!(scenario.platform.blobs.values.borrow().len(), 1, "{fault:?}");
    }
}

#[test]
fn deleting_deletes_every_version_and_leaves_a_record() {
    let scenario = Scenario::new();
    let admin = scenario.admin_key();
    let path = scenario.account("one", OLD);
    scenario.patch(&path, &scenario.live_key, &credentials(NEW));
    let gone = scenario.send("DELETE", &path, Some(&scenario.live_key), None);
    assert_eq!(gone.body["appConnection"]["version"], 2);
    assert_eq!(scenario.platform.sweep(scenario.target()), 2);
    let log = scenario.get("/api/v1/audit-log", admin);
    assert_eq!(
        (&log.body["entries"][0]["action"], &log.body["entries"][0]["detail"]),
        (&json!("connection.delete"), &json!("one"))
    );
    assert_eq!(scenario.get(&path, &scenario.live_key).status, 404);
}
