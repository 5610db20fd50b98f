//! An account is forgotten only if the provider said that its key has ended, or that it may not end it.

use super::{CURRENT, OKTA, account, details, exec, force, is_in, log, post, steps, timer};
use latchkey_edge::ports::FetchError;
use latchkey_tests::Scenario;
use serde_json::json;

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
