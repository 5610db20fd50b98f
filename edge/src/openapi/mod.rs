//! The description of the API, OpenAPI 3.1, as `/openapi.json` serves it. Compiled on the host only (feature `schema`).
//! The Worker serves the finished file.
//!
//! The table in `router.rs` has the methods, paths, callers and types of all endpoints. Each file here adds what the table
//! does not have, for one resource: sections, texts, examples and error codes. A test fails when an endpoint of the table
//! has no description, and when a description has no endpoint.

mod api_keys;
mod app_connections;
mod app_connections_write;
mod audit_log;
mod connect;
mod connect_sessions;
mod headers;
mod operation;
mod problems;
mod projects;
mod providers;
mod samples;
mod schemas;
mod vault;

#[cfg(test)]
mod tests;

use operation::Operation;
use schemas::Schemas;
use serde_json::{Map, Value, json};

/// The sections of the reference, in order.
const TAGS: [(&str, &str); 8] = [
    (
        "Connect sessions",
        "Permission for one end user to link one account. Your backend makes one and gives its link or token away.",
    ),
    ("App connections", "The accounts that were linked, and accounts that you link yourself."),
    ("Providers", "What can be linked, and what each form asks."),
    ("API keys", "Secret keys of a project: named, scoped, revocable."),
    ("Audit log", "Who did what in a project."),
    ("Vault", "The keys that wrap stored credentials, and moving credentials to a new one."),
    ("Projects", "For the deployment’s owner: a project for each product."),
    (
        "Connect page",
        "What the form itself calls. Listed for those who read along; your backend needs none of it.",
    ),
];

const ABOUT: &str = "\
Latchkey asks a customer for a key to their provider, checks it with the provider, stores it encrypted, and lists it here.\n\n\
**Keys.** Send `Authorization: Bearer lk_test_…` or `lk_live_…`. A key belongs to one project and one mode, and has scopes; what is \
another project’s or mode’s reads as 404. In test mode providers are simulated: the first request example of each call works there.\n\n\
**Refusals** are problem details (RFC 9457) with a stable `code`, the `field`, the cause and the fix. Branch on `code`. New codes and \
new members may come; clients should tolerate both.\n\n\
**Trying again.** After 429 and 503 wait as `Retry-After` says. `POST` of an account takes an `Idempotency-Key`.";

/// The whole document.
#[must_use]
pub fn document() -> Value {
    let mut schemas = Schemas::new();
    let operations = operations(&mut schemas);
    let mut paths = Map::new();
    for operation in operations {
        let (path, method) = (operation.path(), operation.method());
        let path = paths.entry(path.to_owned()).or_insert_with(|| json!({}));
        path[method.as_str()] = operation.into_json(&mut schemas);
    }
    let bearer =
        |description: &str| json!({ "type": "http", "scheme": "bearer", "description": description });
    schemas.complete(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Latchkey",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Keys of customers’ providers: asked for, verified, kept.",
            "description": ABOUT,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/", "description": "The deployment that serves this document." }],
        "tags": TAGS.map(|(name, description)| json!({ "name": name, "description": description })),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "secretKey": bearer("A project’s secret key, `lk_test_…` or `lk_live_…`, with the scope that the call names."),
                "sessionToken": bearer("The token of one connect session, `cs_test_…` or `cs_live_…`."),
                "adminToken": bearer("The deployment’s `ADMIN_TOKEN`."),
            },
            "headers": headers::components(),
        },
    }))
}

fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    [
        connect_sessions::operations,
        app_connections::operations,
        app_connections_write::operations,
        providers::operations,
        api_keys::operations,
        audit_log::operations,
        vault::operations,
        projects::operations,
        connect::operations,
    ]
    .into_iter()
    .flat_map(|resource| resource(schemas))
    .collect()
}
