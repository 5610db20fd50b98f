//! The members of a session: what a backend may set and read, and revoking a session.

use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::{Value, json};
use std::rc::Rc;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn made(scenario: &Scenario, key: &str, more: &Value) -> Answer {
    let mut body = json!({ "providers": ["okta"], "endUser": { "id": "user-1" } });
    for (member, value) in more.as_object().unwrap() {
        body[member] = value.clone();
    }
    scenario.post("/api/v1/connect-sessions", key, &body)
}

fn session(scenario: &Scenario, key: &str, more: &Value) -> (String, String) {
    let answer = made(scenario, key, more);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let text = |member: &str| answer.body[member].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

fn show(scenario: &Scenario, id: &str, key: &str) -> Answer {
    scenario.get(&format!("/api/v1/connect-sessions/{id}"), key)
}

fn revoke(scenario: &Scenario, id: &str, key: &str) -> Answer {
    scenario.send("DELETE", &format!("/api/v1/connect-sessions/{id}"), Some(key), None)
}

#[test]
fn members_are_returned_to_the_backend_and_only_urls_reach_the_page() {
    let scenario = Scenario::new();
    let more = json!({
        "returnUrl": "https://app.example.com/done",
        "refreshUrl": "https://app.example.com/again?from=mail",
        "locale": "pt-BR",
        "metadata": { "plan": "enterprise", "ticket": "T-1" },
    });
    let (id, token) = session(&scenario, &scenario.live_key, &more);
    let shown = show(&scenario, &id, &scenario.live_key);
    assert_eq!(shown.status, 200, "{}", shown.text);
    for (member, value) in more.as_object().unwrap() {
        assert_eq!(&shown.body[member], value, "{member}");
    }
    assert_eq!((&shown.body["state"], &shown.body["mode"]), (&json!("open"), &json!("live")));
    assert!(!shown.text.contains(token.rsplit('.').next().unwrap()), "the token is told again");
    let page = scenario.get("/api/v1/connect", &token);
    assert_eq!(page.body["returnUrl"], more["returnUrl"]);
    assert_eq!(page.body["refreshUrl"], more["refreshUrl"]);
    assert!(!page.text.contains("enterprise") && !page.text.contains("T-1"));
    let html = scenario.send("GET", &format!("/link/{id}"), None, None);
    assert!(!html.text.contains("enterprise"));
}

#[test]
fn members_that_are_not_allowed_are_named() {
    let scenario = Scenario::new();
    let many: serde_json::Map<_, _> = (0..21).map(|at| (format!("m{at}"), json!("x"))).collect();
    for (member, value) in [
        ("returnUrl", json!("http://app.example.com/")),
        ("returnUrl", json!("http://localhost:3000/")),
        ("refreshUrl", json!("javascript:alert(1)")),
        ("refreshUrl", json!("https://user:pass@app.example.com/")),
        ("locale", json!("not a locale")),
        ("locale", json!("")),
        ("metadata", json!({ "x": "y".repeat(201) })),
        ("metadata", json!({ "": "y" })),
        ("metadata", Value::Object(many)),
        ("connectionId", json!("nonsense")),
        ("connectionId", json!("00000000-0000-4000-8000-000000000000")),
        ("providers", json!(["okta", "okta"])),
    ] {
        let answer = made(&scenario, &scenario.live_key, &json!({ member: value }));
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some(member)), "{member} {value}");
        assert!(!answer.body["errors"][0]["fix"].as_str().unwrap().is_empty());
    }
    let local = json!({ "returnUrl": "http://localhost:3000/", "locale": "xx-Latn" });
    assert_eq!(made(&scenario, &scenario.test_key, &local).status, 201);
}

#[test]
fn a_revoked_session_accepts_nothing_and_its_page_says_so() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let (id, token) = session(&scenario, &scenario.live_key, &json!({}));
    assert_eq!(revoke(&scenario, &id, &scenario.live_key).status, 204);
    assert_eq!(revoke(&scenario, &id, &scenario.live_key).status, 204);
    assert_eq!(show(&scenario, &id, &scenario.live_key).body["state"], "revoked");
    let attempt = scenario.attempt(&token, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(attempt.problem(), (410, "session_revoked", None));
    assert_eq!(scenario.get("/api/v1/connect", &token).problem(), (410, "session_revoked", None));
    let html = scenario.send("GET", &format!("/link/{id}"), None, None);
    assert_eq!(html.status, 410);
    assert!(html.text.contains("This link was withdrawn") && !html.text.contains("<input"));
    assert!(scenario.platform.live.seen().is_empty(), "the provider was asked");
}

#[test]
fn an_attempt_under_way_when_its_session_is_revoked_stores_nothing() {
    let scenario = Rc::new(Scenario::new());
    scenario.platform.live.okta("acme.okta.com");
    let (id, token) = session(&scenario, &scenario.live_key, &json!({}));
    let backend = scenario.clone();
    let revoking = Box::new(move || assert_eq!(revoke(&backend, &id, &backend.live_key).status, 204));
    *scenario.platform.index.before.borrow_mut() = Some(("commit-attempt", revoking));
    let attempt = scenario.attempt(&token, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(attempt.problem(), (410, "session_revoked", None));
    assert!(scenario.listed(&scenario.live_key).is_empty());
    assert_eq!(scenario.platform.blobs.values.borrow().len(), 1, "its value was not written");
    scenario.platform.wait(600);
    scenario.platform.sweep(scenario.target());
    assert!(scenario.platform.blobs.values.borrow().is_empty(), "its value was left behind");
}

#[test]
fn what_is_done_stays_done() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let (id, token) = session(&scenario, &scenario.live_key, &json!({}));
    scenario.attempt(&token, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(show(&scenario, &id, &scenario.live_key).body["state"], "done");
    assert_eq!(revoke(&scenario, &id, &scenario.live_key).status, 200);
    assert_eq!(show(&scenario, &id, &scenario.live_key).body["state"], "done", "what is done stays done");
    assert_eq!(scenario.listed(&scenario.live_key).len(), 1);
}

#[test]
fn sessions_of_another_project_or_mode_are_not_found_whatever_the_scope() {
    let scenario = Scenario::new();
    let (_, _, other) = scenario.another_project();
    let (id, _) = session(&scenario, &scenario.live_key, &json!({}));
    let reader = scenario.key_with(&["connections:read"]);
    for (id, key, problem) in [
        (id.as_str(), &other, (404, "not_found", None)),
        (id.as_str(), &scenario.test_key, (404, "not_found", None)),
        ("nonsense", &scenario.live_key, (404, "not_found", None)),
        ("nonsense", &reader, (404, "not_found", None)),
        (id.as_str(), &reader, (403, "insufficient_scope", None)),
    ] {
        assert_eq!(show(&scenario, id, key).problem(), problem);
        assert_eq!(revoke(&scenario, id, key).problem(), problem);
    }
    assert_eq!(show(&scenario, &id, &scenario.live_key).body["state"], "open");
}

#[test]
fn an_ended_session_shows_the_backend_how_it_ended() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let (id, token) = session(&scenario, &scenario.live_key, &json!({}));
    let (late, _) = session(&scenario, &scenario.live_key, &json!({}));
    let stored = scenario.attempt(&token, "attempt-1", "acme.okta.com", TOKEN);
    let shown = show(&scenario, &id, &scenario.live_key);
    assert_eq!(
        (&shown.body["state"], &shown.body["connectionId"]),
        (&json!("done"), &stored.body["connection"]["id"])
    );
    scenario.platform.wait(1800);
    assert_eq!(show(&scenario, &late, &scenario.live_key).body["state"], "expired");
}

/// Before anything is done for each entry: a body has room for thousands.
#[test]
fn a_list_of_thousands_is_refused_by_its_member() {
    let scenario = Scenario::new();
    let many = |entry: &dyn Fn(usize) -> String| json!((0..2000).map(entry).collect::<Vec<_>>());
    let map = |entry: &dyn Fn(usize) -> String| {
        Value::Object((0..2000).map(|at| (entry(at), json!("x"))).collect())
    };
    let numbered = |at| format!("p{at}");
    for (member, value) in [
        ("providers", many(&numbered)),
        ("providers", many(&|_| "okta".to_owned())),
        ("scopes", many(&|_| "okta.users.read".to_owned())),
        ("scopes", many(&numbered)),
        ("allowedOrigins", many(&|at| format!("https://a{at}.example"))),
        ("metadata", map(&numbered)),
        ("prefill", map(&numbered)),
    ] {
        let answer = made(&scenario, &scenario.live_key, &json!({ member: value }));
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some(member)), "{member}");
    }
    let project = format!("/api/v1/projects/{}", scenario.project);
    let key = json!({ "name": "one", "mode": "live", "scopes": ["admin"] });
    for (path, member, value) in [
        ("/api/v1/api-keys", "scopes", many(&|_| "admin".to_owned())),
        ("/api/v1/api-keys", "allowedAddresses", many(&|at| format!("192.0.{}.{}", at / 250, at % 250))),
        (&project, "domains", many(&|at| format!("a{at}.example.com"))),
        (&project, "allowedOrigins", many(&|at| format!("https://a{at}.example"))),
        (&project, "branding", map(&numbered)),
    ] {
        let mut body = json!({ member: value });
        let answer = if path == project {
            scenario.patch(path, ADMIN_TOKEN, &body)
        } else {
            for (name, value) in key.as_object().unwrap() {
                body.as_object_mut().unwrap().entry(name).or_insert_with(|| value.clone());
            }
            scenario.post(path, scenario.admin_key(), &body)
        };
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some(member)), "{path} {member}");
    }
    let hosts =
        json!({ "hosts": { "harness": { "selfManaged": many(&|at| format!("a{at}.example.com")) } } });
    let answer = scenario.patch(&project, ADMIN_TOKEN, &hosts);
    assert_eq!(answer.problem(), (422, "invalid_parameter", Some("hosts.harness")));
}
