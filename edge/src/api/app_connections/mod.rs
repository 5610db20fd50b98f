//! The App Connections API: the stored accounts of a project. One file for each kind of call.

mod create;
mod credentials;
mod history;
mod list;
mod read;
mod rollback;
mod update;

pub(crate) use create::{NewConnection, create};
pub(crate) use credentials::{OpenedCredential, credentials};
pub(crate) use history::{CredentialHistory, history};
pub(in crate::api) use list::limit;
pub(crate) use list::{ConnectionPage, list};
pub(crate) use read::{AvailableConnections, ConnectionOptions, available, by_name, options, read};
pub(crate) use rollback::rollback;
pub(crate) use update::{ConnectionChanges, delete, update};

use crate::api::endpoint::Built;
use crate::api::input::invalid;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::store::protocol::{ConnectionInProject, ConnectionRow, ProjectView};
use crate::time::iso;
use latchkey_shared::ConnectionId;
use latchkey_shared::connection::AppConnection;
use serde::Serialize;

/// One account.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct OneConnection {
    /// The account.
    app_connection: AppConnection,
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

/// One account, with the tag of its revision (RFC 9110, section 8.8.3).
fn one(status: u16, found: ConnectionInProject) -> Built<OneConnection> {
    let tag = tag(found.connection.revision);
    let body = OneConnection { app_connection: view(found.connection, &found.project) };
    Built::json(status, &body).with("etag", tag)
}

fn tag(revision: u32) -> String {
    format!("\"{revision}\"")
}

fn connection_id(text: &str) -> Result<ConnectionId> {
    ConnectionId::parse(text).map_err(|_| Error::not_found())
}

/// The revision that `If-Match` names. `None` allows any revision.
fn if_match(request: &Request) -> Result<Option<u32>> {
    match request.header("if-match").map(str::trim) {
        None | Some("*") => Ok(None),
        Some(text) => {
            let inside = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            // Any other text matches no revision (RFC 9110, section 13.1.1). Revision 0 does not exist.
            Ok(Some(inside.and_then(|number| number.parse().ok()).unwrap_or(0)))
        }
    }
}

/// Whether the caller already has this revision (RFC 9110, section 13.1.2).
fn is_unchanged(request: &Request, revision: u32) -> bool {
    let known = request.header("if-none-match").unwrap_or_default();
    known.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag(revision))
}

fn check_method(provider: &latchkey_shared::provider::Provider, method: &str) -> Result<()> {
    if method == provider.method {
        return Ok(());
    }
    Err(invalid("method", "This provider has no such method.", format!("Use {}.", provider.method)))
}

fn check_managed(managed: bool) -> Result<()> {
    if !managed {
        return Ok(());
    }
    Err(invalid(
        "isPlatformManagedCredentials",
        "Latchkey does not manage credentials at the provider.",
        "Send false, or leave isPlatformManagedCredentials out.",
    ))
}
