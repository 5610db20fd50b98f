//! Names that people read: none can hide a character, turn the text around it, or begin another line.

use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::{Value, json};

/// Characters that no name may have between two Latin letters: controls, line ends, bidi controls, zero-width and other invisible ones.
const HIDDEN: &str = "\0\u{1}\t\n\u{b}\r\u{1b}\u{7f}\u{85}\u{9f}\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}\
    \u{180e}\u{180f}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2060}\
    \u{2061}\u{2064}\u{2065}\u{2066}\u{2067}\u{2068}\u{2069}\u{206a}\u{206f}\u{2800}\u{3164}\u{fe00}\u{fe0e}\u{fe0f}\u{feff}\
    \u{ffa0}\u{fff0}\u{fff9}\u{fffb}\u{fffc}\u{70f}\u{13430}\u{13440}\u{16fe4}\u{1d159}\u{1bca0}\u{1d173}\u{1d17a}\u{e0001}\u{e0041}\u{e007f}\u{e0100}\u{e01ef}";

/// Names that people have, with invisible characters where their script or an emoji needs them.
const NAMES: [&str; 14] = [
    "Zoë O’Brien & Søn, Ltd.",
    "日本 株式会社",
    "葛\u{e0100}城",
    "עברית",
    "شركة الأمل",
    "می\u{200c}خواهم",
    "क\u{94d}\u{200d}ष",
    "ශ\u{dca}\u{200d}රී",
    "👩\u{200d}💻 Team",
    "👨\u{200d}👩\u{200d}👧",
    "❤\u{fe0f} Ltd",
    "👩\u{200d}❤\u{fe0f}\u{200d}👨",
    "1\u{fe0f}\u{20e3}",
    "🏳\u{fe0f}\u{200d}🌈",
];

type Send = fn(&Scenario, &str) -> Answer;

fn session(scenario: &Scenario, more: &Value) -> Answer {
    let mut body = json!({ "providers": ["okta"], "endUser": { "id": "user-1" } });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body)
}

fn branded(scenario: &Scenario, name: &str, text: &str) -> Answer {
    let path = format!("/api/v1/projects/{}", scenario.project);
    scenario.patch(&path, ADMIN_TOKEN, &json!({ "branding": { "texts": { name: text } } }))
}

/// Every member that a backend or the owner sends and that a page or a console shows, and how it is sent.
const MEMBERS: [(&str, Send); 15] = [
    ("prefill", |scenario, text| session(scenario, &json!({ "prefill": { "instanceUrl": text } }))),
    ("endUser.id", |scenario, text| session(scenario, &json!({ "endUser": { "id": text } }))),
    ("endUser.email", |scenario, text| {
        session(scenario, &json!({ "endUser": { "id": "u", "email": text } }))
    }),
    ("endUser.name", |scenario, text| session(scenario, &json!({ "endUser": { "id": "u", "name": text } }))),
    ("organization.id", |scenario, text| session(scenario, &json!({ "organization": { "id": text } }))),
    ("organization.name", |scenario, text| {
        session(scenario, &json!({ "organization": { "id": "o", "name": text } }))
    }),
    ("metadata", |scenario, text| session(scenario, &json!({ "metadata": { "note": text } }))),
    ("metadata", |scenario, text| session(scenario, &json!({ "metadata": { text: "note" } }))),
    ("description", |scenario, text| session(scenario, &json!({ "description": text }))),
    ("name", |scenario, text| {
        scenario.post("/api/v1/api-keys", scenario.admin_key(), &json!({ "name": text, "scopes": ["admin"] }))
    }),
    ("name", |scenario, text| scenario.post("/api/v1/projects", ADMIN_TOKEN, &json!({ "name": text }))),
    ("name", |scenario, text| {
        let path = format!("/api/v1/projects/{}", scenario.project);
        scenario.patch(&path, ADMIN_TOKEN, &json!({ "name": text }))
    }),
    ("branding.texts.title", |scenario, text| branded(scenario, "title", text)),
    ("branding.texts.intro", |scenario, text| branded(scenario, "intro", text)),
    ("branding.texts.success", |scenario, text| branded(scenario, "success", text)),
];

#[test]
fn a_name_with_a_hidden_character_is_refused_by_its_member() {
    let scenario = Scenario::new();
    for (member, send) in MEMBERS {
        scenario.platform.wait(61);
        for hidden in HIDDEN.chars() {
            if member == "description" && hidden == '\n' {
                continue;
            }
            for text in [format!("Ada{hidden}Lovelace"), format!("{hidden}Ada"), format!("Ada{hidden}")] {
                // Space around a name is removed, line ends included.
                if member == "name" && text.trim().len() == 3 {
                    continue;
                }
                let answer = send(&scenario, &text);
                assert_eq!(answer.problem(), (422, "invalid_parameter", Some(member)), "{text:?}");
                assert!(!answer.text.contains(hidden) || hidden.is_ascii(), "{text:?} is repeated");
            }
        }
    }
}

#[test]
fn names_of_every_script_and_emoji_are_kept_as_they_are() {
    let scenario = Scenario::new();
    for (member, send) in MEMBERS {
        scenario.platform.wait(61);
        for name in NAMES {
            let answer = send(&scenario, name);
            assert!(matches!(answer.status, 200 | 201), "{member} {name:?}: {}", answer.text);
        }
    }
    for name in NAMES {
        let made = session(&scenario, &json!({ "endUser": { "id": "u", "name": name } }));
        let token = made.body["token"].as_str().unwrap();
        assert_eq!(scenario.get("/api/v1/connect", token).body["session"]["endUser"]["name"], name);
    }
}

#[test]
fn a_description_may_have_lines_and_an_account_takes_no_hidden_character() {
    let scenario = Scenario::new();
    let create = |description: &str| {
        scenario.platform.live.okta("acme.okta.com");
        let credentials = json!({ "instanceUrl": "https://acme.okta.com", "apiToken": "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab" });
        let body = json!({ "name": "one", "method": "api-token", "credentials": credentials, "description": description });
        scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &body)
    };
    for hidden in HIDDEN.chars().filter(|hidden| *hidden != '\n') {
        let answer = create(&format!("a{hidden}b"));
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some("description")), "{hidden:?}");
    }
    let made = create("First line\nsecond line");
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.body["appConnection"]["description"], "First line\nsecond line");
}

/// A provider’s texts are shown without such characters, because nobody here can correct them.
#[test]
fn texts_of_a_provider_lose_hidden_characters_and_keep_what_a_script_needs() {
    for (sent, shown) in [
        ("Ada\u{202e}ecalevoL", "AdaecalevoL"),
        ("A\u{200b}d\u{e0041}a\u{3164}\u{2028}\n", "Ada"),
        ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ("👩\u{200d}💻", "👩\u{200d}💻"),
        ("A\u{200d}da", "Ada"),
    ] {
        let scenario = Scenario::new();
        scenario.platform.live.okta("acme.okta.com");
        let profile = json!({ "login": "ada@example.com", "firstName": sent, "lastName": "L" });
        let user = json!({ "id": "00uada", "status": "ACTIVE", "profile": profile }).to_string();
        scenario.platform.live.answer("GET https://acme.okta.com/api/v1/users/me", 200, &user);
        let session = scenario.session(&scenario.live_key);
        let token = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
        let answer = scenario.attempt(&session, "attempt-1", "acme.okta.com", token);
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.body["report"]["identity"]["name"], format!("{shown} L"));
    }
}
