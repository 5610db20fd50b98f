//! `GET /api/v1/app-connections/export`: the accounts that match, as CSV.
//!
//! The response goes out in pieces, each a page of the list ([`Response::rest`]), so that no more than a piece is in memory. An
//! account that changes meanwhile may be in it twice or not at all, as in a list that is read page by page. It has what a list has,
//! so never a secret.

use crate::access::auth;
use crate::api::endpoint::Built;
use crate::api::input::{account_list, same_project};
use crate::connections::account_view::view;
use crate::error::{Error, Result, json_fault};
use crate::http::{Request, Response, csv};
use crate::ports::{Clock, Platform};
use crate::store::client::StoreClient;
use crate::store::protocol::{ConnectionExport, ConnectionPage, ListConnections, ReadConnectionPart};
use latchkey_shared::connection::AppConnection;
use latchkey_shared::limits::EXPORT_PART;

/// An export: a text in pieces.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ConnectionCsv;

/// The columns of an export.
pub(crate) const COLUMNS: [&str; 21] = [
    "id",
    "name",
    "provider",
    "endUserId",
    "endUserName",
    "endUserEmail",
    "organizationId",
    "organizationName",
    "type",
    "health",
    "healthCode",
    "freshness",
    "suspended",
    "keyName",
    "roles",
    "lastUsedAt",
    "checkedAt",
    "expiresAt",
    "createdAt",
    "updatedAt",
    "description",
];

/// How the rest of an export is told from that of another response.
const REST: &str = "app-connections ";

/// The accounts of the key's mode that match, as a file.
///
/// # Errors
/// Without a valid key, or when a parameter is not valid.
pub(crate) async fn export(platform: &impl Platform, request: &Request) -> Result<Built<ConnectionCsv>> {
    let caller = auth::key_caller(platform, request)?;
    same_project(&caller, request.query.get("projectId").map(String::as_str))?;
    let filter = account_list::filter(request, None)?;
    let (sort, descending) = account_list::sort(request)?;
    let operation = ListConnections {
        key: caller.proof(),
        filter: filter.clone(),
        sort,
        descending,
        after: None,
        limit: EXPORT_PART,
    };
    let page = caller.call(operation).await?;
    let project = page.project.id;
    let export = ConnectionExport { project, mode: caller.mode(), filter, sort, descending, after: None };
    let (text, rest) = piece(platform, export, page)?;
    let name = format!("attachment; filename=\"app-connections-{project}.csv\"");
    let head = csv::row(&COLUMNS.map(str::to_owned));
    let kind = "text/csv; charset=utf-8; header=present";
    let mut response = Response::new(200, kind, [head, text].concat()).with("content-disposition", name);
    response.rest = rest;
    Ok(Built::of(response))
}

/// Makes the next piece from what the piece before said, and says how to make the one after it. `None`: it is the rest of another
/// response.
///
/// # Errors
/// When a call failed. What was sent is not whole then.
pub(crate) async fn rest(platform: &impl Platform, rest: &str) -> Option<Result<(String, Option<String>)>> {
    let rest = rest.strip_prefix(REST)?;
    let read = async || {
        let export: ConnectionExport = serde_json::from_str(rest).map_err(fault)?;
        let ConnectionExport { project, mode, ref filter, sort, descending, ref after } = export;
        let (filter, after) = (filter.clone(), after.clone());
        let operation = ReadConnectionPart { mode, filter, sort, descending, after };
        let page = StoreClient::project(platform.store(), project).call(operation).await?;
        piece(platform, export, page)
    };
    Some(read().await)
}

/// The text of a page, and how the next one is made.
fn piece(
    platform: &impl Platform,
    export: ConnectionExport,
    page: ConnectionPage,
) -> Result<(String, Option<String>)> {
    let now = page.project.now_in(export.mode, platform.clock().now_ms());
    let rows = page.connections.into_iter().map(|row| csv::row(&cells(view(row, &page.project, now).0)));
    let text = rows.collect();
    let Some(after) = page.next else { return Ok((text, None)) };
    let next = ConnectionExport { after: Some(after), ..export };
    Ok((text, Some([REST, &serde_json::to_string(&next).map_err(fault)?].concat())))
}

fn fault(error: serde_json::Error) -> Error {
    Error::fault(json_fault(&error))
}

/// The cells of an account.
fn cells(account: AppConnection) -> [String; COLUMNS.len()] {
    let details = account.details;
    let (person, organization) = (details.end_user, details.organization);
    let email = person.as_ref().and_then(|person| person.email.clone());
    let (person_id, person_name) = person.map_or_else(Default::default, |person| (person.id, person.name));
    let (customer_id, customer_name) =
        organization.map_or_else(Default::default, |customer| (customer.id, customer.name));
    let text = |text: Option<String>| text.unwrap_or_default();
    [
        account.id,
        account.name,
        account.app,
        person_id,
        text(person_name),
        text(email),
        customer_id,
        text(customer_name),
        details.key.kind.to_string(),
        details.health.state.to_string(),
        details.health.code.map(|code| code.as_str().to_owned()).unwrap_or_default(),
        details.freshness.to_string(),
        details.suspended.is_some().to_string(),
        text(details.key.name),
        details.key.roles.join("; "),
        text(details.last_used_at),
        details.health.checked_at,
        text(details.expires_at),
        account.created_at,
        account.updated_at,
        text(account.description),
    ]
}
