//! `GET /api/v1/app-connections…`.

use super::operation::Operation;
use super::samples::{HASH, ID, NAME, PROJECT, TIME, connection, connection_with_report, test_credentials};
use super::schemas::Schemas;
use crate::http::schema::{ProviderName, Slug, Uuid};
use latchkey_shared::ErrorCode;
use latchkey_shared::connection::HealthState;
use serde_json::json;

pub(super) const TAG: &str = "App connections";

/// The path of one account.
pub(super) trait OfConnection {
    /// With the parameter of the provider.
    fn of_app(self, schemas: &mut Schemas) -> Self;
    /// With the parameters of provider and account.
    fn of_connection(self, schemas: &mut Schemas) -> Self;
}

impl OfConnection for Operation {
    fn of_app(self, schemas: &mut Schemas) -> Self {
        self.segment("app", "The provider.", schemas.read::<ProviderName>(), "okta")
    }

    fn of_connection(self, schemas: &mut Schemas) -> Self {
        self.of_app(schemas).segment("id", "The account.", schemas.read::<Uuid>(), ID)
    }
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let one = json!({ "appConnection": connection_with_report() });
    let page = json!({ "appConnections": [connection()], "nextCursor": null });
    let short = json!({ "id": ID, "name": NAME, "app": "okta", "projectId": PROJECT });
    let version = json!({
        "version": 1, "credentialsHash": HASH, "createdAt": TIME, "lastUsedAt": null, "replacedAt": null, "keptUntil": null,
    });
    let event = json!({
        "at": TIME, "type": "system.api_token.create", "message": "API token created",
        "actor": { "id": "00u1a2b3c4d5e6f7g8h9", "type": "User", "name": "Ada Lovelace", "login": "ada@example.com" },
        "targets": [{ "id": "00T1a2b3c4d5e6f7g8h9", "type": "Token", "name": "Example Integration", "login": null }],
    });
    let listed = "A page of accounts, sorted and filtered. It never has secrets.";
    vec![
        filters(Operation::new("GET", "/api/v1/app-connections", "listAppConnections", "List accounts"), schemas)
            .is(TAG, listed)
            .query("app", "Only accounts of this provider.", json!({ "type": "string" }))
            .returns(schemas, "A page.", page.clone()),
        filters(Operation::new("GET", "/api/v1/app-connections/{app}", "listAppConnectionsOf", "List accounts of one provider"), schemas)
            .is(TAG, listed)
            .of_app(schemas)
            .returns(schemas, "A page.", page),
        Operation::new("GET", "/api/v1/app-connections/options", "listAppConnectionOptions", "List what can be linked")
            .is(TAG, "Every provider, with the `method` of its accounts.")
            .returns(schemas, "The options.",
                json!({ "appConnectionOptions": [{ "name": "Okta", "app": "okta", "methods": ["api-token"] }] }),
            ),
        Operation::new("GET", "/api/v1/app-connections/{app}/available", "listAvailableAppConnections", "List accounts to choose from")
            .is(TAG, "The accounts of one provider, in short and sorted by name. Use it for a menu.")
            .of_app(schemas)
            .project_id(schemas)
            .returns(schemas, "The accounts.", json!({ "appConnections": [short] })),
        Operation::new("GET", "/api/v1/app-connections/{app}/{id}", "readAppConnection", "Read an account")
            .is(TAG, "One account, without its secrets. `details` also has the report of the last accepted check.")
            .of_connection(schemas)
            .returns(schemas, "The account.", one.clone())
            .with_header("ETag")
            .conditional(),
        Operation::new("GET", "/api/v1/app-connections/{app}/connection-name/{name}", "readAppConnectionByName", "Read an account by its name")
            .is(TAG, "One account, without its secrets.")
            .of_app(schemas)
            .segment("name", "The account’s name.", schemas.read::<Slug>(), NAME)
            .returns(schemas, "The account.", one)
            .with_header("ETag")
            .conditional(),
        Operation::new("GET", "/api/v1/app-connections/{app}/{id}/credentials", "openAppConnection", "Open a credential")
            .is(
                TAG,
                "The credential in clear. It is recorded in the audit log before it is opened, and `Cache-Control` forbids caching.",
            )
            .of_connection(schemas)
            .returns(schemas, "The credential.",
                json!({ "credentials": test_credentials(), "version": 1 }),
            )
            .refuses(&[ErrorCode::Suspended, ErrorCode::Ending, ErrorCode::VaultKeyMissing, ErrorCode::CredentialUnreadable]),
        Operation::new("GET", "/api/v1/app-connections/{app}/{id}/history", "readAppConnectionHistory", "List the versions of a credential")
            .is(
                TAG,
                "Every version, also those that are no longer kept, without values. And what the provider reported about the key.",
            )
            .of_connection(schemas)
            .returns(schemas, "The history.",
                json!({ "createdAt": TIME, "expiresAt": null, "versions": [version], "providerEvents": [event] }),
            ),
    ]
}

fn filters(operation: Operation, schemas: &mut Schemas) -> Operation {
    let sorts = ["createdAt", "-createdAt", "updatedAt", "-updatedAt", "name", "-name"];
    let sort = json!({ "type": "string", "enum": sorts, "default": "createdAt" });
    operation
        .query("name", "Only the account with this name.", json!({ "type": "string" }))
        .query("endUserId", "Only accounts that the person with this id linked.", json!({ "type": "string" }))
        .query(
            "health",
            "Only accounts with this health.",
            json!({ "type": "string", "enum": HealthState::ALL }),
        )
        .query("sort", "The sorting. A hyphen in front reverses it.", sort)
        .project_id(schemas)
        .paged()
}
