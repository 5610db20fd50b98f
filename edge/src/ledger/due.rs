//! Due work: what the object's own alarm does. Works from intents, never from a listing of KV.

use super::sql::{Sql, SqlError, Value};
use super::{Ledger, Stop};
use crate::vault::BlobKey;
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
    /// Values to delete from KV; afterwards each is told to [`Ledger::swept`].
    pub blobs: Vec<BlobKey>,
}

impl<S: Sql> Ledger<'_, S> {
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
        let ended = [Value::from(self.now - SESSION_KEPT_MS)];
        self.sql.exec(
            "DELETE FROM attempts WHERE session IN (SELECT id FROM sessions WHERE expires <= ?)",
            &ended,
        )?;
        self.sql.exec("DELETE FROM sessions WHERE expires <= ?", &ended)?;
        self.sql.exec("UPDATE intents SET swept = 1 WHERE due <= ? AND swept = 0", &[now()])?;
        let statement =
            "SELECT blob, mode, connection FROM intents WHERE swept = 1 AND due <= ? ORDER BY due LIMIT ?";
        let rows = self.sql.exec(statement, &[now(), BATCH.into()])?;
        let project = match self.project() {
            Ok(project) => project.id,
            Err(Stop::Refused(_)) => return Ok(DueWork::default()),
            Err(Stop::Fault(error)) => return Err(error),
        };
        let key = |row: &super::sql::Row| {
            let connection = ConnectionId::parse(&row.text(2)).ok()?;
            Some(BlobKey { mode: Mode::parse(&row.text(1))?, project, connection, blob: row.text(0) })
        };
        let blobs = rows.iter().filter_map(key).collect();
        // A name that was reserved for a connection that never became visible is free again.
        self.sql.exec(
            "DELETE FROM names WHERE connection IN (SELECT connection FROM intents WHERE swept = 1)
                AND connection NOT IN (SELECT id FROM connections)",
            &[],
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
            SELECT min(expires) + ? FROM sessions)";
        let rows = self.sql.exec(statement, &[SESSION_KEPT_MS.into()])?;
        Ok(rows.first().map(|row| row.int(0)).filter(|at| *at > 0))
    }
}
