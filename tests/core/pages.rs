//! Hosted and embedded pages: the first HTML has the form, and each dead end explains itself.

use latchkey_tests::{Answer, Scenario};
use serde_json::json;

fn page(scenario: &Scenario, kind: &str, session: &str) -> Answer {
    scenario.send("GET", &format!("/{kind}/{}", id(session)), None, None)
}

/// `cs_<mode>_<id>.<secret>`
fn id(session: &str) -> &str {
    session.splitn(3, '_').nth(2).unwrap().rsplit_once('.').unwrap().0
}

fn ancestors(answer: &Answer) -> &str {
    answer.headers["content-security-policy"].rsplit_once("frame-ancestors ").unwrap().1
}

#[test]
fn the_first_html_holds_the_form_and_names_nobody() {
    let scenario = Scenario::new();
    let body = json!({ "providers": ["okta"], "endUser": { "id": "u", "email": "ada@example.com", "name": "Ada" }, "prefill": { "instanceUrl": "acme.okta.com" } });
    let session = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body).body["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let answer = page(&scenario, "link", &session);
    assert_eq!(answer.status, 200);
    for text in ["Okta Domain URL", "API Token", "Event Hook Name", "Create token", "<input", "Example"] {
        assert!(answer.text.contains(text), "{text}");
    }
    for text in ["ada@example.com", "Ada", "acme.okta.com", session.rsplit('.').next().unwrap()] {
        assert!(!answer.text.contains(text), "{text}");
    }
    let inputs: Vec<_> =
        answer.text.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
    assert_eq!(inputs.len(), 3);
    assert!(inputs.iter().all(|input| !input.contains(" name=")), "an input has a name: {inputs:?}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["referrer-policy"], "no-referrer");
}

#[test]
fn nothing_can_be_submitted_without_script_and_nothing_foreign_is_loaded() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.test_key);
    let policy = page(&scenario, "link", &session).headers["content-security-policy"].clone();
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    for directive in ["form-action 'none'", "base-uri 'none'", "connect-src 'self'"] {
        assert!(policy.contains(directive), "{directive}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
}

#[test]
fn only_the_sessions_origins_can_frame_an_embedded_page() {
    let scenario = Scenario::new();
    let live = scenario.session(&scenario.live_key);
    assert_eq!(ancestors(&page(&scenario, "link", &live)), "'none'");
    // The console stands at the deployment's own origin, and opens forms too.
    assert_eq!(ancestors(&page(&scenario, "embed", &live)), "https://app.example.com https://edge.example");
    let test = scenario.session(&scenario.test_key);
    assert_eq!(
        ancestors(&page(&scenario, "embed", &test)),
        "https://app.example.com http://localhost:* http://127.0.0.1:* https://edge.example"
    );
    let body = json!({ "providers": ["okta"], "endUser": { "id": "u" }, "allowedOrigins": [] });
    let made = scenario.post("/api/v1/connect-sessions", &scenario.test_key, &body);
    assert_eq!(
        ancestors(&page(&scenario, "embed", made.body["token"].as_str().unwrap())),
        "https://edge.example"
    );
}

#[test]
fn a_page_of_its_own_shares_no_window_and_is_in_no_frame() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    let guide = scenario.send("GET", "/guides/okta", None, None);
    let dead_end = scenario.send("GET", "/link/nonsense", None, None);
    for answer in [page(&scenario, "link", &session), guide, dead_end] {
        assert_eq!(answer.headers["cross-origin-opener-policy"], "same-origin");
        assert_eq!(answer.headers["cross-origin-resource-policy"], "same-origin");
        assert_eq!(answer.headers["x-frame-options"], "DENY");
    }
    let embedded = page(&scenario, "embed", &session);
    for name in ["cross-origin-opener-policy", "x-frame-options"] {
        assert!(!embedded.headers.contains_key(name), "{name}");
    }
}

#[test]
fn a_page_says_that_the_storage_is_unavailable() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.test_key);
    scenario.platform.index.faults.borrow_mut().push(("session-by-id", latchkey_tests::Fault::NotDone));
    let answer = page(&scenario, "link", &session);
    assert_eq!((answer.status, answer.headers["content-type"].as_str()), (503, "text/html; charset=utf-8"));
    assert!(
        answer.text.contains("cannot be shown right now") && !answer.text.contains("a fault of the test")
    );
    assert!(scenario.platform.log.0.borrow()[0].contains("a fault of the test"));
}

#[test]
fn dead_ends_have_no_inputs_and_say_what_to_do() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.test_key);
    let unknown = scenario.send("GET", "/embed/nonsense", None, None);
    assert_eq!((unknown.status, ancestors(&unknown)), (404, "*"));
    let forged = id(&session).replace(|c: char| c == id(&session).chars().last().unwrap(), "0");
    assert_eq!(scenario.send("GET", &format!("/link/{forged}"), None, None).status, 404);
    let token = "00test-super-admin-00000000000000000000000";
    assert_eq!(scenario.attempt(&session, "attempt-1", "latchkey-demo.okta.com", token).status, 200);
    let used = page(&scenario, "link", &session);
    assert_eq!(used.status, 409);
    let expired = scenario.session(&scenario.test_key);
    scenario.platform.wait(1800);
    let expired = page(&scenario, "embed", &expired);
    assert_eq!(expired.status, 410);
    for page in [&unknown, &used, &expired] {
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        assert!(!page.text.contains("<input"), "{}", page.text);
        assert!(page.text.contains("link"), "{}", page.text);
    }
}

#[test]
fn origins_that_a_project_lost_frame_no_session_that_is_open() {
    let scenario = Scenario::new();
    let change = |origins: &serde_json::Value| {
        let path = format!("/api/v1/projects/{}", scenario.project);
        let changed =
            scenario.patch(&path, latchkey_tests::ADMIN_TOKEN, &json!({ "allowedOrigins": origins }));
        assert_eq!(changed.status, 200, "{}", changed.text);
    };
    let [a, b, local] = ["https://a.example.com", "https://b.example.com", "http://localhost:3000"];
    change(&json!([a, b]));
    let open = |key: &str, origins: &serde_json::Value| {
        let body = json!({ "providers": ["okta"], "endUser": { "id": "u" }, "allowedOrigins": origins });
        let made = scenario.post("/api/v1/connect-sessions", key, &body);
        made.body["token"].as_str().unwrap_or_else(|| panic!("{}", made.text)).to_owned()
    };
    let live = open(&scenario.live_key, &json!([a, b]));
    let only_a = open(&scenario.live_key, &json!([a]));
    let test = open(&scenario.test_key, &json!([a, local]));
    change(&json!([b, "https://c.example.com"]));
    let framed = |session: &str| {
        let all = ancestors(&page(&scenario, "embed", session)).to_owned();
        // The deployment's own origin may always frame its forms.
        all.strip_suffix("https://edge.example").unwrap().trim_end().to_owned()
    };
    assert_eq!(framed(&live), b);
    assert_eq!(framed(&only_a), "");
    assert_eq!(framed(&test), format!("{local} http://localhost:* http://127.0.0.1:*"));
    assert!(!page(&scenario, "embed", &live).text.contains(a), "the page still talks to the lost origin");
    change(&json!([a]));
    assert_eq!(framed(&only_a), a);
}
