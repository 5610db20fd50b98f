//! Replacing a key by a new one of the same rights: on demand, by age, and to take it over. The new key is stored before the old
//! one ends, and each lost answer comes to a known end.

use latchkey_edge::connections::tasks::{TASKS_MAX, run_due};
use latchkey_edge::ports::{FetchError, Target};
use latchkey_tests::{ADMIN_TOKEN, Answer, Fault, Scenario, disguises};
use serde_json::{Value, json};

const OLD: &str = "api-01234567-89ab-4cde-8f01-23456789abcd";
const NEW: &str = "api-99999999-89ab-4cde-8f01-23456789abcd";
const BASE: &str = "https://app.launchdarkly.com/api/v2";

fn on(method: &str, path: &str) -> String {
    format!("{method} {BASE}/{path}")
}

fn launchdarkly(scenario: &Scenario) {
    scenario.platform.live.launchdarkly(NEW);
}

fn create(scenario: &Scenario, more: &Value) -> Answer {
    let mut new = json!({ "name": "one", "method": "access-token", "credentials": { "accessToken": OLD } });
    for (member, value) in more.as_object().unwrap() {
        new[member] = value.clone();
    }
    scenario.post("/api/v1/app-connections/launchdarkly", &scenario.live_key, &new)
}

fn account(scenario: &Scenario) -> String {
    launchdarkly(scenario);
    path_of(&create(scenario, &json!({})))
}

fn path_of(made: &Answer) -> String {
    assert_eq!(made.status, 201, "{}", made.text);
    format!("/api/v1/app-connections/launchdarkly/{}", made.body["appConnection"]["id"].as_str().unwrap())
}

fn rotate(scenario: &Scenario, path: &str) -> Answer {
    scenario.send("POST", &format!("{path}/rotate"), Some(&scenario.live_key), None)
}

fn timer(scenario: &Scenario) -> usize {
    let Target::Project(project) = scenario.target() else { unreachable!() };
    pollster::block_on(run_due(&scenario.platform, project, TASKS_MAX)).unwrap()
}

/// The key that the account has now, and its version.
fn opened(scenario: &Scenario, path: &str) -> (String, u64) {
    let opener = scenario.key_with(&["credentials:read"]);
    let opened = scenario.get(&format!("{path}/credentials"), &opener);
    assert_eq!(opened.status, 200, "{}", opened.text);
    let key = opened.body["credentials"]["accessToken"].as_str().unwrap().to_owned();
    (key, opened.body["version"].as_u64().unwrap())
}

fn details(scenario: &Scenario, path: &str) -> Value {
    let read = scenario.get(path, &scenario.live_key);
    assert_eq!(read.status, 200, "{}", read.text);
    read.body["appConnection"]["details"].clone()
}

fn lines(scenario: &Scenario) -> Vec<String> {
    scenario.platform.live.seen().into_iter().map(|seen| seen.line).collect()
}

fn events(scenario: &Scenario) -> Vec<String> {
    let read = scenario.get("/api/v1/events?limit=100", &scenario.live_key);
    read.body["events"].as_array().unwrap().iter().map(|e| e["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_new_key_is_verified_and_stored_before_the_old_one_ends() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    let before = lines(&scenario).len();
    let done = rotate(&scenario, &path);
    assert_eq!(done.status, 200, "{}", done.text);
    let shown = &done.body["appConnection"];
    assert_eq!((&shown["version"], &shown["details"]["task"]), (&json!(2), &Value::Null));
    assert_eq!(shown["isPlatformManagedCredentials"], false);
    assert_eq!(opened(&scenario, &path), (NEW.to_owned(), 2));
    let seen = scenario.platform.live.seen();
    let at = |line: &str, key: &str| {
        let found = seen.iter().skip(before).position(|seen| {
            seen.line == on(line.split(' ').next().unwrap(), line.split(' ').nth(1).unwrap())
                && seen.authorization.as_deref() == Some(key)
        });
        found.unwrap_or_else(|| panic!("{line} was not sent with this key"))
    };
    let order = [
        at("GET tokens/t1", OLD),
        at("POST tokens", OLD),
        at("GET caller-identity", NEW),
        at("PATCH tokens/t1", NEW),
    ];
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(events(&scenario), ["connection.created", "connection.updated", "connection.rotated"]);
    let key = scenario.key_with(&["admin"]);
    let log = scenario.get("/api/v1/audit-log?limit=100", &key);
    let entries = log.body["entries"].as_array().unwrap().iter();
    let rotated: Vec<_> = entries.filter(|entry| entry["action"] == "credential.rotate").collect();
    assert_eq!((rotated.len(), &rotated[0]["detail"]), (1, &json!("version 2")));
    // The history has both, and the old one can be restored for a day.
    let history = scenario.get(&format!("{path}/history"), &scenario.live_key);
    assert_eq!(history.body["versions"].as_array().unwrap().len(), 2);
}

#[test]
fn the_new_key_is_nowhere_but_in_the_vault() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    assert_eq!(rotate(&scenario, &path).status, 200);
    let mut texts = vec![
        scenario.get(&path, &scenario.live_key).text,
        scenario.get("/api/v1/events", &scenario.live_key).text,
        scenario.get("/api/v1/audit-log", &scenario.key_with(&["admin"])).text,
        scenario.platform.log.0.borrow().join("\n"),
        scenario.platform.index.object(scenario.target()).dump(),
    ];
    texts.extend(scenario.platform.blobs.values.borrow().values().cloned());
    texts.extend(lines(&scenario));
    for secret in [OLD, NEW] {
        for disguise in disguises(secret) {
            assert!(!texts.iter().any(|text| text.contains(&disguise)), "{disguise}");
        }
    }
}

#[test]
fn a_provider_without_such_a_call_says_so_and_changes_nothing() {
    let scenario = Scenario::new();
    let path = scenario.account("one", "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab");
    let refused = rotate(&scenario, &path);
    assert_eq!(refused.problem(), (409, "rotation_not_offered", None));
    assert!(refused.body["errors"][0]["fix"].as_str().unwrap().contains("relink"));
    assert_eq!(details(&scenario, &path)["task"], Value::Null);
    let missing = scenario.send(
        "POST",
        "/api/v1/app-connections/okta/00000000-0000-4000-8000-000000000000/rotate",
        Some(&scenario.live_key),
        None,
    );
    assert_eq!(missing.status, 404);
}

#[test]
fn a_refusal_keeps_the_old_key_and_is_told() {
    for (line, status) in [("GET tokens/t1", 403), ("POST tokens", 403), ("POST tokens", 400)] {
        let scenario = Scenario::new();
        let path = account(&scenario);
        let (method, rest) = line.split_once(' ').unwrap();
        scenario.platform.live.answer(&on(method, rest), status, r#"{"code":"forbidden"}"#);
        assert_eq!(rotate(&scenario, &path).problem().1, "rotation_refused", "{line}");
        assert_eq!(opened(&scenario, &path), (OLD.to_owned(), 1));
        let details = details(&scenario, &path);
        assert_eq!(details["health"]["state"], "healthy");
        assert_eq!(
            (&details["task"]["code"], &details["task"]["nextTryAt"]),
            (&json!("rotation_refused"), &Value::Null)
        );
        // It holds nothing up.
        let new = json!({ "credentials": { "accessToken": OLD } });
        assert_eq!(scenario.patch(&path, &scenario.live_key, &new).status, 200);
        launchdarkly(&scenario);
        assert_eq!(rotate(&scenario, &path).status, 200);
    }
}

#[test]
fn an_old_key_that_cannot_be_ended_is_told_and_the_new_one_stays() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    scenario.platform.live.answer(&on("PATCH", "tokens/t1"), 403, r#"{"code":"forbidden"}"#);
    assert_eq!(rotate(&scenario, &path).status, 200);
    assert_eq!(opened(&scenario, &path), (NEW.to_owned(), 2));
    let task = &details(&scenario, &path)["task"];
    assert_eq!((&task["kind"], &task["code"]), (&json!("end_old_key"), &json!("revoke_not_permitted")));

    // A provider that does not answer is asked again.
    let scenario = Scenario::new();
    let path = account(&scenario);
    scenario.platform.live.answer(&on("PATCH", "tokens/t1"), 503, "");
    assert_eq!(rotate(&scenario, &path).status, 200);
    assert_eq!(details(&scenario, &path)["task"]["kind"], "end_old_key");
    scenario.platform.live.answer(&on("PATCH", "tokens/t1"), 200, "{}");
    scenario.platform.wait(61);
    assert_eq!(timer(&scenario), 1);
    assert_eq!(details(&scenario, &path)["task"], Value::Null);
}

#[test]
fn a_key_that_a_lost_answer_made_is_deleted_before_the_next_try() {
    for lost in [Err(FetchError::TimedOut), Err(FetchError::Network), Ok((502, "<html>")), Ok((201, "{}"))] {
        let scenario = Scenario::new();
        let path = account(&scenario);
        match lost {
            Err(error) => scenario.platform.live.fail(&on("POST", "tokens"), error),
            Ok((status, body)) => scenario.platform.live.answer(&on("POST", "tokens"), status, body),
        }
        let later = rotate(&scenario, &path);
        assert_eq!(later.status, 202, "{}", later.text);
        assert_eq!(opened(&scenario, &path), (OLD.to_owned(), 1));
        let seen = scenario.platform.live.seen();
        let body: Value = serde_json::from_str(&seen.last().unwrap().body.clone().unwrap()).unwrap();
        let name = body["name"].as_str().unwrap();
        launchdarkly(&scenario);
        let items = json!({ "items": [{ "_id": "t1", "name": "Ours" }, { "_id": "t9", "name": name }] });
        scenario.platform.live.answer(&on("GET", "tokens?showAll=true&limit=1000"), 200, &items.to_string());
        scenario.platform.live.answer(&on("DELETE", "tokens/t9"), 204, "");
        scenario.platform.wait(61);
        assert_eq!(timer(&scenario), 1);
        let sent = lines(&scenario);
        let at = |line: String| sent.iter().rposition(|sent| *sent == line).unwrap();
        assert!(at(on("DELETE", "tokens/t9")) < at(on("POST", "tokens")));
        assert_eq!(opened(&scenario, &path), (NEW.to_owned(), 2));
        assert_eq!(details(&scenario, &path)["task"], Value::Null);
    }
}

#[test]
fn a_limit_is_no_lost_answer() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    scenario.platform.live.answer_with(
        &on("POST", "tokens"),
        429,
        &[("retry-after", "400")],
        r#"{"code":"rate_limited"}"#,
    );
    assert_eq!(rotate(&scenario, &path).status, 202);
    launchdarkly(&scenario);
    scenario.platform.wait(399);
    assert_eq!(timer(&scenario), 0, "the provider said how long to wait");
    scenario.platform.wait(2);
    assert_eq!(timer(&scenario), 1);
    assert!(!lines(&scenario).contains(&on("GET", "tokens?showAll=true&limit=1000")));
    assert_eq!(opened(&scenario, &path), (NEW.to_owned(), 2));
}

#[test]
fn whatever_is_cut_short_comes_to_an_end_with_a_key_that_works() {
    for step in ["begin-task", "send-task", "settle-task", "get", "put"] {
        for fault in [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent] {
            for times in 1..=4 {
                let what = format!("{step} {fault:?} x{times}");
                let scenario = Scenario::new();
                let path = account(&scenario);
                for _ in 0..times {
                    match step {
                        "get" => scenario.platform.blobs.get_faults.borrow_mut().push(fault),
                        "put" if fault != Fault::DoneSilent => {
                            scenario.platform.blobs.put_faults.borrow_mut().push(fault)
                        }
                        "put" => {}
                        _ => scenario.platform.index.faults.borrow_mut().push((step, fault)),
                    }
                }
                let answer = rotate(&scenario, &path);
                scenario.platform.index.faults.borrow_mut().clear();
                scenario.platform.blobs.get_faults.borrow_mut().clear();
                scenario.platform.blobs.put_faults.borrow_mut().clear();
                assert!(matches!(answer.status, 200 | 202 | 503), "{what}: {}", answer.text);
                let (key, version) = opened(&scenario, &path);
                assert!((key == NEW && version == 2) || (key == OLD && version == 1), "{what}");
                assert!(answer.status != 200 || version == 2, "{what}");
                scenario.platform.wait(130);
                timer(&scenario);
                if opened(&scenario, &path).1 == 1 {
                    assert_eq!(rotate(&scenario, &path).status, 200, "{what}");
                }
                assert_eq!(opened(&scenario, &path), (NEW.to_owned(), 2), "{what}");
                let details = details(&scenario, &path);
                assert_eq!(
                    (&details["task"], &details["health"]["state"]),
                    (&Value::Null, &json!("healthy")),
                    "{what}"
                );
            }
        }
    }
}

const GITLAB: &str = "/api/v1/app-connections/gitlab";

/// An account of the simulated GitLab. Returns its path.
fn gitlab(scenario: &Scenario, token: &str) -> String {
    let new = json!({ "name": "one", "method": "access-token", "credentials": { "accessToken": token } });
    let made = scenario.post(GITLAB, &scenario.test_key, &new);
    assert_eq!(made.status, 201, "{}", made.text);
    format!("{GITLAB}/{}", made.body["appConnection"]["id"].as_str().unwrap())
}

#[test]
fn a_lost_answer_where_the_old_key_dies_at_once_is_a_need_of_a_new_key() {
    let scenario = Scenario::new();
    let path = gitlab(&scenario, "glpat-test-api-lost-000000");
    let lost = scenario.send("POST", &format!("{path}/rotate"), Some(&scenario.test_key), None);
    assert_eq!(lost.problem().1, "rotation_lost", "{}", lost.text);
    let read = scenario.get(&path, &scenario.test_key);
    let health = &read.body["appConnection"]["details"]["health"];
    assert_eq!((&health["state"], &health["code"]), (&json!("needs_new_key"), &json!("rotation_lost")));
    // It can be linked again by hand.
    let new = json!({ "credentials": { "accessToken": "glpat-test-api-0000000000a" } });
    assert_eq!(scenario.patch(&path, &scenario.test_key, &new).status, 200);
    let done = scenario.send("POST", &format!("{path}/rotate"), Some(&scenario.test_key), None);
    assert_eq!((done.status, &done.body["appConnection"]["version"]), (200, &json!(3)), "{}", done.text);
    assert_eq!(scenario.send("POST", &format!("{path}/verify"), Some(&scenario.test_key), None).status, 200);
}

#[test]
fn an_old_key_that_still_works_after_a_lost_answer_was_not_replaced() {
    let scenario = Scenario::new();
    let path = gitlab(&scenario, "glpat-test-api-later-00000");
    let later = scenario.send("POST", &format!("{path}/rotate"), Some(&scenario.test_key), None);
    assert_eq!(later.status, 202, "{}", later.text);
    scenario.platform.wait(61);
    assert_eq!(timer(&scenario), 1);
    let read = scenario.get(&path, &scenario.test_key).body;
    let details = &read["appConnection"]["details"];
    assert_eq!(
        (&details["health"]["state"], &details["task"]["nextTryAt"]),
        (&json!("healthy"), &Value::Null)
    );
    let rotations = |scenario: &Scenario| {
        scenario.platform.index.done.borrow().iter().filter(|name| **name == "send-task").count()
    };
    let before = rotations(&scenario);
    scenario.platform.wait(86_400);
    assert_eq!(
        (timer(&scenario), rotations(&scenario)),
        (0, before),
        "the old key is never rotated again by itself"
    );
}

#[test]
fn test_mode_plays_it() {
    let scenario = Scenario::new();
    let harness = "sat.LatchkeyTestAccount001.7e5700000000000000000001.";
    for (app, credentials, status, code) in [
        ("gitlab", json!({ "accessToken": "glpat-test-api-0000000000b" }), 200, "none"),
        ("gitlab", json!({ "accessToken": "glpat-test-api-stays-00000" }), 409, "rotation_refused"),
        ("launchdarkly", json!({ "accessToken": "api-7e570001-0000-0000-0000-000000000000" }), 200, "none"),
        (
            "launchdarkly",
            json!({ "accessToken": "api-7e570001-cafe-0000-0000-000000000000" }),
            409,
            "rotation_refused",
        ),
        ("launchdarkly", json!({ "accessToken": "api-7e570001-1057-0000-0000-000000000000" }), 202, "none"),
        ("harness", json!({ "apiKey": format!("{harness}00000000000000000000") }), 200, "none"),
        ("harness", json!({ "apiKey": format!("{harness}policy00000000000000") }), 409, "rotation_refused"),
        ("harness", json!({ "apiKey": format!("{harness}lost0000000000000000") }), 202, "none"),
    ] {
        let method = latchkey_catalogue::find(app).unwrap().method.as_str();
        let new = json!({ "name": "one", "method": method, "credentials": credentials });
        let path = format!("/api/v1/app-connections/{app}");
        let made = scenario.post(&path, &scenario.test_key, &new);
        assert_eq!(made.status, 201, "{app}: {}", made.text);
        let one = format!("{path}/{}", made.body["appConnection"]["id"].as_str().unwrap());
        let done = scenario.send("POST", &format!("{one}/rotate"), Some(&scenario.test_key), None);
        assert_eq!((done.status, done.problem().1), (status, code), "{app}: {}", done.text);
        if status == 202 {
            scenario.platform.wait(61);
            assert_eq!(timer(&scenario), 1);
            let read = scenario.get(&one, &scenario.test_key);
            assert_eq!(read.body["appConnection"]["version"], 2, "{app}: {}", read.text);
        }
        assert_eq!(
            scenario.send("POST", &format!("{one}/verify"), Some(&scenario.test_key), None).status,
            200,
            "{app}"
        );
        assert_eq!(scenario.send("DELETE", &one, Some(&scenario.test_key), None).status, 200);
    }
    assert_eq!(scenario.platform.live.seen(), []);
}

#[test]
fn a_key_is_rotated_when_it_is_as_old_as_the_project_lets_it_be() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    let okta = scenario.create("other", "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab", &[]);
    assert_eq!(okta.status, 201);
    let project = format!("/api/v1/projects/{}", scenario.project);
    scenario.platform.wait(40 * 86_400);
    assert_eq!(timer(&scenario), 0, "never by itself, unless the project says so");
    assert_eq!(scenario.patch(&project, ADMIN_TOKEN, &json!({ "rotateEveryDays": 30 })).status, 200);
    assert_eq!(timer(&scenario), 1);
    assert_eq!(opened(&scenario, &path), (NEW.to_owned(), 2));
    assert_eq!(timer(&scenario), 0);
    scenario.platform.wait(30 * 86_400 + 1);
    assert_eq!(timer(&scenario), 1);
    assert_eq!(opened(&scenario, &path).1, 3);
}

#[test]
fn a_key_that_is_taken_over_is_known_to_nobody_outside_and_not_edited_by_hand() {
    let scenario = Scenario::new();
    launchdarkly(&scenario);
    let made = create(&scenario, &json!({ "takeOver": true }));
    let path = path_of(&made);
    assert_eq!(made.body["appConnection"]["details"]["task"]["kind"], "take_over");
    assert_eq!(made.body["appConnection"]["isPlatformManagedCredentials"], false);
    assert_eq!(timer(&scenario), 1);
    let read = scenario.get(&path, &scenario.live_key).body["appConnection"].clone();
    assert_eq!((&read["isPlatformManagedCredentials"], &read["version"]), (&json!(true), &json!(2)));
    assert_eq!(opened(&scenario, &path).0, NEW);
    // The old key is dead minutes later.
    let seen = scenario.platform.live.seen();
    let patch: Value = serde_json::from_str(&seen.last().unwrap().body.clone().unwrap()).unwrap();
    assert_eq!(patch[0]["value"], scenario.platform.clock.0.get() + 600_000);
    let new = json!({ "credentials": { "accessToken": OLD } });
    assert_eq!(scenario.patch(&path, &scenario.live_key, &new).problem(), (409, "managed_credentials", None));
    let rollback = scenario.send("POST", &format!("{path}/rollback"), Some(&scenario.live_key), None);
    assert_eq!(rollback.problem().1, "managed_credentials");
    let id = path.rsplit('/').next().unwrap();
    let session = json!({ "providers": ["launchdarkly"], "endUser": { "id": "u" }, "connectionId": id });
    let refused = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &session);
    assert_eq!(refused.problem().1, "managed_credentials");
    assert_eq!(scenario.patch(&path, &scenario.live_key, &json!({ "name": "two" })).status, 200);
    // Rotating keeps it ours. A key that does not work anymore can be replaced by hand, and is the customer's then.
    assert_eq!(rotate(&scenario, &path).status, 200);
    assert_eq!(
        scenario.get(&path, &scenario.live_key).body["appConnection"]["isPlatformManagedCredentials"],
        true
    );
    scenario.platform.live.answer(&on("GET", "caller-identity"), 401, r#"{"code":"unauthorized"}"#);
    for _ in 0..2 {
        scenario.send("POST", &format!("{path}/verify"), Some(&scenario.live_key), None);
        scenario.platform.wait(400);
    }
    launchdarkly(&scenario);
    let edited = scenario.patch(&path, &scenario.live_key, &new);
    assert_eq!(
        (edited.status, &edited.body["appConnection"]["isPlatformManagedCredentials"]),
        (200, &json!(false))
    );
}

#[test]
fn a_provider_that_cannot_replace_keys_refuses_to_take_over_at_once() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let credentials =
        json!({ "instanceUrl": "acme.okta.com", "apiToken": "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab" });
    for member in ["takeOver", "isPlatformManagedCredentials"] {
        let new = json!({ "name": "one", "method": "api-token", "credentials": credentials, member: true });
        let refused = scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &new);
        assert_eq!(refused.problem(), (422, "invalid_parameter", Some("takeOver")), "{member}");
    }
    let session =
        json!({ "providers": ["launchdarkly", "okta"], "endUser": { "id": "u" }, "takeOver": true });
    let refused = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &session);
    assert_eq!(refused.problem(), (422, "invalid_parameter", Some("takeOver")));
    assert!(scenario.listed(&scenario.live_key).is_empty());
}

#[test]
fn a_take_over_that_fails_leaves_a_linked_account_that_says_so() {
    let scenario = Scenario::new();
    launchdarkly(&scenario);
    scenario.platform.live.answer(&on("POST", "tokens"), 403, r#"{"code":"forbidden"}"#);
    let path = path_of(&create(&scenario, &json!({ "takeOver": true })));
    assert_eq!(timer(&scenario), 1);
    let read = scenario.get(&path, &scenario.live_key).body["appConnection"].clone();
    let task = &read["details"]["task"];
    assert_eq!(
        (&task["kind"], &task["code"], &task["nextTryAt"]),
        (&json!("take_over"), &json!("rotation_refused"), &Value::Null)
    );
    assert_eq!(
        (&read["isPlatformManagedCredentials"], &read["details"]["health"]["state"]),
        (&json!(false), &json!("healthy"))
    );
    assert_eq!(opened(&scenario, &path), (OLD.to_owned(), 1));
}

#[test]
fn a_session_takes_the_key_over_that_it_links() {
    let scenario = Scenario::new();
    launchdarkly(&scenario);
    let new = json!({ "providers": ["launchdarkly"], "endUser": { "id": "u" }, "takeOver": true });
    let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &new);
    assert_eq!(made.status, 201, "{}", made.text);
    let token = made.body["token"].as_str().unwrap();
    let values = [("accessToken", OLD)];
    let body = scenario.sealed_body("attempt-1", token, "launchdarkly", &values);
    let linked = scenario.post("/api/v1/connect", token, &body);
    assert_eq!(linked.status, 200, "{}", linked.text);
    let id = linked.body["connection"]["id"].as_str().unwrap();
    assert_eq!(timer(&scenario), 1);
    let path = format!("/api/v1/app-connections/launchdarkly/{id}");
    let read = scenario.get(&path, &scenario.live_key).body["appConnection"].clone();
    assert_eq!((&read["isPlatformManagedCredentials"], &read["version"]), (&json!(true), &json!(2)));
}

#[test]
fn ending_a_key_ends_what_an_unfinished_rotation_left() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    scenario.platform.live.fail(&on("POST", "tokens"), FetchError::TimedOut);
    assert_eq!(rotate(&scenario, &path).status, 202);
    let seen = scenario.platform.live.seen();
    let body: Value = serde_json::from_str(&seen.last().unwrap().body.clone().unwrap()).unwrap();
    let items = json!({ "items": [{ "_id": "t9", "name": body["name"] }] });
    scenario.platform.live.answer(&on("GET", "tokens?showAll=true&limit=1000"), 200, &items.to_string());
    scenario.platform.live.answer(&on("DELETE", "tokens/t9"), 204, "");
    scenario.platform.live.answer(&on("DELETE", "tokens/t1"), 204, "");
    let ended = scenario.send("POST", &format!("{path}/revoke"), Some(&scenario.live_key), None);
    assert_eq!(ended.status, 200, "{}", ended.text);
    let sent = lines(&scenario);
    assert!(sent.ends_with(&[on("DELETE", "tokens/t9"), on("DELETE", "tokens/t1")]), "{sent:?}");
}
