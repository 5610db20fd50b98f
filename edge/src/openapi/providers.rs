//! `/api/v1/providers…`.

use super::operation::Operation;
use super::schemas::Schemas;
use crate::http::schema::ProviderName;
use serde_json::json;

const TAG: &str = "Providers";

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let short = json!({ "id": "okta", "name": "Okta", "description": "Sign-in and user management", "categories": ["identity"], "method": "api-token" });
    let mut whole = short.clone();
    whole["fields"] = json!([]);
    whole["guide"] = json!({ "updated": "2026-05-01", "needs": null, "warning": null, "sections": [] });
    vec![
        Operation::new("GET", "/api/v1/providers", "listProviders", "List providers")
            .is(TAG, "Every provider of this deployment, in short.")
            .returns(schemas, "The providers.", json!({ "providers": [short] })),
        Operation::new("GET", "/api/v1/providers/{id}", "readProvider", "Read a provider")
            .is(TAG, "Its fields and its guide. A test key, or the token of a session in test mode, also gets the values that test mode accepts.")
            .segment("id", "The provider.", schemas.read::<ProviderName>(), "okta")
            .returns(schemas, "The provider.", whole),
    ]
}
