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
        "expiresAt": null, "allowedAddresses": ["203.0.113.0/24"], "createdBy": "owner",
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
            .is(
                TAG,
                "The key has the caller’s mode, only scopes that the caller has, and no later expiry and no other addresses \
                 than the caller. The owner of the deployment makes keys without these limits. A project can have at most 100 keys.",
            )
            .takes(schemas, &[("reading", new)])
            .returns(schemas, "The key, shown this once.", made.clone())
            .repeatable()
            .leads_to(&["narrowApiKey", "revokeApiKey"], &json!({ "id": "$response.body#/apiKey/id" }))
            .refuses(&[ErrorCode::ProjectInUse, ErrorCode::LimitReached]),
        Operation::new("PATCH", "/api/v1/api-keys/{id}", "narrowApiKey", "Narrow a key")
            .is(TAG, "It can lose scopes, expire earlier, and be bound to addresses. It can never do more than before. The open \
                 sessions that it made expire with it, and those that it could no longer make are revoked.")
            .segment("id", "The key’s id.", json!({ "type": "string", "pattern": "^[0-9A-Za-z]{1,30}$" }), ID)
            .takes(schemas, &[("bound", json!({ "allowedAddresses": ["203.0.113.0/24"] }))])
            .returns(schemas, "The key as it is now.", json!({ "apiKey": view() })),
        Operation::new("DELETE", "/api/v1/api-keys/{id}", "revokeApiKey", "Revoke a key")
            .is(TAG, "It stops working at once, and so do the open sessions that it made.")
            .segment("id", "The key’s id.", json!({ "type": "string", "pattern": "^[0-9A-Za-z]{1,30}$" }), ID)
            .query(
                "sessions",
                "`keep` leaves the sessions open that the key made.",
                json!({ "type": "string", "enum": ["revoke", "keep"], "default": "revoke" }),
            )
            .returns(
                schemas,
                "The key that was revoked, and how many open sessions were revoked with it.",
                json!({ "apiKey": view(), "revokedSessions": 2 }),
            ),
        Operation::new(
            "POST",
            "/api/v1/projects/{id}/api-keys",
            "createApiKeyFor",
            "Make a key of a project",
        )
        .is(TAG, "With any scopes: a project’s first keys have neither `admin` nor `credentials:read`. `mode` is required.")
        .segment("id", "The project.", project, PROJECT)
        .takes(schemas, &[("reading", new_test)])
        .returns(schemas, "The key, shown this once.", made)
        .repeatable()
        .refuses(&[ErrorCode::ProjectInUse]),
    ]
}
