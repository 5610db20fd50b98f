//! `/api/v1/projects`: the projects of a deployment, for its owner.

mod create;
mod update;

pub(crate) use create::{CreatedProject, NewProject, create};
pub(crate) use update::{ProjectChanges, update};

use crate::access::auth;
use crate::api::input::invalid;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::Platform;
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{
    DeleteProject, FindBrand, ListProjects, ProjectView, ReadProject, ReadRefusedAdminTokens, Refusal,
    UnregisterProject,
};
use crate::store::refusals::CallerKind;
use crate::time::iso;
use latchkey_shared::ProjectId;
use latchkey_shared::project_provider::HostOptIns;
use serde::Serialize;
use serde_json::{Map, Value};

/// A project.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Project {
    /// A UUID.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Uuid"))]
    id: ProjectId,
    /// The product’s name.
    name: String,
    /// The owner.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Uuid"))]
    org_id: String,
    /// Origins that may embed the form.
    allowed_origins: Vec<String>,
    /// Whether its pages show only its own name.
    white_label: bool,
    /// Hosts that customers run themselves, by provider.
    hosts: HostOptIns,
    /// How its pages look, and their texts.
    #[cfg_attr(feature = "schema", schemars(with = "crate::api::input::branding_schema::Branding"))]
    branding: Map<String, Value>,
    /// The project’s own host names. Links use the first.
    domains: Vec<String>,
    /// When it was made.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    created_at: String,
}

/// One project.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct OneProject {
    /// The project.
    project: Project,
}

/// Every project.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Projects {
    /// By id and name.
    projects: Vec<ProjectName>,
    /// The requests with a wrong admin token.
    refused_admin_tokens: RefusedAdminTokens,
}

/// The requests with a wrong admin token, since the deployment began. They are noted about once a minute.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct RefusedAdminTokens {
    /// How many.
    count: u32,
    /// When the last were noted.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    last_at: Option<String>,
}

/// A project, in short.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ProjectName {
    /// A UUID.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Uuid"))]
    id: ProjectId,
    /// The product’s name.
    name: String,
}

/// Every project, by name and id.
///
/// # Errors
/// Without the admin token.
pub(crate) async fn list(platform: &impl Platform, request: &Request) -> Result<Projects> {
    auth::admin(request, platform.config())?;
    let projects = StoreClient::registry(platform.store()).call(ListProjects {}).await?;
    let projects = projects.into_iter().map(|(id, name)| ProjectName { id, name }).collect();
    let (count, last) = StoreClient::registry(platform.store()).call(ReadRefusedAdminTokens {}).await?;
    Ok(Projects { projects, refused_admin_tokens: RefusedAdminTokens { count, last_at: last.map(iso) } })
}

/// The id of a project, if the registry knows it. Only then may its object be named.
///
/// # Errors
/// When the registry does not know it.
pub(super) async fn registered(platform: &impl Platform, id: &str) -> Result<ProjectId> {
    let id = ProjectId::parse(id).map_err(|_| Error::not_found())?;
    StoreClient::registry(platform.store())
        .call(FindBrand { id })
        .await?
        .map(|_| id)
        .ok_or_else(Error::not_found)
}

/// One project.
///
/// # Errors
/// Without the admin token, or when it is not there.
pub(crate) async fn read(platform: &impl Platform, request: &Request, id: &str) -> Result<OneProject> {
    auth::admin(request, platform.config())?;
    let id = registered(platform, id).await?;
    let project = StoreClient::project(platform.store(), id).call(ReadProject {}).await?;
    Ok(OneProject { project: view(project) })
}

/// Deletes a project. Its keys and sessions end at once, its sealed values with the next sweep. If it has accounts, it
/// is deleted only with `?force=true`.
///
/// Two objects share no transaction, so the registry may list a project whose own object holds none: its creation or an earlier
/// deletion got half way. Deleting it removes the entry, and says that there is no such project.
///
/// # Errors
/// Without the admin token, when it is not there, or when it has accounts and is not forced.
pub(crate) async fn delete(platform: &impl Platform, request: &Request, id: &str) -> Result<OneProject> {
    auth::admin(request, platform.config())?;
    let id = registered(platform, id).await?;
    let force = match request.query.get("force").map(String::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            return Err(invalid(
                "force",
                "force is neither true nor false.",
                "Send true, or leave force out.",
            ));
        }
    };
    let store = StoreClient::project(platform.store(), id);
    let project = match store.try_call(&DeleteProject { force }).await {
        Err(CallError::Refused(Refusal::Unknown)) => None,
        ended => Some(ended.map_err(|error| error.for_caller(CallerKind::ApiKey))?),
    };
    StoreClient::registry(platform.store()).call(UnregisterProject { id }).await?;
    let project = project.ok_or_else(Error::not_found)?;
    Ok(OneProject { project: view(project) })
}

fn view(project: ProjectView) -> Project {
    Project {
        id: project.id,
        name: project.name,
        org_id: project.org_id,
        allowed_origins: project.allowed_origins,
        white_label: project.settings.white_label,
        hosts: project.settings.hosts,
        // It is empty when nothing was chosen.
        branding: serde_json::from_str(&project.branding).unwrap_or_default(),
        domains: project.settings.domains,
        created_at: iso(project.created),
    }
}
