//! `PATCH` and `DELETE /api/v1/app-connections/{app}/{id}`.

use super::{check_managed, check_method, connection_id, if_match, one};
use crate::access::auth;
use crate::api::input;
use crate::api::input::{description, name};
use crate::connections::update::{Change, change as change_credential};
use crate::error::{Error, Result};
use crate::http::body::present;
use crate::http::{Request, Response, body};
use crate::ports::{Platform, Target};
use crate::store::client::call;
use crate::store::protocol::{DeleteConnection, DescriptionChange, UpdateConnection};
use crate::store::refusals::Asker;
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
pub async fn change(platform: &impl Platform, request: &Request, app: &str, id: &str) -> Result<Response> {
    let caller = auth::api_key(request, platform.config())?;
    let provider = input::provider(app, Error::not_found)?;
    let id = connection_id(id)?;
    let changes: ConnectionChanges = body::json(request)?;
    changes.method.as_deref().map_or(Ok(()), |method| check_method(provider, method))?;
    check_managed(changes.is_platform_managed_credentials)?;
    let revision = if_match(request)?;
    let name = changes.name.map(|text| name("name", text)).transpose()?;
    let description = changes.description.map(description).transpose()?;
    let Some(answers) = changes.credentials else {
        let asked = UpdateConnection {
            key: caller.proof,
            app: app.to_owned(),
            id,
            revision,
            name,
            description: description.map(|text| DescriptionChange { text }),
        };
        let changed = call(platform.store(), Target::Project(caller.project), &asked).await;
        return Ok(one(200, changed.map_err(|error| error.for_asker(Asker::Key))?));
    };
    let change = Change {
        project: caller.project,
        key: caller.proof,
        provider,
        id,
        revision,
        name,
        description,
        answers,
        restores: None,
    };
    Ok(one(200, change_credential(platform, change).await?))
}

/// Deletes an account with every version. Their sealed values are noted as garbage in the same step, and the object's alarm rings
/// at once to sweep them.
///
/// # Errors
/// When it is not there; when `If-Match` names another revision.
pub async fn delete(platform: &impl Platform, request: &Request, app: &str, id: &str) -> Result<Response> {
    let caller = auth::api_key(request, platform.config())?;
    let id = connection_id(id)?;
    let asked = DeleteConnection { key: caller.proof, app: app.to_owned(), id, revision: if_match(request)? };
    let found = call(platform.store(), Target::Project(caller.project), &asked)
        .await
        .map_err(|error| error.for_asker(Asker::Key))?;
    Ok(one(200, found))
}
