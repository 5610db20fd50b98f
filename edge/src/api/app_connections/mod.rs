//! The App Connections API: the stored accounts of a project. One file for each kind of call.

mod counts;
mod create;
mod credentials;
mod export;
mod history;
mod list;
mod read;
mod relink;
mod revoke;
mod rollback;
mod rotate;
mod suspend;
mod update;
mod verify;

pub(crate) use counts::{ConnectionCounts, counts};
pub(crate) use create::{NewConnection, create};
pub(crate) use credentials::{OpenedCredential, credentials};
#[cfg(feature = "schema")]
pub(crate) use export::COLUMNS as EXPORT_COLUMNS;
pub(crate) use export::{ConnectionCsv, export, rest};
pub(crate) use history::{CredentialHistory, history};
pub(in crate::api) use list::limit;
pub(crate) use list::{ConnectionPage, list};
pub(crate) use read::{AvailableConnections, ConnectionOptions, available, by_name, options, read};
pub(crate) use relink::{RelinkOptions, relink};
pub(crate) use revoke::{RevokeOptions, RevokedConnection, revoke};
pub(crate) use rollback::rollback;
pub(crate) use rotate::rotate;
pub(crate) use suspend::{SuspensionReason, resume, suspend};
pub(crate) use update::{ConnectionChanges, delete, update};
pub(crate) use verify::{CheckedConnection, verify};

use crate::access::auth::KeyCaller;
use crate::api::endpoint::Built;
use crate::api::input::invalid;
use crate::connections::account_view::view;
use crate::crypto::digest::text_hash;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::http::etag;
use crate::ports::{Clock, Platform};
use crate::store::protocol::ConnectionInProject;
use latchkey_shared::connection::AppConnection;
use latchkey_shared::report::Report;
use latchkey_shared::{ConnectionId, Mode};
use serde::Serialize;

/// One account.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct OneConnection {
    /// The account.
    app_connection: AppConnection,
}

/// A mode, and the real time in milliseconds since 1970. The project says which time it is in the mode then.
type Moment = (Mode, i64);

/// The mode of a caller, and the time now.
fn moment<P: Platform>(platform: &P, caller: &KeyCaller<'_, P::Store>) -> Moment {
    (caller.mode(), platform.clock().now_ms())
}

/// One account without its report, with its tag.
fn one(status: u16, found: ConnectionInProject, now: Moment) -> Built<OneConnection> {
    let (tag, app_connection, _) = tagged(found, now);
    Built::json(status, &OneConnection { app_connection }).with("etag", tag)
}

/// An account with its tag and report. The tag is its revision, and a hash of what changes without one: its health, its last
/// use, and what follows from the time: the color and the next check.
fn tagged(found: ConnectionInProject, (mode, now): Moment) -> (String, AppConnection, Option<Report>) {
    let now = found.project.now_in(mode, now);
    let row = &found.connection;
    let (revision, used) = (row.revision, row.used.unwrap_or(0).to_string());
    let health = row.health_record.clone().unwrap_or_default() + row.task.as_deref().unwrap_or_default();
    let (app_connection, report) = view(found.connection, &found.project, now);
    let details = &app_connection.details;
    let next = details.health.next_check_at.as_deref().unwrap_or_default();
    let hash = text_hash(&[&health, &used, details.freshness.as_str(), next].join(" "));
    (etag::tag_with(revision, hash.get(..8).unwrap_or_default()), app_connection, report)
}

fn connection_id(text: &str) -> Result<ConnectionId> {
    ConnectionId::parse(text).map_err(|_| Error::not_found())
}

/// The header `If-Match`. The store compares it, because only it knows the revision when it changes something. A check is no
/// change, so only the revision in the tag counts.
fn if_match(request: &Request) -> Option<String> {
    request.header("if-match").map(str::to_owned)
}

/// Whether the caller already has what this tag stands for (RFC 9110, section 13.1.2).
fn is_unchanged(request: &Request, tag: &str) -> bool {
    request.header("if-none-match").is_some_and(|known| etag::names_tag(known, tag))
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
        "Only a new account can be taken over.",
        "Leave isPlatformManagedCredentials out, and replace the key with POST …/rotate.",
    ))
}
