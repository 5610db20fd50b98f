//! `GET /api/v1/app-connections…`.

use super::operation::Operation;
use super::samples::{HASH, ID, NAME, PROJECT, TIME, connection, connection_with_report, test_credentials};
use super::schemas::Schemas;
use crate::api::app_connections::EXPORT_COLUMNS as COLUMNS;
use crate::http::schema::{ProviderName, Slug, Uuid};
use crate::store::protocol::ConnectionSort;
use latchkey_shared::ErrorCode;
use latchkey_shared::connection::{Freshness, HealthState, KeyType};
use latchkey_shared::limits::{FILTER_VALUES_MAX, SEARCH_MAX};
use serde_json::json;

pub(super) const TAG: &str = "App connections";

/// The path of one account.
pub(super) trait OfConnection {
    /// With the parameter of the provider.
    fn of_app(self, schemas: &mut Schemas) -> Self;
    /// With the parameters of provider and account.
    fn of_connection(self, schemas: &mut Schemas) -> Self;
    /// With the filter of providers.
    fn of_providers(self) -> Self;
}

impl OfConnection for Operation {
    fn of_app(self, schemas: &mut Schemas) -> Self {
        self.segment("app", "The provider.", schemas.read::<ProviderName>(), "okta")
    }

    fn of_connection(self, schemas: &mut Schemas) -> Self {
        self.of_app(schemas).segment("id", "The account.", schemas.read::<Uuid>(), ID)
    }

    fn of_providers(self) -> Self {
        let known: Vec<_> = latchkey_catalogue::ids().collect();
        self.queries("provider", "Only accounts of one of these providers.", several(&known)).queries(
            "app",
            "The earlier name of `provider`. Send one of the two.",
            several(&[]),
        )
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
        sorted(filters(Operation::new("GET", "/api/v1/app-connections", "listAppConnections", "List accounts"), schemas))
            .is(TAG, listed)
            .of_providers()
            .paged()
            .returns(schemas, "A page.", page.clone()),
        sorted(filters(Operation::new("GET", "/api/v1/app-connections/{app}", "listAppConnectionsOf", "List accounts of one provider"), schemas))
            .is(TAG, listed)
            .of_app(schemas)
            .paged()
            .returns(schemas, "A page.", page),
        filters(Operation::new("GET", "/api/v1/app-connections/counts", "countAppConnections", "Count accounts"), schemas)
            .is(
                TAG,
                "How many accounts match the filters, by provider, health, type of key and color. Each group leaves out its own \
                 filter, so that it says what choosing another value would find. A group that would cost too much is null.",
            )
            .of_providers()
            .returns(schemas, "The counts.", json!({
                "total": 1,
                "provider": { "okta": 1 },
                "health": { "healthy": 1, "expiring": 0, "degraded": 0, "blocked": 0, "needs_new_key": 0, "unknown": 0 },
                "type": { "personal": 1, "service": 0, "agent": 0, "unknown": 0 },
                "freshness": { "green": 1, "gray": 0, "red": 0, "yellow": 0 },
                "approximate": false,
            })),
        sorted(filters(Operation::new("GET", "/api/v1/app-connections/export", "exportAppConnections", "Export accounts"), schemas))
            .is(
                TAG,
                "Every account that matches the filters, as CSV (RFC 4180) with a line of headings. It never has secrets. A text \
                 that a spreadsheet would take for a formula begins with an apostrophe.",
            )
            .of_providers()
            .returns_text("The accounts.", &[("text/csv", &[&COLUMNS.join(","), "\r\n"].concat())]),
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

/// Several values with commas between them.
fn several(values: &[&str]) -> serde_json::Value {
    let items = match values {
        [] => json!({ "type": "string" }),
        values => json!({ "type": "string", "enum": values }),
    };
    json!({ "type": "array", "items": items, "minItems": 1, "maxItems": FILTER_VALUES_MAX })
}

fn filters(operation: Operation, schemas: &mut Schemas) -> Operation {
    let words = json!({ "type": "string", "minLength": 1, "maxLength": SEARCH_MAX, "pattern": "\\S" });
    operation
        .query(
            "q",
            "Only accounts in whose texts each of these words occurs, in upper or lower case: name, provider, end user (id, name, \
             email), organization (id, name), or the key’s name. A part of a word is enough.",
            words,
        )
        .query("name", "Only the account with this name.", json!({ "type": "string" }))
        .query("endUserId", "Only accounts that the person with this id linked.", json!({ "type": "string" }))
        .queries("health", "Only accounts with one of these states of health.", several(&HealthState::ALL.map(HealthState::as_str)))
        .queries("type", "Only accounts with one of these types of keys.", several(&KeyType::ALL.map(KeyType::as_str)))
        .queries("freshness", "Only accounts whose key has one of these colors now.", several(&Freshness::ALL.map(Freshness::as_str)))
        .query("suspended", "Only accounts that are suspended, or only those that are not.", json!({ "type": "boolean" }))
        .query(
            "expiresBefore",
            "Only accounts whose key ends before this time.",
            json!({ "type": "string", "format": "date-time" }),
        )
        .project_id(schemas)
}

fn sorted(operation: Operation) -> Operation {
    let names = ConnectionSort::ALL.iter().flat_map(|(name, _)| [(*name).to_owned(), ["-", name].concat()]);
    let sort = json!({ "type": "string", "enum": names.collect::<Vec<_>>(), "default": "createdAt" });
    operation.query(
        "sort",
        "The sorting. A hyphen in front reverses it. An account without a value is behind all others either way.",
        sort,
    )
}
