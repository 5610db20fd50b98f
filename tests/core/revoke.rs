//! Ending a key at its provider: the steps and their order, refusals, outages that leave a task, and nothing left behind.

use latchkey_edge::connections::tasks::{TASKS_MAX, run_due};
use latchkey_edge::ports::Target;
use latchkey_tests::{Answer, Fault, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const CURRENT: &str = "DELETE https://acme.okta.com/api/v1/api-tokens/current";

fn revoke(scenario: &Scenario, path: &str, body: Option<&Value>) -> Answer {
    let text = body.map(Value::to_string);
    let body = text.as_deref().map(|text| ("application/json", text));
    scenario.send("POST", &format!("{path}/revoke"), Some(&scenario.live_key), body)
}

/// The steps of an answer: name, state, code.
fn steps(answer: &Answer) -> Vec<(&str, &str, &str)> {
    let text = |value: &'static str, step: &'_ Value| step[value].as_str().map(str::to_owned);
    let steps = answer.body["steps"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    let leak = |text: Option<String>| &*text.unwrap_or_default().leak();
    steps
        .iter()
        .map(|step| (leak(text("step", step)), leak(text("state", step)), leak(text("code", step))))
        .collect()
}

fn timer(scenario: &Scenario) -> usize {
    let Target::Project(project) = scenario.target() else { unreachable!() };
    pollster::block_on(run_due(&scenario.platform, project, TASKS_MAX)).unwrap()
}

/// What the log has of revocations, newest first.
fn log(scenario: &Scenario) -> Vec<String> {
    let key = scenario.key_with(&["admin"]);
    let read = scenario.get("/api/v1/audit-log?limit=100", &key);
    let entries = read.body["entries"].as_array().unwrap().iter();
    let of_revocation = entries.filter(|entry| entry["action"] == "credential.revoke");
    of_revocation.map(|entry| entry["detail"].as_str().unwrap().to_owned()).collect()
}

fn events(scenario: &Scenario) -> Vec<String> {
    let read = scenario.get("/api/v1/events?limit=100", &scenario.live_key);
    read.body["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect()
}

/// Nothing of any account is left: no row, no name, no value in KV.
fn is_clean(scenario: &Scenario) {
    scenario.platform.wait(700);
    scenario.platform.sweep_if_due(scenario.target());
    let object = scenario.platform.index.object(scenario.target());
    assert_eq!((object.count("connections"), object.count("names"), object.count("versions")), (0, 0, 0));
    assert_eq!(scenario.platform.blobs.values.borrow().len(), 0);
}

#[test]
fn a_key_is_ended_by_the_providers_own_call_and_the_account_is_forgotten() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    scenario.platform.live.answer(CURRENT, 204, "");
    let ended = revoke(&scenario, &path, None);
    assert_eq!((ended.status, steps(&ended)), (200, vec![("token", "done", ""), ("forget", "done", "")]));
    assert!(ended.body.get("task").is_none());
    let last = scenario.platform.live.seen().pop().unwrap();
    assert_eq!((last.line.as_str(), last.authorization.unwrap()), (CURRENT, format!("SSWS {TOKEN}")));
    assert_eq!(scenario.get(&path, &scenario.live_key).status, 404);
    assert_eq!(log(&scenario), ["one"]);
    assert_eq!(events(&scenario), ["connection.created", "connection.revoked", "connection.deleted"]);
    assert_eq!(revoke(&scenario, &path, None).status, 404);
    is_clean(&scenario);
}

#[test]
fn a_key_that_may_not_end_itself_says_what_to_do_by_hand_and_where() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    scenario.platform.live.answer(CURRENT, 403, r#"{"errorCode":"E0000006"}"#);
    let ended = revoke(&scenario, &path, None);
    let expected = vec![("token", "failed", "revoke_not_permitted"), ("forget", "done", "")];
    assert_eq!((ended.status, steps(&ended)), (200, expected));
    let fix = ended.body["steps"][0]["fix"].as_str().unwrap();
    assert!(fix.ends_with("https://acme-admin.okta.com/admin/access/api/tokens"), "{fix}");
    assert_eq!(log(&scenario), ["one token was left"]);
    is_clean(&scenario);
}

#[test]
fn a_key_that_was_ended_before_is_nothing_to_do() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    scenario.platform.live.answer(CURRENT, 401, r#"{"errorCode":"E0000011"}"#);
    let ended = revoke(&scenario, &path, None);
    assert_eq!((ended.status, steps(&ended)), (200, vec![("token", "skipped", ""), ("forget", "done", "")]));
    is_clean(&scenario);
}

#[test]
fn a_provider_that_does_not_answer_leaves_a_task_and_an_account_that_is_not_used() {
    for (status, body, code) in [
        (503, r#"{"errorCode":"E0000010"}"#, "provider_unavailable"),
        (418, "{}", "provider_unexpected"),
        (403, "<html>", "access_refused"),
    ] {
        let scenario = Scenario::new();
        let path = scenario.account("one", TOKEN);
        let opener = scenario.key_with(&["credentials:read"]);
        scenario.platform.live.answer(CURRENT, status, body);
        let ended = revoke(&scenario, &path, None);
        assert_eq!(
            (ended.status, steps(&ended)),
            (202, vec![("token", "failed", code), ("forget", "skipped", "")])
        );
        let task = &ended.body["task"];
        assert_eq!((&task["kind"], &task["code"]), (&json!("revoke"), &json!(code)));
        assert!(task["nextTryAt"].is_string() && task["triedAt"].is_string() && task["since"].is_string());
        let read = scenario.get(&path, &scenario.live_key);
        assert_eq!(&read.body["appConnection"]["details"]["task"], task);
        // It is not given out, and nothing else is done with it.
        assert_eq!(scenario.get(&format!("{path}/credentials"), &opener).problem().1, "ending");
        let new = json!({ "credentials": { "instanceUrl": "acme.okta.com", "apiToken": TOKEN } });
        assert_eq!(scenario.patch(&path, &scenario.live_key, &new).problem().1, "ending");
        let session = json!({ "providers": ["okta"], "endUser": { "id": "u" }, "connectionId": path.rsplit('/').next() });
        let refused = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &session);
        assert_eq!(refused.problem().1, "ending");
        let checked = scenario.send("POST", &format!("{path}/verify"), Some(&scenario.live_key), None);
        assert_eq!(checked.problem().1, "ending");
        assert_eq!(
            scenario.get(&path, &scenario.live_key).body["appConnection"]["details"]["health"]["nextCheckAt"],
            Value::Null
        );
        // Not before its time; then again, until the provider is back.
        assert_eq!(timer(&scenario), 0);
        scenario.platform.wait(61);
        assert_eq!(timer(&scenario), 1);
        assert_eq!(timer(&scenario), 0, "it waits longer now");
        scenario.platform.live.answer(CURRENT, 204, "");
        scenario.platform.wait(60);
        assert_eq!(timer(&scenario), 0);
        scenario.platform.wait(61);
        assert_eq!(timer(&scenario), 1);
        assert_eq!(scenario.get(&path, &scenario.live_key).status, 404);
        assert_eq!(log(&scenario), ["one", "one waits for the provider"]);
        is_clean(&scenario);
    }
}

#[test]
fn a_revocation_is_tried_for_ever_and_at_most_a_day_apart() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    scenario.platform.live.answer(CURRENT, 503, "");
    assert_eq!(revoke(&scenario, &path, None).status, 202);
    for _ in 0..40 {
        scenario.platform.wait(24 * 3600);
        assert_eq!(timer(&scenario), 1);
    }
}

#[test]
fn force_forgets_at_once_whatever_the_provider_does() {
    for asked_before in [false, true] {
        let scenario = Scenario::new();
        let path = scenario.account("one", TOKEN);
        scenario.platform.live.answer(CURRENT, 503, "");
        if asked_before {
            assert_eq!(revoke(&scenario, &path, None).status, 202);
        }
        let forced = revoke(&scenario, &path, Some(&json!({ "force": true })));
        let expected = vec![("token", "failed", "provider_unavailable"), ("forget", "done", "")];
        assert_eq!((forced.status, steps(&forced)), (200, expected));
        assert_eq!(scenario.get(&path, &scenario.live_key).status, 404);
        is_clean(&scenario);
    }
}

#[test]
fn an_account_that_waits_can_be_deleted() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    scenario.platform.live.answer(CURRENT, 503, "");
    assert_eq!(revoke(&scenario, &path, None).status, 202);
    assert_eq!(scenario.send("DELETE", &path, Some(&scenario.live_key), None).status, 200);
    scenario.platform.wait(3600);
    assert_eq!(timer(&scenario), 0);
    is_clean(&scenario);
}

#[test]
fn a_body_of_another_shape_is_refused_and_so_is_an_old_revision() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    for wrong in [json!({ "force": 1 }), json!({ "now": true }), json!([])] {
        assert_eq!(revoke(&scenario, &path, Some(&wrong)).status, 400, "{wrong}");
    }
    let etag = scenario.get(&path, &scenario.live_key).headers["etag"].clone();
    assert_eq!(scenario.patch(&path, &scenario.live_key, &json!({ "name": "two" })).status, 200);
    let path = format!("{path}/revoke");
    let stale = scenario.send_with("POST", &path, Some(&scenario.live_key), None, &[("if-match", &etag)]);
    assert_eq!(stale.status, 412);
    let other = path.replace("okta", "gitlab");
    assert_eq!(scenario.send("POST", &other, Some(&scenario.live_key), None).status, 404);
}

#[test]
fn whatever_is_cut_short_ends_clean() {
    for step in ["begin-task", "settle-task", "get"] {
        for fault in [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent] {
            for times in 1..=3 {
                let what = format!("{step} {fault:?} x{times}");
                let scenario = Scenario::new();
                let path = scenario.account("one", TOKEN);
                scenario.platform.live.answer(CURRENT, 204, "");
                for _ in 0..times {
                    match step {
                        "get" => scenario.platform.blobs.get_faults.borrow_mut().push(fault),
                        _ => scenario.platform.index.faults.borrow_mut().push((step, fault)),
                    }
                }
                let answer = revoke(&scenario, &path, None);
                scenario.platform.index.faults.borrow_mut().clear();
                scenario.platform.blobs.get_faults.borrow_mut().clear();
                // The token is dead from its first call on.
                if scenario.platform.live.seen().iter().any(|seen| seen.line == CURRENT) {
                    scenario.platform.live.answer(CURRENT, 401, r#"{"errorCode":"E0000011"}"#);
                }
                assert!(matches!(answer.status, 200 | 202 | 503), "{what}: {}", answer.text);
                if answer.status == 200 {
                    assert_eq!(scenario.get(&path, &scenario.live_key).status, 404, "{what}");
                }
                scenario.platform.wait(130);
                timer(&scenario);
                if scenario.get(&path, &scenario.live_key).status != 404 {
                    assert_eq!(revoke(&scenario, &path, None).status, 200, "{what}");
                }
                is_clean(&scenario);
            }
        }
    }
}

#[test]
fn test_mode_plays_it() {
    let scenario = Scenario::new();
    for (app, credentials, path_end, states) in [
        (
            "okta",
            json!({ "instanceUrl": "latchkey-demo.okta.com", "apiToken": "00test-super-admin-0000000000000000000000a" }),
            200,
            "done",
        ),
        (
            "okta",
            json!({ "instanceUrl": "latchkey-demo.okta.com", "apiToken": "00test-super-admin-stays-0000000000000000b" }),
            200,
            "failed",
        ),
        (
            "okta",
            json!({ "instanceUrl": "latchkey-demo.okta.com", "apiToken": "00test-super-admin-later-0000000000000000c" }),
            202,
            "failed",
        ),
        ("gitlab", json!({ "accessToken": "glpat-test-api-00000000000" }), 200, "done"),
        ("gitlab", json!({ "accessToken": "glpat-test-api-stays-00000" }), 200, "failed"),
        ("gitlab", json!({ "accessToken": "glpat-test-api-later-00000" }), 202, "failed"),
        ("launchdarkly", json!({ "accessToken": "api-7e570001-0000-0000-0000-000000000000" }), 200, "done"),
        ("launchdarkly", json!({ "accessToken": "api-7e570001-cafe-0000-0000-000000000000" }), 200, "failed"),
        ("launchdarkly", json!({ "accessToken": "api-7e570001-da7e-0000-0000-000000000000" }), 202, "failed"),
        (
            "harness",
            json!({ "apiKey": "sat.LatchkeyTestAccount001.7e5700000000000000000001.00000000000000000000" }),
            200,
            "done",
        ),
        (
            "harness",
            json!({ "apiKey": "sat.LatchkeyTestAccount001.7e5700000000000000000001.policy00000000000000" }),
            200,
            "failed",
        ),
        (
            "harness",
            json!({ "apiKey": "sat.LatchkeyTestAccount001.7e5700000000000000000001.later000000000000000" }),
            202,
            "failed",
        ),
    ] {
        let method = latchkey_catalogue::find(app).unwrap().method.as_str();
        let new = json!({ "name": "one", "method": method, "credentials": credentials });
        let path = format!("/api/v1/app-connections/{app}");
        let made = scenario.post(&path, &scenario.test_key, &new);
        assert_eq!(made.status, 201, "{app}: {}", made.text);
        let one = format!("{path}/{}", made.body["appConnection"]["id"].as_str().unwrap());
        let ended = scenario.send("POST", &format!("{one}/revoke"), Some(&scenario.test_key), None);
        let last =
            ended.body["steps"].as_array().unwrap().iter().rfind(|step| step["step"] != "forget").unwrap();
        assert_eq!(
            (ended.status, last["state"].as_str().unwrap()),
            (path_end, states),
            "{app}: {}",
            ended.text
        );
        if path_end == 202 {
            assert_eq!(scenario.send("DELETE", &one, Some(&scenario.test_key), None).status, 200);
        }
        if states == "done" {
            // The key is dead from then on.
            let again = scenario.post(&path, &scenario.test_key, &new);
            assert_eq!(again.problem().1, "key_rejected", "{app}: {}", again.text);
        }
    }
    assert_eq!(scenario.platform.live.seen(), []);
}
