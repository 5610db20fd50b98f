//! What ending and replacing keys must never do: end the key in use, use a dead key where that does harm, forget an account whose
//! key may still work, and lose sight of a key that we made.

use latchkey_edge::connections::tasks::{TASKS_MAX, run_due};
use latchkey_edge::ports::{FetchError, Target};
use latchkey_edge::store::sql::Sql;
use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::{Value, json};

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
    let new = json!({ "name": "one", "method": "access-token", "credentials": { "accessToken": "glpat-test-dies-00000000" } });
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
fn only_a_refusal_that_the_providers_file_names_forgets_the_account() {
    for (status, body, code) in [
        (403, r#"{"errorCode":"E0000013"}"#, "access_refused"),
        (403, "{}", "access_refused"),
        (401, r#"{"errorCode":"E0000004"}"#, "key_rejected"),
        (403, r#"{"errorCode":"E0000015"}"#, "feature_unavailable"),
    ] {
        let scenario = Scenario::new();
        let path = scenario.account("one", OKTA);
        scenario.platform.live.answer(CURRENT, status, body);
        let later = post(&scenario, &path, "revoke");
        assert_eq!(later.status, 202, "{body}: {}", later.text);
        assert_eq!(steps(&later), [format!("token failed {code}"), "forget skipped".to_owned()], "{body}");
        assert!(later.text.contains("force"), "{body}: {}", later.text);
        // Asked again, it is still not taken for a key that has ended.
        scenario.platform.wait(3600);
        assert_eq!(timer(&scenario), 1);
        assert_eq!(details(&scenario, &path)["task"]["code"], code, "{body}");
        assert_eq!(force(&scenario, &path).status, 200);
        assert_eq!(scenario.get(&path, &scenario.live_key).status, 404);
    }
    // Nobody was asked: the project does not allow the host anymore, or the key's id is not known.
    let scenario = Scenario::new();
    exec(
        &scenario,
        r#"UPDATE project SET settings = json_set(settings, '$.hosts', json('{"gitlab":{"selfManaged":["git.example.com"]}}'))"#,
    );
    let live = &scenario.platform.live;
    live.answer(
        "GET https://git.example.com/api/v4/user",
        200,
        r#"{"id":1,"username":"ada","state":"active"}"#,
    );
    let token = r#"{"id":7,"name":"Ours","revoked":false,"scopes":["api"],"user_id":1,"active":true}"#;
    live.answer("GET https://git.example.com/api/v4/personal_access_tokens/self", 200, token);
    let credentials =
        json!({ "instanceUrl": "git.example.com", "accessToken": "glpat-0123456789abcdefghij" });
    let new = json!({ "name": "one", "method": "access-token", "credentials": credentials });
    let made = scenario.post("/api/v1/app-connections/gitlab", &scenario.live_key, &new);
    assert_eq!(made.status, 201, "{} {:?}", made.text, live.seen());
    let path =
        format!("/api/v1/app-connections/gitlab/{}", made.body["appConnection"]["id"].as_str().unwrap());
    exec(&scenario, "UPDATE project SET settings = json_remove(settings, '$.hosts')");
    let asked = live.seen().len();
    let later = post(&scenario, &path, "revoke");
    assert_eq!((later.status, live.seen().len()), (202, asked), "{}", later.text);
    assert_eq!(steps(&later), ["token failed host_not_allowed", "forget skipped"]);
    assert_eq!(force(&scenario, &path).status, 200);
    let scenario = Scenario::new();
    let path = account(&scenario);
    exec(&scenario, "UPDATE connections SET report = json_remove(report, '$.key.id')");
    let later = post(&scenario, &path, "revoke");
    assert_eq!(
        (later.status, steps(&later)),
        (202, vec!["token failed provider_unexpected".to_owned(), "forget skipped".to_owned()])
    );
    assert_eq!(force(&scenario, &path).status, 200);
}

#[test]
fn a_key_that_ended_though_no_answer_said_so_is_nothing_to_do() {
    let scenario = Scenario::new();
    let path = scenario.account("one", OKTA);
    scenario.platform.live.fail(CURRENT, FetchError::TimedOut);
    assert_eq!(post(&scenario, &path, "revoke").status, 202);
    scenario.platform.live.answer(CURRENT, 401, r#"{"errorCode":"E0000004"}"#);
    scenario.platform.wait(61);
    assert_eq!(timer(&scenario), 1);
    assert_eq!(scenario.get(&path, &scenario.live_key).status, 404);
    assert_eq!(log(&scenario)[0], "one");
}

#[test]
fn a_refusal_of_a_key_that_may_only_be_kept_out_is_not_its_end() {
    for (state, code, restricted) in [
        ("blocked", "access_refused", false),
        ("blocked", "account_inactive", false),
        ("needs_new_key", "account_inactive", false),
        ("healthy", "network_restricted", true),
    ] {
        let scenario = Scenario::new();
        let path = scenario.account("one", OKTA);
        is_in(&scenario, state, code);
        exec(
            &scenario,
            &format!(
                "UPDATE connections SET health_record = json_set(health_record, '$.restricted', json('{restricted}'))"
            ),
        );
        scenario.platform.live.answer(CURRENT, 401, r#"{"errorCode":"E0000011"}"#);
        let later = post(&scenario, &path, "revoke");
        assert_eq!(later.status, 202, "{state} {code}: {}", later.text);
        assert_eq!(steps(&later)[0], "token failed revoke_not_permitted", "{state} {code}");
        assert!(later.text.contains("https://acme-admin.okta.com/admin/access/api/tokens"), "{}", later.text);
        // When the key is let in again, it ends.
        scenario.platform.live.answer(CURRENT, 204, "");
        scenario.platform.wait(61);
        assert_eq!(timer(&scenario), 1);
        assert_eq!(log(&scenario)[0], "one", "{state} {code}");
    }
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
    for (token, status) in [("glpat-test-api-later-000", 202), ("glpat-test-api-lost-0000", 409)] {
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
