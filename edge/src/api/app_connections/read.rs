//! One account by id or name, the accounts to choose from, and the providers they can have.

use super::{Moment, OneConnection, connection_id, is_unchanged, moment, tagged};
use crate::access::auth;
use crate::api::endpoint::Built;
use crate::api::input;
use crate::error::{Error, Result};
use crate::http::{Request, Response};
use crate::ports::Platform;
use crate::store::protocol::{
    ConnectionFilter, ConnectionInProject, ConnectionSort, FindConnection, FindConnectionByName,
    ListConnections, ProjectByApiKey,
};
use latchkey_shared::report::Report;
use latchkey_shared::{ConnectionId, ProjectId};
use serde::Serialize;

/// Accounts to choose from.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct AvailableConnections {
    /// By name, at most 100.
    app_connections: Vec<AvailableConnection>,
}

/// An account, in short.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct AvailableConnection {
    /// Its id.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Uuid"))]
    id: ConnectionId,
    /// Its name.
    name: String,
    /// Its provider.
    app: String,
    /// Its project.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Uuid"))]
    project_id: ProjectId,
}

/// The providers that accounts can have.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionOptions {
    /// One entry for each provider.
    app_connection_options: Vec<ConnectionOption>,
}

/// A provider and how its keys authenticate.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ConnectionOption {
    /// Its name.
    name: &'static str,
    /// Its id.
    app: &'static str,
    /// The values that `method` may have.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    methods: [&'static str; 1],
}

/// How many accounts `available` lists at most.
const AVAILABLE_MAX: u32 = 100;

/// One account.
///
/// # Errors
/// Without a valid key, or when this project and mode has no such account.
pub(crate) async fn read(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
) -> Result<Built<OneConnection>> {
    let caller = auth::key_caller(platform, request)?;
    let operation = FindConnection { key: caller.proof(), app: app.to_owned(), id: connection_id(id)? };
    Ok(unless_unchanged(request, caller.call(operation).await?, moment(platform, &caller)))
}

/// One account, by its name.
///
/// # Errors
/// As for [`read`].
pub(crate) async fn by_name(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    name: &str,
) -> Result<Built<OneConnection>> {
    let caller = auth::key_caller(platform, request)?;
    let operation = FindConnectionByName { key: caller.proof(), app: app.to_owned(), name: name.to_owned() };
    Ok(unless_unchanged(request, caller.call(operation).await?, moment(platform, &caller)))
}

/// The account with its report, or 304 without content if the caller already has it.
fn unless_unchanged(request: &Request, found: ConnectionInProject, now: Moment) -> Built<OneConnection> {
    let (tag, mut app_connection, report) = tagged(found, now);
    if is_unchanged(request, &tag) {
        let response = Response::new(304, "application/json", String::new());
        return Built::of(response).with("etag", tag);
    }
    app_connection.details.report = report.map(Report::into_said);
    Built::json(200, &OneConnection { app_connection }).with("etag", tag)
}

/// Every provider, with the methods its accounts can have.
///
/// # Errors
/// Without a valid key.
pub(crate) async fn options(platform: &impl Platform, request: &Request) -> Result<ConnectionOptions> {
    let caller = auth::key_caller(platform, request)?;
    caller.call(ProjectByApiKey { key: caller.proof() }).await?;
    let options = latchkey_catalogue::index().iter().map(|entry| ConnectionOption {
        name: entry.name,
        app: entry.id,
        methods: [entry.method],
    });
    Ok(ConnectionOptions { app_connection_options: options.collect() })
}

/// The accounts of one provider to choose from, in short and by name.
///
/// # Errors
/// As for the list.
pub(crate) async fn available(
    platform: &impl Platform,
    request: &Request,
    app: &str,
) -> Result<AvailableConnections> {
    let caller = auth::key_caller(platform, request)?;
    input::same_project(&caller, request.query.get("projectId").map(String::as_str))?;
    let entry = input::entry(app, Error::not_found)?;
    let operation = ListConnections {
        key: caller.proof(),
        filter: ConnectionFilter { app: Some(entry.id.to_owned()), ..ConnectionFilter::default() },
        sort: ConnectionSort::Name,
        descending: false,
        after: None,
        limit: AVAILABLE_MAX,
    };
    let page = caller.call(operation).await?;
    let project_id = page.project.id;
    let rows = page.connections.into_iter();
    let connections =
        rows.map(|row| AvailableConnection { id: row.id, name: row.name, app: row.app, project_id });
    Ok(AvailableConnections { app_connections: connections.collect() })
}
