//! Idempotency keys: the first answer to a key is kept and given again; no body and no secret is, only a keyed hash of what
//! was asked.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{BeginIdempotentRequest, FinishIdempotentRequest, IdempotencyState};
use crate::store::sql::Sql;
use latchkey_shared::{ConnectionId, KeyScope, Mode};

/// How long an answer is kept: a day.
pub(super) const KEPT_MS: i64 = 24 * 3_600_000;

/// How long a request may be under way before it counts as lost: longer than a verification and a write can take.
const RUNNING_MS: i64 = 120_000;

impl<S: Sql> Store<'_, S> {
    pub(super) fn begin_idempotent_request(
        &self,
        asked: BeginIdempotentRequest,
    ) -> Outcome<IdempotencyState> {
        let mode = self.authorize(&asked.key, KeyScope::ConnectionsWrite)?.mode;
        let statement =
            "SELECT fingerprint, status, body, idempotency.created, idempotency.connection, connections.app FROM idempotency
                LEFT JOIN connections ON connections.id = idempotency.connection WHERE idempotency.mode = ? AND key = ?";
        let rows = self.sql.exec(statement, &[mode.as_str().into(), asked.once.clone().into()])?;
        if let Some(row) = rows.first().filter(|row| row.int(3) + KEPT_MS > self.now) {
            if row.text(0) != asked.fingerprint {
                return Ok(IdempotencyState::Mismatch);
            }
            if let Some(body) = row.optional_text(2) {
                return Ok(IdempotencyState::Finished { status: row.int(1) as u16, body });
            }
            if let Some(app) = row.optional_text(5)
                && let Ok(id) = ConnectionId::parse(&row.text(4))
            {
                return Ok(IdempotencyState::Created(Box::new(self.connection_in_project(mode, &app, id)?)));
            }
            if row.int(3) + RUNNING_MS > self.now {
                return Ok(IdempotencyState::InFlight);
            }
        }
        let statement =
            "INSERT OR REPLACE INTO idempotency (mode, key, fingerprint, created) VALUES (?, ?, ?, ?)";
        let values = [mode.as_str().into(), asked.once.into(), asked.fingerprint.into(), self.now.into()];
        self.sql.exec(statement, &values)?;
        self.schedule(self.now + KEPT_MS);
        Ok(IdempotencyState::First)
    }

    /// Notes what a request made, in the transaction that makes it: whatever happens to the answer, the key leads there.
    pub(super) fn note_made(&self, mode: Mode, once: &str, made: ConnectionId) -> Outcome<()> {
        let statement = "UPDATE idempotency SET connection = ? WHERE mode = ? AND key = ?";
        self.sql.exec(statement, &[made.to_string().into(), mode.as_str().into(), once.into()])?;
        Ok(())
    }

    pub(super) fn finish_idempotent_request(&self, asked: FinishIdempotentRequest) -> Outcome<()> {
        let mode = self.authorize(&asked.key, KeyScope::ConnectionsWrite)?.mode;
        match asked.answer {
            Some((status, body)) => {
                let statement = "UPDATE idempotency SET status = ?, body = ? WHERE mode = ? AND key = ?";
                let values = [i64::from(status).into(), body.into(), mode.as_str().into(), asked.once.into()];
                self.sql.exec(statement, &values)?;
            }
            // It did not come to an answer worth keeping: the same key may try again, unless it has acted after all.
            None => {
                let values = [mode.as_str().into(), asked.once.into()];
                let statement = "DELETE FROM idempotency WHERE mode = ? AND key = ? AND connection IS NULL";
                self.sql.exec(statement, &values)?;
            }
        }
        Ok(())
    }
}
