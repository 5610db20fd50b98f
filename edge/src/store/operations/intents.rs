//! Intents: every blob that may be written is noted here first, so that the sweep never needs a listing of KV.
//!
//! An intent is dropped when its write becomes visible, and swept when it has waited too long. A swept intent can no
//! longer commit. A blob whose connection was deleted or replaced is noted as swept at once.

use crate::ports::BlobKey;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::Refusal;
use crate::store::sql::{Sql, Value};

/// How long a write may stay unanswered before it is swept: far longer than an attempt's lease.
pub(super) const INTENT_MS: i64 = 600_000;

impl<S: Sql> Store<'_, S> {
    pub(super) fn note_intent(&self, key: &BlobKey) -> Outcome<()> {
        self.insert_intent(key, 0, self.now + INTENT_MS)
    }

    /// Notes a blob that nothing points at: it is deleted by the next sweep.
    pub(super) fn note_garbage(&self, key: &BlobKey) -> Outcome<()> {
        self.insert_intent(key, 1, self.now)
    }

    /// The same, once nobody can be reading it any more who saw the pointer to it.
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

    /// Gives an intent up. It can no longer commit; if its value may have been written, the sweep deletes it once no write
    /// can be on its way any more.
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

    /// Takes an intent out because its value becomes visible. None can be taken out twice.
    pub(super) fn claim_intent(&self, key: &BlobKey) -> Outcome<()> {
        if self.take_intent(key)? { Ok(()) } else { Err(Refusal::Superseded.into()) }
    }

    /// The same; whether there was one.
    pub(super) fn take_intent(&self, key: &BlobKey) -> Outcome<bool> {
        let values: [Value; 3] =
            [key.blob.clone().into(), key.mode.as_str().into(), key.connection.to_string().into()];
        let statement =
            "DELETE FROM intents WHERE blob = ? AND mode = ? AND connection = ? AND swept = 0 RETURNING blob";
        Ok(self.sql.exists(statement, &values)?)
    }
}
