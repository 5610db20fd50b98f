//! The language of pages and of responses to them: the session's, then the browser's, then English.

use latchkey_edge::http::language::LANGUAGES;
use latchkey_tests::languages::table;
use latchkey_tests::{Answer, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn session(scenario: &Scenario, locale: Option<&str>) -> String {
    let mut body = json!({ "providers": ["okta"], "endUser": { "id": "user-1" } });
    if let Some(locale) = locale {
        body["locale"] = json!(locale);
    }
    scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body).body["token"]
        .as_str()
        .unwrap()
        .into()
}

fn page(scenario: &Scenario, session: &str, accepted: &str) -> Answer {
    let id = session.splitn(3, '_').nth(2).unwrap().rsplit_once('.').unwrap().0;
    scenario.send_with("GET", &format!("/link/{id}"), None, None, &[("accept-language", accepted)])
}

fn opening(html: &str) -> &str {
    html.split_once("<html ").unwrap().1.split_once(" data-").unwrap().0
}

fn island(html: &str) -> Value {
    let json = html.split_once("id=\"latchkey\">").unwrap().1.split_once("</script>").unwrap().0;
    serde_json::from_str(json).unwrap()
}

#[test]
fn a_page_is_in_the_sessions_language_and_else_in_the_browsers() {
    let scenario = Scenario::new();
    for (locale, accepted, lang, title) in [
        (Some("de-CH"), "fr", "lang=\"de\"", "Okta verbinden"),
        (None, "nl, es-MX;q=0.9", "lang=\"es\"", "Conectar Okta"),
        (Some("xx-Latn"), "ja", "lang=\"ja\"", "Okta に接続"),
        (Some("ar"), "en", "lang=\"ar\" dir=\"rtl\"", "ربط Okta"),
        (None, "nl", "lang=\"en\"", "Connect Okta"),
        (Some("en-GB"), "de", "lang=\"en\"", "Connect Okta"),
    ] {
        let answer = page(&scenario, &session(&scenario, locale), accepted);
        assert_eq!(answer.status, 200);
        assert_eq!(opening(&answer.text), lang, "{locale:?} {accepted}");
        assert!(answer.text.contains(&format!("<h1 id=\"latchkey-title\">{title}</h1>")), "{title}");
        assert_eq!(answer.headers["content-language"], lang.split('"').nth(1).unwrap());
        assert_eq!(answer.headers["vary"], "accept-language");
    }
}

#[test]
fn english_carries_no_table_and_another_language_what_its_form_may_say() {
    let scenario = Scenario::new();
    assert_eq!(island(&page(&scenario, &session(&scenario, None), "en").text)["words"], Value::Null);
    let german = island(&page(&scenario, &session(&scenario, Some("de")), "en").text);
    assert_eq!(german["words"]["Checking…"], "Wird geprüft …");
    assert_eq!(german["words"]["Read as {host}."], "Gelesen als {host}.");
    assert_eq!(german["words"]["Write an email"], Value::Null, "the page around the form says that");
    assert_eq!(german["form"]["fields"][1]["label"], "API-Token");
}

#[test]
fn without_its_table_a_language_is_english_and_says_so() {
    let mut scenario = Scenario::new();
    scenario.platform.languages = false;
    let answer = page(&scenario, &session(&scenario, Some("de")), "de");
    assert_eq!(opening(&answer.text), "lang=\"en\"");
    assert!(answer.text.contains("Connect Okta"));
}

#[test]
fn dead_ends_and_the_choice_between_services_speak_it_too() {
    let scenario = Scenario::new();
    let unknown = scenario.send_with("GET", "/link/nothing", None, None, &[("accept-language", "de")]);
    assert_eq!((unknown.status, opening(&unknown.text)), (404, "lang=\"de\""));
    assert!(unknown.text.contains("Dieser Link funktioniert nicht"));
    let body = json!({ "providers": ["okta", "gitlab"], "endUser": { "id": "user-1" }, "locale": "ar" });
    let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
    let choice = page(&scenario, made.body["token"].as_str().unwrap(), "en");
    assert!(choice.text.contains("اختر خدمة") && choice.text.contains("dir=\"rtl\""));
}

#[test]
fn a_guide_without_a_translation_stays_english_and_is_marked_so() {
    let mut scenario = Scenario::new();
    scenario.platform.untranslated = vec!["Sign in to Okta", "Find your Okta domain"];
    let answer = scenario.send_with("GET", "/guides/okta", None, None, &[("accept-language", "de")]);
    assert!(answer.text.contains("So verbinden Sie Okta"));
    let step = "<summary class=\"step\" lang=\"en\">Sign in to Okta";
    assert!(answer.text.contains(step), "an English step is read as German");
    assert_eq!(answer.text.matches("<summary class=\"step\" lang=\"en\">").count(), 1);
    assert!(answer.text.contains("<span>API-Token</span>"));
    assert!(
        answer.text.contains("<section dir=\"ltr\""),
        "its marks would stand on the wrong side in Arabic"
    );
    let english = scenario.send("GET", "/guides/okta", None, None);
    assert!(!english.text.contains("<summary class=\"step\" lang=\"en\">"));
}

#[test]
fn a_refusal_is_said_in_the_pages_language_and_a_backends_stays_english() {
    let scenario = Scenario::new();
    let token = session(&scenario, Some("de"));
    let body = scenario.sealed_body(
        "attempt-1",
        &token,
        "okta",
        &[("instanceUrl", "acme.example.com"), ("apiToken", TOKEN)],
    );
    let body = body.to_string();
    let send = |language: &str| {
        let body = Some(("application/json", body.as_str()));
        scenario.send_with("POST", "/api/v1/connect", Some(&token), body, &[("accept-language", language)])
    };
    let german = send("de");
    assert_eq!(german.problem(), (422, "host_not_allowed", Some("instanceUrl")));
    let message = german.body["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("Das ist keine passende Angabe. Erwartet wird eine Okta-Domain"),
        "{message}"
    );
    let fix = german.body["errors"][0]["fix"].as_str().unwrap();
    assert!(fix.starts_with("Geben Sie die Domain ein") && fix.contains("your-org.okta.com"), "{fix}");
    assert_eq!(german.headers["content-language"], "de");
    assert!(
        send("en").body["errors"][0]["message"].as_str().unwrap().starts_with("This is not an Okta domain")
    );
    let backend = ("application/json", r#"{"providers":[],"endUser":{"id":"u"}}"#);
    let key = Some(scenario.live_key.as_str());
    let refused = scenario.send_with(
        "POST",
        "/api/v1/connect-sessions",
        key,
        Some(backend),
        &[("accept-language", "de")],
    );
    assert_eq!(refused.body["errors"][0]["message"], "No provider is named.");
}

#[test]
fn untranslated_texts_are_marked_for_scripts_except_in_english() {
    let mut scenario = Scenario::new();
    let english = "This looks like the ID of a token, not like the token itself.";
    scenario.platform.untranslated = vec![
        english,
        "The token is valid, but this organization does not have the feature that we requested.",
        "Ask Okta support whether your edition includes API access for administrators.",
    ];
    for (locale, marked) in [("ar", true), ("en", false)] {
        let token = session(&scenario, Some(locale));
        let island = island(&page(&scenario, &token, "").text);
        // The rules of the parser come with the session.
        let more = [("accept-language", locale)];
        let read = scenario.send_with("GET", "/api/v1/connect", Some(&token), None, &more).body;
        let fields = read["definition"]["fields"].as_array().unwrap();
        let alike: Vec<_> = fields
            .iter()
            .filter_map(|field| field["parse"]["mistakenFor"].as_array())
            .flatten()
            .map(|alike| alike["message"].as_str().unwrap().to_owned())
            .collect();
        let expected = if marked { format!("\u{2066}{}\u{2069}", english) } else { english.to_owned() };
        assert!(alike.contains(&expected), "{locale}: {alike:?}");
        // What goes into other sentences is not.
        assert!(!island["form"]["fields"][0]["label"].as_str().unwrap().contains('\u{2066}'));

        scenario.platform.live.okta("acme.okta.com");
        scenario.platform.live.answer(
            "GET https://acme.okta.com/api/v1/users/me",
            401,
            r#"{"errorCode":"E0000015"}"#,
        );
        let answers = [("instanceUrl", "acme.okta.com"), ("apiToken", TOKEN)];
        let body = scenario.sealed_body("attempt-1", &token, "okta", &answers).to_string();
        let body = Some(("application/json", body.as_str()));
        let answer = scenario.send_with("POST", "/api/v1/connect", Some(&token), body, &more);
        assert_eq!(answer.problem().1, "feature_unavailable", "{}", answer.text);
        for member in ["message", "fix"] {
            let text = answer.body["errors"][0][member].as_str().unwrap();
            assert_eq!(
                text.starts_with('\u{2066}') && text.ends_with('\u{2069}'),
                marked,
                "{locale}: {text}"
            );
        }
    }
}

#[test]
fn rejected_keys_and_ended_sessions_are_explained_in_every_language() {
    for language in LANGUAGES.into_iter().filter(|&language| language != "en") {
        let scenario = Scenario::new();
        let table = table(language);
        let token = session(&scenario, Some(language));
        scenario.platform.live.okta("acme.okta.com");
        scenario.platform.live.answer(
            "GET https://acme.okta.com/api/v1/users/me",
            401,
            r#"{"errorCode":"E0000011"}"#,
        );
        let answers = [("instanceUrl", "acme.okta.com"), ("apiToken", TOKEN)];
        let body = scenario.sealed_body("attempt-1", &token, "okta", &answers).to_string();
        let more = [("accept-language", language)];
        let answer = scenario.send_with(
            "POST",
            "/api/v1/connect",
            Some(&token),
            Some(("application/json", &body)),
            &more,
        );
        assert_eq!(answer.problem(), (422, "key_rejected", Some("apiToken")), "{}", answer.text);
        let said = |member: &str| answer.body["errors"][0][member].as_str().unwrap().to_owned();
        let known = |text: &str| table["providers"].as_object().unwrap().values().any(|own| own == text);
        assert!(known(&said("message")) && known(&said("fix")), "{language}: {}", answer.text);
        scenario.platform.wait(31 * 24 * 3600);
        let gone = scenario.send_with("GET", "/api/v1/connect", Some(&token), None, &more);
        assert_eq!(gone.body["errors"][0]["message"], table["edge"]["This link has expired."], "{language}");
    }
}

/// After Arabic letters a browser shows `2027-05-21` as `21-05-2027`, unless it is kept apart.
#[test]
fn a_day_in_digits_keeps_its_order_in_arabic() {
    let table = table("ar");
    for (part, english, name) in [
        ("page", "This guide was last compared with {provider} on {date}.", "date"),
        ("edge", "This key has expired: {provider} ended it on {day}.", "day"),
        ("edge", "This key ends on {day}.", "day"),
    ] {
        let arabic = table[part][english].as_str().unwrap();
        assert!(arabic.contains(&format!("\u{2066}{{{name}}}\u{2069}")), "{english}: {arabic}");
    }
}

#[test]
fn every_table_is_another_language_and_no_english_is_left_in_it() {
    // What is the same word there too.
    const SAME: [&str; 7] = [
        "Details",
        " (optional)",
        "Event hook “{name}”",
        "Marketing",
        "Design",
        "Infrastructure",
        "Incidents",
    ];
    // The words of Okta's screen, in which the question and its options stand.
    const OKTA: [&str; 5] = [
        "Any IP",
        "In any network zone defined in Okta",
        "In any of the following zones",
        "Not in any network zone defined in Okta",
        "Not in any of the following zones",
    ];
    // Words of the console that some of the languages have too.
    const CONSOLE: [&str; 38] = [
        "Error",
        "Action",
        "Actions",
        "Admin",
        "Agent",
        "CSV",
        "Console",
        "Description",
        "Detail",
        "Endpoint",
        "Endpoints",
        "Guide",
        "Hash",
        "Live",
        "Menu",
        "Message",
        "Mode",
        "Name",
        "No",
        "Optional",
        "Pages",
        "Personal",
        "Roles",
        "Service",
        "Session",
        "Sessions",
        "Status {status} in {ms} ms",
        "Support",
        "Test",
        "Token",
        "Type",
        "Version",
        "Version {n}",
        "Versions",
        "Webhooks",
        "(optional)",
        "{n} h",
        "{n} s",
    ];
    const WORDS: [&str; 11] =
        ["the", "and", "this", "with", "your", "is", "Press", "again", "Nothing", "enter", "key"];
    // The names of values are no words.
    let without_names = |text: &str| -> String {
        text.split('{').map(|piece| piece.rsplit('}').next().unwrap_or_default()).collect()
    };
    let english =
        |text: &str| text.split(|c: char| !c.is_alphabetic()).filter(|word| WORDS.contains(word)).count();
    for language in LANGUAGES.into_iter().filter(|&language| language != "en") {
        for (part, sentences) in table(language).as_object().unwrap() {
            for (from, to) in sentences.as_object().unwrap() {
                let to = to.as_str().unwrap();
                // A sentence of names alone differs in its marks and spaces only, if at all.
                let names = !without_names(from).contains(char::is_alphabetic);
                let of_console = part == "console" && CONSOLE.contains(&from.as_str());
                let same =
                    names || of_console || SAME.contains(&from.as_str()) || OKTA.contains(&from.as_str());
                assert!(from != to || same, "{language} {part}: {from}");
                // Between marks stand the words of a vendor's screen, an address, or code.
                let own: String = without_names(to).split(['*', '`']).step_by(2).collect();
                assert!(same || english(&own) < 2, "{language} {part}: {to}");
            }
        }
    }
}
