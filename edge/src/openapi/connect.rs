//! `/api/v1/connect`: what the form itself calls.

use super::operation::Operation;
use super::problems::VERIFICATION;
use super::samples::{ID, NAME, SESSION, TEST_HOST};
use super::schemas::Schemas;
use latchkey_shared::ErrorCode;
use latchkey_shared::sealing::SUITE;
use serde_json::json;

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let seen = json!({
        "session": {
            "id": SESSION, "mode": "test", "state": "open", "expiresAt": "2026-04-23T20:16:34.831Z",
            "endUser": { "id": "user-1", "email": null, "name": "Ada Lovelace" }, "organization": null,
        },
        "branding": { "name": "Example" },
        "providers": [{ "id": "okta", "name": "Okta" }],
        "definition": null,
        "prefill": [],
        "progress": null,
        "connection": null,
        "returnUrl": null,
        "refreshUrl": null,
        "share": { "sharedAt": null, "byShare": false },
        "sealing": { "kid": "s1", "publicKey": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08", "suite": SUITE },
    });
    let sealed = json!({
        "kid": "s1", "enc": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08", "ct": "kF1sNq8T3Zx0aVbYc7dEfGhIjKlMnOpQ",
    });
    let attempt = json!({
        "attemptId": "0b0c9d3e-5f0a-4a52-9f1b-7a6f1d2c3b4a",
        "app": "okta",
        "fields": { "instanceUrl": { "text": TEST_HOST }, "apiToken": sealed },
    });
    let linked = json!({
        "connection": { "id": ID, "app": "okta", "name": NAME, "version": 1 },
        "report": {
            "checks": [{ "id": "organization", "title": "The organisation exists", "state": "passed" }],
            "identity": { "id": "00uada", "login": "ada@example.com", "name": "Ada Lovelace", "kind": "person" },
            "organization": { "id": "00oabc", "name": null, "url": format!("https://{TEST_HOST}") },
            "key": null,
            "roles": ["Super Administrator"],
            "capabilities": [],
            "warnings": [],
            "eventHook": null,
        },
    });
    vec![
        Operation::new("GET", "/api/v1/connect", "readConnect", "Read the session of the page")
            .is("Connect page", "Who is asked, what is prefilled, where the session stands.")
            .query("app", "The provider whose form is meant, of those that the session offers.", json!({ "type": "string" }))
            .returns(schemas, "The session and its form.", seen),
        Operation::new("POST", "/api/v1/connect", "submitConnect", "Submit the form")
            .is(
                "Connect page",
                "One attempt to link the account. Secrets are sealed in the browser (HPKE, RFC 9180) to the key that reading the \
                 session tells. Repeating an attempt id returns its recorded result.",
            )
            .takes(schemas, &[("sealed", attempt)])
            .returns(schemas, "The account is linked.", linked.clone())
            .or_in_lines(
                "With `Accept: application/x-ndjson`, once something was asked of the provider: a line for each step that is right, \
                 `host`, `key`, `rights`, as soon as it is known, and as the last line the answer that there would have been, its \
                 status too. What is refused before is answered as without it.",
                "{\"passed\":\"host\"}\n{\"passed\":\"key\"}\n{\"passed\":\"rights\"}\n{\"status\":200,\"body\":{…}}\n",
            )
            .refuses(VERIFICATION)
            .refuses(&[
                ErrorCode::UnknownProvider,
                ErrorCode::ProviderNotOffered,
                ErrorCode::SessionBusy,
                ErrorCode::TooManyAttempts,
                ErrorCode::SealingRequired,
                ErrorCode::UnknownSealingKey,
                ErrorCode::SealedValueUnreadable,
                ErrorCode::SealedValueReused,
                ErrorCode::AttemptCancelled,
            ]),
        Operation::new("POST", "/api/v1/connect/cancel", "cancelConnect", "Take an attempt back")
            .is(
                "Connect page",
                "Answers like the attempt itself: how it had ended, or that it was taken back, after which it can store nothing.",
            )
            .takes(schemas, &[("attempt", json!({ "attemptId": "0b0c9d3e-5f0a-4a52-9f1b-7a6f1d2c3b4a" }))],
            )
            .returns(schemas, "The account was linked before.", linked)
            .refuses(VERIFICATION)
            .refuses(&[
                ErrorCode::ProviderNotOffered,
                ErrorCode::SealingRequired,
                ErrorCode::SealedValueUnreadable,
                ErrorCode::AttemptCancelled,
                ErrorCode::SessionBusy,
            ]),
        Operation::new("PUT", "/api/v1/connect/progress", "saveConnectProgress", "Keep what was filled in")
            .is(
                "Connect page",
                "So that opening the link again goes on from there. Secrets, and what looks like one, are refused.",
            )
            .takes(schemas, &[("half", json!({ "app": "okta", "fields": { "instanceUrl": TEST_HOST }, "steps": ["1.1"] }))],
            )
            .returns_nothing("It is kept, in the place of what was kept before.")
            .refuses(&[
                ErrorCode::UnknownProvider,
                ErrorCode::NotFound,
                ErrorCode::UnknownField,
                ErrorCode::SecretMisplaced,
            ]),
        Operation::new("POST", "/api/v1/connect/share", "shareConnect", "Make a link for somebody else")
            .is("Connect page", "A second token of the same session. One that was made before stops working.")
            .returns(schemas, "The link, shown this once.",
                json!({ "url": format!("https://connect.example.com/link/{SESSION}#cs_test_{SESSION}.{}", "0".repeat(44)),
                        "expiresAt": "2026-04-23T20:16:34.831Z" }),
            )
            .refuses(&[ErrorCode::ShareNotAllowed, ErrorCode::SessionBusy]),
        Operation::new("DELETE", "/api/v1/connect/share", "unshareConnect", "Take that link back")
            .is("Connect page", "The shared token stops working; the page’s own goes on.")
            .returns_nothing("It is taken back.")
            .refuses(&[ErrorCode::ShareNotAllowed, ErrorCode::SessionBusy]),
    ]
}
