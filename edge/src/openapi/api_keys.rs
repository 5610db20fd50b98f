//! `/api/v1/api-keys…`.

use super::operation::Operation;
use super::samples::{PROJECT, SESSION, TIME};
use super::schemas::Schemas;
use crate::http::schema::Uuid;
use latchkey_shared::ErrorCode;
use serde_json::{Value, json};

const TAG: &str = "API keys";
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
        Operation::new("GET", "/api/v1/api-keys", "listApiKeys", "List keys")
            .is(TAG, "The project’s keys of the caller’s mode.")
            .returns(schemas, "The keys.", json!({ "apiKeys": [view()] })),
        Operation::new("POST", "/api/v1/api-keys", "createApiKey", "Make a key")
            .is(TAG, "The key has the caller’s mode. A project can have at most 100 keys.")
            .takes(schemas, &[("reading", new)])
            .returns(schemas, "The key, shown this once.", made.clone())
            .leads_to(&["revokeApiKey"], &json!({ "id": "$response.body#/apiKey/id" }))
            .refuses(&[ErrorCode::ProjectInUse]),
        Operation::new("DELETE", "/api/v1/api-keys/{id}", "revokeApiKey", "Revoke a key")
            .is(TAG, "It stops working at once.")
            .segment("id", "The key’s id.", json!({ "type": "string", "pattern": "^[0-9A-Za-z]{1,30}$" }), ID)
            .returns(schemas, "The key that was revoked.", json!({ "apiKey": view() })),
        Operation::new(
            "POST",
            "/api/v1/projects/{id}/api-keys",
            "createApiKeyFor",
            "Make a key of a project",
        )
        .is(TAG, "For a project that lost all its keys. `mode` is required.")
        .segment("id", "The project.", project, PROJECT)
        .takes(schemas, &[("reading", new_test)])
        .returns(schemas, "The key, shown this once.", made)
        .refuses(&[ErrorCode::ProjectInUse]),
    ]
}
