//! `/api/v1/vault…`.

use super::operation::{Caller, Operation};
use super::samples::ID;
use super::schemas::{Schemas, Uuid};
use latchkey_shared::ErrorCode;
use schemars::JsonSchema;
use serde_json::json;

/// Where the rotation of vault keys stands.
#[derive(JsonSchema)]
struct VaultStatus {
    /// Every key of the ring, and every key that is gone and still needed.
    keys: Vec<VaultKey>,
    /// How many credentials an older key wraps.
    remaining: u32,
}

/// One vault key.
#[derive(JsonSchema)]
struct VaultKey {
    /// Names it, as in `VAULT_KEYS`.
    id: String,
    /// Whether new credentials are wrapped by it.
    primary: bool,
    /// Whether the deployment has it.
    present: bool,
    /// How many credentials it wraps.
    credentials: u32,
    /// Whether nothing in the deployment needs it. Told to the owner alone.
    removable: bool,
}

/// What one batch did.
#[derive(JsonSchema)]
struct Rewrapped {
    /// Every key of the ring, and every key that is gone and still needed.
    keys: Vec<VaultKey>,
    /// How many credentials an older key wraps.
    remaining: u32,
    /// How many were moved by this call.
    rewrapped: u32,
    /// What could not be moved.
    failed: Vec<NotRewrapped>,
}

/// A credential that could not be moved.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct NotRewrapped {
    /// Its account.
    #[schemars(with = "Uuid")]
    connection_id: String,
    /// Which version of it.
    version: u32,
    /// The key that wraps it.
    key_id: String,
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let keys =
        json!([{ "id": "k2", "primary": true, "present": true, "credentials": 41, "removable": false }]);
    let failed = json!([{ "connectionId": ID, "version": 1, "keyId": "k1" }]);
    let whose = "With a project’s key about that project; with the admin token about all.";
    vec![
        Operation::new("get", "/api/v1/vault", "readVault", "Read which keys wrap what")
            .is("Vault", Caller::OwnerOrKey, whose)
            .answers::<VaultStatus>(schemas, 200, "The keys.", json!({ "keys": keys, "remaining": 0 })),
        Operation::new("post", "/api/v1/vault/rewrap", "rewrapVault", "Move a batch to the primary key")
            .is(
                "Vault",
                Caller::OwnerOrKey,
                "At most twenty at a time. Repeat it until `remaining` is 0; stopping anywhere is safe.",
            )
            .answers::<Rewrapped>(
                schemas,
                200,
                "What was moved, and what is left.",
                json!({ "keys": keys, "remaining": 1, "rewrapped": 20, "failed": failed }),
            )
            .refuses(&[ErrorCode::VaultKeyMissing]),
    ]
}
