//! `/api/v1/connect-sessions`.

use super::operation::{Caller, Operation};
use super::samples::{NAME, SESSION};
use super::schemas::{Schemas, Time};
use crate::api::connect_sessions::NewSession;
use latchkey_shared::{ErrorCode, KeyScope};
use schemars::JsonSchema;
use serde_json::json;

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
    let whole = json!({
        "providers": ["okta"],
        "endUser": person,
        "organization": { "id": "customer-7", "name": "Example Ltd" },
        "connectionName": format!("{NAME}-of-customer-7"),
        "description": "Directory of Example Ltd",
        "prefill": { "instanceUrl": "https://example.okta.com" },
        "expiresIn": 3600,
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
            .refuses(&[ErrorCode::UnknownProvider, ErrorCode::OriginNotAllowed, ErrorCode::NameTaken]),
    ]
}
