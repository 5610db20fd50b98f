//! `/api/v1/projects`: the projects of a deployment, for its owner.

mod create;
mod delete;
mod own;
mod update;

pub(crate) use create::{CreatedProject, NewProject, create};
pub(crate) use delete::{delete, delete_own, restore, restore_own};
pub(crate) use own::{OwnProjectChanges, read_own, update_own};
pub(crate) use update::{ProjectChanges, update};

use crate::access::auth;
use crate::api::app_connections::limit;
use crate::api::input::console_members::ConsoleMemberView;
use crate::api::input::invalid;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::jobs::finish_projects;
use crate::ports::Platform;
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{
    Care, FindBrand, Operation, PageProjects, ProjectState, ProjectView, ReadProject, ReadRefusedAdminTokens,
    Refusal, RegisteredProject,
};
use crate::store::refusals::CallerKind;
use crate::time::iso;
use latchkey_shared::ProjectId;
use latchkey_shared::audit::AddressForm;
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
    /// Who may sign in to its console by Cloudflare Access.
    console_members: Vec<ConsoleMemberView>,
    /// Whether accounts are checked by themselves.
    checks: bool,
    /// The time between two checks of an account, in seconds.
    check_every_seconds: u32,
    /// The age in days at which a key is rotated, if its provider can. Null: never.
    rotate_every_days: Option<u32>,
    /// Whether a session for a new key is made when an account needs one.
    relink: bool,
    /// For how many days the audit log is kept.
    audit_days: u32,
    /// How the audit log has the network addresses of clients.
    audit_addresses: AddressForm,
    /// When it was made.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    created_at: String,
    /// When it is deleted for good. Until then it can be restored. Null: it was not deleted.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    deletes_at: Option<String>,
}

/// One project.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct OneProject {
    /// The project.
    project: Project,
}

/// A page of the projects.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Projects {
    /// Oldest first.
    projects: Vec<ListedProject>,
    /// The cursor of the next page. Null: this is the last page.
    next_cursor: Option<String>,
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
#[serde(rename_all = "camelCase")]
struct ListedProject {
    /// A UUID.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Uuid"))]
    id: ProjectId,
    /// The product’s name.
    name: String,
    /// How it stands. What is being made or deleted is finished within minutes.
    state: ProjectState,
    /// When it was deleted.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<String>,
    /// Who deleted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_by: Option<String>,
    /// When it is deleted for good. Until then it can be restored.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    deletes_at: Option<String>,
}

/// A page of the projects, or with `state=deleted` of those that were deleted.
///
/// # Errors
/// Without the admin token, or when a parameter is not valid.
pub(crate) async fn list(platform: &impl Platform, request: &Request) -> Result<Projects> {
    auth::admin(request, platform.config())?;
    let deleted = match request.query.get("state").map(String::as_str) {
        None => false,
        Some("deleted") => true,
        Some(_) => {
            return Err(invalid(
                "state",
                "Projects cannot be listed by this state.",
                "Use deleted, or none.",
            ));
        }
    };
    let after = request.query.get("cursor").map(|text| cursor(text)).transpose()?;
    let operation = PageProjects { deleted, after, limit: limit(request)? };
    let page = StoreClient::registry(platform.store()).call(operation).await?;
    let next = page.projects.last().filter(|_| page.more);
    let next_cursor = next.map(|last| format!("{}.{}", last.at, last.id));
    let project = |project: RegisteredProject| ListedProject {
        id: project.id,
        name: project.name,
        state: project.state,
        deleted_at: project.actor.is_some().then(|| iso(project.at)),
        deleted_by: project.actor,
        deletes_at: project.ends.map(iso),
    };
    let projects = page.projects.into_iter().map(project).collect();
    let (count, last) = StoreClient::registry(platform.store()).call(ReadRefusedAdminTokens {}).await?;
    let refused_admin_tokens = RefusedAdminTokens { count, last_at: last.map(iso) };
    Ok(Projects { projects, next_cursor, refused_admin_tokens })
}

/// Reads a cursor: the time and the id of the last project of a page.
fn cursor(text: &str) -> Result<(i64, ProjectId)> {
    let read = || {
        let (at, id) = text.split_once('.')?;
        // At most a safe integer of JavaScript, because the database is called through it.
        let at = at.parse().ok().filter(|at: &i64| (0..1 << 53).contains(at))?;
        Some((at, ProjectId::parse(id).ok()?))
    };
    read().ok_or_else(|| {
        invalid(
            "cursor",
            "This cursor is not valid.",
            "Send nextCursor of the page before, without changing it.",
        )
    })
}

/// Calls an operation of the registry that reserves host names. If another project has one of them, that may be a step that
/// was cut short: it is finished, and the call repeated once.
///
/// # Errors
/// If the registry refuses, or does not reply.
async fn with_names<O: Operation>(platform: &impl Platform, operation: O) -> Result<O::Reply> {
    let registry = StoreClient::registry(platform.store());
    let mut result = registry.send_twice(&operation).await;
    if let Err(CallError::Refused(Refusal::DomainTaken(_))) = result {
        finish_projects::finish(platform).await?;
        result = registry.send_twice(&operation).await;
    }
    result.map_err(|error| error.for_caller(CallerKind::Owner))
}

/// The id of a project, if the registry lists it. Only then may its object be named.
///
/// # Errors
/// When the registry does not know it.
pub(crate) async fn registered(platform: &impl Platform, id: &str) -> Result<ProjectId> {
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
    let project = StoreClient::project(platform.store(), id).call(ReadProject { key: None }).await?;
    Ok(OneProject { project: view(project) })
}

fn view(project: ProjectView) -> Project {
    let Care { checks, check_every_seconds, rotate_every_days, relink } = project.settings.care;
    Project {
        checks,
        check_every_seconds,
        rotate_every_days,
        relink,
        audit_days: project.settings.audit.days,
        audit_addresses: project.settings.audit.addresses,
        id: project.id,
        name: project.name,
        org_id: project.org_id,
        allowed_origins: project.allowed_origins,
        white_label: project.settings.white_label,
        hosts: project.settings.hosts,
        // It is empty when nothing was chosen.
        branding: serde_json::from_str(&project.branding).unwrap_or_default(),
        domains: project.settings.domains,
        console_members: project.settings.console_members.into_iter().map(ConsoleMemberView::from).collect(),
        created_at: iso(project.created),
        deletes_at: project.ends.map(iso),
    }
}
