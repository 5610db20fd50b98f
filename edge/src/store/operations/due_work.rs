//! Due work: what the object's own alarm does. Works from intents, never from a listing of KV.

use super::idempotency::KEPT_MS;
use crate::ports::BlobKey;
use crate::store::object::Store;
use crate::store::sql::{Sql, SqlError, Value};
use latchkey_shared::{ConnectionId, Mode};

/// How long an ended session can still say that it has ended.
pub(super) const SESSION_KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// How long the sweep waits after KV did not delete a value.
pub(super) const PAUSE_MS: i64 = 10_000;

/// At most so many values are swept at one ring of the alarm.
const BATCH: i64 = 100;

/// What is to be done outside of the database.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct DueWork {
    /// Values to delete from KV; afterwards each is told to [`Store::swept`].
    pub blobs: Vec<BlobKey>,
}

/// An intent that was swept. Its project is the object's own.
struct SweptIntent {
    blob: String,
    mode: Mode,
    connection: ConnectionId,
}

columns! { SweptIntent { blob, mode, connection } }

impl<S: Sql> Store<'_, S> {
    /// Sweeps what has waited too long, forgets sealed texts after their hour and sessions long ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take_due_work(&self) -> Result<DueWork, SqlError> {
        let now = || Value::from(self.now);
        self.sql.exec(
            "UPDATE connections SET sealed = NULL, sealed_until = NULL WHERE sealed_until <= ?",
            &[now()],
        )?;
        self.sql.exec(
            "INSERT OR REPLACE INTO intents (blob, mode, connection, swept, due)
                SELECT versions.blob, connections.mode, connections.id, 1, ?1 FROM versions
                JOIN connections ON connections.id = versions.connection WHERE kept_until <= ?1 AND versions.blob IS NOT NULL",
            &[now()],
        )?;
        self.sql
            .exec("UPDATE versions SET blob = NULL, kept_until = NULL WHERE kept_until <= ?", &[now()])?;
        self.sql.exec("DELETE FROM idempotency WHERE created <= ?", &[(self.now - KEPT_MS).into()])?;
        let ended = [Value::from(self.now - SESSION_KEPT_MS)];
        for table in ["attempts", "sealed_answers"] {
            let statement = "WHERE session IN (SELECT id FROM sessions WHERE expires <= ?)";
            self.sql.exec(&format!("DELETE FROM {table} {statement}"), &ended)?;
        }
        self.sql.exec("DELETE FROM sessions WHERE expires <= ?", &ended)?;
        self.sql.exec("UPDATE intents SET swept = 1 WHERE due <= ? AND swept = 0", &[now()])?;
        let from = "FROM intents WHERE swept = 1 AND due <= ? ORDER BY due LIMIT ?";
        let swept: Vec<SweptIntent> = self.sql.select(from, &[now(), BATCH.into()])?;
        let statement = "SELECT id FROM project UNION ALL SELECT id FROM ended_project";
        let Some(project) = self.sql.value(statement, &[])? else { return Ok(DueWork::default()) };
        let key = |SweptIntent { blob, mode, connection }| BlobKey { mode, project, connection, blob };
        let blobs = swept.into_iter().map(key).collect();
        // A name that was reserved for a connection that never became visible is free again.
        self.sql.exec(
            "DELETE FROM names WHERE connection IN (SELECT connection FROM intents WHERE swept = 1 AND due <= ?)
                AND connection NOT IN (SELECT id FROM connections)",
            &[now()],
        )?;
        Ok(DueWork { blobs })
    }

    /// Notes that a swept value is gone from KV.
    ///
    /// # Errors
    /// When the database fails.
    pub fn swept(&self, key: &BlobKey) -> Result<(), SqlError> {
        self.sql.exec("DELETE FROM intents WHERE blob = ? AND swept = 1", &[key.blob.clone().into()])?;
        Ok(())
    }

    /// Notes that a swept value could not be deleted: it is due again after a pause.
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
        let statement = "SELECT min(at) FROM (SELECT min(due) AS at FROM intents UNION ALL
            SELECT min(sealed_until) FROM connections WHERE sealed_until IS NOT NULL UNION ALL
            SELECT min(kept_until) FROM versions WHERE kept_until IS NOT NULL UNION ALL
            SELECT min(created) + ?2 FROM idempotency UNION ALL
            SELECT min(expires) + ?1 FROM sessions)";
        let next: Option<Option<i64>> =
            self.sql.value(statement, &[SESSION_KEPT_MS.into(), KEPT_MS.into()])?;
        Ok(next.flatten())
    }
}
