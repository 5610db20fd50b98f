//! `/api/v1/project`: the project of the caller's key, for its admins. It refuses what only the owner of the deployment may change,
//! such as host names, white label and who may sign in.

use super::update::apply;
use super::{OneProject, view};
use crate::access::auth;
use crate::api::endpoint::JsonBody;
use crate::api::input::{branding, line, origin};
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{ReadProject, UpdateProject};
use latchkey_shared::limits::NAME_MAX;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OwnProjectChanges {
    /// The product’s name.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    name: Option<String>,
    /// Origins that may embed the form.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<Vec<crate::http::schema::Origin>>", length(max = 20))
    )]
    allowed_origins: Option<Vec<String>>,
    /// How its pages look, and their texts. It replaces the branding as a whole: what is left out is the default.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::api::input::branding_schema::Branding>"))]
    branding: Option<Map<String, Value>>,
}

/// The project.
///
/// # Errors
/// Without the scope `admin`.
pub(crate) async fn read_own(platform: &impl Platform, request: &Request) -> Result<OneProject> {
    let caller = auth::key_caller(platform, request)?;
    let project = caller.call(ReadProject { key: Some(caller.proof()) }).await?;
    Ok(OneProject { project: view(project) })
}

/// Changes the members that are sent, and leaves the others.
///
/// # Errors
/// Without the scope `admin`, or when a value is not allowed.
pub(crate) async fn update_own(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, OwnProjectChanges>,
) -> Result<OneProject> {
    let caller = auth::key_caller(platform, request)?;
    // Before the body is judged, so that somebody without the scope learns nothing of it.
    caller.call(ReadProject { key: Some(caller.proof()) }).await?;
    let changes = body.read()?;
    if let Some(origins) = &changes.allowed_origins {
        origin::check(origins)?;
    }
    let operation = UpdateProject {
        key: Some(caller.proof()),
        name: changes.name.map(|name| line("name", &name, NAME_MAX)).transpose()?,
        allowed_origins: changes.allowed_origins,
        branding: changes.branding.map(branding::check).transpose()?,
        settings: None,
        white_label: None,
        hosts: None,
        domains: None,
        care: None,
        audit_days: None,
        audit_addresses: None,
        console_members: None,
    };
    apply(platform, caller.project, operation).await
}
