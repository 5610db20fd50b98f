//! Providers and proxies that send a secret back: it is never stored, logged or shown.

use latchkey_tests::{Scenario, disguises};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const ME: &str = "GET https://acme.okta.com/api/v1/users/me";

/// Runs an attempt with this identity response. Returns everything that could have kept the token.
fn everything(status: u16, body: &str) -> (Scenario, String) {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    scenario.platform.live.answer(ME, status, body);
    let session = scenario.session(&scenario.live_key);
    let answer = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    let log = scenario.platform.log.0.borrow().join("\n");
    let rows = scenario.platform.index.object(scenario.target()).dump();
    let all = [answer.text.as_str(), &log, &rows].join("\n");
    (scenario, all)
}

#[test]
fn an_echoed_token_is_in_no_response_log_or_row() {
    let upper = TOKEN.to_uppercase();
    let middle = TOKEN.get(8..30).unwrap();
    for echo in [TOKEN, &format!("SSWS {TOKEN}"), &upper, middle, &TOKEN.replace("GhIj", "Gh\u{200b}Ij")] {
        for (status, body) in [
            (418, format!(r#"{{"errorCode":"{echo}","errorId":"{echo}"}}"#)),
            (401, format!(r#"{{"errorCode":"{echo}"}}"#)),
            (
                200,
                format!(
                    r#"{{"id":"00uada","status":"{echo}","profile":{{"login":"{echo}","firstName":"{echo}"}}}}"#
                ),
            ),
        ] {
            let (_, all) = everything(status, &body);
            for disguise in disguises(TOKEN).iter().chain([&upper, &middle.to_owned()]) {
                assert!(!all.contains(disguise.as_str()), "{disguise} after {body}: {all}");
            }
        }
    }
}

#[test]
fn invisible_and_direction_characters_are_removed_from_names() {
    let (_, all) =
        everything(200, "{\"id\":\"00uada\",\"profile\":{\"login\":\"a\u{202e}da\u{200b}@example.com\"}}");
    assert!(all.contains("ada@example.com"));
}

#[test]
fn a_visible_field_with_a_part_of_a_secret_is_refused() {
    for name in [
        TOKEN.to_owned(),
        TOKEN.replace("GhIj", "Gh Ij"),
        TOKEN.to_lowercase(),
        TOKEN.get(..40).unwrap().to_owned(),
        format!("our hook {}", TOKEN.get(10..28).unwrap()),
    ] {
        let scenario = Scenario::new();
        let session = scenario.session(&scenario.live_key);
        let answers =
            [("instanceUrl", "acme.okta.com"), ("apiToken", TOKEN), ("eventHookName", name.as_str())];
        let answer = scenario.submit(&session, "okta", &answers);
        assert_eq!(answer.problem(), (422, "secret_misplaced", Some("eventHookName")), "{name}");
        assert!(scenario.platform.live.seen().is_empty());
    }
    let scenario = Scenario::new();
    let session = scenario.session_for(&scenario.live_key, "harness");
    let (key, part) = ("sat.0123456789abcdef01234567.abcdefghij0123456789", "abcdefghij0123456789");
    let answer = scenario.submit(&session, "harness", &[("apiKey", key), ("accountIdentifier", part)]);
    assert_eq!(answer.problem(), (422, "secret_misplaced", Some("accountIdentifier")));
    assert!(scenario.platform.live.seen().is_empty(), "a part of the secret was put into a URL");
}

#[test]
fn an_account_id_inside_a_key_is_not_secret() {
    let scenario = Scenario::new();
    let session = scenario.session_for(&scenario.live_key, "harness");
    let account = "AbCdEfGhIjKlMnOpQrStUv";
    let key = format!("sat.{account}.0123456789abcdef01234567.abcdefghij0123456789");
    let line = format!("POST https://app.harness.io/ng/api/token/validate?accountIdentifier={account}");
    let body = format!(
        r#"{{"status":"SUCCESS","data":{{"valid":true,"identifier":"t","parentIdentifier":"p","apiKeyType":"SERVICE_ACCOUNT","accountIdentifier":"{account}"}}}}"#
    );
    scenario.platform.live.answer(&line, 200, &body);
    let answer = scenario.submit(&session, "harness", &[("apiKey", &key), ("accountIdentifier", account)]);
    assert_eq!(
        (answer.status, answer.body["report"]["organization"]["id"].as_str()),
        (200, Some(account)),
        "{}",
        answer.text
    );
}
