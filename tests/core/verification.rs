//! How a verification runs: the order of its requests, what it reads from responses, and when it stops.

use latchkey_tests::{Answer, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const KEY: &str = "sat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.abcdefghij0123456789";
const OLD_KEY: &str = "sat.0123456789abcdef01234567.abcdefghij0123456789";
const LD_TOKEN: &str = "api-01234567-89ab-4cde-8f01-23456789abcd";

/// A deployment with an Okta organization, and a rule for each of its paths.
fn okta(rules: &[(&str, u16, &str)]) -> Scenario {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    for (path, status, body) in rules {
        scenario.platform.live.answer(&format!("GET https://acme.okta.com{path}"), *status, body);
    }
    scenario
}

fn link(scenario: &Scenario, scopes: &[&str]) -> Answer {
    let session = scenario.session_of(&scenario.live_key, "okta", "user-1", scopes);
    scenario.submit(&session, "okta", &[("instanceUrl", "acme.okta.com"), ("apiToken", TOKEN)])
}

fn warnings(answer: &Answer) -> Vec<String> {
    let warnings = answer.body["report"]["warnings"].as_array().cloned().unwrap_or_default();
    warnings.iter().map(|warning| warning["code"].as_str().unwrap().to_owned()).collect()
}

fn permitted(answer: &Answer, id: &str) -> Option<bool> {
    let capabilities = answer.body["report"]["capabilities"].as_array().unwrap();
    capabilities.iter().find(|capability| capability["id"] == id)?["permitted"].as_bool()
}

const DENIED: &str = r#"{"errorCode":"E0000006"}"#;

#[test]
fn what_a_key_may_do_is_tried_and_reported() {
    let scenario = okta(&[
        ("/api/v1/users?limit=1", 200, "[]"),
        ("/api/v1/groups?limit=1", 403, DENIED),
        ("/api/v1/logs?limit=1", 401, r#"{"errorCode":"E0000015"}"#),
        ("/api/v1/apps?limit=1", 500, ""),
        ("/api/v1/zones?limit=1", 403, "<html>a firewall</html>"),
    ]);
    let answer = link(&scenario, &[]);
    assert_eq!((answer.status, warnings(&answer)), (200, vec![]), "{}", answer.text);
    let found = ["users.read", "groups.read", "logs.read", "apps.read", "zones.read", "eventHooks.read"]
        .map(|id| permitted(&answer, id));
    assert_eq!(found, [Some(true), Some(false), Some(false), None, None, None]);
}

#[test]
fn the_cause_that_the_keys_shape_tells_stands_first_and_else_last() {
    let scenario = okta(&[("/api/v1/users/me", 401, r#"{"errorCode":"E0000011"}"#)]);
    let longer = format!("{TOKEN}-and-more");
    let causes = |token: &str| {
        let session = scenario.session(&scenario.live_key);
        let answer =
            scenario.submit(&session, "okta", &[("instanceUrl", "acme.okta.com"), ("apiToken", token)]);
        assert_eq!(answer.problem(), (422, "key_rejected", Some("apiToken")), "{}", answer.text);
        let error = &answer.body["errors"][0];
        assert_eq!(error["message"], "Okta does not accept this API token.");
        let causes = error["causes"].as_array().unwrap().iter();
        causes.map(|cause| cause.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (usual, unusual) = (causes(TOKEN), causes(&longer));
    let mistyped = "A part of it is missing, or it was mistyped.";
    assert_eq!((usual.len(), usual.last().unwrap().as_str()), (5, mistyped));
    assert_eq!(unusual.first().unwrap(), mistyped);
    assert_eq!(unusual.get(1..), usual.get(..4), "the others keep the order of the file");
}

#[test]
fn a_missing_scope_is_a_warning() {
    let scenario = okta(&[("/api/v1/users?limit=1", 200, "[]"), ("/api/v1/groups?limit=1", 403, DENIED)]);
    let answer = link(&scenario, &["users.read", "groups.read"]);
    assert_eq!((answer.status, warnings(&answer)), (200, vec!["insufficient_rights".to_owned()]));
    let message = answer.body["report"]["warnings"][0]["message"].as_str().unwrap();
    assert!(message.contains("Read groups") && !message.contains("Read users"), "{message}");
}

#[test]
fn scopes_that_no_provider_of_the_session_knows_are_refused() {
    let scenario = Scenario::new();
    let body =
        json!({ "providers": ["okta"], "endUser": { "id": "u" }, "scopes": ["users.read", "flags.write"] });
    let answer = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
    assert_eq!(answer.problem(), (422, "invalid_parameter", Some("scopes")));
}

#[test]
fn a_tokens_name_and_network_are_reported_if_it_can_be_identified() {
    let token = |user: &str, id: &str| {
        json!({ "id": id, "name": "Example", "clientName": "Okta API", "userId": user,
            "network": { "connection": "ZONE" }, "created": "2026-01-01T00:00:00.000Z", "expiresAt": "2026-12-01T00:00:00.000Z" })
    };
    let one = json!([token("00uada", "00T1"), token("00uother", "00T2")]).to_string();
    let answer = link(&okta(&[("/api/v1/api-tokens", 200, &one)]), &[]);
    assert_eq!(
        answer.body["report"]["key"],
        json!({ "id": "00T1", "name": "Example", "createdAt": "2026-01-01T00:00:00.000Z",
        "expiresAt": "2026-12-01T00:00:00.000Z", "idleDays": 30 })
    );
    assert_eq!(warnings(&answer), ["network_restricted"]);
    let two = json!([token("00uada", "00T1"), token("00uada", "00T2")]).to_string();
    for (status, body) in [(200, two.as_str()), (403, DENIED), (200, "[]"), (500, ""), (200, "<html>")] {
        let answer = link(&okta(&[("/api/v1/api-tokens", status, body)]), &[]);
        assert_eq!(
            (answer.status, &answer.body["report"]["key"]["id"]),
            (200, &Value::Null),
            "{status} {body}"
        );
        assert_eq!(warnings(&answer), Vec::<String>::new());
    }
}

#[test]
fn calls_that_do_not_depend_on_each_other_run_together() {
    let scenario = okta(&[]);
    assert_eq!(link(&scenario, &[]).status, 200);
    let lines: Vec<_> = scenario.platform.live.seen().into_iter().map(|seen| seen.line).collect();
    assert!(lines[0].ends_with("/okta-organization") && lines[1].ends_with("/users/me"), "{lines:?}");
    assert_eq!((lines.len(), scenario.platform.live.most_at_once()), (11, 9));
}

#[test]
fn a_rejected_key_is_asked_nothing_more() {
    let scenario = okta(&[("/api/v1/users/me", 401, r#"{"errorCode":"E0000011"}"#)]);
    assert_eq!(link(&scenario, &[]).problem().1, "key_rejected");
    assert_eq!(scenario.platform.live.seen().len(), 2);
}

#[test]
fn a_slow_provider_gets_no_optional_requests() {
    let scenario = okta(&[]);
    let clock = scenario.platform.clock.0.clone();
    *scenario.platform.live.slow.borrow_mut() = Some((10_001, clock));
    let answer = link(&scenario, &[]);
    assert_eq!(
        (answer.status, warnings(&answer)),
        (200, vec!["rights_unknown".to_owned()]),
        "{}",
        answer.text
    );
    assert_eq!(scenario.platform.live.seen().len(), 2);
}

#[test]
fn another_organization_than_the_one_linked_before_is_a_warning() {
    let scenario = okta(&[]);
    assert_eq!(warnings(&link(&scenario, &[])), Vec::<String>::new());
    assert_eq!(warnings(&link(&scenario, &[])), Vec::<String>::new());
    let other = r#"{"id":"00oother","_links":{"organization":{"href":"https://acme.okta.com"}}}"#;
    scenario.platform.live.answer("GET https://acme.okta.com/.well-known/okta-organization", 200, other);
    assert_eq!(warnings(&link(&scenario, &[])), ["organization_changed"]);
    let session = scenario.session_of(&scenario.live_key, "okta", "somebody-else", &[]);
    let answer = scenario.submit(&session, "okta", &[("instanceUrl", "acme.okta.com"), ("apiToken", TOKEN)]);
    assert_eq!(warnings(&answer), Vec::<String>::new());
}

#[test]
fn an_id_of_dots_walks_up_no_path() {
    for id in [".", ".."] {
        let scenario = Scenario::new();
        let line = "GET https://app.launchdarkly.com/api/v2/caller-identity";
        let identity = json!({ "accountId": "a", "authKind": "token", "tokenKind": "auth", "tokenId": id, "serviceToken": true });
        scenario.platform.live.answer(line, 200, &identity.to_string());
        let session = scenario.session_for(&scenario.live_key, "launchdarkly");
        assert_eq!(scenario.submit(&session, "launchdarkly", &[("accessToken", LD_TOKEN)]).status, 200);
        assert!(scenario.platform.live.seen().iter().all(|seen| !seen.line.contains("/tokens")));
    }
}

#[test]
fn a_custom_role_is_not_called_too_small() {
    let roles = r#"[{"type":"CUSTOM","label":"Log Reader","status":"ACTIVE"}]"#;
    let answer = link(&okta(&[("/api/v1/users/00uada/roles", 200, roles)]), &[]);
    assert_eq!(
        (warnings(&answer), &answer.body["report"]["roles"]),
        (vec!["rights_unknown".to_owned()], &json!(["Log Reader"]))
    );
}

#[test]
fn a_key_with_text_around_it_still_contains_its_account() {
    for key in
        [KEY.replace("AbCd", "AbCd\u{200b}"), format!("x-api-key:{KEY}"), KEY.replace(".0123", "\n.0123")]
    {
        let (seen, answer) = harness(&[("apiKey", &key)]);
        assert!(
            seen.first().is_some_and(|seen| seen.line.ends_with("=AbCdEfGhIjKlMnOpQrStUv")),
            "{key:?}: {}",
            answer.text
        );
    }
}

/// Runs an attempt with Harness. Returns the requests and the response.
fn harness(answers: &[(&str, &str)]) -> (Vec<latchkey_tests::Seen>, Answer) {
    let scenario = Scenario::new();
    let session = scenario.session_for(&scenario.live_key, "harness");
    let answer = scenario.submit(&session, "harness", answers);
    (scenario.platform.live.seen(), answer)
}

#[test]
fn a_harness_account_is_read_out_of_the_key_or_the_pasted_address() {
    let line = |host: &str| {
        format!("POST https://{host}/ng/api/token/validate?accountIdentifier=AbCdEfGhIjKlMnOpQrStUv")
    };
    let address = "https://app3.harness.io/ng/account/AbCdEfGhIjKlMnOpQrStUv/home/get-started";
    for (answers, host) in [
        (vec![("apiKey", KEY)], "app.harness.io"),
        (vec![("apiKey", KEY), ("accountIdentifier", "AbCdEfGhIjKlMnOpQrStUv")], "app.harness.io"),
        (vec![("apiKey", KEY), ("instanceUrl", "acme.harness.io")], "acme.harness.io"),
        (vec![("apiKey", OLD_KEY), ("accountIdentifier", "AbCdEfGhIjKlMnOpQrStUv")], "app.harness.io"),
        (vec![("apiKey", OLD_KEY), ("accountIdentifier", address)], "app3.harness.io"),
        (vec![("apiKey", OLD_KEY), ("instanceUrl", address)], "app3.harness.io"),
        (
            vec![("apiKey", KEY), ("accountIdentifier", address), ("instanceUrl", "acme.harness.io")],
            "acme.harness.io",
        ),
    ] {
        let (seen, _) = harness(&answers);
        assert_eq!(seen[0].line, line(host), "{answers:?}");
        assert_eq!(seen[0].body.as_deref(), Some(answers[0].1));
        assert_eq!(seen[0].headers["content-type"], "text/plain");
    }
}

#[test]
fn a_key_of_another_account_is_refused_before_any_request() {
    let (seen, answer) = harness(&[("apiKey", KEY), ("accountIdentifier", "ZyXwVuTsRqPoNmLkJiHgFe")]);
    assert_eq!(answer.problem(), (422, "account_mismatch", Some("accountIdentifier")));
    assert!(seen.is_empty());
    let (seen, answer) = harness(&[("apiKey", OLD_KEY)]);
    assert_eq!(answer.problem(), (422, "field_required", Some("accountIdentifier")));
    assert!(seen.is_empty());
}

#[test]
fn the_rights_of_a_harness_key_are_read_in_one_request() {
    let scenario = Scenario::new();
    let base = "https://app.harness.io";
    let valid = json!({ "status": "SUCCESS", "data": { "valid": true, "identifier": "t", "name": "T", "parentIdentifier": "sa",
        "apiKeyType": "SERVICE_ACCOUNT", "accountIdentifier": "AbCdEfGhIjKlMnOpQrStUv", "validTo": 1_795_348_800_000_i64 + 20 * 86_400_000 } });
    let validate = format!("POST {base}/ng/api/token/validate?accountIdentifier=AbCdEfGhIjKlMnOpQrStUv");
    scenario.platform.live.answer(&validate, 200, &valid.to_string());
    let list = json!({ "status": "SUCCESS", "data": { "accessControlList": [
        { "permission": "core_account_view", "permitted": true }, { "permission": "core_pipeline_view", "permitted": false } ] } });
    scenario.platform.live.answer(&format!("POST {base}/authz/api/acl"), 200, &list.to_string());
    let session = scenario.session_for(&scenario.live_key, "harness");
    let answer = scenario.submit(&session, "harness", &[("apiKey", KEY)]);
    assert_eq!((answer.status, warnings(&answer)), (200, vec![]), "{}", answer.text);
    assert_eq!(
        ["account.view", "pipelines.view", "audit.view"].map(|id| permitted(&answer, id)),
        [Some(true), Some(false), None]
    );
    assert_eq!(answer.body["report"]["key"]["expiresAt"], "2026-12-12T12:00:00.000Z");
    assert_eq!(answer.body["report"]["identity"]["kind"], "service");
    let seen = scenario.platform.live.seen();
    let acl = seen.iter().find(|seen| seen.line.ends_with("/authz/api/acl")).unwrap();
    let body: Value = serde_json::from_str(acl.body.as_deref().unwrap()).unwrap();
    assert_eq!(body["permissions"][0]["resourceScope"]["accountIdentifier"], "AbCdEfGhIjKlMnOpQrStUv");
    assert!(!acl.body.as_deref().unwrap().contains(KEY));
}

#[test]
fn launchdarkly_is_asked_at_the_commercial_instance_unless_another_is_named() {
    for (instance, host) in
        [("", "app.launchdarkly.com"), ("app.eu.launchdarkly.com", "app.eu.launchdarkly.com")]
    {
        let scenario = Scenario::new();
        let session = scenario.session_for(&scenario.live_key, "launchdarkly");
        scenario.submit(&session, "launchdarkly", &[("accessToken", LD_TOKEN), ("instanceUrl", instance)]);
        let seen = &scenario.platform.live.seen()[0];
        assert_eq!(seen.line, format!("GET https://{host}/api/v2/caller-identity"));
        assert_eq!(
            (seen.authorization.as_deref(), seen.headers["ld-api-version"].as_str()),
            (Some(LD_TOKEN), "20240415")
        );
    }
}

#[test]
fn a_personal_token_is_compared_with_its_member_and_a_service_token_is_not() {
    for (service, asked) in [(true, false), (false, true)] {
        let scenario = Scenario::new();
        let identity = json!({ "accountId": "a", "authKind": "token", "tokenKind": "auth", "tokenId": "t", "tokenName": "T", "serviceToken": service, "memberId": "m" });
        let line = "GET https://app.launchdarkly.com/api/v2/caller-identity";
        scenario.platform.live.answer(line, 200, &identity.to_string());
        let session = scenario.session_for(&scenario.live_key, "launchdarkly");
        let answer = scenario.submit(&session, "launchdarkly", &[("accessToken", LD_TOKEN)]);
        assert_eq!(answer.status, 200, "{}", answer.text);
        let seen = scenario.platform.live.seen();
        assert_eq!(seen.iter().any(|seen| seen.line.ends_with("/members/me")), asked);
        assert_eq!(warnings(&answer).contains(&"personal_key".to_owned()), asked);
    }
}

/// A provider’s times as they are written around the world; `null` is a time that the report must say it could not read.
#[test]
fn a_time_of_a_provider_is_read_with_its_offset_or_reported_as_unreadable() {
    for (written, read) in [
        ("\"2026-12-01T00:00:00+02:00\"", Some("2026-11-30T22:00:00.000Z")),
        ("\"2026-12-01T00:00:00-05:30\"", Some("2026-12-01T05:30:00.000Z")),
        ("\"2026-12-01T00:00:00.000+0200\"", Some("2026-11-30T22:00:00.000Z")),
        ("\"2026-12-01t00:00:00.25z\"", Some("2026-12-01T00:00:00.250Z")),
        ("\"2026-12-01 00:00:00 UTC\"", Some("2026-12-01T00:00:00.000Z")),
        ("\"2026-12-01\"", Some("2026-12-01T00:00:00.000Z")),
        ("1796083200", Some("2026-12-01T00:00:00.000Z")),
        ("1796083200.5", Some("2026-12-01T00:00:00.000Z")),
        ("\"1796083200000\"", Some("2026-12-01T00:00:00.000Z")),
        ("\"Tue, 01 Dec 2026 00:00:00 GMT\"", Some("2026-12-01T00:00:00.000Z")),
        ("null", Some("")),
        ("0", Some("")),
        ("-1", Some("")),
        ("\"\"", Some("")),
        ("\"0001-01-01T00:00:00Z\"", Some("")),
        ("\"01/12/2026\"", None),
        ("\"2026-12-01T00:00:00\"", None),
        ("\"2026-13-01T00:00:00Z\"", None),
        ("\"2026-02-29\"", None),
        ("\"2026-12-01T00:00:00+25:00\"", None),
        ("\"next year\"", None),
        ("1796083200000000", None),
    ] {
        let scenario = Scenario::new();
        let live = &scenario.platform.live;
        live.answer("GET https://gitlab.com/api/v4/user", 200, r#"{"id":7,"username":"ada","name":"Ada"}"#);
        let key = format!(r#"{{"id":9,"name":"k","scopes":["api"],"expires_at":{written}}}"#);
        live.answer("GET https://gitlab.com/api/v4/personal_access_tokens/self", 200, &key);
        let session = scenario.session_for(&scenario.live_key, "gitlab");
        let answer = scenario.submit(&session, "gitlab", &[("accessToken", "glpat-Ab3dEf6hIj9kLm2nOp5q")]);
        assert_eq!(answer.status, 200, "{written}: {}", answer.text);
        let ends = answer.body["report"]["key"]["expiresAt"].as_str().unwrap_or_default();
        assert_eq!(ends, read.unwrap_or_default(), "{written}");
        let unread = warnings(&answer).contains(&"time_unreadable".to_owned());
        assert_eq!(unread, read.is_none(), "{written}: {}", answer.text);
        let soon = warnings(&answer).contains(&"expires_soon".to_owned());
        assert_eq!(
            soon,
            read.is_some_and(|read| !read.is_empty()),
            "{written}: the key ends within two weeks"
        );
    }
}
