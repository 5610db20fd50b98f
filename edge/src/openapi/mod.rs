//! The description of the API, OpenAPI 3.1, as `/openapi.json` serves it. Compiled on the host only (feature `schema`).
//! The Worker serves the finished file.
//!
//! The table in `router/endpoints.rs` has the methods, paths, callers and types of all endpoints. Each file here adds what the table
//! does not have, for one resource: sections, texts, examples and error codes. A test fails when an endpoint of the table
//! has no description, and when a description has no endpoint.

mod api_keys;
mod app_connections;
mod app_connections_write;
mod audit_log;
mod connect;
mod connect_sessions;
mod console;
mod events;
mod headers;
mod operation;
mod problems;
mod projects;
mod providers;
mod samples;
mod schemas;
mod status;
mod test_clock;
mod vault;
mod webhook_endpoints;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod wrong_types;

use operation::Operation;
use schemas::Schemas;
use serde_json::{Map, Value, json};

/// The sections of the reference, in order.
const TAGS: [(&str, &str); 13] = [
    (
        "Connect sessions",
        "Permission for one end user to link one account. Your backend makes a session, and passes on its link or token.",
    ),
    ("App connections", "The accounts that your customers linked, and those that you link yourself."),
    ("Providers", "The providers that can be linked, and the fields of each form."),
    ("API keys", "The secret keys of a project. Each has a name and scopes, and can be revoked."),
    (
        "Console",
        "Who may sign in to the console, the pages for people who run a project, and who is signed in.",
    ),
    ("Events", "What happened to accounts: health, ends of keys, changes."),
    ("Webhooks", "Where events are sent, and what became of each."),
    ("Audit log", "The actions in a project, and who did them."),
    ("Test clock", "The time of test mode. It moves ahead on demand, so that months pass in a second."),
    ("Status", "How a project stands: checks, tasks, storage."),
    ("Vault", "The keys that wrap stored credentials, and how to move credentials to a new key."),
    (
        "Projects",
        "The projects of a deployment, one for each product. Only the deployment’s owner can manage them.",
    ),
    ("Connect page", "The calls of the form itself. Your backend does not need them."),
];

const ABOUT: &str = "\
Latchkey asks a customer for a key to their provider, verifies it with the provider, stores it encrypted, and lists it here.\n\n\
**Keys.** Send `Authorization: Bearer lk_test_…` or `lk_live_…`. A key belongs to one project and one mode, and has scopes. \
Things of another project or mode are not found (404). In test mode providers are simulated, and the first example of each request works.\n\n\
**Errors** are problem details (RFC 9457) with a stable `code`, the `field`, the cause and the fix. Branch on `code`. New codes and \
new members may be added, so clients should accept both.\n\n\
**Requests.** A body is JSON in UTF-8, without `Content-Encoding`. `PATCH` takes `application/merge-patch+json` (RFC 7396) too: members that are \
left out stay. It sets `credentials`, `hosts` and `branding` as a whole. A member of the query comes at most once. A path has one spelling, \
without a slash at its end. Whatever answers `GET` answers `HEAD`, and every path answers `OPTIONS` with `Allow`. There are no CORS headers: \
pages of other origins cannot call the API, because a secret key must not be in a browser.\n\n\
**Retries.** After 429 and 503, wait for the time in `Retry-After`. Creating an account, a session or an API key, and moving the test clock, accept an `Idempotency-Key`.";

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
            "summary": "Asks for the keys of customers’ providers, verifies them and stores them.",
            "description": ABOUT,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/", "description": "The deployment that serves this document." }],
        "tags": TAGS.map(|(name, description)| json!({ "name": name, "description": description })),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "secretKey": bearer("A project’s secret key, `lk_test_…` or `lk_live_…`, with the scope that the operation names."),
                "sessionToken": bearer("The token of one connect session, `cs_test_…` or `cs_live_…`."),
                "consoleSession": {
                    "type": "apiKey", "in": "cookie", "name": "__Host-latchkey-test",
                    "description": "The cookie of a person in the console, `__Host-latchkey-test` or `__Host-latchkey-live`. The header \
                                    `latchkey-console: test` or `live` says which of them counts; without it no cookie is read. What is not a \
                                    `GET` needs the `Origin` of the request’s own host name.",
                },
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
        console::operations,
        events::operations,
        webhook_endpoints::operations,
        audit_log::operations,
        status::operations,
        test_clock::operations,
        vault::operations,
        projects::operations,
        connect::operations,
    ]
    .into_iter()
    .flat_map(|resource| resource(schemas))
    .collect()
}
