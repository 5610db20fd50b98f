//! `/api/v1/connect-sessions`.

use super::operation::{Caller, Operation};
use super::samples::{NAME, SESSION};
use super::schemas::{Schemas, Time};
use crate::api::connect_sessions::NewSession;
use latchkey_shared::session::{EndOrganization, EndUser};
use latchkey_shared::{ErrorCode, KeyScope, Mode};
use schemars::JsonSchema;
use serde_json::json;
use std::collections::BTreeMap;

/// A session as the backend that made it sees it.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct ShownSession {
    /// Names the session, and allows nothing.
    id: String,
    /// Test or live.
    mode: Mode,
    /// Where it stands.
    state: ShownState,
    /// What the person may link.
    providers: Vec<String>,
    /// Who is asked.
    end_user: EndUser,
    /// The customer they belong to.
    organization: Option<EndOrganization>,
    /// The name the account will have.
    connection_name: Option<String>,
    /// For people.
    description: Option<String>,
    /// What the key shall be able to do.
    scopes: Vec<String>,
    /// Origins that may embed the form.
    allowed_origins: Vec<String>,
    /// The account whose key is to be replaced.
    connection_id: Option<String>,
    /// Where the hosted page leads when it is done.
    return_url: Option<String>,
    /// Where a link that has ended leads.
    refresh_url: Option<String>,
    /// The language of the form.
    locale: Option<String>,
    /// Your own entries.
    metadata: BTreeMap<String, String>,
    /// When the person shared it with somebody else.
    #[schemars(with = "Option<Time>")]
    shared_at: Option<String>,
    /// When it ends.
    #[schemars(with = "Time")]
    expires_at: String,
}

/// Where a session stands.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[allow(dead_code, reason = "it is only described")]
enum ShownState {
    /// Waiting for an attempt.
    Open,
    /// One attempt is being checked.
    Leased,
    /// The account is linked.
    Done,
    /// It was taken back.
    Revoked,
    /// Its time is over.
    Expired,
}

/// A session that was made. Its token is shown this once.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct MadeSession {
    /// Names the session, and allows nothing.
    id: String,
    /// For the embedded form: hand it to your page.
    token: String,
    /// For a mail or a redirect: the page with the form. The token is its fragment.
    #[schemars(extend("format" = "uri"))]
    url: String,
    /// When it ends.
    #[schemars(with = "Time")]
    expires_at: String,
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let person = json!({ "id": "user-1", "email": "ada@example.com", "name": "Ada Lovelace" });
    let token = format!("cs_test_{SESSION}.{}", "0".repeat(44));
    let made = json!({
        "id": SESSION,
        "token": token,
        "url": format!("https://connect.example.com/link/{SESSION}#{token}"),
        "expiresAt": "2026-04-23T20:16:34.831Z",
    });
    let shown = json!({
        "id": SESSION, "mode": "test", "state": "open", "providers": ["okta"], "endUser": person,
        "organization": { "id": "customer-7", "name": "Example Ltd" }, "connectionName": null, "description": null,
        "scopes": [], "allowedOrigins": ["https://app.example.com"], "connectionId": null,
        "returnUrl": "https://app.example.com/settings", "refreshUrl": null, "locale": "de",
        "metadata": { "ticket": "4711" }, "sharedAt": null, "expiresAt": "2026-04-23T20:16:34.831Z",
    });
    let whole = json!({
        "providers": ["okta"],
        "endUser": person,
        "organization": { "id": "customer-7", "name": "Example Ltd" },
        "connectionName": format!("{NAME}-of-customer-7"),
        "description": "Directory of Example Ltd",
        "prefill": { "instanceUrl": "https://example.okta.com" },
        "expiresIn": 3600,
        "returnUrl": "https://app.example.com/settings",
        "refreshUrl": "https://app.example.com/connect/okta",
        "locale": "de",
        "metadata": { "ticket": "4711" },
    });
    vec![
        Operation::new("post", "/api/v1/connect-sessions", "createConnectSession", "Make a connect session")
            .is(
                "Connect sessions",
                Caller::Key(KeyScope::SessionsWrite),
                "Permission for one end user to link one account. Give `token` to the embedded form, or send `url`.",
            )
            .takes::<NewSession>(
                schemas,
                &[("short", json!({ "providers": ["okta"], "endUser": { "id": "user-1" } })), ("whole", whole)],
            )
            .answers::<MadeSession>(schemas, 201, "The session. Its token is shown this once.", made)
            .leads_to(
                &["readConnectSession", "revokeConnectSession"],
                &json!({ "id": "$response.body#/id" }),
            )
            .refuses(&[ErrorCode::UnknownProvider, ErrorCode::OriginNotAllowed, ErrorCode::NameTaken]),
        Operation::new("get", "/api/v1/connect-sessions/{id}", "readConnectSession", "Read a connect session")
            .is(
                "Connect sessions",
                Caller::Key(KeyScope::SessionsWrite),
                "Where it stands, and what it was made with. Its token is not told again.",
            )
            .segment("id", "The session’s id.", json!({ "type": "string" }), SESSION)
            .answers::<ShownSession>(schemas, 200, "The session.", shown),
        Operation::new("delete", "/api/v1/connect-sessions/{id}", "revokeConnectSession", "Take a connect session back")
            .is(
                "Connect sessions",
                Caller::Key(KeyScope::SessionsWrite),
                "Its link says so from then on, and an attempt that is under way is not stored. A session that is done stays done.",
            )
            .segment("id", "The session’s id.", json!({ "type": "string" }), SESSION)
            .answers_nothing("It is taken back.")
            .refuses(&[ErrorCode::SessionUsed]),
    ]
}
