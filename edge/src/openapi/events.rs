//! `/api/v1/events`.

use super::operation::Operation;
use super::samples::{ID, TIME, connection, session};
use super::schemas::Schemas;
use latchkey_shared::event::EventType;
use serde_json::json;

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let event = json!({
        "id": "evt_3t8Yw1oQmR6vLk0nXc5BzA_17", "type": "connection.health_changed", "createdAt": TIME, "timestamp": TIME, "mode": "live", "version": 1,
        "data": { "appConnection": connection(), "previousState": "unknown" },
    });
    let of_session = json!({
        "id": "evt_3t8Yw1oQmR6vLk0nXc5BzA_18", "type": "session.rejected", "createdAt": TIME, "timestamp": TIME, "mode": "test", "version": 1,
        "data": { "session": session(), "refusal": { "code": "key_rejected", "field": "apiToken" } },
    });
    let known = EventType::ALL.map(EventType::as_str).join(", ");
    vec![
        Operation::new("GET", "/api/v1/events", "listEvents", "List events")
            .is(
                "Events",
                "What happened to the accounts and sessions in the caller’s mode within thirty days, oldest first. Each event is \
                 written together with the change that it reports. To follow them, remember the id of the last one, and send \
                 it as `after`. Events of sessions are only for keys with `sessions:read`.",
            )
            .query("after", "Only events after the one with this id.", json!({ "type": "string" }))
            .query("types", &format!("Only events of these types, separated by commas: {known}."), json!({ "type": "string" }))
            .query("connection", &format!("Only events of the account with this id, such as `{ID}`."), json!({ "type": "string" }))
            .query(
                "limit",
                "The most entries of the page.",
                json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 50 }),
            )
            .returns(schemas, "A page.", json!({ "events": [event, of_session], "nextCursor": null })),
    ]
}
