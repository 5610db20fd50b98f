//! `/api/v1/audit-log…`, and the key that its signatures are checked with.

use super::operation::Operation;
use super::samples::{ID, PROJECT, TIME};
use super::schemas::Schemas;
use latchkey_shared::audit::{AuditAction, AuditOutcome};
use serde_json::json;

const TAG: &str = "Audit log";

/// The filters.
fn filtered(operation: Operation) -> Operation {
    let text = || json!({ "type": "string", "maxLength": 200 });
    let time = || json!({ "type": "string", "format": "date-time" });
    operation
        .query(
            "actor",
            "Only actions of the API key or session with this id, or of `owner`, `timer` or `unknown`.",
            text(),
        )
        .query(
            "action",
            "Only this action.",
            json!({ "type": "string", "enum": AuditAction::ALL.as_slice() }),
        )
        .query("subject", "Only actions on the thing with this id, as the API has it elsewhere.", text())
        .query(
            "outcome",
            "Only actions that ended so.",
            json!({ "type": "string", "enum": AuditOutcome::ALL }),
        )
        .query("since", "Only actions at this time or later.", time())
        .query("until", "Only actions before this time.", time())
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let hash = "4b8e3a2f1d0c9b7a6e5f4d3c2b1a09f8e7d6c5b4a3928170f6e5d4c3b2a19080";
    let signature = "x".repeat(86);
    let entry = json!({
        "seq": 7, "at": TIME, "actor": { "type": "api-key", "id": "5Xk2mQ0fV9sYb7Tn3Hc1Ld", "endUserId": null },
        "action": "credential.read", "subject": ID, "detail": "", "outcome": "done",
        "from": "hash:5f2b9c0d7e1a4b3c8d6e9f0a1b2c3d4e", "requestId": "req_5Xk2mQ0fV9sYb7Tn3Hc1Ld", "changes": null, "hash": hash,
    });
    let signed = json!({ "seq": 7, "hash": hash, "at": TIME, "signature": signature });
    let public_key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let head = json!({
        "project": PROJECT, "seq": 7, "hash": hash, "at": TIME, "signature": signature, "records": 7, "oldestSeq": 1,
        "keptDays": 400, "checkpoint": signed, "start": null, "publicKey": public_key,
    });
    let line = format!("{{\"head\":{signed}}}\n");
    vec![
        filtered(Operation::new("GET", "/api/v1/audit-log", "listAuditLog", "List actions"))
            .is(
                TAG,
                "Actions in the caller’s mode, and those that concern the whole project. Newest first. A request that changes something leaves one entry.",
            )
            .paged()
            .returns(schemas, "A page.", json!({ "entries": [entry], "nextCursor": null })),
        Operation::new("GET", "/api/v1/audit-log/head", "readAuditLogHead", "Where the log stands")
            .is(TAG, "The number and the hash of the newest entry, signed by the deployment. Keep it elsewhere: it proves later what the log was.")
            .returns(schemas, "Where the log stands.", head),
        filtered(Operation::new("GET", "/api/v1/audit-log/export", "exportAuditLog", "Export the log"))
            .is(
                TAG,
                "All entries up to now, oldest first, as lines of JSON or as CSV. The export is an entry itself. The last line of JSON is the signed head; without it the export is not whole.",
            )
            .query("format", "The format.", json!({ "type": "string", "enum": ["jsonl", "csv"], "default": "jsonl" }))
            .returns_text("The entries.", &[("application/x-ndjson", &line), ("text/csv", "seq,at\r\n")]),
        Operation::new("GET", "/.well-known/latchkey-audit-key", "readAuditKey", "The key of signatures")
            .is(TAG, "The public key that heads and checkpoints are signed with, as a JWK. It never changes.")
            .returns(
                schemas,
                "The key.",
                json!({ "kty": "OKP", "crv": "Ed25519", "x": public_key, "use": "sig", "alg": "EdDSA" }),
            ),
    ]
}
