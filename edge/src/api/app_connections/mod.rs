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
use crate::http::etag::{names, tag};
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

fn connection_id(text: &str) -> Result<ConnectionId> {
    ConnectionId::parse(text).map_err(|_| Error::not_found())
}

/// The header `If-Match`. The store compares it, because only it knows the revision when it changes something.
fn if_match(request: &Request) -> Option<String> {
    request.header("if-match").map(str::to_owned)
}

/// Whether the caller already has this revision (RFC 9110, section 13.1.2).
fn is_unchanged(request: &Request, revision: u32) -> bool {
    request.header("if-none-match").is_some_and(|known| names(known, revision, true))
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
