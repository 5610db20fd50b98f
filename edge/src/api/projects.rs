//! `POST /api/v1/projects`, `GET /api/v1/projects`: for the deployment's owner.

use super::{host_opt_ins, invalid, origin};
use crate::error::Result;
use crate::http::{Request, Response, auth, body};
use crate::index::{Asker, CallError, call};
use crate::ledger::operation::{
    CreateProject, KeyProof, ListProjects, ProjectBrand, ProjectSettings, ProjectView, RegisterProject,
};
use crate::ports::{Entropy, Platform, Target};
use crate::route_mac::{make_api_key, secret_hash};
use crate::time::iso;
use latchkey_shared::offer::HostOptIns;
use latchkey_shared::{ConnectionId, Mode, ProjectId, base62};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewProject {
    name: String,
    #[serde(default)]
    allowed_origins: Vec<String>,
    org_id: Option<String>,
    #[serde(default)]
    white_label: bool,
    #[serde(default)]
    hosts: HostOptIns,
}

/// Makes a project with one test key and one live key, shown this once.
///
/// # Errors
/// Without the admin token, or when a value is not allowed.
pub async fn create(platform: &impl Platform, request: &Request) -> Result<Response> {
    let config = platform.config();
    auth::admin(request, config)?;
    let new: NewProject = body::json(request)?;
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 64 || name.chars().any(char::is_control) {
        return Err(invalid(
            "name",
            "The name is empty, too long, or goes over several lines.",
            "Use 1 to 64 characters.",
        ));
    }
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
    let operation = CreateProject {
        id,
        name: name.clone(),
        org_id: org_id.to_string(),
        allowed_origins: new.allowed_origins,
        settings: ProjectSettings { white_label: new.white_label, hosts: host_opt_ins::check(new.hosts)? },
        keys,
    };
    let brand = ProjectBrand { name, white_label: new.white_label };
    let lost = |error: CallError| error.for_asker(Asker::Key);
    // Registered first: a project that the registry does not know is found by nobody, and its keys are shown only below.
    call(platform.index(), Target::Registry, &RegisterProject { id, brand }).await.map_err(lost)?;
    let project = call(platform.index(), Target::Project(id), &operation).await.map_err(lost)?;
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
    let projects = call(platform.index(), Target::Registry, &ListProjects {})
        .await
        .map_err(|error| error.for_asker(Asker::Key))?;
    let projects: Vec<_> = projects.into_iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
    Ok(Response::json(200, &json!({ "projects": projects })))
}

fn view(project: &ProjectView) -> serde_json::Value {
    json!({
        "id": project.id,
        "name": project.name,
        "orgId": project.org_id,
        "allowedOrigins": project.allowed_origins,
        "whiteLabel": project.settings.white_label,
        "hosts": project.settings.hosts,
        "createdAt": iso(project.created),
    })
}
