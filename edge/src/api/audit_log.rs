//! `GET /api/v1/audit-log`: who did what, newest first.

use super::app_connections::limit;
use crate::access::auth;
use crate::access::tokens::session_id;
use crate::api::input::invalid;
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{self, ListAudit};
use crate::time::iso;
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::{SessionId, base62};
use serde::Serialize;

/// A page of the log.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditPage {
    /// Newest first.
    entries: Vec<AuditEntry>,
    /// The cursor of the next page. Null: this is the last page.
    next_cursor: Option<String>,
}

/// One action.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct AuditEntry {
    /// When it happened.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    at: String,
    /// Who did it.
    actor: Actor,
    /// What was done.
    action: AuditAction,
    /// The id of the thing it was done to, as the API has it elsewhere.
    subject: String,
    /// A name or other detail. It may be empty.
    detail: String,
}

/// Who acted.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Actor {
    /// The kind of actor.
    r#type: ActorType,
    /// The id of the API key or of the session. Null: the actor has none.
    id: Option<String>,
    /// Your id of the person whom the session is for. Null: it was no session.
    end_user_id: Option<String>,
}

/// A page of the actions in the caller's mode, and of those that concern the whole project.
///
/// # Errors
/// Without the scope `admin`, or when a parameter is not valid.
pub(crate) async fn list(platform: &impl Platform, request: &Request) -> Result<AuditPage> {
    let caller = auth::key_caller(platform, request)?;
    let before = request.query.get("cursor").map(|text| text.parse::<u32>()).transpose();
    let before = before.map_err(|_| {
        invalid(
            "cursor",
            "This cursor is not valid.",
            "Send nextCursor of the page before, without changing it.",
        )
    })?;
    let session = |text: &String| Some(base62::encode(SessionId::parse(text).ok()?.random));
    let operation = ListAudit {
        key: caller.proof(),
        subject: request.query.get("subject").map(|text| session(text).unwrap_or_else(|| text.clone())),
        before: before.map(i64::from),
        limit: limit(request)?,
    };
    let page = caller.call(operation).await?;
    // The log has the random part of a session's id.
    let session = |id: String| match base62::decode(&id) {
        Some(random) => session_id(platform.config(), caller.project, random).to_string(),
        None => id,
    };
    let entry = |entry: protocol::AuditEntry| {
        let protocol::Actor { kind, id, end_user } = entry.actor;
        let of_session = kind == ActorType::Session;
        let about_session =
            entry.action.as_str().starts_with("session.") || of_session && entry.subject == id;
        let id = Some(id).filter(|id| !id.is_empty());
        AuditEntry {
            at: iso(entry.at),
            actor: Actor {
                r#type: kind,
                id: if of_session { id.map(session) } else { id },
                end_user_id: end_user,
            },
            action: entry.action,
            subject: if about_session { session(entry.subject) } else { entry.subject },
            detail: entry.detail,
        }
    };
    Ok(AuditPage {
        entries: page.entries.into_iter().map(entry).collect(),
        next_cursor: page.next.map(|id| id.to_string()),
    })
}
