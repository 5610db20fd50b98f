//! Pages of accounts: `GET /api/v1/app-connections` and `GET /api/v1/app-connections/{app}`.

use crate::access::auth;
use crate::api::input;
use crate::api::input::{invalid, same_project};
use crate::connections::account_view::view;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::{Clock, Platform};
use crate::store::protocol::{ConnectionFilter, ConnectionSort, ListConnections, PagePoint};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_shared::ConnectionId;
use latchkey_shared::connection::{AppConnection, HealthState};
use serde::Serialize;

/// A page of accounts.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionPage {
    /// The accounts.
    app_connections: Vec<AppConnection>,
    /// The cursor of the next page. Null: this is the last page.
    next_cursor: Option<String>,
}

/// How many entries a page has by default.
const LIMIT_DEFAULT: u32 = 50;
/// How many entries a page has at most.
const LIMIT_MAX: u32 = 100;

/// What a page may be sorted by. A hyphen in front reverses the order.
const SORTS: [(&str, ConnectionSort); 3] = [
    ("createdAt", ConnectionSort::Created),
    ("updatedAt", ConnectionSort::Updated),
    ("name", ConnectionSort::Name),
];

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
    let parameter = |name: &str| request.query.get(name).cloned();
    same_project(&caller, request.query.get("projectId").map(String::as_str))?;
    let entry = app.map(|id| input::entry(id, Error::not_found)).transpose()?;
    let health = parameter("health");
    if health.as_deref().is_some_and(|word| HealthState::parse(word).is_none()) {
        return Err(invalid(
            "health",
            "Accounts have no such health.",
            format!("Use one of: {}.", HealthState::ALL.map(HealthState::as_str).join(", ")),
        ));
    }
    let (sort, descending) = sort(request.query.get("sort").map(String::as_str))?;
    let after = request.query.get("cursor").map(|text| cursor(text, sort)).transpose()?;
    let operation = ListConnections {
        key: caller.proof(),
        filter: ConnectionFilter {
            app: entry.map(|entry| entry.id.to_owned()).or_else(|| parameter("app")),
            end_user: parameter("endUserId"),
            name: parameter("name"),
            health,
        },
        sort,
        descending,
        after,
        limit: limit(request)?,
    };
    let page = caller.call(operation).await?;
    let now = page.project.now_in(caller.mode(), platform.clock().now_ms());
    Ok(ConnectionPage {
        app_connections: page.connections.into_iter().map(|row| view(row, &page.project, now).0).collect(),
        next_cursor: page.next.map(|point| write_cursor(&point, sort)),
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

fn sort(word: Option<&str>) -> Result<(ConnectionSort, bool)> {
    let word = word.unwrap_or("createdAt");
    let (name, descending) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
    SORTS.iter().find(|(known, _)| *known == name).map(|(_, sort)| (*sort, descending)).ok_or_else(|| {
        invalid(
            "sort",
            "Accounts cannot be sorted by this.",
            "Use createdAt, updatedAt or name, or one of these with - in front.",
        )
    })
}

fn write_cursor(point: &PagePoint, sort: ConnectionSort) -> String {
    URL_SAFE_NO_PAD.encode(format!("{sort:?}/{}/{}", point.at, point.id))
}

/// Reads a cursor. It is valid only with the sorting of the page it came from.
fn cursor(text: &str, sort: ConnectionSort) -> Result<PagePoint> {
    let read = || {
        let decoded = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = decoded.splitn(3, '/');
        let of = parts.next()?;
        let (at, id) = (parts.next()?, parts.next()?);
        // At most a safe integer of JavaScript, because the database is called through it.
        let number = at.parse().is_ok_and(|ms: i64| (0..1 << 53).contains(&ms));
        (of == format!("{sort:?}") && (sort == ConnectionSort::Name || number))
            .then_some(PagePoint { at: at.to_owned(), id: ConnectionId::parse(id).ok()? })
    };
    read().ok_or_else(|| {
        invalid(
            "cursor",
            "This cursor is not valid, or belongs to another sorting.",
            "Send nextCursor of the page before, without changing it, and with the same sort.",
        )
    })
}
