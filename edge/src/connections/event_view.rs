//! An event as the API and webhooks show it, out of its row. Both show the same.

use crate::access::tokens::session_id;
use crate::config::Config;
use crate::connections::account_view::view;
use crate::connections::connect_session_view::{self, ConnectSession};
use crate::error::{Error, Result, json_fault};
use crate::store::protocol::{ConnectionRow, EventRow, ProjectView, SessionRow};
use crate::time::iso;
use latchkey_shared::connection::AppConnection;
use latchkey_shared::event::EventType;
use latchkey_shared::{Mode, ProjectId, base62};
use serde::Serialize;
use serde_json::{Map, Value};

/// The version of the shape of an event's data.
const VERSION: u32 = 1;

/// Something that happened.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    /// Its id. Of two events of a project, the later one has the larger number at its end.
    id: String,
    /// What happened.
    r#type: EventType,
    /// When it happened. In test mode, by the test clock, but for sessions, which follow real time.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    created_at: String,
    /// The same, by the name that Standard Webhooks 1.0 has for it.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    timestamp: String,
    /// Test or live.
    mode: Mode,
    /// The version of the shape of `data`: 1. New members come without a new version.
    version: u32,
    /// What it happened to.
    pub(crate) data: EventData,
}

/// What an event is about.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventData {
    /// The account as it was right after it happened; a deleted one, as it was before. Left out where the event is about no account.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_connection: Option<AppConnection>,
    /// The session as it was right after it happened, without a token. Only in events of a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<ConnectSession>,
    /// What the type adds: `days` before the end of a key, the `previousState` of the health, what `changed`, the `result` of a
    /// check, the `relink` session for a new key; whether a session was opened `by` its own token or a shared one, the `refusal` of
    /// its attempt, or the `connectionId` that it linked.
    #[serde(flatten)]
    pub(crate) more: Map<String, Value>,
}

/// The id of an event, from its number.
pub(crate) fn event_id(project: ProjectId, number: i64) -> String {
    ["evt_", &project.to_base62(), "_", &number.to_string()].concat()
}

/// The number of an event of this project, from its id.
pub(crate) fn event_number(project: ProjectId, id: &str) -> Option<i64> {
    let number = id.strip_prefix("evt_")?.strip_prefix(&project.to_base62())?.strip_prefix('_')?;
    number.parse::<u32>().ok().map(i64::from)
}

/// An event, out of its row.
///
/// # Errors
/// If the row is damaged: a fault of ours.
pub(crate) fn event(config: &Config, row: EventRow, mode: Mode, project: &ProjectView) -> Result<Event> {
    let fault = |error: serde_json::Error| Error::fault(format!("event {}: {}", row.id, json_fault(&error)));
    let account: Option<ConnectionRow> = match row.account.as_str() {
        "" => None,
        account => Some(serde_json::from_str(account).map_err(fault)?),
    };
    let session: Option<SessionRow> =
        row.shown.as_deref().map(serde_json::from_str).transpose().map_err(fault)?;
    let random = row.session.as_deref().and_then(base62::decode);
    let session = session.zip(random).map(|(session, random)| {
        let id = session_id(config, project.id, random).to_string();
        connect_session_view::view(id, session, row.created)
    });
    let more: Option<Map<String, Value>> = serde_json::from_str(&row.more).map_err(fault)?;
    Ok(Event {
        id: event_id(project.id, row.id),
        r#type: row.event,
        created_at: iso(row.created),
        timestamp: iso(row.created),
        mode,
        version: VERSION,
        data: EventData {
            app_connection: account.map(|account| view(account, project, row.created).0),
            session,
            more: more.unwrap_or_default(),
        },
    })
}
