//! A link, ready to be passed on: a mail in the session's language and a QR code, in the answer that shows the link once.

use latchkey_tests::Scenario;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/connect-sessions";

fn make(scenario: &Scenario, query: &str, more: &Value) -> Value {
    let mut body = json!({ "providers": ["okta", "gitlab"], "endUser": { "id": "user-1" } });
    for (member, value) in more.as_object().unwrap() {
        body[member] = value.clone();
    }
    let made = scenario.post(&format!("{PATH}{query}"), &scenario.live_key, &body);
    assert_eq!(made.status, 201, "{}", made.text);
    made.body
}

#[test]
fn an_invitation_is_in_the_language_of_its_session_and_has_its_link() {
    let scenario = Scenario::new();
    for (locale, subject) in [
        ("en", "Connect Okta, GitLab to Example"),
        ("de-AT", "Verbinden Sie Okta, GitLab mit Example"),
        ("ja", "Okta, GitLab を Example に接続してください"),
    ] {
        let made =
            make(&scenario, "?invitation=true", &json!({ "locale": locale, "description": "As agreed." }));
        let invitation = &made["invitation"];
        assert_eq!(invitation["subject"], subject);
        let text = invitation["text"].as_str().unwrap();
        assert!(text.starts_with("As agreed.\n\n"), "{text}");
        assert!(text.contains(made["url"].as_str().unwrap()) && text.contains(" UTC"), "{text}");
        let image = invitation["qrCode"].as_str().unwrap();
        assert!(image.starts_with("<svg ") && image.len() < 20_000, "{}", image.len());
        assert!(!image.contains("cs_live"), "the image has the link as a text");
    }
}

#[test]
fn nobody_gets_one_who_does_not_ask() {
    let scenario = Scenario::new();
    let made = make(&scenario, "", &json!({}));
    assert_eq!(made.get("invitation"), None);
    let id = made["id"].as_str().unwrap();
    let body = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
    let refused = scenario.post(&format!("{PATH}?invitation=yes"), &scenario.live_key, &body);
    assert_eq!(refused.problem(), (422, "invalid_parameter", Some("invitation")));
    let link = format!("{PATH}/{id}/link?invitation=true");
    let renewed = scenario.send("POST", &link, Some(&scenario.live_key), None);
    assert!(
        renewed.body["invitation"]["text"].as_str().unwrap().contains(renewed.body["url"].as_str().unwrap())
    );
}
