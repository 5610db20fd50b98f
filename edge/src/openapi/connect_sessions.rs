//! `/api/v1/connect-sessions`.

use super::operation::Operation;
use super::samples::{NAME, SESSION, created_session, session};
use super::schemas::Schemas;
use crate::api::connect_session_views::STATES;
use crate::api::connect_sessions::EndedSession;
use latchkey_shared::ErrorCode;
use serde_json::json;

/// What `invitation` adds.
pub(super) const INVITATION: &str =
    "Whether the answer has the link ready to be passed on: a mail in the session’s language, and a QR code.";

/// Why a session can no longer be changed.
const ENDED: &[ErrorCode] = &[
    ErrorCode::SessionExpired,
    ErrorCode::SessionUsed,
    ErrorCode::SessionRevoked,
    ErrorCode::ConnectionGone,
];

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let person = json!({ "id": "user-1", "email": "ada@example.com", "name": "Ada Lovelace" });
    let made = created_session();
    let renewed = created_session();
    let shown = session();
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
        Operation::new("POST", "/api/v1/connect-sessions", "createConnectSession", "Make a connect session")
            .is(
                "Connect sessions",
                "Permission for one end user to link one account. Give `token` to the embedded form, or send `url`.",
            )
            .takes(
                schemas,
                &[
                    ("short", json!({ "providers": ["okta"], "endUser": { "id": "user-1" } })),
                    ("takeOver", json!({ "providers": ["launchdarkly"], "endUser": { "id": "user-1" }, "takeOver": true })),
                    ("whole", whole),
                ],
            )
            .query("invitation", INVITATION, json!({ "type": "boolean", "default": false }))
            .returns(schemas, "The session. Its token is shown this once.", made)
            .repeatable()
            .leads_to(
                &["readConnectSession", "revokeConnectSession"],
                &json!({ "id": "$response.body#/id" }),
            )
            .refuses(&[
                ErrorCode::UnknownProvider,
                ErrorCode::OriginNotAllowed,
                ErrorCode::Ending,
                ErrorCode::ManagedCredentials,
                ErrorCode::NameTaken,
                ErrorCode::LimitReached,
            ]),
        Operation::new("GET", "/api/v1/connect-sessions", "listConnectSessions", "List connect sessions")
            .is("Connect sessions", "The sessions of every key in the caller’s mode, newest first, without tokens.")
            .query("state", "Only sessions in this state.", json!({ "type": "string", "enum": STATES }))
            .query("provider", "Only sessions that offer this provider.", json!({ "type": "string" }))
            .query("endUserId", "Only sessions of this person.", json!({ "type": "string" }))
            .query(
                "connectionId",
                "Only sessions that update or linked this account.",
                json!({ "type": "string", "format": "uuid" }),
            )
            .query("apiKeyId", "Only sessions that this API key made.", json!({ "type": "string" }))
            .paged()
            .returns(
                schemas,
                "A page of sessions.",
                json!({ "connectSessions": [shown.clone()], "nextCursor": null }),
            ),
        Operation::new("GET", "/api/v1/connect-sessions/{id}", "readConnectSession", "Read a connect session")
            .is(
                "Connect sessions",
                "Its state, and the values it was made with. Its token is not shown again.",
            )
            .segment("id", "The session’s id.", json!({ "type": "string" }), SESSION)
            .returns(schemas, "The session.", shown.clone()),
        Operation::new("PATCH", "/api/v1/connect-sessions/{id}", "changeConnectSession", "Extend a connect session")
            .is(
                "Connect sessions",
                "Lets a session that can still be used expire later or earlier. It lives at most thirty days after it was made, and no \
                 longer than the key that made it and the key that extends it.",
            )
            .segment("id", "The session’s id.", json!({ "type": "string" }), SESSION)
            .takes(schemas, &[("anotherDay", json!({ "expiresIn": 86_400 }))])
            .returns(schemas, "The session as it is now.", shown)
            .refuses(ENDED),
        Operation::new("POST", "/api/v1/connect-sessions/{id}/link", "renewConnectSessionLink", "Make a new link for a connect session")
            .is(
                "Connect sessions",
                "For whoever has lost the link of a session that can still be used. The link before stops working at once. What its page \
                 has saved stays.",
            )
            .segment("id", "The session’s id.", json!({ "type": "string" }), SESSION)
            .query("invitation", INVITATION, json!({ "type": "boolean", "default": false }))
            .returns(schemas, "The session with its new token, shown this once.", renewed)
            .refuses(ENDED),
        Operation::new("DELETE", "/api/v1/connect-sessions/{id}", "revokeConnectSession", "Revoke a connect session")
            .is(
                "Connect sessions",
                "Its page says so from then on, and an attempt that is being checked is not stored. A session that is done stays \
                 done: its tokens end at once, and the response is 200 with its state.",
            )
            .segment("id", "The session’s id.", json!({ "type": "string" }), SESSION)
            .returns_nothing("It is revoked.")
            .or_returns::<EndedSession>(
                schemas,
                200,
                "It was done. Its tokens have ended.",
                json!({ "id": SESSION, "state": "done" }),
            ),
    ]
}
