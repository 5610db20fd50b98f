//! The App Connections API: stored accounts, with a secret key. One file per kind of call.

mod create;
mod credentials;
mod list;
mod read;
mod rollback;
mod update;

#[cfg(feature = "schema")]
pub(crate) use create::NewConnection;
pub use create::create;
pub use credentials::{credentials, history};
pub(in crate::api) use list::limit;
pub use list::list;
pub use read::{available, by_name, options, read};
pub use rollback::rollback;
#[cfg(feature = "schema")]
pub(crate) use update::ConnectionChanges;
pub use update::{delete, update};

use crate::api::input::invalid;
use crate::error::{Error, Result};
use crate::http::{Request, Response};
use crate::store::protocol::{ConnectionInProject, ConnectionRow, ProjectView};
use crate::time::iso;
use latchkey_shared::ConnectionId;
use latchkey_shared::connection::AppConnection;
use serde_json::json;

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
fn one(status: u16, found: ConnectionInProject) -> Response {
    let tag = tag(found.connection.revision);
    Response::json(status, &json!({ "appConnection": view(found.connection, &found.project) }))
        .with("etag", tag)
}

fn tag(revision: u32) -> String {
    format!("\"{revision}\"")
}

fn connection_id(text: &str) -> Result<ConnectionId> {
    ConnectionId::parse(text).map_err(|_| Error::not_found())
}

/// The revision that `If-Match` asks for; none: any.
fn if_match(request: &Request) -> Result<Option<u32>> {
    match request.header("if-match").map(str::trim) {
        None | Some("*") => Ok(None),
        Some(text) => {
            let inside = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            // What was never a tag of ours matches nothing (RFC 9110, section 13.1.1).
            Ok(Some(inside.and_then(|number| number.parse().ok()).unwrap_or(0)))
        }
    }
}

/// Whether the caller has this very revision already (RFC 9110, section 13.1.2).
fn is_unchanged(request: &Request, revision: u32) -> bool {
    let known = request.header("if-none-match").unwrap_or_default();
    known.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag(revision))
}

fn check_method(provider: &latchkey_shared::provider::Provider, method: &str) -> Result<()> {
    if method == provider.method {
        return Ok(());
    }
    Err(invalid("method", "The provider has no such method.", format!("Use {}.", provider.method)))
}

fn check_managed(managed: bool) -> Result<()> {
    if !managed {
        return Ok(());
    }
    Err(invalid(
        "isPlatformManagedCredentials",
        "Latchkey does not manage credentials at the provider.",
        "Send false, or leave it out.",
    ))
}
