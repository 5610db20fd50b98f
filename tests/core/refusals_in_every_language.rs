//! Every refusal that a page can cause is said in the page's language, whole: provoked one by one, in each language.
//!
//! What a provider's own file says may stay English, and is marked so; nothing else may.

use latchkey_edge::http::language::LANGUAGES;
use latchkey_edge::store::sql::Sql;
use latchkey_shared::limits;
use latchkey_tests::{Answer, Fault, Scenario, whole};
use serde_json::{Value, json};

const HOST: &str = "acme.okta.com";
const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const ME: &str = "GET https://acme.okta.com/api/v1/users/me";
const CONNECT: &str = "/api/v1/connect";

/// A page with the token of a session, in one language.
struct Page {
    scenario: Scenario,
    token: String,
    language: &'static str,
}

impl Page {
    fn new(language: &'static str) -> Self {
        let scenario = Scenario::new();
        scenario.platform.live.okta(HOST);
        let token = scenario.session(&scenario.live_key);
        Self { scenario, token, language }
    }

    fn call(&self, method: &str, path: &str, token: Option<&str>, body: Option<(&str, &str)>) -> Answer {
        self.scenario.send_with(method, path, token, body, &[("accept-language", self.language)])
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.call(method, path, Some(&self.token), Some(("application/json", &body.to_string())))
    }

    fn attempt(&self, id: &str, values: &[(&str, &str)]) -> Answer {
        self.send("POST", CONNECT, &self.scenario.sealed_body(id, &self.token, "okta", values))
    }

    fn linked(&self, id: &str) -> Answer {
        self.attempt(id, &[("instanceUrl", HOST), ("apiToken", TOKEN)])
    }

    fn with_fields(&self, fields: &Value) -> Answer {
        self.send("POST", CONNECT, &json!({ "attemptId": "attempt-1", "app": "okta", "fields": fields }))
    }

    fn fault(&self, operation: &'static str, fault: Fault) {
        self.scenario.platform.index.faults.borrow_mut().push((operation, fault));
    }

    fn session(&mut self, members: &Value) {
        let mut body = json!({ "providers": ["okta"], "endUser": { "id": "user-1" } });
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let made = self.scenario.post("/api/v1/connect-sessions", &self.scenario.live_key, &body);
        assert_eq!(made.status, 201, "{}", made.text);
        self.token = made.body["token"].as_str().unwrap().to_owned();
    }
}

/// A refusal by its code, and how a page causes it.
type Cause = (&'static str, fn(&mut Page) -> Answer);

const CAUSES: &[Cause] = &[
    ("credentials_missing", |page| page.call("GET", CONNECT, None, None)),
    ("invalid_session_token", |page| page.call("GET", CONNECT, Some("cs_live_x"), None)),
    ("method_not_allowed", |page| page.call("DELETE", CONNECT, Some(&page.token), None)),
    ("not_found", |page| page.call("GET", "/api/v1/connect/nothing", Some(&page.token), None)),
    ("unsupported_media_type", |page| {
        page.call("POST", CONNECT, Some(&page.token), Some(("text/plain", "{}")))
    }),
    ("malformed_body", |page| page.call("POST", CONNECT, Some(&page.token), Some(("application/json", "{")))),
    ("malformed_body", |page| page.send("POST", CONNECT, &json!({ "attemptId": "attempt-1" }))),
    ("malformed_body", |page| {
        page.send("POST", "/api/v1/connect/cancel", &json!({ "attemptId": "a", "other": 1 }))
    }),
    ("malformed_body", |page| {
        let twice = r#"{"attemptId": "attempt-1", "attemptId": "attempt-1"}"#;
        page.call("POST", "/api/v1/connect/cancel", Some(&page.token), Some(("application/json", twice)))
    }),
    ("malformed_body", |page| {
        page.send("POST", CONNECT, &json!({ "attemptId": 1, "app": "okta", "fields": {} }))
    }),
    ("body_too_large", |page| page.send("POST", CONNECT, &json!({ "attemptId": "x".repeat(70_000) }))),
    ("invalid_parameter", |page| {
        page.send("POST", CONNECT, &json!({ "attemptId": "no", "app": "okta", "fields": {} }))
    }),
    ("unknown_provider", |page| {
        page.send("POST", CONNECT, &json!({ "attemptId": "attempt-1", "app": "nothing", "fields": {} }))
    }),
    ("provider_not_offered", |page| {
        page.send("POST", CONNECT, &json!({ "attemptId": "attempt-1", "app": "gitlab", "fields": {} }))
    }),
    ("sealing_required", |page| page.with_fields(&json!({ "apiToken": { "text": TOKEN } }))),
    ("unknown_sealing_key", |page| {
        page.with_fields(&json!({ "apiToken": { "format": "ls2", "kid": "gone", "enc": "x", "ct": "x" } }))
    }),
    ("sealed_value_unreadable", |page| {
        let kid = page.scenario.platform.config.sealing_keys.current().unwrap().kid;
        page.with_fields(&json!({ "apiToken": { "format": "ls2", "kid": kid, "enc": "x", "ct": "x" } }))
    }),
    ("sealed_value_unreadable", |page| {
        page.with_fields(&json!({ "apiToken": { "kid": "s1", "enc": "x", "ct": "x" } }))
    }),
    ("invalid_parameter", |page| {
        let sealed = page.scenario.sealed("attempt-1", &page.token, "instanceUrl", HOST);
        page.with_fields(&json!({ "instanceUrl": sealed }))
    }),
    ("sealed_value_reused", |page| {
        page.scenario.platform.live.answer(ME, 401, "{}");
        let sealed = page.scenario.sealed("attempt-1", &page.token, "apiToken", TOKEN);
        let body = |id: &str| {
            json!({ "attemptId": id, "app": "okta",
                "fields": { "instanceUrl": { "text": HOST }, "apiToken": sealed.clone() } })
        };
        page.send("POST", CONNECT, &body("attempt-1"));
        page.send("POST", CONNECT, &body("attempt-2"))
    }),
    ("field_required", |page| page.attempt("attempt-1", &[])),
    ("host_not_allowed", |page| {
        page.attempt("attempt-1", &[("instanceUrl", "acme.example.com"), ("apiToken", TOKEN)])
    }),
    ("host_is_address", |page| {
        page.attempt("attempt-1", &[("instanceUrl", "10.0.0.1"), ("apiToken", TOKEN)])
    }),
    ("host_malformed", |page| {
        page.attempt("attempt-1", &[("instanceUrl", "a@b.okta.com"), ("apiToken", TOKEN)])
    }),
    ("key_malformed", |page| page.attempt("attempt-1", &[("instanceUrl", HOST), ("apiToken", "schlüssel")])),
    ("field_too_long", |page| {
        page.attempt("attempt-1", &[("instanceUrl", HOST), ("apiToken", &"0".repeat(9_000))])
    }),
    ("unknown_field", |page| {
        page.attempt("attempt-1", &[("instanceUrl", HOST), ("apiToken", TOKEN), ("nothing", "x")])
    }),
    ("secret_misplaced", |page| {
        page.attempt("attempt-1", &[("instanceUrl", HOST), ("apiToken", TOKEN), ("eventHookName", TOKEN)])
    }),
    ("test_value_required", |page| {
        page.token = page.scenario.session(&page.scenario.test_key);
        page.linked("attempt-1")
    }),
    ("key_rejected", |page| {
        page.scenario.platform.live.answer(ME, 401, r#"{"errorCode":"E0000011"}"#);
        page.linked("attempt-1")
    }),
    ("provider_unavailable", |page| {
        page.scenario.platform.live.answer(ME, 503, "");
        page.linked("attempt-1")
    }),
    ("provider_unexpected", |page| {
        page.scenario.platform.live.answer(ME, 418, "{}");
        page.linked("attempt-1")
    }),
    ("storage_unavailable", |page| {
        page.scenario.platform.blobs.put_faults.borrow_mut().push(Fault::NotDone);
        page.linked("attempt-1")
    }),
    ("storage_unavailable", |page| {
        page.scenario.platform.catalogue = false;
        page.linked("attempt-1")
    }),
    ("storage_unavailable", |page| {
        page.fault("session-by-token", Fault::NotDone);
        page.call("GET", CONNECT, Some(&page.token), None)
    }),
    ("outcome_unknown", |page| {
        page.fault("lease-session", Fault::DoneSilent);
        page.linked("attempt-1")
    }),
    ("outcome_unknown", |page| {
        page.fault("commit-attempt", Fault::NotDoneSilent);
        page.fault("commit-attempt", Fault::NotDoneSilent);
        page.fault("recorded-attempt", Fault::NotDoneSilent);
        page.linked("attempt-1")
    }),
    ("session_busy", |page| {
        page.fault("commit-attempt", Fault::NotDoneSilent);
        page.fault("commit-attempt", Fault::NotDoneSilent);
        page.fault("recorded-attempt", Fault::NotDoneSilent);
        page.linked("attempt-1");
        page.linked("attempt-2")
    }),
    ("attempt_cancelled", |page| {
        page.send("POST", "/api/v1/connect/cancel", &json!({ "attemptId": "attempt-1" }))
    }),
    ("session_used", |page| {
        page.linked("attempt-1");
        page.linked("attempt-2")
    }),
    ("session_expired", |page| {
        page.scenario.platform.wait(31 * 24 * 3600);
        page.call("GET", CONNECT, Some(&page.token), None)
    }),
    ("session_revoked", |page| {
        page.session(&json!({}));
        let id = page.token.splitn(3, '_').nth(2).unwrap().rsplit_once('.').unwrap().0.to_owned();
        let path = format!("/api/v1/connect-sessions/{id}");
        assert_eq!(page.scenario.send("DELETE", &path, Some(&page.scenario.live_key), None).status, 204);
        page.call("GET", CONNECT, Some(&page.token), None)
    }),
    ("connection_gone", |page| {
        page.linked("attempt-1");
        let id = page.scenario.listed(&page.scenario.live_key)[0]["id"].as_str().unwrap().to_owned();
        page.session(&json!({ "connectionId": id }));
        let path = format!("/api/v1/app-connections/okta/{id}");
        assert_eq!(page.scenario.send("DELETE", &path, Some(&page.scenario.live_key), None).status, 200);
        page.call("GET", CONNECT, Some(&page.token), None)
    }),
    ("share_not_allowed", |page| {
        let shared = page.send("POST", "/api/v1/connect/share", &json!({}));
        page.token = shared.body["url"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
        page.send("POST", "/api/v1/connect/share", &json!({}))
    }),
    ("unknown_field", |page| {
        page.send("PUT", "/api/v1/connect/progress", &json!({ "app": "okta", "fields": { "nope": "y" } }))
    }),
    ("secret_misplaced", |page| {
        page.send("PUT", "/api/v1/connect/progress", &json!({ "app": "okta", "fields": { "apiToken": "x" } }))
    }),
    ("invalid_parameter", |page| {
        page.send("PUT", "/api/v1/connect/progress", &json!({ "app": "okta", "steps": ["x"] }))
    }),
    ("not_found", |page| page.send("PUT", "/api/v1/connect/progress", &json!({ "app": "gitlab" }))),
    ("rate_limited", |page| {
        for _ in 0..120 {
            page.call("GET", CONNECT, Some(&page.token), None);
        }
        page.call("GET", CONNECT, Some(&page.token), None)
    }),
    ("limit_reached", |page| {
        let object = page.scenario.platform.index.object(page.scenario.target());
        object.exec("UPDATE sessions SET leases = ?", &[limits::ATTEMPTS_MAX.into()]).unwrap();
        page.linked("attempt-1")
    }),
    ("limit_reached", |page| {
        page.scenario.platform.index.object(page.scenario.target()).filled.set(limits::STORAGE_MAX);
        page.linked("attempt-1")
    }),
    ("field_required", |page| {
        let fields: Vec<_> = (0..limits::FIELDS_MAX).map(|at| (at.to_string(), "x")).collect();
        let fields: Vec<_> = fields.iter().map(|(id, text)| (id.as_str(), *text)).collect();
        page.attempt("attempt-1", &fields)
    }),
    ("too_many_attempts", |page| {
        page.scenario.platform.live.answer(ME, 401, r#"{"errorCode":"E0000011"}"#);
        for at in 0..40 {
            let answer = page.linked(&format!("attempt-{at}"));
            if answer.problem().1 != "key_rejected" {
                return answer;
            }
        }
        panic!("forty refused keys are too many")
    }),
];

/// The texts for people in a problem, by the name of their member.
fn texts(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut texts: Vec<_> = ["title", "detail"].map(|name| (name.to_owned(), text(&problem[name]))).into();
    for error in problem["errors"].as_array().unwrap() {
        texts.extend(["message", "fix"].map(|name| (name.to_owned(), text(&error[name]))));
    }
    texts
}

/// All that the files of the providers say, which need not be translated.
fn providers_texts() -> String {
    latchkey_catalogue::all().map(|provider| serde_json::to_string(provider).unwrap()).collect()
}

/// Words that no other language has, in what is left when addresses, code and names of members are taken out.
fn english_words(text: &str) -> Vec<&str> {
    const WORDS: [&str; 24] = [
        "the", "and", "this", "that", "with", "your", "is", "are", "was", "Press", "again", "Nothing",
        "enter", "key", "Send", "only", "field", "answers", "not", "has", "wait", "of", "Use", "one",
    ];
    // A host, a path or a name of code is no word.
    let is_code = |token: &&str| token.trim_end_matches(['.', ',', ':']).contains(['.', '/', '_', '=']);
    let tokens = text.split_whitespace().filter(|token| !is_code(token));
    tokens
        .flat_map(|token| token.split(|c: char| !c.is_alphabetic()))
        .filter(|word| WORDS.contains(word))
        .collect()
}

#[test]
fn no_refusal_that_a_page_can_cause_has_english_in_it() {
    let (providers, mut wrong) = (providers_texts(), Vec::new());
    let is_providers =
        |text: &str| providers.contains(serde_json::to_string(text).unwrap().trim_matches('"'));
    for (code, cause) in CAUSES {
        let english = cause(&mut Page::new("en"));
        assert_eq!(english.problem().1, *code, "{}", english.text);
        // A short run has the languages with other letters, other directions and long words.
        let short = ["ar", "de", "ja"];
        for language in
            LANGUAGES.into_iter().filter(|language| short.contains(language) || whole() && *language != "en")
        {
            let said = cause(&mut Page::new(language));
            assert_eq!(said.problem().1, *code, "{language}: {}", said.text);
            assert_eq!(said.headers["content-language"], language, "{code}");
            for ((member, from), (_, to)) in texts(&english.body).into_iter().zip(texts(&said.body)) {
                let marked = to.starts_with('\u{2066}') && to.ends_with('\u{2069}');
                let fine = if is_providers(&from) {
                    marked || to != from
                } else {
                    !marked && to != from && english_words(&to).len() < 2
                };
                if !fine {
                    wrong.push(format!("{language}, {code}, {member}: {from:?} -> {to:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} texts:\n{}", wrong.len(), wrong.join("\n"));
}
