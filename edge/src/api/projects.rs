//! `/api/v1/projects`: the projects of a deployment, for its owner.

use crate::access::auth;
use crate::access::tokens::make_api_key;
use crate::api::endpoint::JsonBody;
use crate::api::input::{branding, domains, host_opt_ins, invalid, line, origin};
use crate::crypto::digest::secret_hash;
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::Platform;
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{
    CreateProject, DeleteProject, FindBrand, KeyProof, ListProjects, ProjectBrand, ProjectSettings,
    ProjectView, ReadProject, Refusal, RegisterProject, UnregisterProject, UpdateProject, UpdateRegistration,
};
use crate::store::refusals::CallerKind;
use crate::time::iso;
use latchkey_shared::limits::NAME_MAX;
use latchkey_shared::project_provider::HostOptIns;
use latchkey_shared::{ConnectionId, Mode, ProjectId, base62};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewProject {
    /// The product’s name.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    name: String,
    /// Origins that may embed the form.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::http::schema::Origin>", length(max = 20)))]
    allowed_origins: Vec<String>,
    /// The owner’s UUID. When it is left out, a new one is made.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Uuid>"))]
    org_id: Option<String>,
    /// Whether its pages show only its own name.
    #[serde(default)]
    white_label: bool,
    /// Hosts that customers run themselves, by provider.
    #[serde(default)]
    hosts: HostOptIns,
    /// How its pages look, and their texts.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "crate::api::input::branding_schema::Branding"))]
    branding: Map<String, Value>,
    /// The project’s own host names for pages and API. Links use the first. The deployment must have a `PUBLIC_URL`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::http::schema::Host>", length(max = 5)))]
    domains: Vec<String>,
}

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

/// A new project.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedProject {
    /// The project.
    project: Project,
    /// Its first keys, shown this once.
    api_keys: FirstKeys,
}

/// The first keys of a project. They may do everything except open credentials.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct FirstKeys {
    /// For test mode.
    test: String,
    /// For live mode.
    live: String,
}

/// Every project.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Projects {
    /// By id and name.
    projects: Vec<ProjectName>,
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

/// Makes a project with one test key and one live key, shown this once.
///
/// # Errors
/// Without the admin token, or when a value is not allowed.
pub(crate) async fn create(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, NewProject>,
) -> Result<CreatedProject> {
    let config = platform.config();
    auth::admin(request, config)?;
    let new = body.read()?;
    let name = line("name", &new.name, NAME_MAX)?;
    origin::check(&new.allowed_origins)?;
    let entropy = platform.entropy();
    // Any UUID may be an owner.
    let org_id = match new.org_id {
        Some(text) => ConnectionId::parse(&text)
            .map_err(|_| invalid("orgId", "orgId is not a UUID.", "Send a UUID, or leave orgId out."))?,
        None => ConnectionId::from_random(entropy.bytes16()),
    };
    let id = ProjectId::from_random(entropy.bytes16());
    let [test, live] = [Mode::Test, Mode::Live].map(|mode| make_api_key(config, entropy, mode, id));
    let keys = [&test, &live]
        .map(|key| KeyProof {
            id: base62::encode(key.id.random),
            mode: key.mode,
            hash: secret_hash(key.secret),
        })
        .to_vec();
    let branding = branding::check(new.branding)?;
    let settings = ProjectSettings {
        white_label: new.white_label,
        hosts: host_opt_ins::check(new.hosts)?,
        domains: domains::check(config, new.domains)?,
    };
    let brand = ProjectBrand { name: name.clone(), white_label: new.white_label, branding: branding.clone() };
    let domains = settings.domains.clone();
    let operation = CreateProject {
        id,
        name,
        org_id: org_id.to_string(),
        allowed_origins: new.allowed_origins,
        settings,
        branding,
        keys,
    };
    // Registered first: without the registry nobody finds the project, and its keys are shown only below.
    StoreClient::registry(platform.store()).call(RegisterProject { id, brand, domains }).await?;
    let project = StoreClient::project(platform.store(), id).call(operation).await?;
    // Exposed this once, to the deployment's owner. Only their hashes are stored.
    let api_keys = FirstKeys { test: test.expose(), live: live.expose() };
    Ok(CreatedProject { project: view(project), api_keys })
}

/// Every project, by name and id.
///
/// # Errors
/// Without the admin token.
pub(crate) async fn list(platform: &impl Platform, request: &Request) -> Result<Projects> {
    auth::admin(request, platform.config())?;
    let projects = StoreClient::registry(platform.store()).call(ListProjects {}).await?;
    let projects = projects.into_iter().map(|(id, name)| ProjectName { id, name }).collect();
    Ok(Projects { projects })
}

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
