//! `GET /api/v1/audit-log`: who did what, newest first.

use super::app_connections::limit;
use crate::access::auth;
use crate::api::input::invalid;
use crate::error::Result;
use crate::http::{Request, Response};
use crate::ports::Platform;
use crate::store::protocol::ListAudit;
use crate::time::iso;
use serde_json::json;

/// A page of the caller's mode, and of what concerns the whole project.
///
/// # Errors
/// Without the scope `admin`, or when a parameter is not allowed.
pub async fn list(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let before = request.query.get("cursor").map(|text| text.parse::<u32>()).transpose();
    let before = before.map_err(|_| {
        invalid("cursor", "This is not a cursor of ours.", "Send nextCursor of the page before, as it was.")
    })?;
    let asked = ListAudit {
        key: caller.proof(),
        subject: request.query.get("subject").cloned(),
        before: before.map(i64::from),
        limit: limit(request)?,
    };
    let page = caller.call(asked).await?;
    let entries: Vec<_> = page
        .entries
        .iter()
        .map(|entry| {
            json!({ "at": iso(entry.at), "actor": entry.actor, "action": entry.action, "subject": entry.subject,
                "detail": entry.detail })
        })
        .collect();
    let next = page.next.map(|id| id.to_string());
    Ok(Response::json(200, &json!({ "entries": entries, "nextCursor": next })))
}
