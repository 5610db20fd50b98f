//! `/api/v1/vault…`.

use super::operation::Operation;
use super::samples::{ID, PROJECT};
use super::schemas::Schemas;
use latchkey_shared::ErrorCode;
use serde_json::json;

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let keys =
        json!([{ "id": "k2", "primary": true, "present": true, "credentials": 41, "removable": false }]);
    let failed = json!([{ "connectionId": ID, "version": 1, "keyId": "k1" }]);
    let lost = json!([{
        "projectId": PROJECT, "code": "storage_unavailable", "reason": "Our storage does not answer right now.",
    }]);
    let whose = "A project’s key gets the numbers of its mode in its project, the admin token those of all projects. A call with the \
        admin token counts up to 40 projects, those first that were not counted since the keys changed. Repeat it until \
        `uncounted` is 0.";
    vec![
        Operation::new("GET", "/api/v1/vault", "readVault", "Read the vault keys")
            .is("Vault", whose)
            .returns(schemas, "The keys.", json!({ "keys": keys, "remaining": 0, "uncounted": 0, "failedProjects": [] })),
        Operation::new("POST", "/api/v1/vault/rewrap", "rewrapVault", "Move a batch to the primary key")
            .is(
                "Vault",
                "At most 10 credentials at a time. Repeat it until `remaining` and `uncounted` are 0. It is safe to stop at \
                 any time. A project that fails is reported and skipped.",
            )
            .returns(
                schemas,
                "How many were moved, and how many are left.",
                json!({
                    "keys": keys, "remaining": 1, "uncounted": 1, "failedProjects": lost, "rewrapped": 10, "failed": failed,
                }),
            )
            .refuses(&[ErrorCode::VaultKeyMissing]),
    ]
}
