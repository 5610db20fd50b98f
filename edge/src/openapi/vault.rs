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
    let whose = "With a project’s key about that project; with the admin token about all.";
    vec![
        Operation::new("GET", "/api/v1/vault", "readVault", "Read which keys wrap what")
            .is("Vault", whose)
            .returns(schemas, "The keys.", json!({ "keys": keys, "remaining": 0 })),
        Operation::new("POST", "/api/v1/vault/rewrap", "rewrapVault", "Move a batch to the primary key")
            .is(
                "Vault",
                "At most twenty at a time. Repeat it until `remaining` is 0; stopping anywhere is safe.",
            )
            .returns(
                schemas,
                "What was moved, and what is left.",
                json!({ "keys": keys, "remaining": 1, "rewrapped": 20, "failed": failed }),
            )
            .refuses(&[ErrorCode::VaultKeyMissing]),
    ]
}
