//! `/api/v1/console…`.

use super::operation::Operation;
use super::samples::{OWNER, PROJECT, SESSION, TIME};
use super::schemas::Schemas;
use crate::http::schema::Uuid;
use latchkey_shared::ErrorCode;
use serde_json::{Value, json};

const TAG: &str = "Console";
const ID: &str = "5Xk2mQ0fV9sYb7Tn3Hc1Ld";
const END: &str = "2026-04-24T07:46:34.831Z";

fn session() -> Value {
    json!({
        "id": ID, "mode": "test", "role": "support",
        "scopes": ["connections:read", "connections:write", "sessions:read", "sessions:write"],
        "signedInAs": "Ada Lovelace", "apiKeyId": null, "email": null, "network": "203.0.113.0/24",
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "createdAt": TIME,
        "lastUsedAt": TIME, "expiresAt": END, "current": true,
    })
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let url = format!("https://connect.example.com/console/sign-in#lkl_test_{SESSION}.{}", "0".repeat(44));
    let made = json!({
        "consoleLink": { "url": url, "expiresAt": "2026-04-23T19:56:34.831Z", "role": "support", "mode": "test" },
    });
    let new = json!({ "role": "support", "name": "Ada Lovelace" });
    let new_test = json!({ "role": "support", "name": "Ada Lovelace", "mode": "test" });
    let id = json!({ "type": "string", "pattern": "^[0-9A-Za-z]{1,30}$" });
    let project = schemas.read::<Uuid>();
    vec![
        Operation::new("GET", "/api/v1/console", "readConsole", "Read who is signed in")
            .is(
                TAG,
                "The person whose browser sends the cookie, their role, and their project. Wherever an API key may call, a \
                 person in the console may too, within their role. An answer to the console never has a secret of an account.",
            )
            .returns(
                schemas,
                "The person and the project.",
                json!({ "console": {
                    "project": { "id": PROJECT, "name": "Example", "displayName": "Example", "organizationId": OWNER, "deletesAt": null },
                    "mode": "test", "modes": ["test"], "role": "support",
                    "scopes": ["connections:read", "connections:write", "sessions:read", "sessions:write"],
                    "sessionId": ID, "signedInAs": "Ada Lovelace", "expiresAt": END,
                    "idleExpiresAt": "2026-04-23T21:46:34.831Z",
                    "now": "2026-04-23T19:46:34.831Z",
                } }),
            ),
        Operation::new("GET", "/api/v1/live", "openLiveChannel", "Be told what changes")
            .is(
                TAG,
                "A WebSocket for pages of the console, of the mode in the query. Each text is JSON such as \
                 `{\"changed\":[\"app-connections\"],\"ids\":[\"…\"]}`, at most one in a second: kinds and ids, never data. Without ids, \
                 anything of these kinds may have changed. It answers `ping` with `pong`, and closes when the session ends. A browser sends the \
                 cookie and `Origin` by itself; the header `latchkey-console` is not needed here.",
            )
            .query("mode", "Whose changes are told.", json!({ "type": "string", "enum": ["test", "live"] }))
            .returns_nothing("Not sent: the answer to an upgrade is 101.")
            .refuses(&[ErrorCode::ForeignOrigin]),
        Operation::new("POST", "/api/v1/console-links", "createConsoleLink", "Make a sign-in link")
            .is(
                TAG,
                "A link that signs one person in to the console, once. A key needs the scope `console` too; an admin in the \
                 console may make links, unless Cloudflare Access let them in. The session never does more than the key, and ends with it.",
            )
            .takes(schemas, &[("support", new)])
            .or_nothing()
            .returns(schemas, "The link, shown this once.", made.clone())
            .refuses(&[ErrorCode::LimitReached]),
        Operation::new("GET", "/api/v1/console-sessions", "listConsoleSessions", "List who is signed in")
            .is(TAG, "The console sessions of the caller’s mode that have not ended, newest first.")
            .returns(schemas, "The sessions.", json!({ "consoleSessions": [session()] })),
        Operation::new("DELETE", "/api/v1/console-sessions/{id}", "revokeConsoleSession", "Sign somebody out")
            .is(TAG, "The session ends at once. A person in the console may always end their own.")
            .segment("id", "The session’s id.", id, ID)
            .returns(schemas, "The session, as it was.", json!({ "consoleSession": session() })),
        Operation::new(
            "POST",
            "/api/v1/projects/{id}/console-links",
            "createConsoleLinkFor",
            "Make a sign-in link of a project",
        )
        .is(TAG, "With any role. `mode` is required.")
        .segment("id", "The project.", project, PROJECT)
        .takes(schemas, &[("support", new_test)])
        .returns(schemas, "The link, shown this once.", made),
    ]
}
