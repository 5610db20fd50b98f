//! Writes and lists events: what happened to an account or a session, in the transaction in which it happens. It owns the table
//! `events`; which events a session has is in `session_events.rs`.
//!
//! An event keeps the account as it was then, without its sealed credential, so that it can still be told when the account
//! is gone.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{ConnectionRow, EventPage, EventRow, ListEvents};
use crate::store::sql::{Sql, Value as Cell, json};
use latchkey_shared::event::EventType;
use latchkey_shared::limits::{EVENTS_MAX, PAGE_BYTES_MAX};
use latchkey_shared::{ConnectionId, KeyScope, Mode};
use serde_json::Value;

/// How long an event is kept, in milliseconds.
pub(super) const KEPT_MS: i64 = 30 * 24 * 3_600_000;

columns! { EventRow { id, created, event = "type", account, more, session, shown } }

impl<S: Sql> Store<'_, S> {
    /// Writes an event about a connection as it is now. `more` is what the type adds, such as the days before an end; or
    /// `Value::Null`. Does nothing if there is no such connection.
    pub(super) fn tell(&self, event: EventType, id: ConnectionId, more: &Value) -> Outcome<()> {
        let mode: Option<Mode> =
            self.sql.value("SELECT mode FROM connections WHERE id = ?", &[id.to_string().into()])?;
        let found: Option<ConnectionRow> =
            self.sql.select_one("FROM connections WHERE id = ?", &[id.to_string().into()])?;
        let (Some(mode), Some(mut connection)) = (mode, found) else { return Ok(()) };
        connection.sealed = None;
        let row = vec![
            ("mode", mode.as_str().into()),
            ("at", self.now.into()),
            ("created", self.now_in(mode)?.into()),
            ("type", event.as_str().into()),
            ("connection", id.to_string().into()),
            ("account", json(&connection)?),
            ("more", json(more)?),
        ];
        self.insert_event(mode, row)
    }

    /// Writes an event that is about no account.
    pub(super) fn tell_of_project(&self, event: EventType, mode: Mode, more: &Value) -> Outcome<()> {
        let row = vec![
            ("mode", mode.as_str().into()),
            ("at", self.now.into()),
            ("created", self.now_in(mode)?.into()),
            ("type", event.as_str().into()),
            ("connection", "".into()),
            ("account", "".into()),
            ("more", json(more)?),
        ];
        self.insert_event(mode, row)
    }

    pub(super) fn insert_event(&self, mode: Mode, row: Vec<(&str, Cell)>) -> Outcome<()> {
        self.changed.note(Some(mode), "events", "");
        for (column, kind) in [("connection", "app-connections"), ("session", "connect-sessions")] {
            let id = row.iter().find(|(name, _)| *name == column).map(|(_, id)| id);
            if let Some(Cell::Text(id)) = id
                && !id.is_empty()
            {
                self.changed.note(Some(mode), kind, id);
            }
        }
        self.sql.insert("INTO events", row)?;
        self.schedule(self.now + KEPT_MS);
        self.schedule_webhooks(mode)?;
        let kind = ["events", mode.as_str()];
        if self.rows(&kind)? > EVENTS_MAX {
            self.keep_newest(&kind, EVENTS_MAX, "WHERE mode = ? ORDER BY id", &[mode.as_str().into()])?;
            self.forget_deliveries(mode)?;
        }
        Ok(())
    }

    pub(super) fn list_events(&self, operation: ListEvents) -> Outcome<EventPage> {
        let grant = self.authorize(&operation.key, KeyScope::ConnectionsRead)?;
        let mode = grant.mode;
        if operation.types.iter().any(|event| event.is_of_session()) {
            grant.require(KeyScope::SessionsRead)?;
        }
        let mut values = vec![mode.as_str().into(), operation.after.into()];
        let mut conditions = "mode = ?1 AND id > ?2".to_owned();
        let index = if let Some(connection) = operation.connection {
            values.push(connection.into());
            conditions += " AND connection = ?3";
            "events_connection"
        } else {
            "events_page"
        };
        if !grant.has(KeyScope::SessionsRead) {
            conditions += " AND session IS NULL";
        }
        if !operation.types.is_empty() {
            let types: Vec<_> = operation.types.iter().map(|event| format!("'{}'", event.as_str())).collect();
            conditions += &format!(" AND type IN ({})", types.join(", "));
        }
        values.push((operation.limit + 1).into());
        let from =
            format!("FROM events INDEXED BY {index} WHERE {conditions} ORDER BY id LIMIT ?{}", values.len());
        let mut events: Vec<EventRow> = self.sql.select(&from, &values)?;
        let selected = events.len();
        events.truncate(operation.limit as usize);
        // An event may be large, so a page of large ones is short.
        let mut bytes = 0;
        let fits = |event: &EventRow| {
            bytes += event.account.len() + event.more.len() + event.shown.as_ref().map_or(0, String::len);
            bytes <= PAGE_BYTES_MAX
        };
        let fitting = events.iter().map(fits).take_while(|fits| *fits).count();
        events.truncate(fitting.max(1));
        let more = selected > events.len();
        Ok(EventPage { events, more, project: self.project()? })
    }

    /// Deletes the events whose time is over.
    pub(super) fn forget_events(&self) -> Outcome<()> {
        let before = [(self.now - KEPT_MS).into()];
        if self.sql.exists("SELECT 1 FROM events WHERE at <= ? LIMIT 1", &before)? {
            self.sql.exec("DELETE FROM events WHERE at <= ?", &before)?;
            self.forget_deliveries(Mode::Test)?;
            self.forget_deliveries(Mode::Live)?;
        }
        Ok(())
    }
}
