//! `GET /api/v1/audit-log`: who did what, newest first.

use super::app_connections::limit;
use crate::access::auth;
use crate::api::input::invalid;
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::ListAudit;
use crate::time::iso;
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
    /// Who did it: a key, a session, the owner, or `clock` for what time alone did.
    actor: String,
    /// The action.
    action: String,
    /// The id of the thing it was done to.
    subject: String,
    /// A name or other detail. It may be empty.
    detail: String,
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
    let operation = ListAudit {
        key: caller.proof(),
        subject: request.query.get("subject").cloned(),
        before: before.map(i64::from),
        limit: limit(request)?,
    };
    let page = caller.call(operation).await?;
    let entry = |entry: crate::store::protocol::AuditEntry| AuditEntry {
        at: iso(entry.at),
        actor: entry.actor,
        action: entry.action,
        subject: entry.subject,
        detail: entry.detail,
    };
    Ok(AuditPage {
        entries: page.entries.into_iter().map(entry).collect(),
        next_cursor: page.next.map(|id| id.to_string()),
    })
}
