//! Every page is rendered from answers as the API gives them, from none, and from refusals.

use super::{Files, render};
use serde_json::{Value, json};

const FILES: Files<'_> =
    Files { css: "/assets/console.css", js: "/assets/console.js", wasm: "/assets/console.wasm" };

const PAGES: [&str; 16] = [
    "/console/test/accounts",
    "/console/test/accounts/okta/e5d18aca-86f7-4026-a95e-efb8aeb0d8e6",
    "/console/test/link",
    "/console/test/link?way=request",
    "/console/test/link?way=embed",
    "/console/test/sessions",
    "/console/test/sessions/abc",
    "/console/test/events",
    "/console/test/webhooks",
    "/console/test/webhooks/we_1",
    "/console/test/audit-log",
    "/console/test/api-keys",
    "/console/test/people",
    "/console/test/vault",
    "/console/test/providers/okta",
    "/console/test/status",
];

fn data(path: &str, answers: &Value) -> Value {
    json!({
        "path": path,
        "now": 1_776_973_594_831_i64,
        "who": {
            "project": { "name": "Example" }, "mode": "test", "modes": ["test"], "role": "admin", "signedInAs": "Ada",
            "scopes": ["connections:read", "connections:write", "sessions:read", "sessions:write", "admin", "console"],
            "providers": [{ "id": "okta", "name": "Okta" }], "origin": "https://connect.example.com",
        },
        "answers": answers,
    })
}

fn page(path: &str, answers: &Value) -> String {
    render(&data(path, answers).to_string(), &FILES).unwrap()
}

fn account(name: &str) -> Value {
    json!({
        "id": "e5d18aca-86f7-4026-a95e-efb8aeb0d8e6", "app": "okta", "name": name, "createdAt": "2026-04-20T19:46:34.831Z",
        "version": 1, "credentials": { "instanceUrl": "https://example.okta.com" },
        "details": {
            "endUser": { "id": "u1", "name": "Ada Lovelace", "email": "ada@example.com" },
            "organization": { "id": "c1", "name": "Example Ltd" }, "freshness": "green", "suspended": null, "warnings": [],
            "health": { "state": "needs_new_key", "message": "Okta refused the key.", "fix": "Link the account again.", "checkedAt": "2026-04-23T18:46:34.831Z" },
            "key": { "name": "Integration", "type": "personal", "roles": ["Super Administrator"] }, "metadata": { "plan": "<b>" },
        },
    })
}

#[test]
fn every_page_is_rendered_without_an_answer_and_with_each_refusal() {
    for path in PAGES {
        for status in [0, 200, 403, 404, 429, 500] {
            let answer = json!({ "status": status, "body": { "detail": "It is so.", "errors": [{ "fix": "Do this." }] } });
            let html = page(path, &json!([answer, answer, answer, answer]));
            assert!(html.starts_with("<!doctype html><html lang=\"en\""), "{path}");
            assert!(html.contains("<main id=\"main\">"), "{path}");
        }
        assert!(
            page(path, &json!([])).contains("cannot reach the service")
                || path.contains("link")
                || path.contains("providers"),
            "{path}"
        );
    }
}

#[test]
fn a_page_has_no_inline_script_style_or_handler() {
    let list = json!([{ "status": 200, "body": { "appConnections": [account("a")] } }, { "status": 200, "body": { "total": 1 } }]);
    for html in [page("/console/test/accounts", &list), page("/console/test/link?way=embed", &json!([]))] {
        let scripts = html.matches("<script").count();
        let known = html.matches("<script src=").count()
            + html.matches("<script type=\"module\" src=").count()
            + html.matches("<script type=\"application/json\"").count();
        assert_eq!(scripts, known);
        assert!(!html.contains(" style=") && !html.contains("<style") && !html.contains(" onclick"));
    }
}

#[test]
fn a_text_of_a_customer_is_never_markup() {
    let hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\"'&";
    let mut linked = account(hostile);
    linked["details"]["endUser"]["name"] = hostile.into();
    linked["details"]["organization"]["name"] = hostile.into();
    linked["details"]["key"]["name"] = hostile.into();
    linked["details"]["health"]["message"] = hostile.into();
    linked["description"] = hostile.into();
    let list = json!([{ "status": 200, "body": { "appConnections": [linked] } }, { "status": 200, "body": { "total": 1 } }]);
    let one = json!([{ "status": 200, "body": { "appConnection": linked } }]);
    for html in [page("/console/test/accounts", &list), page("/console/test/accounts/okta/1", &one)] {
        assert!(html.contains("alert(1)"), "the text is shown");
        assert!(!html.contains("<script>") && !html.contains("<img"), "{html}");
    }
}

#[test]
fn a_viewer_is_offered_nothing_that_changes() {
    let mut all = data(
        "/console/test/accounts/okta/1",
        &json!([{ "status": 200, "body": { "appConnection": account("a") } }]),
    );
    all["who"]["scopes"] = json!(["connections:read", "sessions:read", "console"]);
    all["who"]["role"] = "viewer".into();
    let html = render(&all.to_string(), &FILES).unwrap();
    for word in ["Disconnect", "Revoke", "Rotate", "Relink", "Audit log", "API keys", "Link an account"] {
        assert!(!html.contains(word), "{word}");
    }
    assert!(html.contains("Your role may look, and not change."));
}

#[test]
fn the_health_of_an_account_is_a_word_with_what_to_do() {
    let one = json!([{ "status": 200, "body": { "appConnection": account("a") } }]);
    let html = page("/console/test/accounts/okta/1", &one);
    for text in [
        "Needs a new key",
        "Okta refused the key.",
        "Link the account again.",
        "Super Administrator",
        "https://example.okta.com",
    ] {
        assert!(html.contains(text), "{text}");
    }
}

#[test]
fn an_empty_project_leads_to_the_first_account() {
    let list = json!([{ "status": 200, "body": { "appConnections": [] } }, { "status": 200, "body": { "total": 0 } }]);
    assert!(page("/console/test/accounts", &list).contains("Three steps to your first account"));
    let filtered = page("/console/test/accounts?q=nobody", &list);
    assert!(filtered.contains("No account fits.") && !filtered.contains("Three steps"));
}

#[test]
fn a_page_is_in_its_language_and_the_table_is_read_once() {
    let mut german = data("/console/test/accounts", &json!([]));
    german["language"] = "de".into();
    german["words"] = json!({ "Accounts": "Konten" });
    for _ in 0..3 {
        let html = render(&german.to_string(), &FILES).unwrap();
        assert!(html.contains("<html lang=\"de\"") && html.contains("Konten"), "{html}");
    }
    assert_eq!(super::TABLES.with_borrow(Vec::len), 1);
    // Another deployment of the edge may have other words.
    german["words"] = json!({ "Accounts": "Zugänge" });
    assert!(render(&german.to_string(), &FILES).unwrap().contains("Zugänge"));
    assert!(page("/console/test/accounts", &json!([])).contains("<html lang=\"en\""));
}

#[test]
fn a_page_without_a_place_in_the_console_is_an_error() {
    assert!(render(&data("/console/test/nothing", &json!([])).to_string(), &FILES).is_err());
    assert!(render("not json", &FILES).is_err());
}
