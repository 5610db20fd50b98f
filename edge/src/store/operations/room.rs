//! Refuses new rows when the project has as many as it may have, or makes room by deleting the oldest. It owns the table
//! `row_counts`, which triggers keep (`schema.rs`).
//!
//! The limits are in `shared/src/limits.rs`. Reading, deleting and ending what was begun is never refused here.

use super::leases::LEASE_MS;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{Limit, Refusal};
use crate::store::sql::{Sql, Value};
use latchkey_shared::Mode;
use latchkey_shared::limits::{CONNECTIONS_MAX, INTENTS_MAX, SESSIONS_MAX, STORAGE_MAX};

/// How many rows are deleted at once to make room.
const OLDEST: i64 = 20;

impl<S: Sql> Store<'_, S> {
    /// Refuses to store anything new when the database is too large.
    pub(super) fn require_storage(&self) -> Outcome<()> {
        let bytes = self.sql.size()?;
        self.schedule_storage(bytes)?;
        if bytes < STORAGE_MAX { Ok(()) } else { Err(Refusal::LimitReached(Limit::Storage).into()) }
    }

    /// Refuses to begin the write of a value, and of a `new` connection, past their limits.
    pub(super) fn require_room_to_write(&self, mode: Mode, new: bool) -> Outcome<()> {
        self.require_storage()?;
        let mode = mode.as_str();
        if self.rows(&["intents", mode])? >= INTENTS_MAX {
            return Err(Refusal::LimitReached(Limit::Writes).into());
        }
        if new && self.rows(&["connections", mode])? >= CONNECTIONS_MAX {
            return Err(Refusal::LimitReached(Limit::Connections).into());
        }
        Ok(())
    }

    /// Makes room for a session, by deleting some that have ended. Refuses if there are none.
    pub(super) fn require_room_for_session(&self, mode: Mode) -> Outcome<()> {
        self.require_storage()?;
        if self.rows(&["sessions", mode.as_str()])? < SESSIONS_MAX {
            return Ok(());
        }
        let values = [mode.as_str().into(), (self.now - LEASE_MS).into(), OLDEST.into()];
        let expired = "SELECT id FROM sessions WHERE mode = ? AND expires <= ? ORDER BY expires LIMIT ?";
        let mut ids: Vec<String> = self.sql.values(expired, &values)?;
        if ids.is_empty() {
            let values = [mode.as_str().into(), OLDEST.into()];
            let ended = "SELECT id FROM sessions INDEXED BY sessions_over
                WHERE mode = ? AND state IN ('done', 'revoked') ORDER BY expires LIMIT ?";
            ids = self.sql.values(ended, &values)?;
        }
        for id in &ids {
            self.expire_session(id)?;
            for statement in [
                "DELETE FROM attempts WHERE session = ?",
                "DELETE FROM sealed_answers WHERE session = ?",
                "DELETE FROM sessions WHERE id = ?",
            ] {
                self.sql.exec(statement, &[id.as_str().into()])?;
            }
        }
        if ids.is_empty() { Err(Refusal::LimitReached(Limit::Sessions).into()) } else { Ok(()) }
    }

    /// Deletes the oldest rows of a kind, when it has more than `most`. `oldest` selects their `rowid`s by `values`.
    pub(super) fn keep_newest(
        &self,
        kind: &[&str],
        most: i64,
        oldest: &str,
        values: &[Value],
    ) -> Outcome<()> {
        if self.rows(kind)? > most
            && let Some(table) = kind.first()
        {
            let statement = [
                "DELETE FROM ",
                table,
                " WHERE rowid IN (SELECT rowid FROM ",
                table,
                " ",
                oldest,
                " LIMIT 20)",
            ];
            self.sql.exec(&statement.concat(), values)?;
        }
        Ok(())
    }

    /// How many rows of a kind there are: the table, and for some the mode or the action.
    pub(super) fn rows(&self, kind: &[&str]) -> Outcome<i64> {
        let rows = self.sql.value("SELECT rows FROM row_counts WHERE kind = ?", &[kind.concat().into()])?;
        Ok(rows.unwrap_or(0))
    }
}
