//! `PATCH` and `DELETE /api/v1/app-connections/{app}/{id}`.

use super::{check_managed, check_method, connection_id, if_match, one};
use crate::access::auth;
use crate::api::input;
use crate::api::input::{description, name};
use crate::connections::update::{Update, update as update_credential};
use crate::error::{Error, Result};
use crate::http::body::present;
use crate::http::{Request, Response, body};
use crate::ports::Platform;
use crate::store::protocol::{DeleteConnection, DescriptionChange, UpdateConnection};
use latchkey_shared::Secret;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ConnectionChanges {
    /// A slug, unique in the project and mode.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::openapi::Slug>"))]
    name: Option<String>,
    /// Absent: as it is. `null`: none.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", length(max = 256)))]
    description: Option<Option<String>>,
    /// As the account has it.
    method: Option<String>,
    /// Always false.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("const" = false)))]
    is_platform_managed_credentials: bool,
    /// The answers of the provider’s form, by field id; all of them.
    credentials: Option<BTreeMap<String, Secret>>,
}

/// Changes name, description or credential; a credential as a whole, verified first.
///
/// # Errors
/// As for creating one; when it is not there; when `If-Match` names another revision.
pub async fn update(platform: &impl Platform, request: &Request, app: &str, id: &str) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let provider = input::provider(app, Error::not_found)?;
    let id = connection_id(id)?;
    let changes: ConnectionChanges = body::json(request)?;
    changes.method.as_deref().map_or(Ok(()), |method| check_method(provider, method))?;
    check_managed(changes.is_platform_managed_credentials)?;
    let revision = if_match(request)?;
    let name = changes.name.map(|text| name("name", text)).transpose()?;
    let description = changes.description.map(description).transpose()?;
    let Some(values) = changes.credentials else {
        let asked = UpdateConnection {
            key: caller.proof(),
            app: app.to_owned(),
            id,
            revision,
            name,
            description: description.map(|text| DescriptionChange { text }),
        };
        return Ok(one(200, caller.call(asked).await?));
    };
    let update = Update { provider, id, revision, name, description, values, restores: None };
    Ok(one(200, update_credential(platform, &caller, update).await?))
}

/// Deletes an account with every version. Their sealed values are noted as garbage in the same step, and the object's alarm rings
/// at once to sweep them.
///
/// # Errors
/// When it is not there; when `If-Match` names another revision.
pub async fn delete(platform: &impl Platform, request: &Request, app: &str, id: &str) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let id = connection_id(id)?;
    let asked =
        DeleteConnection { key: caller.proof(), app: app.to_owned(), id, revision: if_match(request)? };
    let found = caller.call(asked).await?;
    Ok(one(200, found))
}
