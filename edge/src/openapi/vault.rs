//! `/api/v1/vault…`.

use super::operation::Operation;
use super::samples::ID;
use super::schemas::Schemas;
use latchkey_shared::ErrorCode;
use serde_json::json;

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let keys =
        json!([{ "id": "k2", "primary": true, "present": true, "credentials": 41, "removable": false }]);
    let failed = json!([{ "connectionId": ID, "version": 1, "keyId": "k1" }]);
    let whose = "A project’s key gets the numbers of its project, the admin token those of all projects.";
    vec![
        Operation::new("GET", "/api/v1/vault", "readVault", "Read the vault keys")
            .is("Vault", whose)
            .returns(schemas, "The keys.", json!({ "keys": keys, "remaining": 0 })),
        Operation::new("POST", "/api/v1/vault/rewrap", "rewrapVault", "Move a batch to the primary key")
            .is(
                "Vault",
                "At most 20 credentials at a time. Repeat it until `remaining` is 0. It is safe to stop at any time.",
            )
            .returns(
                schemas,
                "How many were moved, and how many are left.",
                json!({ "keys": keys, "remaining": 1, "rewrapped": 20, "failed": failed }),
            )
            .refuses(&[ErrorCode::VaultKeyMissing]),
    ]
}
