//! `/api/v1/connect`: what the form itself calls.

use super::operation::{Caller, Operation};
use super::problems::VERIFICATION;
use super::samples::{ID, NAME, SESSION, TEST_HOST};
use super::schemas::Schemas;
use latchkey_shared::ErrorCode;
use latchkey_shared::connect::{Branding, ConnectRequest, ConnectResponse, Form, Prefill, SessionView};
use latchkey_shared::sealing::{SUITE, SealingKey};
use schemars::JsonSchema;
use serde_json::json;

/// What the page needs beside its first HTML.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct ConnectView {
    /// The session.
    session: SessionView,
    /// Whose product the form belongs to.
    branding: Branding,
    /// What the session offers.
    providers: Vec<OfferedProvider>,
    /// The form of the first of them.
    definition: Option<Form>,
    /// Values to start with.
    prefill: Vec<Prefill>,
    /// Always null for now.
    progress: (),
    /// What secrets are to be sealed to.
    sealing: SealingKey,
}

/// A provider, in short.
#[derive(JsonSchema)]
struct OfferedProvider {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
}

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
        Operation::new("get", "/api/v1/connect", "readConnect", "Read the session of the page")
            .is("Connect page", Caller::Page, "Who is asked, what is prefilled, where the session stands.")
            .answers::<ConnectView>(schemas, 200, "The session and its form.", seen),
        Operation::new("post", "/api/v1/connect", "submitConnect", "Submit the form")
            .is(
                "Connect page",
                Caller::Page,
                "One attempt to link the account. Secrets are sealed in the browser (HPKE, RFC 9180) to the key that reading the \
                 session tells. Repeating an attempt id returns its recorded result.",
            )
            .takes::<ConnectRequest>(schemas, &[("sealed", attempt)])
            .answers::<ConnectResponse>(schemas, 200, "The account is linked.", linked)
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
            ]),
    ]
}
