//! `GET /api/v1/providers`, `GET /api/v1/providers/{id}`: public. A test key, or the token of a session in test mode, also
//! gets the test values.

use crate::access::auth;
use crate::api::input::provider;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{ProjectByApiKey, SessionByToken};
use latchkey_shared::Mode;
use latchkey_shared::field::Field;
use latchkey_shared::guide::Guide;
use latchkey_shared::provider::Provider;
use latchkey_shared::simulation::TestValue;
use serde::Serialize;

/// Every provider.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Providers {
    /// Each in short.
    providers: Vec<ProviderSummary>,
}

/// A provider, in short.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ProviderSummary {
    /// Its id, as in paths.
    id: &'static str,
    /// Its name.
    name: &'static str,
    /// What kind of service it is.
    categories: &'static [String],
    /// The `method` of its accounts.
    method: &'static str,
}

/// A provider.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderDetails {
    /// Its id, as in paths.
    id: &'static str,
    /// Its name.
    name: &'static str,
    /// What kind of service it is.
    categories: &'static [String],
    /// The `method` of its accounts.
    method: &'static str,
    /// The fields of the form, in order. Their ids are the members of `credentials`.
    fields: &'static [Field],
    /// How to find what the fields ask for.
    guide: &'static Guide,
    /// Only with a test key, or the token of a session in test mode: each value that test mode accepts, and its result.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<TestValue>"))]
    test_values: Option<Vec<TestValue>>,
}

/// Every provider, in short.
///
/// # Errors
/// None.
pub(crate) async fn list(_: &impl Platform, _: &Request) -> Result<Providers> {
    Ok(Providers { providers: latchkey_catalogue::all().map(summary).collect() })
}

/// One provider: its fields, its guide, and in test mode its test values.
///
/// # Errors
/// When there is no such provider, or when the request carries a key or token that is not valid.
pub(crate) async fn one(platform: &impl Platform, request: &Request, id: &str) -> Result<ProviderDetails> {
    let provider = provider(id, Error::not_found)?;
    let mode = mode(platform, request).await?;
    let ProviderSummary { id, name, categories, method } = summary(provider);
    Ok(ProviderDetails {
        id,
        name,
        categories,
        method,
        fields: &provider.fields,
        guide: &provider.guide,
        test_values: mode.filter(|mode| *mode == Mode::Test).map(|mode| provider.listed_test_values(mode)),
    })
}

/// The mode of the caller's key or token, if there is one.
async fn mode(platform: &impl Platform, request: &Request) -> Result<Option<Mode>> {
    if request.header("authorization").is_none() {
        return Ok(None);
    }
    if let Ok(caller) = auth::session_token(platform, request) {
        return Ok(Some(caller.call(SessionByToken { proof: caller.proof() }).await?.session.mode));
    }
    let caller = auth::api_key(platform, request)?;
    caller.call(ProjectByApiKey { key: caller.proof() }).await?;
    Ok(Some(caller.mode()))
}

fn summary(provider: &'static Provider) -> ProviderSummary {
    ProviderSummary {
        id: &provider.id,
        name: &provider.name,
        categories: &provider.categories,
        method: &provider.method,
    }
}
