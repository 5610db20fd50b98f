//! `/api/v1/audit-log`.

use super::operation::Operation;
use super::samples::{ID, TIME};
use super::schemas::Schemas;
use serde_json::json;

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let entry = json!({
        "at": TIME, "actor": { "type": "api-key", "id": "5Xk2mQ0fV9sYb7Tn3Hc1Ld", "endUserId": null }, "action": "credential.read", "subject": ID, "detail": "",
    });
    vec![
        Operation::new("GET", "/api/v1/audit-log", "listAuditLog", "List actions")
            .is(
                "Audit log",
                "Actions in the caller’s mode, and those that concern the whole project. Newest first. A request that changes something leaves one entry.",
            )
            .query("subject", "Only actions on the thing with this id, as the API has it elsewhere.", json!({ "type": "string" }))
            .paged()
            .returns(schemas, "A page.", json!({ "entries": [entry], "nextCursor": null })),
    ]
}
