//! `/api/v1/connect`: the calls of the form itself.

use super::operation::Operation;
use super::problems::VERIFICATION;
use super::samples::{ID, NAME, SESSION, TEST_HOST, report};
use super::schemas::Schemas;
use latchkey_shared::ErrorCode;
use latchkey_shared::sealing::{FORMAT, SUITE};
use serde_json::json;

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let seen = json!({
        "session": {
            "id": SESSION, "mode": "test", "state": "open", "expiresAt": "2026-04-23T20:16:34.831Z",
            "endUser": { "id": "user-1", "email": null, "name": "Ada Lovelace" }, "organization": null,
        },
        "branding": { "name": "Example" },
        "providers": [{ "id": "okta", "name": "Okta", "connectedAt": "2026-04-23T20:16:34.831Z" }, { "id": "gitlab", "name": "GitLab" }],
        "definition": null,
        "prefill": [],
        "progress": null,
        "connection": null,
        "returnUrl": null,
        "refreshUrl": null,
        "share": { "sharedAt": null, "byShare": false },
        "sealing": { "kid": "s1", "publicKey": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08", "suite": SUITE, "format": FORMAT },
    });
    let sealed = json!({
        "format": FORMAT, "kid": "s1", "enc": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08", "ct": "kF1sNq8T3Zx0aVbYc7dEfGhIjKlMnOpQ",
    });
    let attempt = json!({
        "attemptId": "0b0c9d3e-5f0a-4a52-9f1b-7a6f1d2c3b4a",
        "app": "okta",
        "fields": { "instanceUrl": { "text": TEST_HOST }, "apiToken": sealed },
    });
    let linked = json!({
        "connection": { "id": ID, "app": "okta", "name": NAME, "version": 1 },
        "report": report(),
    });
    vec![
        Operation::new("GET", "/api/v1/connect", "readConnect", "Read the session of the page")
            .is("Connect page", "Who was invited, the form, values to start with, and the state of the session. Of a session that is done: `state`, and \
                 for a quarter of an hour which account was linked.")
            .query("app", "The provider whose form the page needs. The session must offer it.", json!({ "type": "string" }))
            .returns(schemas, "The session and its form.", seen),
        Operation::new("POST", "/api/v1/connect", "submitConnect", "Submit the form")
            .is(
                "Connect page",
                "One attempt to link the account. Secrets are sealed in the browser (HPKE, RFC 9180) to the key `sealing` of the \
                 session. Repeating an attempt id returns its recorded result.",
            )
            .takes(schemas, &[("sealed", attempt)])
            .returns(schemas, "The account is linked.", linked.clone())
            .or_in_lines(
                "With `Accept: application/x-ndjson`, from the first request to the provider on: one line for each step that succeeds, \
                 `host`, `key`, `rights`, as soon as it is known. The last line has the status and the body of the usual \
                 response. What is refused before has the usual response.",
                "{\"passed\":\"host\"}\n{\"passed\":\"key\"}\n{\"passed\":\"rights\"}\n{\"status\":200,\"body\":{…}}\n",
            )
            .refuses(VERIFICATION)
            .refuses(&[
                ErrorCode::UnknownProvider,
                ErrorCode::ProviderNotOffered,
                ErrorCode::SessionBusy,
                ErrorCode::TooManyAttempts,
                ErrorCode::LimitReached,
                ErrorCode::SealingRequired,
                ErrorCode::UnknownSealingKey,
                ErrorCode::SealedValueUnreadable,
                ErrorCode::SealedValueReused,
                ErrorCode::AttemptCancelled,
                ErrorCode::Ending,
                ErrorCode::ManagedCredentials,
            ]),
        Operation::new("POST", "/api/v1/connect/cancel", "cancelConnect", "Cancel an attempt")
            .is(
                "Connect page",
                "The response is the attempt’s own: its result, if it had ended, or that it was canceled. A canceled attempt stores nothing.",
            )
            .takes(schemas, &[("attempt", json!({ "attemptId": "0b0c9d3e-5f0a-4a52-9f1b-7a6f1d2c3b4a" }))],
            )
            .returns(schemas, "The account had been linked already.", linked)
            .refuses(VERIFICATION)
            .refuses(&[
                ErrorCode::ProviderNotOffered,
                ErrorCode::SealingRequired,
                ErrorCode::SealedValueUnreadable,
                ErrorCode::AttemptCancelled,
                ErrorCode::SessionBusy,
            ]),
        Operation::new("PUT", "/api/v1/connect/progress", "saveConnectProgress", "Save what was filled in")
            .is(
                "Connect page",
                "So that the link can be opened again and continued. Secrets, and text that looks like one, are refused.",
            )
            .takes(schemas, &[("half", json!({ "app": "okta", "fields": { "instanceUrl": TEST_HOST }, "steps": ["1.1"] }))],
            )
            .returns_nothing("It is saved, in place of what was saved before.")
            .refuses(&[
                ErrorCode::UnknownProvider,
                ErrorCode::NotFound,
                ErrorCode::UnknownField,
                ErrorCode::SecretMisplaced,
            ]),
        Operation::new("POST", "/api/v1/connect/share", "shareConnect", "Make a link for somebody else")
            .is("Connect page", "A second token of the same session. An earlier one stops working.")
            .returns(schemas, "The link, shown this once.",
                json!({ "url": format!("https://connect.example.com/link/{SESSION}#cs_test_{SESSION}.{}", "0".repeat(44)),
                        "expiresAt": "2026-04-23T20:16:34.831Z" }),
            )
            .refuses(&[ErrorCode::ShareNotAllowed, ErrorCode::SessionBusy]),
        Operation::new("DELETE", "/api/v1/connect/share", "unshareConnect", "Withdraw the shared link")
            .is("Connect page", "The shared token stops working. The page’s own stays valid.")
            .returns_nothing("It is withdrawn.")
            .refuses(&[ErrorCode::ShareNotAllowed, ErrorCode::SessionBusy]),
    ]
}
