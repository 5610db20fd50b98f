//! Pages of accounts: `GET /api/v1/app-connections` and `GET /api/v1/app-connections/{app}`.

use super::view;
use crate::access::auth;
use crate::api::input;
use crate::api::input::{invalid, same_project};
use crate::error::{Error, Result};
use crate::http::{Request, Response};
use crate::ports::Platform;
use crate::store::protocol::{ConnectionFilter, ConnectionSort, ListConnections, PagePoint};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_shared::ConnectionId;
use serde_json::json;

/// Entries of a page when nothing is said, and at most.
const LIMIT: (u32, u32) = (50, 100);

/// What a page may be sorted by; a hyphen in front turns it round.
const SORTS: [(&str, ConnectionSort); 3] = [
    ("createdAt", ConnectionSort::Created),
    ("updatedAt", ConnectionSort::Updated),
    ("name", ConnectionSort::Name),
];

/// The words a connection's health is told by.
const HEALTH: [&str; 6] = ["healthy", "expiring", "degraded", "blocked", "needs_new_key", "unknown"];

/// A page of the key's mode.
///
/// # Errors
/// Without a valid key, for an unknown provider, a parameter that is not allowed, or a cursor that is not ours.
pub async fn list(platform: &impl Platform, request: &Request, app: Option<&str>) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let parameter = |name: &str| request.query.get(name).cloned();
    same_project(&caller, request.query.get("projectId").map(String::as_str))?;
    let of_path = app.map(|id| input::provider(id, Error::not_found)).transpose()?;
    let health = parameter("health");
    if health.as_deref().is_some_and(|word| !HEALTH.contains(&word)) {
        return Err(invalid(
            "health",
            "There is no such health.",
            format!("Use one of: {}.", HEALTH.join(", ")),
        ));
    }
    let (sort, descending) = sort(request.query.get("sort").map(String::as_str))?;
    let after = request.query.get("cursor").map(|text| cursor(text, sort)).transpose()?;
    let asked = ListConnections {
        key: caller.proof(),
        filter: ConnectionFilter {
            app: of_path.map(|provider| provider.id.clone()).or_else(|| parameter("app")),
            end_user: parameter("endUserId"),
            name: parameter("name"),
            health,
        },
        sort,
        descending,
        after,
        limit: limit(request)?,
    };
    let page = caller.call(asked).await?;
    let next = page.next.map(|point| write_cursor(&point, sort));
    let entries: Vec<_> =
        page.connections.into_iter().map(|connection| view(connection, &page.project)).collect();
    Ok(Response::json(200, &json!({ "appConnections": entries, "nextCursor": next })))
}

/// How many entries a page shall have.
pub(in crate::api) fn limit(request: &Request) -> Result<u32> {
    match request.query.get("limit").map(|text| text.parse::<u32>()) {
        None => Ok(LIMIT.0),
        Some(Ok(number)) if (1..=LIMIT.1).contains(&number) => Ok(number),
        Some(_) => Err(invalid("limit", "The limit is out of range.", format!("Use 1 to {}.", LIMIT.1))),
    }
}

fn sort(word: Option<&str>) -> Result<(ConnectionSort, bool)> {
    let word = word.unwrap_or("createdAt");
    let (name, descending) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
    SORTS.iter().find(|(known, _)| *known == name).map(|(_, sort)| (*sort, descending)).ok_or_else(|| {
        invalid(
            "sort",
            "It cannot be sorted by that.",
            "Use createdAt, updatedAt or name, or one with - in front.",
        )
    })
}

fn write_cursor(point: &PagePoint, sort: ConnectionSort) -> String {
    URL_SAFE_NO_PAD.encode(format!("{sort:?}/{}/{}", point.at, point.id))
}

/// A cursor belongs to the sorting it came from.
fn cursor(text: &str, sort: ConnectionSort) -> Result<PagePoint> {
    let read = || {
        let decoded = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = decoded.splitn(3, '/');
        let of = parts.next()?;
        let (at, id) = (parts.next()?, parts.next()?);
        // Within the safe integers of JavaScript, which the database is reached through.
        let number = at.parse().is_ok_and(|ms: i64| (0..1 << 53).contains(&ms));
        (of == format!("{sort:?}") && (sort == ConnectionSort::Name || number))
            .then_some(PagePoint { at: at.to_owned(), id: ConnectionId::parse(id).ok()? })
    };
    read().ok_or_else(|| {
        invalid(
            "cursor",
            "This is not a cursor of ours, or one of another sorting.",
            "Send nextCursor of the page before, as it was, with the same sort.",
        )
    })
}
