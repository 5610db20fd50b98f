//! Saved progress: a session keeps field values that are not secret.

use latchkey_tests::{Answer, Scenario, disguises};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn put(scenario: &Scenario, session: &str, body: &Value) -> Answer {
    let body = body.to_string();
    scenario.send("PUT", "/api/v1/connect/progress", Some(session), Some(("application/json", &body)))
}

fn stored(scenario: &Scenario) -> String {
    scenario.platform.index.object(scenario.target()).dump()
}

#[test]
fn field_values_and_steps_return_when_the_link_is_opened_again() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    let fields = json!({ "instanceUrl": "https://acme-admin.okta.com/admin", "eventHookName": "Our hook" });
    let saved =
        put(&scenario, &session, &json!({ "app": "okta", "fields": fields, "steps": ["0.1", "2.0"] }));
    assert_eq!(saved.status, 204, "{}", saved.text);
    let read = scenario.get("/api/v1/connect", &session);
    assert_eq!(
        read.body["prefill"],
        json!([{ "field": "eventHookName", "value": "Our hook" }, { "field": "instanceUrl", "value": "https://acme.okta.com" }])
    );
    assert_eq!(read.body["progress"], json!({ "app": "okta", "steps": ["0.1", "2.0"] }));
}

#[test]
fn what_is_half_typed_is_left_out() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    let body = json!({ "app": "okta", "fields": { "instanceUrl": "https://evil.example" } });
    assert_eq!(put(&scenario, &session, &body).status, 204);
    assert_eq!(scenario.get("/api/v1/connect", &session).body["prefill"], json!([]));
    assert!(!stored(&scenario).contains("evil.example"));
}

#[test]
fn a_secret_in_any_member_is_refused_and_not_stored() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    for (field, text) in [
        ("apiToken", TOKEN.to_owned()),
        ("eventHookName", TOKEN.to_owned()),
        ("eventHookName", format!("my hook {TOKEN}")),
        ("instanceUrl", TOKEN.to_owned()),
        ("instanceUrl", format!("Authorization: SSWS {TOKEN}")),
    ] {
        let answer = put(&scenario, &session, &json!({ "app": "okta", "fields": { field: text } }));
        assert_eq!(answer.problem(), (422, "secret_misplaced", Some(field)), "{text}");
        assert!(!answer.text.contains(TOKEN));
    }
    let unknown = put(&scenario, &session, &json!({ "app": "okta", "fields": { TOKEN: "x" } }));
    assert_eq!(unknown.problem(), (422, "unknown_field", Some("fields")));
    let other = put(&scenario, &session, &json!({ "app": "harness" }));
    assert_eq!(other.problem(), (404, "not_found", None));
    let step = put(&scenario, &session, &json!({ "app": "okta", "steps": [TOKEN] }));
    assert_eq!(step.problem(), (422, "invalid_parameter", Some("steps")));
    let kept = stored(&scenario);
    assert!(kept.contains("user-"), "the dump is empty");
    for disguise in disguises(TOKEN) {
        assert!(!kept.contains(&disguise), "{disguise}");
    }
}

#[test]
fn it_ends_with_its_session() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let body = json!({ "app": "okta", "fields": { "eventHookName": "A hook to forget" } });
    let session = scenario.session(&scenario.live_key);
    put(&scenario, &session, &body);
    assert!(stored(&scenario).contains("A hook to forget"));
    assert_eq!(scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 200);
    assert!(!stored(&scenario).contains("A hook to forget"));
    assert_eq!(put(&scenario, &session, &body).problem(), (409, "session_used", None));
    let late = scenario.session(&scenario.live_key);
    scenario.platform.wait(1800);
    assert_eq!(put(&scenario, &late, &body).problem(), (410, "session_expired", None));
}

#[test]
fn values_of_one_service_do_not_fill_the_form_of_another() {
    let scenario = Scenario::new();
    let body = json!({ "providers": ["okta", "launchdarkly"], "endUser": { "id": "u" } });
    let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
    let session = made.body["token"].as_str().unwrap();
    put(&scenario, session, &json!({ "app": "okta", "fields": { "instanceUrl": "acme.okta.com" } }));
    let path = "/api/v1/connect?app=";
    assert_eq!(scenario.get(&format!("{path}okta"), session).body["prefill"].as_array().unwrap().len(), 1);
    let other = scenario.get(&format!("{path}launchdarkly"), session);
    assert_eq!(
        (&other.body["prefill"], &other.body["definition"]["app"]),
        (&json!([]), &json!("launchdarkly"))
    );
}

/// A key of this shape, as a vendor would make it.
fn example(shape: &str) -> String {
    let letters: Vec<char> = "aB3dE6fG9hJ2kL5mN8pQ1rS4tU7v".chars().collect();
    let digits: Vec<char> = "3f9a0b7c1e5d8264".chars().collect();
    let (mut made, mut rest, mut at) = (String::new(), shape, 0);
    while let Some((text, more)) = rest.split_once('{') {
        made.push_str(text);
        let (class, after) = more.split_once('}').unwrap();
        let least: usize = class.split_at(1).1.trim_end_matches('+').parse().unwrap_or(1);
        let count = if class.ends_with('+') { least + 14 } else { least };
        let from = if class.starts_with('h') { &digits } else { &letters };
        for _ in 0..count {
            made.push(from[at % from.len()]);
            at += 1;
        }
        rest = after;
    }
    made + rest
}

/// A key as it ends up in the wrong field, by accident or by a person who tries: whole, cut, grown, wrapped, broken.
fn mishaps(key: &str) -> Vec<String> {
    let middle = key.len() / 2;
    let (head, tail) = key.split_at(middle);
    let (rest, start) = (key.split_at(1).1, key.split_at(key.len() - 1).0);
    let shorter = head.split_at(head.len() - 1).0;
    let grouped: Vec<String> =
        key.chars().collect::<Vec<_>>().chunks(4).map(|four| four.iter().collect()).collect();
    let mut made = vec![
        key.to_owned(),
        format!("  {key}\t"),
        format!("\"{key}\""),
        format!("“{key}”"),
        format!("<{key}>"),
        format!("`'{key}'`"),
        format!("x{key}"),
        format!("{key}x"),
        format!("{head}x{tail}"),
        rest.to_owned(),
        start.to_owned(),
        format!("{shorter}{tail}"),
        format!("x{rest}"),
        format!("{head} {tail}"),
        format!("{head}\n{tail}"),
        format!("{head}\u{a0}{tail}"),
        format!("{head}\u{200b}{tail}"),
        format!("{head}\u{fffc}{tail}"),
        format!("\u{feff}{head}\u{ad}{tail}\u{202e}"),
        format!("my key is {key}, thank you"),
        format!("my key is {head} {tail} and it is new"),
        format!("token={key};path=/"),
        format!("https://acme.okta.com/?token={key}#top"),
        format!("Authorization: Bearer {key}"),
        format!("{key}{key}"),
        format!("{key},{key}"),
        grouped.join(" "),
    ];
    if key.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let (prefix, rest) = key.split_at(3);
        made.push(format!("{}{rest}", prefix.to_uppercase()));
    }
    made
}

#[test]
fn a_key_of_any_provider_whole_or_nearly_is_refused_in_every_field_of_every_form() {
    let scenario = Scenario::new();
    let mut tried = 0;
    let shapes: Vec<&str> =
        latchkey_catalogue::index().iter().flat_map(|entry| entry.key_shapes).copied().collect();
    for (at, form) in latchkey_catalogue::all().enumerate() {
        let session = scenario.session_for(&scenario.live_key, &form.id);
        for field in form.fields.iter().filter(|field| !field.secret) {
            // The form says nothing about what a key is, so one key is tried in each, and all of them in one.
            let all = form.id == "okta";
            for (_, shape) in
                shapes.iter().enumerate().filter(|(of, _)| all || of % shapes.len() == at % shapes.len())
            {
                let key = example(shape);
                scenario.platform.wait(1);
                for text in mishaps(&key) {
                    let fields = json!({ field.id.as_str(): text });
                    scenario.platform.wait(1);
                    let answer = put(&scenario, &session, &json!({ "app": form.id, "fields": fields }));
                    let place = format!("{} {shape} {text:?}", form.id);
                    assert_eq!(
                        answer.problem(),
                        (422, "secret_misplaced", Some(field.id.as_str())),
                        "{place}"
                    );
                    assert!(!answer.text.contains(key.split_at(key.len() - 12).1), "{place}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 200, "{tried}");
    let kept = stored(&scenario);
    assert!(!kept.contains("B3dE6fG9hJ2"), "a part of a key is kept");
}

#[test]
fn values_that_people_do_enter_are_kept() {
    let scenario = Scenario::new();
    for (app, field, text) in [
        ("okta", "eventHookName", "Our hook"),
        (
            "okta",
            "eventHookName",
            "Okta hook for the production tenant of 2026 in Europe and Asia Pacific, 2nd of 3",
        ),
        ("okta", "eventHookName", "latchkey-production-europe-west-1"),
        ("okta", "eventHookName", "123e4567-e89b-12d3-a456-426614174000"),
        ("okta", "eventHookName", "api-gateway hook, pat. pending, sat. night, glpat"),
        ("okta", "eventHookName", "Donaudampfschifffahrtsgesellschaft Vertriebsabteilung Hook"),
        (
            "okta",
            "instanceUrl",
            "https://acme-admin.okta.com/admin/app/oidc_client/instance/0oa1b2c3d4E5F6G7H8i9/#tab-general",
        ),
        ("okta", "instanceUrl", "dev-00123456.okta.com"),
        ("harness", "accountIdentifier", "aB3dE6fG9hJ2kL5mN8pQ1r"),
        (
            "harness",
            "accountIdentifier",
            "https://app.harness.io/ng/account/aB3dE6fG9hJ2kL5mN8pQ1r/main-dashboard",
        ),
        ("harness", "instanceUrl", "app3.harness.io"),
        ("gitlab", "instanceUrl", "https://gitlab.com/-/user_settings/personal_access_tokens"),
    ] {
        let session = scenario.session_for(&scenario.live_key, app);
        let answer = put(&scenario, &session, &json!({ "app": app, "fields": { field: text } }));
        assert_eq!(answer.status, 204, "{text}: {}", answer.text);
        let prefill = scenario.get("/api/v1/connect", &session).body["prefill"].clone();
        assert_eq!(prefill[0]["field"], field, "{text}: {prefill}");
    }
}
