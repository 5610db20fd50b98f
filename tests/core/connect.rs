//! An attempt through a session, from the page's request to the stored account.

use latchkey_tests::{Scenario, disguises};
use serde_json::json;
use std::collections::BTreeSet;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn live() -> (Scenario, String) {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    (scenario, session)
}

#[test]
fn an_accepted_key_is_stored_and_listed() {
    let (scenario, session) = live();
    let answer = scenario.attempt(
        &session,
        "attempt-1",
        "https://acme-admin.okta.com/admin",
        &format!(" SSWS {TOKEN}\n"),
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    let connection = &answer.body["connection"];
    assert_eq!(
        (&connection["app"], &connection["name"], &connection["version"]),
        (
            &json!("okta"),
            &json!(format!("okta-acme-{}", connection["id"].as_str().unwrap().split('-').next().unwrap())),
            &json!(1)
        )
    );
    let report = &answer.body["report"];
    assert_eq!(
        report["identity"],
        json!({ "id": "00uada", "login": "ada@example.com", "name": "Ada Lovelace", "kind": null })
    );
    assert_eq!(
        report["organization"],
        json!({ "id": "00oabc", "name": null, "url": "https://acme.okta.com" })
    );
    assert_eq!((&report["roles"], &report["warnings"]), (&json!(["Super Administrator"]), &json!([])));
    let listed = scenario.listed(&scenario.live_key);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["id"], connection["id"]);
    assert_eq!(listed[0]["credentials"], json!({ "instanceUrl": "https://acme.okta.com" }));
}

#[test]
fn the_organization_is_asked_before_any_secret_is_sent() {
    let (scenario, session) = live();
    scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    let seen = scenario.platform.live.seen();
    let lines: Vec<_> = seen.iter().map(|seen| (seen.line.as_str(), seen.authorization.as_deref())).collect();
    let header = format!("SSWS {TOKEN}");
    assert!(lines.iter().skip(1).all(|(_, authorization)| *authorization == Some(header.as_str())));
    assert_eq!(
        lines[..3],
        [
            ("GET https://acme.okta.com/.well-known/okta-organization", None),
            ("GET https://acme.okta.com/api/v1/users/me", Some(header.as_str())),
            ("GET https://acme.okta.com/api/v1/users/00uada/roles", Some(header.as_str())),
        ]
    );
}

#[test]
fn the_secret_is_nowhere_but_in_the_request_to_the_provider() {
    let (scenario, session) = live();
    let answer = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(answer.status, 200);
    let objects = scenario.platform.index.object(scenario.target()).dump();
    let stored = format!("{:?}", scenario.platform.blobs.values.borrow());
    let log = format!("{:?}", scenario.platform.log.0.borrow());
    let listed = scenario.get("/api/v1/app-connections", &scenario.live_key).text;
    assert!(stored.contains("lk1.k1.") && objects.contains("lk1.k1."), "nothing was stored");
    for disguise in disguises(TOKEN) {
        for (place, text) in [
            ("the answer", &answer.text),
            ("objects", &objects),
            ("KV", &stored),
            ("log", &log),
            ("list", &listed),
        ] {
            assert!(!text.contains(&disguise), "{disguise} is in {place}");
        }
    }
}

#[test]
fn the_event_hook_name_is_kept_and_said_to_be_unregistered() {
    let (scenario, session) = live();
    let values = [("instanceUrl", "acme.okta.com"), ("apiToken", TOKEN), ("eventHookName", " Our hook ")];
    let answer = scenario.submit(&session, "okta", &values);
    assert_eq!(answer.body["report"]["eventHook"]["name"], "Our hook");
    assert_eq!(answer.body["report"]["eventHook"]["status"], "not_registered");
    assert!(answer.body["report"]["eventHook"]["message"].as_str().unwrap().contains("not registered yet"));
    assert_eq!(scenario.listed(&scenario.live_key)[0]["credentials"]["eventHookName"], "Our hook");
}

#[test]
fn a_repeated_attempt_has_the_same_response_and_stores_nothing_twice() {
    let (scenario, session) = live();
    let first = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    let second = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    assert_eq!(scenario.listed(&scenario.live_key).len(), 1);
    let organizations = scenario.platform.live.seen();
    let organizations = organizations.iter().filter(|seen| seen.line.contains("okta-organization"));
    assert_eq!(organizations.count(), 1, "the provider was asked again");
}

#[test]
fn a_repeated_rejection_has_the_same_response_and_a_new_attempt_runs() {
    let (scenario, session) = live();
    scenario.platform.live.answer(
        "GET https://acme.okta.com/api/v1/users/me",
        401,
        r#"{"errorCode":"E0000011"}"#,
    );
    let first = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(first.problem(), (422, "key_rejected", Some("apiToken")));
    assert_eq!(first.body["errors"][0]["vendorCode"], "E0000011");
    scenario.platform.live.okta("acme.okta.com");
    assert_eq!(
        scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).problem(),
        (422, "key_rejected", Some("apiToken"))
    );
    assert_eq!(scenario.attempt(&session, "attempt-2", "acme.okta.com", TOKEN).status, 200);
}

#[test]
fn a_done_session_accepts_nothing_new() {
    let (scenario, session) = live();
    assert_eq!(scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 200);
    assert_eq!(scenario.attempt(&session, "attempt-2", "acme.okta.com", TOKEN).problem().1, "session_used");
    let read = scenario.get("/api/v1/connect", &session);
    assert_eq!(read.body["state"], "done");
    assert_eq!(scenario.listed(&scenario.live_key).len(), 1);
}

#[test]
fn the_name_of_an_account_says_nothing_about_other_accounts() {
    let (scenario, _) = live();
    let names: Vec<String> = (0..3)
        .map(|_| {
            let session = scenario.session(&scenario.live_key);
            let answer = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
            answer.body["connection"]["name"].as_str().unwrap().to_owned()
        })
        .collect();
    // The first customer and the third get a name of the same form, and neither can count.
    let suffixes: BTreeSet<&str> =
        names.iter().map(|name| name.strip_prefix("okta-acme-").unwrap_or_default()).collect();
    assert_eq!(suffixes.len(), 3, "{names:?}");
    assert!(suffixes.iter().all(|suffix| suffix.len() == 8), "{names:?}");
}

#[test]
fn a_name_that_the_backend_chose_is_kept_or_gets_the_same_kind_of_suffix() {
    let (scenario, _) = live();
    let sessions = [(); 2].map(|()| {
        let body =
            json!({ "providers": ["okta"], "endUser": { "id": "user-1" }, "connectionName": "chosen" });
        let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
        made.body["token"].as_str().unwrap().to_owned()
    });
    let names = sessions.map(|session| {
        let answer = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
        answer.body["connection"]["name"].as_str().unwrap().to_owned()
    });
    assert_eq!(names[0], "chosen");
    assert_eq!(names[1].strip_prefix("chosen-").map(str::len), Some(8), "{names:?}");
}

#[test]
fn all_field_errors_are_reported_at_once_without_a_provider_request() {
    let (scenario, session) = live();
    let fields = json!({ "instanceUrl": { "text": "evil.example" }, "apiToken": { "text": "" }, "surprise": { "text": "x" } });
    let answer = scenario.post(
        "/api/v1/connect",
        &session,
        &json!({ "attemptId": "attempt-1", "app": "okta", "fields": fields }),
    );
    let codes: Vec<_> = answer.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["field"].as_str(), e["code"].as_str()))
        .collect();
    assert_eq!(
        codes,
        [
            (Some("instanceUrl"), Some("host_not_allowed")),
            (Some("apiToken"), Some("field_required")),
            (Some("surprise"), Some("unknown_field")),
        ]
    );
    assert!(scenario.platform.live.seen().is_empty() && scenario.platform.blobs.values.borrow().is_empty());
}

#[test]
fn a_secret_in_a_visible_field_is_refused_and_never_repeated() {
    let (scenario, session) = live();
    let key = "pat.account.0123456789abcdef.Secret";
    let misplaced = format!("my {TOKEN}");
    for (id, values, code, field) in [
        (
            "attempt-1",
            &[("instanceUrl", "acme.okta.com"), ("eventHookName", misplaced.as_str())][..],
            "secret_misplaced",
            "eventHookName",
        ),
        ("attempt-2", &[("instanceUrl", key)], "host_not_allowed", "instanceUrl"),
        (
            "attempt-3",
            &[("instanceUrl", "acme.okta.com"), ("sk1234567890abcdef", "")],
            "unknown_field",
            "fields",
        ),
    ] {
        let values = [values, &[("apiToken", TOKEN)]].concat();
        let answer = scenario.attempt_as(id, &session, "okta", &values);
        assert_eq!(answer.problem(), (422, code, Some(field)));
        let object = scenario.platform.index.object(scenario.target()).dump();
        for secret in [TOKEN, "0123456789abcdef", "sk1234567890abcdef"] {
            assert!(!answer.text.contains(secret) && !object.contains(secret), "{secret}");
        }
    }
}

#[test]
fn a_provider_the_session_does_not_offer_is_refused() {
    let (scenario, session) = live();
    let body = json!({ "attemptId": "attempt-1", "app": "unheard-of", "fields": {} });
    assert_eq!(scenario.post("/api/v1/connect", &session, &body).problem().1, "unknown_provider");
}

#[test]
fn the_page_gets_the_session_and_no_secret() {
    let (scenario, session) = live();
    let answer = scenario.get("/api/v1/connect", &session);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.body["session"]["endUser"]["id"], "user-1");
    assert_eq!(answer.body["session"]["mode"], "live");
    assert_eq!(answer.body["definition"]["fields"][1]["id"], "apiToken");
    assert_eq!(answer.body["branding"]["name"], "Example");
    assert!(!answer.text.contains(session.rsplit('.').next().unwrap()));
}
