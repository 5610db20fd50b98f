//! The work of an object's alarm: it deletes what has expired, and returns the values to delete from KV.
//!
//! It works from intents and never lists KV. `schedule` sets the alarm when an operation makes something due.

use super::console_links;
use super::due_hooks;
use super::events;
use super::idempotency::KEPT_MS;
use super::provider_events;
use super::refused_keys::COUNTED_MS;
use super::refused_logins;
use super::session_events;
use crate::ports::BlobKey;
use crate::store::object::{Store, fault};
use crate::store::sql::{Sql, SqlError, Value};
use latchkey_shared::{ConnectionId, Mode};

/// How long a session is kept after it expired, so that its page can say so.
pub(super) const SESSION_KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// How long a value that KV did not delete waits for the next try.
pub(super) const PAUSE_MS: i64 = 10_000;

/// Both modes. Each has its own time.
const MODES: [Mode; 2] = [Mode::Live, Mode::Test];

/// The part of the due work that the database cannot do.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct DueWork {
    /// Values to delete from KV. Call [`Store::blob_deleted`] or [`Store::postpone`] for each.
    pub blobs: Vec<BlobKey>,
    /// Whether the project was deleted and nothing of it is left to do. Then delete the whole database.
    pub ended: bool,
}

/// An intent that was swept. Its project is the object's own.
struct SweptIntent {
    blob: String,
    mode: Mode,
    connection: ConnectionId,
}

columns! { SweptIntent { blob, mode, connection } }

impl<S: Sql> Store<'_, S> {
    /// Does the due work in the database: sweeps intents that waited too long, and deletes sealed texts, versions,
    /// idempotency keys, counts of refused keys and sessions whose time is over. Writes the entries of refused logins. The outcome has
    /// at most `values` values to delete from KV.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take_due_work(&self, values: u32) -> Result<DueWork, SqlError> {
        let now = || Value::from(self.now);
        for mode in MODES {
            self.turn_health(mode).map_err(fault)?;
            self.forget_versions(mode)?;
            self.forget_pauses(mode)?;
        }
        self.note_due_texts()?;
        self.forget_events().map_err(fault)?;
        self.expire_sessions().map_err(fault)?;
        self.watch_storage().map_err(fault)?;
        self.forget_hook_events().map_err(fault)?;
        self.forget_provider_events().map_err(fault)?;
        self.sql.exec(
            "UPDATE connections SET sealed = NULL, sealed_until = NULL WHERE sealed_until <= ?",
            &[now()],
        )?;
        self.sql.exec("DELETE FROM idempotency WHERE created <= ?", &[(self.now - KEPT_MS).into()])?;
        self.sql.exec("DELETE FROM failures WHERE at <= ?", &[(self.now - COUNTED_MS).into()])?;
        self.take_refused_logins()?;
        self.forget_console()?;
        let expired = [Value::from(self.now - SESSION_KEPT_MS)];
        for table in ["attempts", "sealed_answers"] {
            let statement = "WHERE session IN (SELECT id FROM sessions WHERE expires <= ?)";
            self.sql.exec(&format!("DELETE FROM {table} {statement}"), &expired)?;
        }
        self.sql.exec("DELETE FROM sessions WHERE expires <= ?", &expired)?;
        self.sql.exec("UPDATE intents SET swept = 1 WHERE due <= ? AND swept = 0", &[now()])?;
        let from = "FROM intents WHERE swept = 1 AND due <= ? ORDER BY due LIMIT ?";
        let swept: Vec<SweptIntent> = self.sql.select(from, &[now(), values.into()])?;
        let statement = "SELECT id FROM project UNION ALL SELECT id FROM ended_project";
        let Some(project) = self.sql.value(statement, &[])? else { return Ok(DueWork::default()) };
        let key = |SweptIntent { blob, mode, connection }| BlobKey { mode, project, connection, blob };
        let blobs = swept.into_iter().map(key).collect();
        let ended = "SELECT 1 FROM ended_project WHERE due <= ? AND (SELECT min(due) FROM intents) IS NULL";
        let ended = self.sql.exists(ended, &[now()])?;
        // Frees names that were reserved for a connection that never became visible.
        self.sql.exec(
            "DELETE FROM names WHERE connection IN (SELECT connection FROM intents WHERE swept = 1 AND due <= ?)
                AND connection NOT IN (SELECT id FROM connections)",
            &[now()],
        )?;
        Ok(DueWork { blobs, ended })
    }

    /// Gives up the values of a mode's versions that are not kept any longer.
    pub(super) fn forget_versions(&self, mode: Mode) -> Result<(), SqlError> {
        let over = "mode = ?1 AND kept_until <= ?2";
        let values = [mode.as_str().into(), self.now_in(mode)?.into()];
        let swept = format!(
            "INSERT OR REPLACE INTO intents (blob, mode, connection, swept, due)
                SELECT blob, mode, connection, 1, ?3 FROM versions WHERE {over} AND blob IS NOT NULL"
        );
        self.sql.exec(&swept, &[&values[..], &[self.now.into()]].concat())?;
        self.sql
            .exec(&format!("UPDATE versions SET blob = NULL, kept_until = NULL WHERE {over}"), &values)?;
        Ok(())
    }

    /// When time alone changes something about the accounts of a mode next, in the time of that mode.
    pub(super) fn next_turn(&self, mode: Mode) -> Result<Option<i64>, SqlError> {
        let statements = [
            "SELECT min(turns) FROM connections WHERE mode = ? AND turns IS NOT NULL",
            "SELECT min(kept_until) FROM versions WHERE mode = ? AND kept_until IS NOT NULL",
        ];
        let mut next: Option<i64> = None;
        for statement in statements {
            let at = self.sql.value::<Option<i64>>(statement, &[mode.as_str().into()])?.flatten();
            next = next.into_iter().chain(at).min();
        }
        Ok(next)
    }

    /// Records that a swept value was deleted from KV.
    ///
    /// # Errors
    /// When the database fails.
    pub fn blob_deleted(&self, key: &BlobKey) -> Result<(), SqlError> {
        self.sql.exec("DELETE FROM intents WHERE blob = ? AND swept = 1", &[key.blob.clone().into()])?;
        Ok(())
    }

    /// Records that a swept value could not be deleted. It is due again after a pause.
    ///
    /// # Errors
    /// When the database fails.
    pub fn postpone(&self, key: &BlobKey) -> Result<(), SqlError> {
        let values = [Value::from(self.now + PAUSE_MS), key.blob.clone().into()];
        self.sql.exec("UPDATE intents SET due = ? WHERE blob = ? AND swept = 1", &values)?;
        Ok(())
    }

    /// When the alarm should ring next, in milliseconds since 1970.
    ///
    /// # Errors
    /// When the database fails.
    pub fn next_due(&self) -> Result<Option<i64>, SqlError> {
        if self.marked_until()?.is_some() {
            // Only values in KV that are not needed anymore. Everything else waits until the project is restored.
            return Ok(self.sql.value::<Option<i64>>("SELECT min(due) FROM intents", &[])?.flatten());
        }
        // One statement each: an object's SQLite takes few terms in a UNION.
        let times = [
            ("SELECT min(due) FROM intents", 0),
            ("SELECT min(sealed_until) FROM connections WHERE sealed_until IS NOT NULL", 0),
            ("SELECT min(created) FROM idempotency", KEPT_MS),
            ("SELECT min(at) FROM failures", COUNTED_MS),
            ("SELECT min(at) FROM events", events::KEPT_MS),
            ("SELECT min(at) FROM hook_events", due_hooks::REMEMBERED_MS),
            ("SELECT min(taken) FROM provider_events", provider_events::KEPT_MS),
            ("SELECT min(noted) FROM refused_logins", refused_logins::COUNTED_MS),
            ("SELECT min(expires) FROM sessions", SESSION_KEPT_MS),
            ("SELECT min(expires) FROM console_sessions", 0),
            ("SELECT min(expires) FROM console_links", console_links::KEPT_MS),
            (
                "SELECT min(expires) FROM sessions INDEXED BY sessions_expiring
                    WHERE expiry_told = 0 AND state IN ('open', 'leased')",
                session_events::TOLD_AFTER_MS,
            ),
            ("SELECT min(due) FROM ended_project WHERE (SELECT min(due) FROM intents) IS NULL", 0),
        ];
        let mut next = self.clock_due()?;
        if self.has_empty_texts()? {
            next = Some(self.now);
        }
        for mode in MODES {
            let turn = [
                self.next_turn(mode)?,
                self.next_task(mode)?,
                self.next_hook(mode)?,
                self.next_end_of_pause(mode)?,
            ];
            let turn = turn.into_iter().flatten().min();
            let turn = turn.map(|at| Ok::<_, SqlError>(at - self.ahead_in(mode)?)).transpose()?;
            next = next.into_iter().chain(turn).min();
        }
        for (statement, wait) in times {
            let at = self.sql.value::<Option<i64>>(statement, &[])?.flatten().map(|at| at + wait);
            next = next.into_iter().chain(at).min();
        }
        let check = self.next_check_due().map_err(fault)?;
        let audit = self.audit_due()?;
        Ok([next, check, audit, self.next_webhook_due()?].into_iter().flatten().min())
    }
}
