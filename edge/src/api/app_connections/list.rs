//! Pages of accounts: `GET /api/v1/app-connections` and `GET /api/v1/app-connections/{app}`.

use crate::access::auth;
use crate::api::input;
use crate::api::input::{account_list, invalid, same_project};
use crate::connections::account_view::view;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::{Clock, Platform};
use crate::store::protocol::ListConnections;
use latchkey_shared::connection::AppConnection;
use serde::Serialize;

/// A page of accounts.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionPage {
    /// The accounts.
    app_connections: Vec<AppConnection>,
    /// The cursor of the next page. Null: this is the last page. With several filters a page may be short, or even empty, before
    /// the last one.
    next_cursor: Option<String>,
}

/// How many entries a page has by default.
const LIMIT_DEFAULT: u32 = 50;
/// How many entries a page has at most.
const LIMIT_MAX: u32 = 100;

/// A page of the accounts in the key's mode: of one provider, or of all.
///
/// # Errors
/// Without a valid key, for an unknown provider, or when a parameter is not valid.
pub(crate) async fn list(
    platform: &impl Platform,
    request: &Request,
    app: Option<&str>,
) -> Result<ConnectionPage> {
    let caller = auth::key_caller(platform, request)?;
    same_project(&caller, request.query.get("projectId").map(String::as_str))?;
    let entry = app.map(|id| input::entry(id, Error::not_found)).transpose()?;
    let filter = account_list::filter(request, entry.map(|entry| entry.id))?;
    let order = account_list::sort(request)?;
    let (sort, descending) = order;
    let after = account_list::cursor(request, &filter, order)?;
    let limit = limit(request)?;
    let operation =
        ListConnections { key: caller.proof(), filter: filter.clone(), sort, descending, after, limit };
    let page = caller.call(operation).await?;
    let now = page.project.now_in(caller.mode(), platform.clock().now_ms());
    Ok(ConnectionPage {
        app_connections: page.connections.into_iter().map(|row| view(row, &page.project, now).0).collect(),
        next_cursor: page.next.map(|point| account_list::write_cursor(&point, &filter, order)),
    })
}

/// How many entries the caller wants on a page.
pub(in crate::api) fn limit(request: &Request) -> Result<u32> {
    match request.query.get("limit").map(|text| text.parse::<u32>()) {
        None => Ok(LIMIT_DEFAULT),
        Some(Ok(number)) if (1..=LIMIT_MAX).contains(&number) => Ok(number),
        Some(_) => Err(invalid("limit", "The limit is out of range.", format!("Use 1 to {LIMIT_MAX}."))),
    }
}
