//! `POST /api/v1/app-connections/{app}`.

use super::{OneConnection, check_method, moment, one};
use crate::access::auth;
use crate::access::idempotency::run_once;
use crate::api::endpoint::{Built, JsonBody};
use crate::api::input;
use crate::api::input::{check_take_over, description, name, same_project, unknown_provider};
use crate::connections::create::{Creation, create as create_connection};
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use latchkey_shared::Secret;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewConnection {
    /// A slug, unique in the project and mode.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Slug"))]
    name: String,
    /// How the key authenticates, such as `api-token`. The options list the methods of each provider.
    method: String,
    /// The project of the API key. Any other is not found.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Uuid>"))]
    project_id: Option<String>,
    /// For people.
    #[cfg_attr(feature = "schema", schemars(length(max = 256)))]
    description: Option<String>,
    /// The same as `takeOver`.
    #[serde(default)]
    is_platform_managed_credentials: bool,
    /// Whether the key is replaced right after it was stored, so that nobody outside knows it. Only for providers that can
    /// replace a key.
    #[serde(default)]
    take_over: bool,
    /// The values of the provider’s fields, by field id.
    credentials: BTreeMap<String, Secret>,
}

/// Verifies and stores an account.
///
/// # Errors
/// Without a valid key, when a value is not valid, and for every result of the verification except success.
pub(crate) async fn create(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    body: JsonBody<'_, NewConnection>,
) -> Result<Built<OneConnection>> {
    let caller = auth::key_caller(platform, request)?;
    let provider = input::provider(platform, app, unknown_provider).await?;
    let new = body.read()?;
    same_project(&caller, new.project_id.as_deref())?;
    check_method(provider, &new.method)?;
    let take_over = new.take_over || new.is_platform_managed_credentials;
    check_take_over(take_over, [provider])?;
    let creation = Creation {
        provider,
        name: name("name", new.name)?,
        description: description(new.description)?,
        values: new.credentials,
        take_over,
        once: request.header("idempotency-key").map(str::to_owned),
    };
    let created = |found| one(201, found, moment(platform, &caller)).response();
    let work = async { Ok(created(create_connection(platform, &caller, creation).await?)) };
    run_once(platform, request, &caller, created, work).await.map(Built::of)
}
