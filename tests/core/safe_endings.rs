//! What ending and replacing keys must never do: end the key in use, use a dead key where that does harm, forget an account whose
//! key may still work, and lose sight of a key that we made.

use latchkey_edge::connections::tasks::{TASKS_MAX, run_due};
use latchkey_edge::ports::{FetchError, Target};
use latchkey_edge::store::sql::Sql;
use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::{Value, json};

#[path = "safe_endings/forgetting.rs"]
mod forgetting;
#[path = "safe_endings/left_behind.rs"]
mod left_behind;
#[path = "safe_endings/made_keys.rs"]
mod made_keys;

const OLD: &str = "api-01234567-89ab-4cde-8f01-23456789abcd";
const NEW: &str = "api-99999999-89ab-4cde-8f01-23456789abcd";
const THIRD: &str = "api-33333333-89ab-4cde-8f01-23456789abcd";
const FOURTH: &str = "api-44444444-89ab-4cde-8f01-23456789abcd";
const OKTA: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const CURRENT: &str = "DELETE https://acme.okta.com/api/v1/api-tokens/current";

fn on(method: &str, path: &str) -> String {
    format!("{method} https://app.launchdarkly.com/api/v2/{path}")
}

fn account(scenario: &Scenario) -> String {
    scenario.platform.live.launchdarkly(NEW);
    let new = json!({ "name": "one", "method": "access-token", "credentials": { "accessToken": OLD } });
    let made = scenario.post("/api/v1/app-connections/launchdarkly", &scenario.live_key, &new);
    assert_eq!(made.status, 201, "{}", made.text);
    format!("/api/v1/app-connections/launchdarkly/{}", made.body["appConnection"]["id"].as_str().unwrap())
}

fn post(scenario: &Scenario, path: &str, action: &str) -> Answer {
    scenario.send("POST", &format!("{path}/{action}"), Some(&scenario.live_key), None)
}

fn force(scenario: &Scenario, path: &str) -> Answer {
    let body = json!({ "force": true }).to_string();
    let body = Some(("application/json", body.as_str()));
    scenario.send("POST", &format!("{path}/revoke"), Some(&scenario.live_key), body)
}

fn timer(scenario: &Scenario) -> usize {
    let Target::Project(project) = scenario.target() else { unreachable!() };
    pollster::block_on(run_due(&scenario.platform, project, TASKS_MAX)).unwrap()
}

fn details(scenario: &Scenario, path: &str) -> Value {
    scenario.get(path, &scenario.live_key).body["appConnection"]["details"].clone()
}

fn sent(scenario: &Scenario, line: &str) -> usize {
    scenario.platform.live.seen().iter().filter(|seen| seen.line == line).count()
}

/// The steps of an answer: name, state, code.
fn steps(answer: &Answer) -> Vec<String> {
    let steps = answer.body["steps"].as_array().unwrap_or_else(|| panic!("{}", answer.text)).iter();
    let text = |step: &Value, member: &str| step[member].as_str().unwrap_or_default().to_owned();
    steps
        .map(|step| {
            [text(step, "step"), text(step, "state"), text(step, "code")].join(" ").trim_end().to_owned()
        })
        .collect()
}

/// What the log has of revocations, newest first.
fn log(scenario: &Scenario) -> Vec<String> {
    let read = scenario.get("/api/v1/audit-log?limit=100", &scenario.key_with(&["admin"]));
    let entries = read.body["entries"].as_array().unwrap().iter();
    let of_revocation = entries.filter(|entry| entry["action"] == "credential.revoke");
    of_revocation.map(|entry| entry["detail"].as_str().unwrap().to_owned()).collect()
}

fn exec(scenario: &Scenario, statement: &str) {
    scenario.platform.index.object(scenario.target()).exec(statement, &[]).unwrap();
}

fn is_in(scenario: &Scenario, state: &str, code: &str) {
    exec(
        scenario,
        &format!(
            "UPDATE connections SET health = '{state}', health_record = json_set(health_record, '$.state', '{state}',
             '$.cause', json('{{\"code\":\"{code}\",\"message\":\"m\",\"fix\":\"f\"}}'))"
        ),
    );
}

/// The answer of LaunchDarkly about who a key is.
fn identity(id: &str, organization: &str) -> String {
    json!({ "accountId": organization, "authKind": "token", "tokenKind": "auth", "tokenName": "Ours", "tokenId": id, "serviceToken": true })
        .to_string()
}

/// An account whose key was replaced, and whose old key `t1` is still to be ended.
fn unfinished(scenario: &Scenario) -> String {
    let path = account(scenario);
    scenario.platform.live.answer(&on("PATCH", "tokens/t1"), 503, "");
    assert_eq!(post(scenario, &path, "rotate").status, 200);
    assert_eq!(details(scenario, &path)["task"]["kind"], "end_old_key");
    scenario.platform.live.answer(&on("PATCH", "tokens/t1"), 200, "{}");
    path
}

#[test]
fn a_key_that_is_in_use_again_is_not_ended() {
    let by_hand = |key: &str| json!({ "credentials": { "accessToken": key } });
    // How the credential is changed, and who the key is then; and whether the old key is still ended.
    for (how, id, organization, ends) in [
        ("rollback", "t1", "a1", false),
        ("patch", "t1", "a1", false),
        ("patch", "t3", "a2", false),
        ("session", "t1", "a1", false),
        ("patch", "t3", "a1", true),
        ("session", "t3", "a1", true),
    ] {
        let what = format!("{how} {id} {organization}");
        let scenario = Scenario::new();
        let path = unfinished(&scenario);
        let key = if id == "t1" { OLD } else { THIRD };
        scenario.platform.live.answer_to(
            &on("GET", "caller-identity"),
            key,
            200,
            &identity(id, organization),
        );
        let before = sent(&scenario, &on("PATCH", "tokens/t1"));
        match how {
            "rollback" => assert_eq!(post(&scenario, &path, "rollback").status, 200),
            "patch" => {
                let patched = scenario.patch(&path, &scenario.live_key, &by_hand(key));
                assert_eq!(patched.status, 200, "{what}: {}", patched.text);
            }
            _ => {
                let id = path.rsplit('/').next().unwrap();
                let new =
                    json!({ "providers": ["launchdarkly"], "endUser": { "id": "u" }, "connectionId": id });
                let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &new);
                let token = made.body["token"].as_str().unwrap();
                let body = scenario.sealed_body("attempt-1", token, "launchdarkly", &[("accessToken", key)]);
                assert_eq!(scenario.post("/api/v1/connect", token, &body).status, 200, "{what}");
            }
        }
        // The key that the rotation made is replaced, so it is ended, unless the new one is of another organization.
        let ours = organization == "a1";
        scenario.platform.live.answer(&on("PATCH", "tokens/t2"), 200, "{}");
        assert_eq!(details(&scenario, &path)["task"].is_object(), ours, "{what}");
        scenario.platform.wait(3600);
        assert_eq!(timer(&scenario), usize::from(ours), "{what}");
        assert_eq!(sent(&scenario, &on("PATCH", "tokens/t1")) - before, usize::from(ends), "{what}");
        assert_eq!(sent(&scenario, &on("PATCH", "tokens/t2")), usize::from(ours), "{what}");
        assert_eq!(details(&scenario, &path)["task"], Value::Null, "{what}");
    }
}

#[test]
fn a_key_is_not_changed_while_a_request_that_ends_the_one_before_is_under_way() {
    let scenario = Scenario::new();
    let path = unfinished(&scenario);
    let lease = "UPDATE connections SET task = json_set(task, '$.lease', 'ours', '$.next', ";
    exec(&scenario, &format!("{lease}{})", scenario.platform.clock.0.get() + 1000));
    assert_eq!(post(&scenario, &path, "rollback").problem(), (409, "ending", None));
    let new = json!({ "credentials": { "accessToken": OLD } });
    assert_eq!(scenario.patch(&path, &scenario.live_key, &new).problem(), (409, "ending", None));
    scenario.platform.wait(2);
    assert_eq!(scenario.patch(&path, &scenario.live_key, &new).status, 200);
}

#[test]
fn the_old_key_is_compared_with_the_key_in_use_right_before_it_is_ended() {
    for (change, code) in [
        ("json_remove(report, '$.key.id')", json!("revoke_not_permitted")),
        ("json_set(report, '$.key.id', 't1')", Value::Null),
    ] {
        let scenario = Scenario::new();
        let path = unfinished(&scenario);
        exec(&scenario, &format!("UPDATE connections SET report = {change}"));
        let before = sent(&scenario, &on("PATCH", "tokens/t1"));
        scenario.platform.wait(61);
        assert_eq!(timer(&scenario), 1);
        assert_eq!(sent(&scenario, &on("PATCH", "tokens/t1")), before, "{change}");
        assert_eq!(details(&scenario, &path)["task"]["code"], code, "{change}");
    }
}

#[test]
fn a_key_that_does_not_work_is_not_sent_to_be_replaced() {
    for state in ["needs_new_key", "blocked", "unknown"] {
        let scenario = Scenario::new();
        let path = account(&scenario);
        is_in(&scenario, state, "key_rejected");
        let before = scenario.platform.live.seen().len();
        let refused = post(&scenario, &path, "rotate");
        assert_eq!(refused.problem(), (409, "rotation_not_offered", None), "{state}");
        assert!(refused.text.contains("relink") && refused.text.contains("verify"), "{}", refused.text);
        // By its age neither, until it works again.
        let project = format!("/api/v1/projects/{}", scenario.project);
        scenario.platform.wait(40 * 86_400);
        assert_eq!(scenario.patch(&project, ADMIN_TOKEN, &json!({ "rotateEveryDays": 30 })).status, 200);
        assert_eq!(timer(&scenario), 0, "{state}");
        assert_eq!(details(&scenario, &path)["task"], Value::Null, "{state}");
        assert_eq!(scenario.platform.live.seen().len(), before, "{state}");
        assert_eq!(post(&scenario, &path, "verify").status, 200, "{state}");
        assert_eq!(timer(&scenario), 1, "{state}");
        assert_eq!(scenario.get(&path, &scenario.live_key).body["appConnection"]["version"], 2, "{state}");
    }
}

#[test]
fn where_a_dead_key_does_harm_it_is_verified_right_before_it_is_sent() {
    let scenario = Scenario::new();
    let new = json!({ "name": "one", "method": "access-token", "credentials": { "accessToken": "glpat-test-dies-0000000000" } });
    let made = scenario.post("/api/v1/app-connections/gitlab", &scenario.test_key, &new);
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.body["appConnection"]["id"].as_str().unwrap();
    let path = format!("/api/v1/app-connections/gitlab/{id}");
    let refused = scenario.send("POST", &format!("{path}/rotate"), Some(&scenario.test_key), None);
    assert_eq!(refused.problem(), (409, "rotation_refused", None), "{}", refused.text);
    let noted = scenario.platform.index.done.borrow().iter().filter(|name| **name == "send-task").count();
    assert_eq!(noted, 0, "no request that makes a key was sent");
}

#[test]
fn a_key_that_is_kept_out_after_a_lost_answer_is_not_called_dead() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    scenario.platform.live.fail(&on("POST", "tokens"), FetchError::TimedOut);
    assert_eq!(post(&scenario, &path, "rotate").status, 202);
    exec(
        &scenario,
        "UPDATE connections SET health_record = json_set(health_record, '$.restricted', json('true'))",
    );
    scenario.platform.live.answer(
        &on("GET", "tokens?showAll=true&limit=1000"),
        401,
        r#"{"code":"unauthorized"}"#,
    );
    scenario.platform.wait(61);
    assert_eq!(timer(&scenario), 1);
    let details = details(&scenario, &path);
    assert_eq!(details["health"]["state"], "healthy", "{details}");
    assert_eq!(details["task"]["code"], "key_rejected", "{details}");
}

#[test]
fn a_rotation_that_another_try_took_over_is_not_told_as_done() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    let object = scenario.platform.index.object(scenario.target());
    let taken = "UPDATE connections SET task = json_set(task, '$.lease', 'another')";
    scenario.platform.live.meanwhile(move || _ = object.exec(taken, &[]).unwrap());
    let refused = post(&scenario, &path, "rotate");
    assert_eq!(refused.problem(), (409, "ending", None), "{}", refused.text);
    assert_eq!(scenario.get(&path, &scenario.live_key).body["appConnection"]["version"], 1);
}

#[test]
fn a_key_that_is_to_be_ended_is_not_replaced_by_the_one_before() {
    let scenario = Scenario::new();
    let path = account(&scenario);
    let new = json!({ "credentials": { "accessToken": THIRD } });
    assert_eq!(scenario.patch(&path, &scenario.live_key, &new).status, 200);
    scenario.platform.live.answer(&on("DELETE", "tokens/t1"), 503, "");
    assert_eq!(post(&scenario, &path, "revoke").status, 202);
    assert_eq!(post(&scenario, &path, "rollback").problem(), (409, "ending", None));
    assert_eq!(scenario.patch(&path, &scenario.live_key, &new).problem(), (409, "ending", None));
    assert_eq!(post(&scenario, &path, "rotate").problem(), (409, "ending", None));
}
