//! The App Connections API: list, read, create and delete stored accounts, with a secret key.

use super::{description, invalid, name, same_project, unknown_provider};
use crate::create::{Creation, create as create_connection};
use crate::error::{Error, Result};
use crate::http::{Request, Response, auth, body};
use crate::index::{Asker, call};
use crate::ledger::operation::{
    ConnectionInProject, ConnectionRow, DeleteConnection, FindConnection, ListConnections, PagePoint,
    ProjectView,
};
use crate::ports::{Platform, Target};
use crate::time::iso;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_shared::connection::AppConnection;
use latchkey_shared::{ConnectionId, Secret};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// Entries of a page when nothing is said, and at most.
const LIMIT: (u32, u32) = (50, 100);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewConnection {
    name: String,
    method: String,
    project_id: Option<String>,
    description: Option<String>,
    #[serde(default)]
    is_platform_managed_credentials: bool,
    credentials: BTreeMap<String, Secret>,
}

fn view(connection: ConnectionRow, project: &ProjectView) -> AppConnection {
    AppConnection {
        id: connection.id.to_string(),
        name: connection.name,
        project_id: project.id.to_string(),
        description: connection.description,
        version: connection.version,
        org_id: project.org_id.clone(),
        created_at: iso(connection.created),
        updated_at: iso(connection.updated),
        is_platform_managed_credentials: false,
        credentials_hash: connection.hash,
        app: connection.app,
        method: connection.method,
        credentials: connection.credentials,
    }
}

fn one(status: u16, found: ConnectionInProject) -> Response {
    Response::json(status, &json!({ "appConnection": view(found.connection, &found.project) }))
}

/// A page of the key's mode, in order of creation.
///
/// # Errors
/// Without a valid key, for an unknown provider, or a cursor that is not ours.
pub async fn list(platform: &impl Platform, request: &Request, app: Option<&str>) -> Result<Response> {
    let caller = auth::api_key(request, platform.config())?;
    same_project(&caller, request.query.get("projectId").map(String::as_str))?;
    let app = app.map(|id| super::provider(id, Error::not_found)).transpose()?;
    let limit = match request.query.get("limit").map(|text| text.parse::<u32>()) {
        None => LIMIT.0,
        Some(Ok(number)) if (1..=LIMIT.1).contains(&number) => number,
        Some(_) => {
            return Err(invalid("limit", "The limit is out of range.", format!("Use 1 to {}.", LIMIT.1)));
        }
    };
    let after = request.query.get("cursor").map(|text| cursor(text)).transpose()?;
    let asked =
        ListConnections { key: caller.proof, app: app.map(|provider| provider.id.clone()), after, limit };
    let page = call(platform.index(), Target::Project(caller.project), &asked)
        .await
        .map_err(|error| error.for_asker(Asker::Key))?;
    let next = page.next.map(|point| URL_SAFE_NO_PAD.encode(format!("{}/{}", point.created, point.id)));
    let entries: Vec<_> =
        page.connections.into_iter().map(|connection| view(connection, &page.project)).collect();
    Ok(Response::json(200, &json!({ "appConnections": entries, "nextCursor": next })))
}

fn cursor(text: &str) -> Result<PagePoint> {
    let read = || {
        let decoded = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (created, id) = decoded.split_once('/')?;
        // Within the safe integers of JavaScript, which the database is reached through.
        let created = created.parse().ok().filter(|ms: &i64| (0..1 << 53).contains(ms))?;
        Some(PagePoint { created, id: ConnectionId::parse(id).ok()? })
    };
    read().ok_or_else(|| {
        invalid("cursor", "This is not a cursor of ours.", "Send nextCursor of the page before, as it was.")
    })
}

/// Verifies and stores an account.
///
/// # Errors
/// Without a valid key, when a value is not allowed, and every ending of the verification but the accepted one.
pub async fn create(platform: &impl Platform, request: &Request, app: &str) -> Result<Response> {
    let caller = auth::api_key(request, platform.config())?;
    let provider = super::provider(app, unknown_provider)?;
    let new: NewConnection = body::json(request)?;
    same_project(&caller, new.project_id.as_deref())?;
    if new.method != provider.method {
        return Err(invalid(
            "method",
            "The provider has no such method.",
            format!("Use {}.", provider.method),
        ));
    }
    if new.is_platform_managed_credentials {
        let fix = "Send false, or leave it out.";
        return Err(invalid(
            "isPlatformManagedCredentials",
            "Latchkey does not manage credentials at the provider.",
            fix,
        ));
    }
    let creation = Creation {
        project: caller.project,
        key: caller.proof,
        provider,
        name: name("name", new.name)?,
        description: description(new.description)?,
        answers: new.credentials,
    };
    Ok(one(201, create_connection(platform, creation).await?))
}

/// One account.
///
/// # Errors
/// Without a valid key; what is not there, another project's, or the other mode's is not found.
pub async fn read(platform: &impl Platform, request: &Request, app: &str, id: &str) -> Result<Response> {
    let caller = auth::api_key(request, platform.config())?;
    let id = ConnectionId::parse(id).map_err(|_| Error::not_found())?;
    let asked = FindConnection { key: caller.proof, app: app.to_owned(), id };
    let found = call(platform.index(), Target::Project(caller.project), &asked)
        .await
        .map_err(|error| error.for_asker(Asker::Key))?;
    Ok(one(200, found))
}

/// Deletes an account. Its sealed value is noted as garbage in the same step, and the object's alarm rings at once to sweep it.
///
/// # Errors
/// As for [`read`].
pub async fn delete(platform: &impl Platform, request: &Request, app: &str, id: &str) -> Result<Response> {
    let caller = auth::api_key(request, platform.config())?;
    let id = ConnectionId::parse(id).map_err(|_| Error::not_found())?;
    let asked = DeleteConnection { key: caller.proof, app: app.to_owned(), id };
    let found = call(platform.index(), Target::Project(caller.project), &asked)
        .await
        .map_err(|error| error.for_asker(Asker::Key))?;
    Ok(one(200, found))
}
