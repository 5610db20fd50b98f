//! `/api/v1/api-keys…`.

use super::operation::{Caller, Operation};
use super::samples::{PROJECT, SESSION, TIME};
use super::schemas::{Schemas, Time, Uuid};
use crate::api::api_keys::NewKey;
use latchkey_shared::{ErrorCode, KeyScope, Mode};
use schemars::JsonSchema;
use serde_json::{Value, json};

/// A key, without its secret.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct ApiKeyView {
    /// Names it.
    id: String,
    /// For people.
    name: String,
    /// Test or live.
    mode: Mode,
    /// What it may do.
    scopes: Vec<KeyScope>,
    /// When it was made.
    #[schemars(with = "Time")]
    created_at: String,
    /// When it was used last, within a few minutes.
    #[schemars(with = "Option<Time>")]
    last_used_at: Option<String>,
}

/// The keys of a project and mode.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct ApiKeys {
    /// All of them.
    api_keys: Vec<ApiKeyView>,
}

/// One key.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct OneApiKey {
    /// The key.
    api_key: ApiKeyView,
}

/// A key that was made.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct MadeApiKey {
    /// The key.
    api_key: ApiKeyView,
    /// The secret key itself, shown this once.
    key: String,
}

const TAG: &str = "API keys";
const ADMIN: Caller = Caller::Key(KeyScope::Admin);
const ID: &str = "5Xk2mQ0fV9sYb7Tn3Hc1Ld";

fn view() -> Value {
    json!({
        "id": ID, "name": "Reporting", "mode": "test", "scopes": ["connections:read"], "createdAt": TIME, "lastUsedAt": null,
    })
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let made = json!({ "apiKey": view(), "key": format!("lk_test_{SESSION}.{}", "0".repeat(44)) });
    let new = json!({ "name": "Reporting", "scopes": ["connections:read"] });
    let new_test = json!({ "name": "Reporting", "scopes": ["connections:read"], "mode": "test" });
    let project = schemas.read::<Uuid>();
    vec![
        Operation::new("get", "/api/v1/api-keys", "listApiKeys", "List keys")
            .is(TAG, ADMIN, "The project’s keys of the caller’s mode.")
            .answers::<ApiKeys>(schemas, 200, "The keys.", json!({ "apiKeys": [view()] })),
        Operation::new("post", "/api/v1/api-keys", "createApiKey", "Make a key")
            .is(TAG, ADMIN, "Of the caller’s mode. At most 100 per project.")
            .takes::<NewKey>(schemas, &[("reading", new)])
            .answers::<MadeApiKey>(schemas, 201, "The key, shown this once.", made.clone())
            .leads_to(&["revokeApiKey"], &json!({ "id": "$response.body#/apiKey/id" }))
            .refuses(&[ErrorCode::ProjectInUse]),
        Operation::new("delete", "/api/v1/api-keys/{id}", "revokeApiKey", "Revoke a key")
            .is(TAG, ADMIN, "At once.")
            .segment("id", "The key’s id.", json!({ "type": "string", "pattern": "^[0-9A-Za-z]{1,30}$" }), ID)
            .answers::<OneApiKey>(schemas, 200, "The key that is revoked.", json!({ "apiKey": view() })),
        Operation::new(
            "post",
            "/api/v1/projects/{id}/api-keys",
            "createApiKeyFor",
            "Make a key of a project",
        )
        .is(TAG, Caller::Owner, "For a project whose keys were all lost. `mode` must be sent.")
        .segment("id", "The project.", project, PROJECT)
        .takes::<NewKey>(schemas, &[("reading", new_test)])
        .answers::<MadeApiKey>(schemas, 201, "The key, shown this once.", made)
        .refuses(&[ErrorCode::ProjectInUse]),
    ]
}
