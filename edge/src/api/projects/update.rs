//! `PATCH /api/v1/projects/{id}`: changes the members that are sent, and leaves the rest.

use super::{OneProject, registered, view};
use crate::access::auth;
use crate::api::endpoint::JsonBody;
use crate::api::input::{branding, domains, host_opt_ins, line, origin};
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::client::StoreClient;
use crate::store::protocol::{ProjectBrand, ProjectSettings, ReadProject, UpdateProject, UpdateRegistration};
use latchkey_shared::limits::NAME_MAX;
use latchkey_shared::project_provider::HostOptIns;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ProjectChanges {
    /// The product’s name.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    name: Option<String>,
    /// Origins that may embed the form.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<Vec<crate::http::schema::Origin>>", length(max = 20))
    )]
    allowed_origins: Option<Vec<String>>,
    /// Whether its pages show only its own name.
    white_label: Option<bool>,
    /// Hosts that customers run themselves, by provider.
    hosts: Option<HostOptIns>,
    /// How its pages look, and their texts. It replaces the branding as a whole: what is left out is the default.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::api::input::branding_schema::Branding>"))]
    branding: Option<Map<String, Value>>,
    /// The project’s own host names for pages and API. Links use the first. The deployment must have a `PUBLIC_URL`.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<Vec<crate::http::schema::Host>>", length(max = 5))
    )]
    domains: Option<Vec<String>>,
}

/// Changes the members that are sent, and leaves the others.
///
/// # Errors
/// Without the admin token, when it is not there, or when a value is not allowed.
pub(crate) async fn update(
    platform: &impl Platform,
    request: &Request,
    id: &str,
    body: JsonBody<'_, ProjectChanges>,
) -> Result<OneProject> {
    auth::admin(request, platform.config())?;
    let id = registered(platform, id).await?;
    let changes = body.read()?;
    let before = StoreClient::project(platform.store(), id).call(ReadProject {}).await?;
    let name = changes.name.map(|name| line("name", &name, NAME_MAX)).transpose()?;
    if let Some(origins) = &changes.allowed_origins {
        origin::check(origins)?;
    }
    let settings = ProjectSettings {
        white_label: changes.white_label.unwrap_or(before.settings.white_label),
        hosts: changes.hosts.map(host_opt_ins::check).transpose()?.unwrap_or(before.settings.hosts),
        domains: match changes.domains {
            Some(domains) => domains::check(platform.config(), domains)?,
            None => before.settings.domains,
        },
    };
    let branding = changes.branding.map(branding::check).transpose()?;
    let brand = ProjectBrand {
        name: name.clone().unwrap_or(before.name),
        white_label: settings.white_label,
        branding: branding.clone().unwrap_or(before.branding),
    };
    // The registry first: only it knows whether another project has a host name.
    let rebrand = UpdateRegistration { id, brand, domains: settings.domains.clone() };
    StoreClient::registry(platform.store()).call(rebrand).await?;
    let operation =
        UpdateProject { name, allowed_origins: changes.allowed_origins, settings: Some(settings), branding };
    let project = StoreClient::project(platform.store(), id).call(operation).await?;
    Ok(OneProject { project: view(project) })
}
