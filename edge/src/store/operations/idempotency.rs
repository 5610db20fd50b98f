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

/// A request with an idempotency key, and the connection that it made, if that is still there.
struct StoredRequest {
    fingerprint: String,
    status: Option<u32>,
    body: Option<String>,
    created: i64,
    connection: Option<ConnectionId>,
    app: Option<String>,
}

columns! {
    StoredRequest {
        fingerprint, status, body,
        created = "idempotency.created",
        connection = "idempotency.connection",
        app = "connections.app",
    }
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn begin_idempotent_request(
        &self,
        asked: BeginIdempotentRequest,
    ) -> Outcome<IdempotencyState> {
        let mode = self.authorize(&asked.key, KeyScope::ConnectionsWrite)?.mode;
        let from = "FROM idempotency LEFT JOIN connections ON connections.id = idempotency.connection
            WHERE idempotency.mode = ? AND key = ?";
        let values = [mode.as_str().into(), asked.once.clone().into()];
        let stored: Option<StoredRequest> = self.sql.select_one(from, &values)?;
        if let Some(stored) = stored.filter(|stored| stored.created + KEPT_MS > self.now) {
            if stored.fingerprint != asked.fingerprint {
                return Ok(IdempotencyState::Mismatch);
            }
            if let (Some(status), Some(body)) = (stored.status, stored.body) {
                return Ok(IdempotencyState::Finished { status: status as u16, body });
            }
            if let (Some(app), Some(id)) = (stored.app, stored.connection) {
                return Ok(IdempotencyState::Created(Box::new(self.connection_in_project(mode, &app, id)?)));
            }
            if stored.created + RUNNING_MS > self.now {
                return Ok(IdempotencyState::InFlight);
            }
        }
        let row = vec![
            ("mode", mode.as_str().into()),
            ("key", asked.once.into()),
            ("fingerprint", asked.fingerprint.into()),
            ("created", self.now.into()),
        ];
        self.sql.insert("OR REPLACE INTO idempotency", row)?;
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
