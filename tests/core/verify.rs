//! The meaning of provider responses: ending, code and field, through the whole path in live mode.

use latchkey_edge::ports::FetchError;
use latchkey_tests::Scenario;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const ORGANIZATION: &str = "GET https://acme.okta.com/.well-known/okta-organization";
const ME: &str = "GET https://acme.okta.com/api/v1/users/me";
const ROLES: &str = "GET https://acme.okta.com/api/v1/users/00uada/roles";

fn attempt(change: impl FnOnce(&Scenario)) -> (Scenario, latchkey_tests::Answer) {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    change(&scenario);
    let session = scenario.session(&scenario.live_key);
    let answer = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    (scenario, answer)
}

#[test]
fn responses_are_classified_by_vendor_code_before_status() {
    for (status, code, problem) in [
        (401, "E0000011", (422, "key_rejected", Some("apiToken"))),
        (401, "E0000015", (422, "feature_unavailable", Some("apiToken"))),
        (403, "E0000005", (422, "key_rejected", Some("apiToken"))),
        (403, "E0000006", (422, "insufficient_rights", Some("apiToken"))),
        (403, "E0000260", (422, "organization_closed", Some("instanceUrl"))),
        (403, "E0000119", (422, "account_inactive", Some("apiToken"))),
        (401, "", (422, "key_rejected", Some("apiToken"))),
        (403, "", (422, "access_refused", Some("apiToken"))),
        (429, "E0000047", (503, "provider_rate_limited", None)),
        (500, "E0000009", (503, "provider_unavailable", None)),
        (503, "E0000010", (503, "provider_unavailable", None)),
        (418, "E0000999", (502, "provider_unexpected", None)),
        (302, "", (502, "provider_unexpected", None)),
        (400, "E0000001", (502, "provider_unexpected", None)),
    ] {
        let (scenario, answer) = attempt(|scenario| {
            scenario.platform.live.answer(
                ME,
                status,
                &format!(r#"{{"errorCode":"{code}","errorSummary":"secret-summary"}}"#),
            );
        });
        assert_eq!(answer.problem(), problem, "{status} {code}");
        assert!(!answer.text.contains("secret-summary"), "a provider's body was echoed");
        assert!(
            scenario.listed(&scenario.live_key).is_empty()
                && scenario.platform.blobs.values.borrow().is_empty()
        );
    }
}

#[test]
fn each_passed_step_is_reported_at_once_and_no_other() {
    use latchkey_shared::verification_step::VerificationStep::{Host, Key, Rights};
    let told = |change: fn(&Scenario)| attempt(change).0.platform.passed.take();
    assert_eq!(told(|_| ()), [Host, Key, Rights]);
    assert_eq!(told(|scenario| scenario.platform.live.answer(ME, 401, "{}")), [Host]);
    assert_eq!(told(|scenario| scenario.platform.live.answer(ORGANIZATION, 404, "{}")), []);
    // A missing right says nothing about the key itself.
    assert_eq!(told(|scenario| scenario.platform.live.answer(ROLES, 403, "{}")), [Host, Key, Rights]);
}

#[test]
fn unknown_responses_are_logged_with_the_support_id_and_without_the_body() {
    let (scenario, answer) = attempt(|scenario| {
        let body = r#"{"errorCode":"E0000999","errorSummary":"secret-summary","errorId":"oae-support-1"}"#;
        scenario.platform.live.answer(ME, 418, body);
    });
    let log = scenario.platform.log.0.borrow().join("\n");
    let id = answer.body["requestId"].as_str().unwrap();
    assert!(log.contains("418 (E0000999), support id oae-support-1") && log.contains(id), "{log}");
    assert!(!log.contains("secret-summary"));
}

#[test]
fn a_host_without_an_organization_is_sent_no_secret() {
    for (status, body) in
        [(404, "<html>"), (200, "<html>"), (200, r#"{"id":"nobody"}"#), (200, ""), (301, ""), (302, "")]
    {
        let (scenario, answer) =
            attempt(|scenario| scenario.platform.live.answer(ORGANIZATION, status, body));
        assert_eq!(answer.problem(), (422, "host_unknown", Some("instanceUrl")), "{status} {body}");
        assert!(scenario.platform.live.seen().iter().all(|seen| seen.authorization.is_none()));
    }
}

#[test]
fn the_secret_goes_to_the_canonical_host_and_to_no_host_outside_the_rule() {
    let body = |href: &str| format!(r#"{{"id":"00oabc","_links":{{"organization":{{"href":"{href}"}}}}}}"#);
    let (scenario, answer) = attempt(|scenario| {
        scenario.platform.live.answer(ORGANIZATION, 200, &body("https://renamed.okta.com"));
        scenario.platform.live.okta("renamed.okta.com");
    });
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(
        scenario
            .platform
            .live
            .seen()
            .iter()
            .filter(|seen| seen.authorization.is_some())
            .all(|seen| seen.line.contains("//renamed.okta.com/"))
    );
    for href in [
        "https://evil.example",
        "http://acme.okta.com",
        "https://acme.okta.com.evil.example",
        "https://evil.example/.okta.com",
        "https://u@acme.okta.com",
        "https://acme.okta.com:8443",
        "https://login.okta.com",
    ] {
        let (scenario, answer) =
            attempt(|scenario| scenario.platform.live.answer(ORGANIZATION, 200, &body(href)));
        assert_eq!(answer.problem(), (422, "host_not_allowed", Some("instanceUrl")), "{href}");
        assert!(scenario.platform.live.seen().iter().all(|seen| seen.authorization.is_none()), "{href}");
    }
}

#[test]
fn a_provider_that_does_not_answer_is_unavailable() {
    for error in [FetchError::TimedOut, FetchError::Network, FetchError::TooLarge] {
        for line in [ORGANIZATION, ME] {
            let (_, answer) = attempt(|scenario| scenario.platform.live.fail(line, error));
            assert_eq!(
                (answer.problem().1, answer.headers["retry-after"].as_str()),
                ("provider_unavailable", "30")
            );
        }
    }
}

#[test]
fn no_two_causes_share_an_error_and_none_looks_like_a_refusal_of_ours() {
    type Cause = fn(&Scenario);
    let causes: [(&str, Cause); 9] = [
        ("the key is refused", |s| s.platform.live.answer(ME, 401, r#"{"errorCode":"E0000011"}"#)),
        ("the key may not", |s| s.platform.live.answer(ME, 403, r#"{"errorCode":"E0000006"}"#)),
        ("the network is not allowed", |s| s.platform.live.answer(ME, 403, "<html>")),
        ("the provider asks to wait", |s| s.platform.live.answer(ME, 429, r#"{"errorCode":"E0000047"}"#)),
        ("the provider is down", |s| s.platform.live.answer(ME, 500, "{}")),
        ("nobody lives there", |s| s.platform.live.answer(ORGANIZATION, 404, "<html>")),
        ("the host is not reached", |s| s.platform.live.fail(ORGANIZATION, FetchError::Network)),
        ("the host says nothing", |s| s.platform.live.fail(ORGANIZATION, FetchError::TimedOut)),
        ("the host says too much", |s| s.platform.live.fail(ORGANIZATION, FetchError::TooLarge)),
    ];
    let mut told = Vec::new();
    for (cause, happens) in causes {
        let (_, answer) = attempt(happens);
        assert_ne!(answer.status, 401, "{cause}: a client takes it for the end of its own session");
        let error = &answer.body["errors"][0];
        assert!(error["fix"].as_str().unwrap().len() > 10, "{cause}");
        let message = error["message"].as_str().unwrap().to_owned();
        assert!(!told.contains(&message), "{cause}: {message}");
        told.push(message);
    }
}

#[test]
fn too_few_or_unreadable_rights_are_accepted_with_a_warning() {
    let warning = |answer: &latchkey_tests::Answer| {
        answer.body["report"]["warnings"][0]["code"].as_str().map(str::to_owned)
    };
    let (_, answer) = attempt(|scenario| {
        scenario.platform.live.answer(ROLES, 200, r#"[{"type":"APP_ADMIN","label":"Application","status":"ACTIVE"},{"type":"SUPER_ADMIN","label":"Super","status":"INACTIVE"}]"#)
    });
    assert_eq!((answer.status, warning(&answer).as_deref()), (200, Some("insufficient_rights")));
    let (_, answer) = attempt(|scenario| scenario.platform.live.answer(ROLES, 200, "[]"));
    assert_eq!(warning(&answer).as_deref(), Some("insufficient_rights"));
    for status in [302, 400, 401, 403, 404, 406, 418, 429, 500] {
        let (_, answer) =
            attempt(|scenario| scenario.platform.live.answer(ROLES, status, r#"{"errorCode":"E0000006"}"#));
        assert_eq!((answer.status, warning(&answer).as_deref()), (200, Some("rights_unknown")), "{status}");
    }
    let (_, answer) = attempt(|scenario| scenario.platform.live.fail(ROLES, FetchError::TimedOut));
    assert_eq!((answer.status, warning(&answer).as_deref()), (200, Some("rights_unknown")));
}

#[test]
fn retry_times_are_limited_and_a_doubled_header_is_ignored() {
    let date = ("date", "Sun, 22 Nov 2026 12:00:00 GMT");
    for (headers, wait) in [
        (vec![("retry-after", "7")], "7"),
        (vec![("retry-after", "999999")], "900"),
        (vec![("retry-after", "-5")], "1"),
        (vec![date, ("x-rate-limit-reset", "1795348860")], "61"),
        (vec![date, ("x-rate-limit-reset", "1795348860, 1795348999")], "30"),
        (vec![("x-rate-limit-reset", "1795348860")], "30"),
        (vec![], "30"),
    ] {
        let (_, answer) = attempt(|scenario| scenario.platform.live.answer_with(ME, 429, &headers, "{}"));
        assert_eq!(answer.headers["retry-after"], wait, "{headers:?}");
    }
}

#[test]
fn an_identity_is_only_text_and_bounded() {
    let (_, answer) = attempt(|scenario| {
        let login = format!("a\\u0000\\n{}", "x".repeat(500));
        scenario.platform.live.answer(
            ME,
            200,
            &format!(r#"{{"id":"00uada","profile":{{"login":"{login}"}}}}"#),
        );
    });
    let login = answer.body["report"]["identity"]["login"].as_str().unwrap();
    assert!(login.chars().count() <= 200 && !login.contains(char::is_control));
}

#[test]
fn a_report_is_bounded_however_much_the_provider_sends() {
    let role = r#"{"type":"CUSTOM","label":"A custom role with a long name","status":"ACTIVE"}"#;
    let roles = format!("[{}]", vec![role; 5000].join(","));
    let (_, answer) = attempt(|scenario| scenario.platform.live.answer(ROLES, 200, &roles));
    assert_eq!((answer.status, answer.body["report"]["roles"].as_array().unwrap().len()), (200, 50));
}

#[test]
fn an_id_from_the_provider_cannot_change_the_request_path() {
    let (scenario, _) =
        attempt(|scenario| scenario.platform.live.answer(ME, 200, r#"{"id":"00u/../../logout?x=#y"}"#));
    let seen = scenario.platform.live.seen();
    let roles = "GET https://acme.okta.com/api/v1/users/00u%2F..%2F..%2Flogout%3Fx%3D%23y/roles";
    assert!(seen.iter().any(|seen| seen.line == roles), "{seen:?}");
}

/// The response of a backend that links a LaunchDarkly token, whose identity request gets this answer.
fn launchdarkly(status: u16, headers: &[(&str, &str)], body: &str) -> latchkey_tests::Answer {
    let scenario = Scenario::new();
    let identity = "GET https://app.launchdarkly.com/api/v2/caller-identity";
    scenario.platform.live.answer_with(identity, status, headers, body);
    let credentials = serde_json::json!({ "accessToken": "api-01234567-89ab-4cde-8f01-23456789abcd" });
    let body = serde_json::json!({ "name": "one", "method": "access-token", "credentials": credentials });
    scenario.post("/api/v1/app-connections/launchdarkly", &scenario.live_key, &body)
}

#[test]
fn a_limit_with_a_time_of_its_own_says_when_to_try_again() {
    let date = ("date", "Sun, 22 Nov 2026 12:00:00 GMT");
    let own = ("x-ratelimit-auth-token-reset", "1795348820000");
    let all = ("x-ratelimit-reset", "1795348860000");
    for (headers, wait) in [(vec![date, own], "21"), (vec![date, all], "61"), (vec![date, own, all], "61")] {
        assert_eq!(launchdarkly(429, &headers, "{}").headers["retry-after"], wait, "{headers:?}");
    }
}

#[test]
fn a_launchdarkly_token_may_end_and_none_or_zero_is_never() {
    // The clock of the test stands at noon of 22 November 2026.
    for (end, ends, code) in [
        ("", None, None),
        (r#","expiresAt":0"#, None, None),
        (r#","expiresAt":null"#, None, None),
        (r#","expiry":1795953600000"#, Some("2026-11-29T12:00:00.000Z"), Some("expires_soon")),
        (r#","expiresAt":1795953600000"#, Some("2026-11-29T12:00:00.000Z"), Some("expires_soon")),
        (r#","expiresAt":1826884800000"#, Some("2027-11-22T12:00:00.000Z"), None),
    ] {
        let body = format!(
            r#"{{"accountId":"a1","authKind":"token","tokenKind":"auth","tokenName":"x","tokenId":"t1","serviceToken":true{end}}}"#
        );
        let made = launchdarkly(200, &[], &body);
        assert_eq!(made.status, 201, "{end}: {}", made.text);
        let details = &made.body["appConnection"]["details"];
        assert_eq!(details["expiresAt"].as_str(), ends, "{end}");
        let warned = made.text.contains("expires_soon");
        assert_eq!(warned, code.is_some(), "{end}: {}", made.text);
    }
    let past = r#"{"accountId":"a1","authKind":"token","tokenKind":"auth","tokenId":"t1","serviceToken":true,"expiresAt":1795262400000}"#;
    assert_eq!(launchdarkly(200, &[], past).problem(), (422, "key_expired", Some("accessToken")));
}
