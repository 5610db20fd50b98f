//! `GET /api/v1/events`: what happened to accounts, oldest first.

use super::app_connections::limit;
use crate::access::auth;
use crate::api::input::invalid;
use crate::api::relinks;
use crate::connections::account_view::view;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{ConnectionRow, EventRow, ListEvents, ProjectView};
use crate::time::iso;
use latchkey_shared::Mode;
use latchkey_shared::connection::AppConnection;
use latchkey_shared::event::EventType;
use serde::Serialize;
use serde_json::{Map, Value};

/// A page of events.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Events {
    /// Oldest first.
    events: Vec<Event>,
    /// The id of the last event, for `after`. Null: this is the last page.
    next_cursor: Option<String>,
}

/// Something that happened.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Event {
    /// Its id. Of two events of a project, the later one has the larger number at its end.
    id: String,
    /// What happened.
    r#type: EventType,
    /// When it happened. In test mode, by the test clock.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    created_at: String,
    /// Test or live.
    mode: Mode,
    /// What it happened to.
    data: EventData,
}

/// What an event is about.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct EventData {
    /// The account as it was right after it happened; a deleted one, as it was before.
    app_connection: AppConnection,
    /// What the type adds: `days` before the end of a key, the `previousState` of the health, what `changed`, the `result` of a
    /// check, or the `relink` session for a new key.
    #[serde(flatten)]
    more: Map<String, Value>,
}

/// A page of the events in the caller's mode.
///
/// # Errors
/// Without the scope `connections:read`, or when a parameter is not valid.
pub(crate) async fn list(platform: &impl Platform, request: &Request) -> Result<Events> {
    let caller = auth::key_caller(platform, request)?;
    let prefix = ["evt_", &caller.project.to_base62(), "_"].concat();
    let number =
        |text: &String| -> Option<i64> { text.strip_prefix(&prefix)?.parse::<u32>().ok().map(i64::from) };
    let after = request.query.get("after").filter(|text| !text.is_empty());
    let after = after.map(|text| {
        number(text).ok_or_else(|| {
            invalid("after", "There is no such event.", "Send the id of an event, or leave after out.")
        })
    });
    let operation = ListEvents {
        key: caller.proof(),
        after: after.transpose()?.unwrap_or(0),
        types: types(request)?,
        connection: request.query.get("connection").cloned(),
        limit: limit(request)?,
    };
    let page = caller.call(operation).await?;
    let last = page.events.last().filter(|_| page.more).map(|last| last.id);
    let event = |row: EventRow| event(row, &prefix, caller.mode(), &page.project);
    let mut events: Vec<Event> = page.events.into_iter().map(event).collect::<Result<_>>()?;
    relinks::tell(
        platform,
        request,
        &caller,
        &page.project,
        events.iter_mut().map(|event| &mut event.data.more),
    )
    .await?;
    Ok(Events { events, next_cursor: last.map(|id| [&prefix, &*id.to_string()].concat()) })
}

fn event(row: EventRow, prefix: &str, mode: Mode, project: &ProjectView) -> Result<Event> {
    let fault = |error: serde_json::Error| Error::fault(format!("event {}: {error}", row.id));
    let account: ConnectionRow = serde_json::from_str(&row.account).map_err(fault)?;
    let more: Option<Map<String, Value>> = serde_json::from_str(&row.more).map_err(fault)?;
    Ok(Event {
        id: [prefix, &row.id.to_string()].concat(),
        r#type: row.event,
        created_at: iso(row.created),
        mode,
        data: EventData {
            app_connection: view(account, project, row.created).0,
            more: more.unwrap_or_default(),
        },
    })
}

/// The types that a page is to have, separated by commas.
fn types(request: &Request) -> Result<Vec<EventType>> {
    let words = request.query.get("types").map(String::as_str).unwrap_or_default();
    let read = |word: &str| {
        EventType::parse(word).ok_or_else(|| {
            let known = EventType::ALL.map(EventType::as_str).join(", ");
            invalid("types", "There is no such type of events.", format!("Use some of: {known}."))
        })
    };
    words.split(',').filter(|word| !word.is_empty()).map(read).collect()
}
