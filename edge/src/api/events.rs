//! `GET /api/v1/events`: what happened to accounts and sessions, oldest first.

use super::app_connections::limit;
use crate::access::auth;
use crate::api::input::invalid;
use crate::api::relinks;
use crate::connections::event_view::{Event, event, event_id, event_number};
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{EventRow, ListEvents};
use latchkey_shared::event::EventType;
use serde::Serialize;

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

/// A page of the events in the caller's mode.
///
/// # Errors
/// Without the scope `connections:read`, without `sessions:read` if events of sessions are asked for, or when a parameter is not
/// valid.
pub(crate) async fn list(platform: &impl Platform, request: &Request) -> Result<Events> {
    let caller = auth::key_caller(platform, request)?;
    let after = request.query.get("after").filter(|text| !text.is_empty());
    let after = after.map(|text| {
        event_number(caller.project, text).ok_or_else(|| {
            invalid(
                "after",
                "There is no such event.",
                "Send the id of an event as the list has it, such as evt_…_1, or leave after out.",
            )
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
    let event = |row: EventRow| event(platform.config(), row, caller.mode(), &page.project);
    let mut events: Vec<Event> = page.events.into_iter().map(event).collect::<Result<_>>()?;
    relinks::tell(
        platform,
        request,
        &caller,
        &page.project,
        events.iter_mut().map(|event| &mut event.data.more),
    )
    .await?;
    Ok(Events { events, next_cursor: last.map(|id| event_id(caller.project, id)) })
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
