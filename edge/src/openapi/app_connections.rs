//! `GET /api/v1/app-connections…`.

use super::operation::{Caller, Operation};
use super::samples::{HASH, ID, NAME, PROJECT, TIME, connection, test_credentials};
use super::schemas::{Hash, ProviderName, Schemas, Slug, Time, Uuid};
use latchkey_shared::connection::AppConnection;
use latchkey_shared::{ErrorCode, KeyScope};
use schemars::JsonSchema;
use serde_json::json;
use std::collections::BTreeMap;

pub(super) const TAG: &str = "App connections";
const READ: Caller = Caller::Key(KeyScope::ConnectionsRead);

/// One account.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(super) struct OneConnection {
    /// The account.
    app_connection: AppConnection,
}

/// A page of accounts.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct ConnectionPage {
    /// The accounts.
    app_connections: Vec<AppConnection>,
    /// For the next page; none: this is the last.
    next_cursor: Option<String>,
}

/// Accounts to choose from.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct AvailableConnections {
    /// By name, at most 100.
    app_connections: Vec<AvailableConnection>,
}

/// An account, in short.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct AvailableConnection {
    /// Its id.
    #[schemars(with = "Uuid")]
    id: String,
    /// Its name.
    name: String,
    /// Its provider.
    app: String,
    /// Its project.
    #[schemars(with = "Uuid")]
    project_id: String,
}

/// What can be linked.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct ConnectionOptions {
    /// One for each provider.
    app_connection_options: Vec<ConnectionOption>,
}

/// A provider and how its keys authenticate.
#[derive(JsonSchema)]
struct ConnectionOption {
    /// Its name.
    name: String,
    /// Its id.
    app: String,
    /// Each goes with its accounts as `method`.
    methods: Vec<String>,
}

/// A credential in clear.
#[derive(JsonSchema)]
struct OpenedCredential {
    /// Every field, secrets too, by field id.
    credentials: BTreeMap<String, String>,
    /// Which version this is.
    version: u32,
}

/// The versions of a credential.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct CredentialHistory {
    /// When the account was linked.
    #[schemars(with = "Time")]
    created_at: String,
    /// When the key ends, as far as its provider tells.
    expires_at: Option<String>,
    /// Newest first.
    versions: Vec<CredentialVersion>,
}

/// One version of a credential.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct CredentialVersion {
    /// The first is 1.
    version: u32,
    /// Equal hashes mean equal credentials.
    #[schemars(with = "Hash")]
    credentials_hash: String,
    /// When it was stored.
    #[schemars(with = "Time")]
    created_at: String,
    /// When it was opened last.
    #[schemars(with = "Option<Time>")]
    last_used_at: Option<String>,
    /// When the next one took its place.
    #[schemars(with = "Option<Time>")]
    replaced_at: Option<String>,
    /// Until when it is kept after that.
    #[schemars(with = "Option<Time>")]
    kept_until: Option<String>,
}

/// The path of one account.
pub(super) trait OfConnection {
    /// With the provider's segment.
    fn of_app(self, schemas: &mut Schemas) -> Self;
    /// With the segments of provider and account.
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
    let one = json!({ "appConnection": connection() });
    let page = json!({ "appConnections": [connection()], "nextCursor": null });
    let short = json!({ "id": ID, "name": NAME, "app": "okta", "projectId": PROJECT });
    let version = json!({
        "version": 1, "credentialsHash": HASH, "createdAt": TIME, "lastUsedAt": null, "replacedAt": null, "keptUntil": null,
    });
    let listed = "Sorted, filtered, in pages. Secrets are never part of it.";
    vec![
        filters(Operation::new("get", "/api/v1/app-connections", "listAppConnections", "List accounts"), schemas)
            .is(TAG, READ, listed)
            .query("app", "Only accounts of this provider.", json!({ "type": "string" }))
            .answers::<ConnectionPage>(schemas, 200, "A page.", page.clone()),
        filters(Operation::new("get", "/api/v1/app-connections/{app}", "listAppConnectionsOf", "List accounts of one provider"), schemas)
            .is(TAG, READ, listed)
            .of_app(schemas)
            .answers::<ConnectionPage>(schemas, 200, "A page.", page),
        Operation::new("get", "/api/v1/app-connections/options", "listAppConnectionOptions", "List what can be linked")
            .is(TAG, Caller::AnyKey, "Every provider, with the word its accounts have as `method`.")
            .answers::<ConnectionOptions>(
                schemas,
                200,
                "The options.",
                json!({ "appConnectionOptions": [{ "name": "Okta", "app": "okta", "methods": ["api-token"] }] }),
            ),
        Operation::new("get", "/api/v1/app-connections/{app}/available", "listAvailableAppConnections", "List accounts to choose from")
            .is(TAG, READ, "The accounts of one provider, in short, by name: for a menu.")
            .of_app(schemas)
            .project_id(schemas)
            .answers::<AvailableConnections>(schemas, 200, "The accounts.", json!({ "appConnections": [short] })),
        Operation::new("get", "/api/v1/app-connections/{app}/{id}", "readAppConnection", "Read an account")
            .is(TAG, READ, "One account, without its secrets.")
            .of_connection(schemas)
            .answers::<OneConnection>(schemas, 200, "The account.", one.clone())
            .with_header("ETag")
            .conditional(),
        Operation::new("get", "/api/v1/app-connections/{app}/connection-name/{name}", "readAppConnectionByName", "Read an account by its name")
            .is(TAG, READ, "One account, without its secrets.")
            .of_app(schemas)
            .segment("name", "The account’s name.", schemas.read::<Slug>(), NAME)
            .answers::<OneConnection>(schemas, 200, "The account.", one)
            .with_header("ETag")
            .conditional(),
        Operation::new("get", "/api/v1/app-connections/{app}/{id}/credentials", "openAppConnection", "Open a credential")
            .is(
                TAG,
                Caller::Key(KeyScope::CredentialsRead),
                "The credential in clear. It is noted in the audit log before it is opened, and `Cache-Control` forbids to keep the answer.",
            )
            .of_connection(schemas)
            .answers::<OpenedCredential>(
                schemas,
                200,
                "The credential.",
                json!({ "credentials": test_credentials(), "version": 1 }),
            )
            .refuses(&[ErrorCode::VaultKeyMissing, ErrorCode::CredentialUnreadable]),
        Operation::new("get", "/api/v1/app-connections/{app}/{id}/history", "readAppConnectionHistory", "List the versions of a credential")
            .is(TAG, READ, "Every version that is kept, and those that were, without any value.")
            .of_connection(schemas)
            .answers::<CredentialHistory>(
                schemas,
                200,
                "The versions.",
                json!({ "createdAt": TIME, "expiresAt": null, "versions": [version] }),
            ),
    ]
}

fn filters(operation: Operation, schemas: &mut Schemas) -> Operation {
    let health = ["healthy", "expiring", "degraded", "blocked", "needs_new_key", "unknown"];
    let sorts = ["createdAt", "-createdAt", "updatedAt", "-updatedAt", "name", "-name"];
    let sort = json!({ "type": "string", "enum": sorts, "default": "createdAt" });
    operation
        .query("name", "Only the account of this name.", json!({ "type": "string" }))
        .query("endUserId", "Only accounts that this person of yours linked.", json!({ "type": "string" }))
        .query("health", "Only accounts in this state.", json!({ "type": "string", "enum": health }))
        .query("sort", "What it is sorted by; a hyphen turns it round.", sort)
        .project_id(schemas)
        .paged()
}
