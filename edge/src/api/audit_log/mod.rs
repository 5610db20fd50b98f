//! `/api/v1/audit-log`: who did what, newest first; where the log stands; and its export.

mod export;
mod head;

pub(crate) use export::{AuditExport, export, rest};
pub(crate) use head::{AuditHead, AuditKey, head, key};

use super::app_connections::limit;
use crate::access::auth;
use crate::access::tokens::session_id;
use crate::api::input::{api_key, invalid};
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{self, AuditFilter, ListAudit};
use crate::time::iso;
use latchkey_shared::audit::{ActorType, AuditAction, AuditOutcome};
use latchkey_shared::{SessionId, base62};
use serde::Serialize;
use serde_json::{Map, Value};

/// A page of the log.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditPage {
    /// Newest first.
    entries: Vec<AuditEntry>,
    /// The cursor of the next page. Null: this is the last page. With several filters a page may be short, or even empty, before
    /// the last one.
    next_cursor: Option<String>,
}

/// One action.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct AuditEntry {
    /// Its number. Those of a project have no gaps, in both modes together.
    seq: i64,
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
    /// How it ended.
    outcome: AuditOutcome,
    /// The network address that it came from, in the form that the project chose. Null: it is not known, or nobody asked.
    from: Option<String>,
    /// The id of the request, which its response has in `X-Request-Id`. Null: no request did it.
    request_id: Option<String>,
    /// Of changed settings: each member with its value `before` and `after`. Of a long value there is the size and the SHA-256.
    changes: Option<Map<String, Value>>,
    /// Its hash, which the next entry has as `prev`. Zeros: it was written before there was a chain.
    hash: String,
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

/// The longest id that is looked for, in bytes.
const ID_MAX: usize = 200;

/// The filters of the query.
fn filter(request: &Request) -> Result<AuditFilter> {
    let session = |text: &String| Some(base62::encode(SessionId::parse(text).ok()?.random));
    // The log has the random part of a session's id.
    let id = |name: &str| match request.query.get(name) {
        Some(text) if text.len() > ID_MAX => {
            Err(invalid(name, "This is longer than any id.", "Send an id as an entry has it."))
        }
        text => Ok(text.map(|text| session(text).unwrap_or_else(|| text.clone()))),
    };
    let time = |name: &str| request.query.get(name).map(|text| api_key::time(name, text)).transpose();
    let action = request.query.get("action").map(|text| {
        AuditAction::parse(text).ok_or_else(|| {
            invalid(
                "action",
                "There is no such action.",
                "Use one of the actions that the documentation lists.",
            )
        })
    });
    let outcome = request.query.get("outcome").map(|text| {
        AuditOutcome::parse(text)
            .ok_or_else(|| invalid("outcome", "There is no such outcome.", "Use done, refused or failed."))
    });
    Ok(AuditFilter {
        subject: id("subject")?,
        actor: id("actor")?,
        action: action.transpose()?,
        outcome: outcome.transpose()?,
        since: time("since")?,
        until: time("until")?,
    })
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
    let filter = filter(request)?;
    let operation = ListAudit {
        key: caller.proof(),
        subject: filter.subject.clone(),
        before: before.map(i64::from),
        limit: limit(request)?,
        filter: Some(filter),
    };
    let page = caller.call(operation).await?;
    let session = |id: String| match base62::decode(&id) {
        Some(random) => session_id(platform.config(), caller.project, random).to_string(),
        None => id,
    };
    let entry = |entry: protocol::AuditEntry| {
        let protocol::Actor { kind, id, end_user } = entry.actor;
        let of_session = matches!(kind, ActorType::Session | ActorType::Share);
        let about_session =
            entry.action.as_str().starts_with("session.") || of_session && entry.subject == id;
        let id = Some(id).filter(|id| !id.is_empty());
        AuditEntry {
            seq: entry.id,
            at: iso(entry.at),
            actor: Actor {
                r#type: kind,
                id: if of_session { id.map(session) } else { id },
                end_user_id: end_user,
            },
            action: entry.action,
            subject: if about_session { session(entry.subject) } else { entry.subject },
            detail: entry.detail,
            outcome: entry.outcome,
            from: entry.from,
            request_id: entry.request,
            changes: entry.changes.and_then(|text| serde_json::from_str(&text).ok()),
            hash: entry.hash,
        }
    };
    Ok(AuditPage {
        entries: page.entries.into_iter().map(entry).collect(),
        next_cursor: page.next.map(|id| id.to_string()),
    })
}
