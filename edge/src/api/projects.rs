//! `/api/v1/projects`: for the deployment's owner.

use crate::access::auth;
use crate::access::tokens::make_api_key;
use crate::api::input::{branding, domains, host_opt_ins, invalid, origin};
use crate::crypto::digest::secret_hash;
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::http::{Request, Response, body};
use crate::ports::Platform;
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{
    CreateProject, DeleteProject, FindBrand, ForgetProject, KeyProof, ListProjects, ProjectBrand,
    ProjectSettings, ProjectView, ReadProject, RebrandProject, Refusal, RegisterProject, UpdateProject,
};
use crate::store::refusals::CallerKind;
use crate::time::iso;
use latchkey_shared::project_provider::HostOptIns;
use latchkey_shared::{ConnectionId, Mode, ProjectId, base62};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewProject {
    /// The product’s name.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    name: String,
    /// Origins that may embed the form.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::openapi::Origin>", length(max = 20)))]
    allowed_origins: Vec<String>,
    /// Its owner; one is made when it is left out.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::openapi::Uuid>"))]
    org_id: Option<String>,
    /// Whether its pages show its own name only.
    #[serde(default)]
    white_label: bool,
    /// Hosts of the customers’ own, by provider.
    #[serde(default)]
    hosts: HostOptIns,
    /// How its pages look and speak.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "crate::openapi::Branding"))]
    branding: Map<String, Value>,
    /// Host names of its own for pages and API; links are made with the first. Needs the deployment’s `PUBLIC_URL`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::openapi::Host>", length(max = 5)))]
    domains: Vec<String>,
}

/// Makes a project with one test key and one live key, shown this once.
///
/// # Errors
/// Without the admin token, or when a value is not allowed.
pub async fn create(platform: &impl Platform, request: &Request) -> Result<Response> {
    let config = platform.config();
    auth::admin(request, config)?;
    let new: NewProject = body::json(request)?;
    let name = check_name(new.name)?;
    origin::check(&new.allowed_origins)?;
    let entropy = platform.entropy();
    // An owner is a UUID like any other; nothing else is asked of it.
    let org_id = match new.org_id {
        Some(text) => ConnectionId::parse(&text)
            .map_err(|_| invalid("orgId", "This is not a UUID.", "Send a UUID, or leave it out."))?,
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
    // Registered first: a project that the registry does not know is found by nobody, and its keys are shown only below.
    StoreClient::registry(platform.store()).call(RegisterProject { id, brand, domains }).await?;
    let project = StoreClient::project(platform.store(), id).call(operation).await?;
    // Exposed this once, to the deployment's owner; only their hashes are stored.
    let keys = json!({ "test": test.expose(), "live": live.expose() });
    Ok(Response::json(201, &json!({ "project": view(&project), "apiKeys": keys })))
}

/// Every project, by name and id.
///
/// # Errors
/// Without the admin token.
pub async fn list(platform: &impl Platform, request: &Request) -> Result<Response> {
    auth::admin(request, platform.config())?;
    let projects = StoreClient::registry(platform.store()).call(ListProjects {}).await?;
    let projects: Vec<_> = projects.into_iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
    Ok(Response::json(200, &json!({ "projects": projects })))
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ProjectChanges {
    /// The product’s name.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    name: Option<String>,
    /// Origins that may embed the form.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<crate::openapi::Origin>>", length(max = 20)))]
    allowed_origins: Option<Vec<String>>,
    /// Whether its pages show its own name only.
    white_label: Option<bool>,
    /// Hosts of the customers’ own, by provider.
    hosts: Option<HostOptIns>,
    /// How its pages look and speak, as a whole: what is left out inside is the page’s own.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::openapi::Branding>"))]
    branding: Option<Map<String, Value>>,
    /// Host names of its own for pages and API; links are made with the first. Needs the deployment’s `PUBLIC_URL`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<crate::openapi::Host>>", length(max = 5)))]
    domains: Option<Vec<String>>,
}

/// A project that the registry knows: only then is its object named.
///
/// # Errors
/// When it does not.
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
pub async fn read(platform: &impl Platform, request: &Request, id: &str) -> Result<Response> {
    auth::admin(request, platform.config())?;
    let id = registered(platform, id).await?;
    let project = StoreClient::project(platform.store(), id).call(ReadProject {}).await?;
    Ok(Response::json(200, &json!({ "project": view(&project) })))
}

/// Changes what is sent, and leaves the rest.
///
/// # Errors
/// Without the admin token, when it is not there, or when a value is not allowed.
pub async fn update(platform: &impl Platform, request: &Request, id: &str) -> Result<Response> {
    auth::admin(request, platform.config())?;
    let id = registered(platform, id).await?;
    let changes: ProjectChanges = body::json(request)?;
    let before = StoreClient::project(platform.store(), id).call(ReadProject {}).await?;
    let name = changes.name.map(check_name).transpose()?;
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
    // The registry first: it alone knows whether a host name is another project's.
    let rebrand = RebrandProject { id, brand, domains: settings.domains.clone() };
    StoreClient::registry(platform.store()).call(rebrand).await?;
    let asked =
        UpdateProject { name, allowed_origins: changes.allowed_origins, settings: Some(settings), branding };
    let project = StoreClient::project(platform.store(), id).call(asked).await?;
    Ok(Response::json(200, &json!({ "project": view(&project) })))
}

/// Ends a project: its keys and sessions at once, its sealed values with the next sweep. With accounts only by `?force=true`.
///
/// Two objects share no transaction, so the registry may list a project whose own object holds none: its creation or an earlier
/// deletion got half way. Deleting it removes the entry, and says that there is no such project.
///
/// # Errors
/// Without the admin token, when it is not there, or when it has accounts and is not forced.
pub async fn delete(platform: &impl Platform, request: &Request, id: &str) -> Result<Response> {
    auth::admin(request, platform.config())?;
    let id = registered(platform, id).await?;
    let force = match request.query.get("force").map(String::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            return Err(invalid("force", "This is neither true nor false.", "Send true, or leave it out."));
        }
    };
    let store = StoreClient::project(platform.store(), id);
    let project = match store.try_call(&DeleteProject { force }).await {
        Err(CallError::Refused(Refusal::Unknown)) => None,
        ended => Some(ended.map_err(|error| error.for_caller(CallerKind::ApiKey))?),
    };
    StoreClient::registry(platform.store()).call(ForgetProject { id }).await?;
    let project = project.ok_or_else(Error::not_found)?;
    Ok(Response::json(200, &json!({ "project": view(&project) })))
}

fn check_name(text: String) -> Result<String> {
    let name = text.trim().to_owned();
    if name.is_empty() || name.chars().count() > 64 || name.chars().any(char::is_control) {
        return Err(invalid(
            "name",
            "The name is empty, too long, or goes over several lines.",
            "Use 1 to 64 characters.",
        ));
    }
    Ok(name)
}

fn view(project: &ProjectView) -> Value {
    // Empty: nothing was chosen.
    let branding: Map<String, Value> = serde_json::from_str(&project.branding).unwrap_or_default();
    json!({
        "id": project.id,
        "name": project.name,
        "orgId": project.org_id,
        "allowedOrigins": project.allowed_origins,
        "whiteLabel": project.settings.white_label,
        "hosts": project.settings.hosts,
        "branding": branding,
        "domains": project.settings.domains,
        "createdAt": iso(project.created),
    })
}
