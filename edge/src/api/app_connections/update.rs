//! `PATCH` and `DELETE /api/v1/app-connections/{app}/{id}`.

use super::{OneConnection, check_managed, check_method, connection_id, if_match, moment, one};
use crate::access::auth;
use crate::api::endpoint::{Built, JsonBody};
use crate::api::input;
use crate::api::input::{description, name};
use crate::connections::hooks::remove as remove_hook;
use crate::connections::update::{Update, update as update_credential};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::http::body::present;
use crate::ports::{Log, Platform};
use crate::store::protocol::{DeleteConnection, DescriptionChange, UpdateConnection};
use latchkey_shared::Secret;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ConnectionChanges {
    /// A slug, unique in the project and mode.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Slug>"))]
    name: Option<String>,
    /// Left out: it stays. `null`: it is removed.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", length(max = 256)))]
    description: Option<Option<String>>,
    /// The method of the account. It cannot be changed.
    method: Option<String>,
    /// Cannot be set here.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("const" = false)))]
    is_platform_managed_credentials: bool,
    /// The values of all the provider’s fields, by field id.
    credentials: Option<BTreeMap<String, Secret>>,
}

/// Changes name, description or credential. A credential is changed as a whole, and verified first.
///
/// # Errors
/// As for creating one, when the account does not exist, or when `If-Match` names another revision.
pub(crate) async fn update(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
    body: JsonBody<'_, ConnectionChanges>,
) -> Result<Built<OneConnection>> {
    let caller = auth::key_caller(platform, request)?;
    let provider = input::provider(platform, app, Error::not_found).await?;
    let id = connection_id(id)?;
    let changes = body.read()?;
    changes.method.as_deref().map_or(Ok(()), |method| check_method(provider, method))?;
    check_managed(changes.is_platform_managed_credentials)?;
    let if_match = if_match(request);
    let name = changes.name.map(|text| name("name", text)).transpose()?;
    let description = changes.description.map(description).transpose()?;
    let Some(values) = changes.credentials else {
        let operation = UpdateConnection {
            key: caller.proof(),
            app: app.to_owned(),
            id,
            if_match,
            name,
            description: description.map(|text| DescriptionChange { text }),
        };
        return Ok(one(200, caller.call(operation).await?, moment(platform, &caller)));
    };
    let update = Update { provider, id, if_match, name, description, values, restores: None };
    Ok(one(200, update_credential(platform, &caller, update).await?, moment(platform, &caller)))
}

/// Deletes an account with every version. The same step marks their sealed values as garbage and sets the object's alarm,
/// which sweeps them at once; for an account with a push channel two minutes later, because the channel is removed with its key.
///
/// # Errors
/// When the account does not exist, or when `If-Match` names another revision.
pub(crate) async fn delete(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
) -> Result<Built<OneConnection>> {
    let caller = auth::key_caller(platform, request)?;
    let id = connection_id(id)?;
    let operation =
        DeleteConnection { key: caller.proof(), app: app.to_owned(), id, if_match: if_match(request) };
    let deleted = caller.call(operation).await?;
    // The account is gone whatever the provider answers.
    if let Err(error) = remove_hook(platform, caller.store(), caller.mode(), &deleted).await {
        platform.log().fault("hook", &error.log.unwrap_or_else(|| error.detail.to_string()));
    }
    Ok(one(200, deleted, moment(platform, &caller)))
}
