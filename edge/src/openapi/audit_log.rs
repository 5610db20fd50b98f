//! `/api/v1/audit-log`.

use super::operation::{Caller, Operation};
use super::samples::{ID, TIME};
use super::schemas::{Schemas, Time};
use latchkey_shared::KeyScope;
use schemars::JsonSchema;
use serde_json::json;

/// A page of the log.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct AuditPage {
    /// Newest first.
    entries: Vec<AuditEntry>,
    /// For the next page; none: this is the last.
    next_cursor: Option<String>,
}

/// One deed.
#[derive(JsonSchema)]
struct AuditEntry {
    /// When.
    #[schemars(with = "Time")]
    at: String,
    /// Who: a key, a session, or the owner.
    actor: String,
    /// What was done.
    action: String,
    /// To what.
    subject: String,
    /// More about it; may be empty.
    detail: String,
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let entry = json!({
        "at": TIME, "actor": "5Xk2mQ0fV9sYb7Tn3Hc1Ld", "action": "credential.read", "subject": ID, "detail": "",
    });
    vec![
        Operation::new("get", "/api/v1/audit-log", "listAuditLog", "List deeds")
            .is(
                "Audit log",
                Caller::Key(KeyScope::Admin),
                "Of the caller’s mode, and of the whole project. Newest first.",
            )
            .query("subject", "Only what was done to this thing.", json!({ "type": "string" }))
            .paged()
            .answers::<AuditPage>(schemas, 200, "A page.", json!({ "entries": [entry], "nextCursor": null })),
    ]
}
