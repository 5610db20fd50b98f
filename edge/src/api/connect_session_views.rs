//! `GET /api/v1/connect-sessions` and `GET /api/v1/connect-sessions/{id}`: sessions as a backend sees them, alone or in pages,
//! newest first. No response has a token.

use super::app_connections::limit;
use super::connect_sessions::{random, random_part};
use crate::access::auth;
use crate::access::tokens::session_id;
use crate::api::input::{A_UUID, invalid};
use crate::connections::connect_session_view::{ConnectSession, view};
use crate::error::Result;
use crate::http::Request;
use crate::ports::{Clock, Platform};
use crate::store::protocol::{ListSessions, SessionByApiKey, SessionFilter, SessionRow};
use latchkey_shared::{ConnectionId, base62};
use serde::Serialize;

/// A page of sessions.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectSessions {
    /// Newest first.
    connect_sessions: Vec<ConnectSession>,
    /// The cursor of the next page. Null: this is the last page.
    next_cursor: Option<String>,
}

/// The states that a list can be filtered by.
pub(crate) const STATES: [&str; 5] = ["open", "leased", "done", "revoked", "expired"];

/// A session as the backend that made it sees it. Its token is not shown again.
///
/// # Errors
/// Without a valid key, or when there is no such session that this key may see.
pub(crate) async fn read(platform: &impl Platform, request: &Request, id: &str) -> Result<ConnectSession> {
    let caller = auth::key_caller(platform, request)?;
    let operation = SessionByApiKey { key: caller.proof(), id: random(platform, caller.project, id)? };
    let session = caller.call(operation).await?.session;
    Ok(view(id.to_owned(), session, platform.clock().now_ms()))
}

/// A page of the sessions in the key's mode, whichever key made them.
///
/// # Errors
/// Without the scope `sessions:read`, or when a parameter is not valid.
pub(crate) async fn list(platform: &impl Platform, request: &Request) -> Result<ConnectSessions> {
    let caller = auth::key_caller(platform, request)?;
    let parameter = |name: &str| request.query.get(name).cloned();
    let state = parameter("state");
    if state.as_deref().is_some_and(|word| !STATES.contains(&word)) {
        let fix = format!("Use one of: {}.", STATES.join(", "));
        return Err(invalid("state", "Sessions have no such state.", fix));
    }
    let connection = request.query.get("connectionId").map(|id| ConnectionId::parse(id)).transpose();
    let connection = connection.map_err(|_| {
        invalid(
            "connectionId",
            "connectionId is not a UUID.",
            format!("Send the id of an account, a UUID such as {A_UUID}."),
        )
    })?;
    let operation = ListSessions {
        key: caller.proof(),
        filter: SessionFilter {
            state,
            provider: parameter("provider"),
            end_user: parameter("endUserId"),
            connection: connection.map(|id| id.to_string()),
            made_by: parameter("apiKeyId"),
        },
        after: request.query.get("cursor").map(|text| cursor(text)).transpose()?,
        limit: limit(request)?,
    };
    let page = caller.call(operation).await?;
    let next = |(id, row): &(String, SessionRow)| format!("{}-{id}", row.created.unwrap_or_default());
    let next_cursor = page.sessions.last().filter(|_| page.more).map(next);
    let now = platform.clock().now_ms();
    let mut connect_sessions = Vec::new();
    for (id, row) in page.sessions {
        let id = session_id(platform.config(), caller.project, random_part(&id)?);
        connect_sessions.push(view(id.to_string(), row, now));
    }
    Ok(ConnectSessions { connect_sessions, next_cursor })
}

/// Reads a cursor: time and id of the last session of a page.
fn cursor(text: &str) -> Result<(i64, String)> {
    let read = || {
        let (at, id) = text.split_once('-')?;
        // At most a safe integer of JavaScript, because the database is called through it.
        let at = at.parse().ok().filter(|ms: &i64| (0..1 << 53).contains(ms))?;
        base62::decode(id).map(|_| (at, id.to_owned()))
    };
    read().ok_or_else(|| {
        invalid(
            "cursor",
            "This cursor is not valid.",
            "Send nextCursor of the page before, without changing it.",
        )
    })
}
