//! The values of the examples in the reference: one Okta account, from the request that links it to its history.

use serde_json::{Value, json};

/// The account.
pub(super) const ID: &str = "e5d18aca-86f7-4026-a95e-efb8aeb0d8e6";
/// Its project.
pub(super) const PROJECT: &str = "7ffbb072-2575-495a-b5b0-127f88caef78";
/// The project's owner.
pub(super) const OWNER: &str = "6f03caa1-a5de-43ce-b127-95a145d3464c";
/// Its credential's hash.
pub(super) const HASH: &str = "7c2d371dec195f82a6a0d5b41c970a229cfcaf88e894a5b6395e2dbd0280661f";
/// Its name.
pub(super) const NAME: &str = "my-okta-connection";
/// When it was linked.
pub(super) const TIME: &str = "2026-04-23T19:46:34.831Z";
/// A session, and an API key without its secret.
pub(super) const SESSION: &str = "3t8Yw1oQmR6vLk0nXc5BzA.5Xk2mQ0fV9sYb7Tn3Hc1Ld.0aPqW4eRt6YuI8oP2sDfGh";
/// An Okta domain that test mode accepts.
pub(super) const TEST_HOST: &str = "latchkey-demo.okta.com";

/// A credential that test mode accepts.
pub(super) fn test_credentials() -> Value {
    let token = concat!("00test-super-admin-", "exampleexampleexample00");
    json!({ "instanceUrl": format!("https://{TEST_HOST}"), "apiToken": token })
}

/// A credential for live mode.
pub(super) fn live_credentials() -> Value {
    json!({ "instanceUrl": "https://example.okta.com", "apiToken": "<YOUR-API-TOKEN>" })
}

/// A session that was just made.
pub(super) fn created_session() -> Value {
    let token = format!("cs_test_{SESSION}.{}", "0".repeat(44));
    json!({
        "id": SESSION,
        "token": token,
        "url": format!("https://connect.example.com/link/{SESSION}#{token}"),
        "expiresAt": "2026-04-23T20:16:34.831Z",
    })
}

/// A session as its backend sees it.
pub(super) fn session() -> Value {
    json!({
        "id": SESSION, "mode": "test", "state": "open", "providers": ["okta"],
        "endUser": { "id": "user-1", "email": "ada@example.com", "name": "Ada Lovelace" },
        "organization": { "id": "customer-7", "name": "Example Ltd" }, "connectionName": null, "description": null,
        "scopes": [], "allowedOrigins": ["https://app.example.com"], "connectionId": null,
        "returnUrl": "https://app.example.com/settings", "refreshUrl": null, "locale": "de",
        "metadata": { "ticket": "4711" }, "sharedAt": null, "lastRefusal": null, "expiresAt": "2026-04-23T20:16:34.831Z",
        "createdAt": TIME, "apiKeyId": "5Xk2mQ0fV9sYb7Tn3Hc1Ld",
    })
}

/// The account, as the API returns it.
pub(super) fn connection() -> Value {
    json!({
        "id": ID,
        "name": NAME,
        "projectId": PROJECT,
        "description": null,
        "version": 1,
        "orgId": OWNER,
        "createdAt": TIME,
        "updatedAt": TIME,
        "isPlatformManagedCredentials": false,
        "credentialsHash": HASH,
        "app": "okta",
        "method": "api-token",
        "credentials": { "instanceUrl": "https://example.okta.com" },
        "details": details(),
    })
}

/// The account with its report, as the response for a single one has it.
pub(super) fn connection_with_report() -> Value {
    let mut connection = connection();
    connection["details"]["report"] = report();
    connection
}

/// What is known about the account.
fn details() -> Value {
    json!({
        "endUser": { "id": "user-1", "email": "ada@example.com", "name": "Ada Lovelace" },
        "organization": { "id": "customer-1", "name": "Example Ltd" },
        "metadata": { "plan": "enterprise" },
        "sessionId": SESSION,
        "health": {
            "state": "healthy", "code": null, "message": null, "fix": null, "since": TIME,
            "checkedAt": TIME, "lastHealthyAt": TIME, "nextCheckAt": "2026-04-24T19:31:12.004Z",
        },
        "freshness": "green",
        "key": {
            "id": "00Tabcdefg1234567890", "name": "Example Integration", "type": "unknown",
            "roles": ["Super Administrator"], "createdAt": "2026-04-23T19:40:00.000Z",
        },
        "expiresAt": "2026-05-23T19:46:34.831Z",
        "lastUsedAt": TIME,
        "warnings": [],
        "suspended": null,
        "task": null,
        "hook": null,
    })
}

/// The report of a check of the account.
pub(super) fn report() -> Value {
    json!({
        "checks": [{ "id": "organization", "title": "The organization exists", "state": "passed" }],
        "identity": { "id": "00uada", "login": "ada@example.com", "name": "Ada Lovelace", "kind": "person" },
        "organization": { "id": "00oabc", "name": null, "url": format!("https://{TEST_HOST}") },
        "key": null,
        "roles": ["Super Administrator"],
        "capabilities": [],
        "warnings": [],
        "eventHook": null,
    })
}
