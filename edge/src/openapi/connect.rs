//! `/api/v1/connect`: what the form itself calls.

use super::operation::{Caller, Operation};
use super::problems::VERIFICATION;
use super::samples::{ID, NAME, SESSION, TEST_HOST};
use super::schemas::{Schemas, Time};
use crate::api::connect::Cancel;
use crate::api::connect_progress::Saved;
use latchkey_shared::ErrorCode;
use latchkey_shared::connect::{
    Branding, ConnectRequest, ConnectResponse, ConnectionView, Form, Prefill, SessionView,
};
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
    /// The form of the one that is meant: `app` of the query, or the first.
    definition: Option<Form>,
    /// Values to start with.
    prefill: Vec<Prefill>,
    /// How far the guide was read.
    progress: Option<ReadProgress>,
    /// The account whose key is to be replaced, or the one that was linked.
    connection: Option<ConnectionView>,
    /// Where the hosted page leads when it is done.
    return_url: Option<String>,
    /// Where a link that has ended leads.
    refresh_url: Option<String>,
    /// Whether it was shared.
    share: ShareView,
    /// What secrets are to be sealed to.
    sealing: SealingKey,
}

/// How far the guide was read.
#[derive(JsonSchema)]
struct ReadProgress {
    /// The provider it is of.
    app: String,
    /// Steps that are done.
    steps: Vec<String>,
}

/// Whether a session was shared with somebody else.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct ShareView {
    /// When; null: it is not.
    #[schemars(with = "Option<Time>")]
    shared_at: Option<String>,
    /// Whether the token that asks is the shared one.
    by_share: bool,
}

/// A link for somebody else.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct SharedLink {
    /// The page with the form. The token is its fragment, and shown this once.
    #[schemars(extend("format" = "uri"))]
    url: String,
    /// When it ends: with the session.
    #[schemars(with = "Time")]
    expires_at: String,
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
        Operation::new("get", "/api/v1/connect", "readConnect", "Read the session of the page")
            .is("Connect page", Caller::Page, "Who is asked, what is prefilled, where the session stands.")
            .query("app", "The provider whose form is meant, of those that the session offers.", json!({ "type": "string" }))
            .answers::<ConnectView>(schemas, 200, "The session and its form.", seen),
        Operation::new("post", "/api/v1/connect", "submitConnect", "Submit the form")
            .is(
                "Connect page",
                Caller::Page,
                "One attempt to link the account. Secrets are sealed in the browser (HPKE, RFC 9180) to the key that reading the \
                 session tells. Repeating an attempt id returns its recorded result.",
            )
            .takes::<ConnectRequest>(schemas, &[("sealed", attempt)])
            .answers::<ConnectResponse>(schemas, 200, "The account is linked.", linked.clone())
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
        Operation::new("post", "/api/v1/connect/cancel", "cancelConnect", "Take an attempt back")
            .is(
                "Connect page",
                Caller::Page,
                "Answers like the attempt itself: how it had ended, or that it was taken back, after which it can store nothing.",
            )
            .takes::<Cancel>(
                schemas,
                &[("attempt", json!({ "attemptId": "0b0c9d3e-5f0a-4a52-9f1b-7a6f1d2c3b4a" }))],
            )
            .answers::<ConnectResponse>(schemas, 200, "The account was linked before.", linked)
            .refuses(VERIFICATION)
            .refuses(&[
                ErrorCode::ProviderNotOffered,
                ErrorCode::SealingRequired,
                ErrorCode::SealedValueUnreadable,
                ErrorCode::AttemptCancelled,
                ErrorCode::SessionBusy,
            ]),
        Operation::new("put", "/api/v1/connect/progress", "saveConnectProgress", "Keep what was filled in")
            .is(
                "Connect page",
                Caller::Page,
                "So that opening the link again goes on from there. Secrets, and what looks like one, are refused.",
            )
            .takes::<Saved>(
                schemas,
                &[("half", json!({ "app": "okta", "fields": { "instanceUrl": TEST_HOST }, "steps": ["1.1"] }))],
            )
            .answers_nothing("It is kept, in the place of what was kept before.")
            .refuses(&[
                ErrorCode::UnknownProvider,
                ErrorCode::NotFound,
                ErrorCode::UnknownField,
                ErrorCode::SecretMisplaced,
            ]),
        Operation::new("post", "/api/v1/connect/share", "shareConnect", "Make a link for somebody else")
            .is("Connect page", Caller::Page, "A second token of the same session. One that was made before stops working.")
            .answers::<SharedLink>(
                schemas,
                201,
                "The link, shown this once.",
                json!({ "url": format!("https://connect.example.com/link/{SESSION}#cs_test_{SESSION}.{}", "0".repeat(44)),
                        "expiresAt": "2026-04-23T20:16:34.831Z" }),
            )
            .refuses(&[ErrorCode::ShareNotAllowed, ErrorCode::SessionBusy]),
        Operation::new("delete", "/api/v1/connect/share", "unshareConnect", "Take that link back")
            .is("Connect page", Caller::Page, "The shared token stops working; the page’s own goes on.")
            .answers_nothing("It is taken back.")
            .refuses(&[ErrorCode::ShareNotAllowed, ErrorCode::SessionBusy]),
    ]
}
