//! `/api/v1/providers…`.

use super::operation::{Caller, Operation};
use super::schemas::{ProviderName, Schemas};
use latchkey_shared::field::Field;
use latchkey_shared::guide::Guide;
use latchkey_shared::simulation::TestValue;
use schemars::JsonSchema;
use serde_json::json;

/// Every provider.
#[derive(JsonSchema)]
struct Providers {
    /// In short.
    providers: Vec<ProviderSummary>,
}

/// A provider, in short.
#[derive(JsonSchema)]
struct ProviderSummary {
    /// Its id, as in paths.
    id: String,
    /// Its name.
    name: String,
    /// What kind of service it is.
    categories: Vec<String>,
    /// The word its accounts have as `method`.
    method: String,
}

/// A provider.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct ProviderDetails {
    /// Its id, as in paths.
    id: String,
    /// Its name.
    name: String,
    /// What kind of service it is.
    categories: Vec<String>,
    /// The word its accounts have as `method`.
    method: String,
    /// What the form asks, in order. Their ids are the members of `credentials`.
    fields: Vec<Field>,
    /// How to find what the fields ask for.
    guide: Guide,
    /// With a key of test mode: every value that test mode takes, and how it ends.
    #[schemars(with = "Vec<TestValue>", skip_serializing_if = "Option::is_none")]
    test_values: Option<Vec<TestValue>>,
}

const TAG: &str = "Providers";

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let short = json!({ "id": "okta", "name": "Okta", "categories": ["identity"], "method": "api-token" });
    let mut whole = short.clone();
    whole["fields"] = json!([]);
    whole["guide"] = json!({ "updated": "2026-05-01", "warning": null, "sections": [] });
    vec![
        Operation::new("get", "/api/v1/providers", "listProviders", "List providers")
            .is(TAG, Caller::Anyone, "Every provider of this deployment, in short.")
            .answers::<Providers>(schemas, 200, "The providers.", json!({ "providers": [short] })),
        Operation::new("get", "/api/v1/providers/{id}", "readProvider", "Read a provider")
            .is(
                TAG,
                Caller::AnyoneOrKey,
                "Fields and guide; with a key of test mode also the values that test mode takes.",
            )
            .segment("id", "The provider.", schemas.read::<ProviderName>(), "okta")
            .answers::<ProviderDetails>(schemas, 200, "The provider.", whole),
    ]
}
