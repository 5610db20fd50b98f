//! Records an intent for each blob before it is written, so that the sweep never needs to list KV (ARCHITECTURE,
//! invariant 3). It owns the table `intents`.
//!
//! An intent is deleted when its write becomes visible, and swept when it has waited too long. A swept intent can no
//! longer be committed. A blob whose connection was deleted or replaced is recorded as swept at once.

use crate::ports::BlobKey;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::Refusal;
use crate::store::sql::{Sql, Value};

/// How long an intent waits for its commit before it is swept: far longer than the lease of an attempt.
pub(super) const INTENT_MS: i64 = 600_000;

impl<S: Sql> Store<'_, S> {
    pub(super) fn note_intent(&self, key: &BlobKey) -> Outcome<()> {
        self.insert_intent(key, 0, self.now + INTENT_MS)
    }

    /// Records a blob that no row names. The next sweep deletes it.
    pub(super) fn note_garbage(&self, key: &BlobKey) -> Outcome<()> {
        self.insert_intent(key, 1, self.now)
    }

    /// Records a blob that no row names anymore. It is deleted later, when no reader that saw its name is left.
    pub(super) fn note_garbage_later(&self, key: &BlobKey) -> Outcome<()> {
        self.insert_intent(key, 1, self.now + INTENT_MS)
    }

    fn insert_intent(&self, key: &BlobKey, swept: i64, due: i64) -> Outcome<()> {
        let row = vec![
            ("blob", key.blob.clone().into()),
            ("mode", key.mode.as_str().into()),
            ("connection", key.connection.to_string().into()),
            ("swept", swept.into()),
            ("due", due.into()),
        ];
        self.sql.insert("OR REPLACE INTO intents", row)?;
        self.schedule(due);
        Ok(())
    }

    /// Gives up an intent, so that it can no longer be committed. If its blob may have been written, the sweep deletes the
    /// blob when no write can be running anymore.
    pub(super) fn drop_intent(&self, blob: &str, written: bool) -> Outcome<()> {
        if written {
            let values = [(self.now + INTENT_MS).into(), blob.into()];
            self.sql.exec("UPDATE intents SET swept = 1, due = ? WHERE blob = ? AND swept = 0", &values)?;
            self.schedule(self.now + INTENT_MS);
        } else {
            self.sql.exec("DELETE FROM intents WHERE blob = ? AND swept = 0", &[blob.into()])?;
        }
        Ok(())
    }

    /// Deletes an intent, because its blob becomes visible. Refuses if there is none: an intent can be committed only once.
    pub(super) fn claim_intent(&self, key: &BlobKey) -> Outcome<()> {
        if self.take_intent(key)? { Ok(()) } else { Err(Refusal::Superseded.into()) }
    }

    /// Deletes an intent that was not swept. Returns whether there was one.
    pub(super) fn take_intent(&self, key: &BlobKey) -> Outcome<bool> {
        let values: [Value; 3] =
            [key.blob.clone().into(), key.mode.as_str().into(), key.connection.to_string().into()];
        let statement =
            "DELETE FROM intents WHERE blob = ? AND mode = ? AND connection = ? AND swept = 0 RETURNING blob";
        Ok(self.sql.exists(statement, &values)?)
    }
}
