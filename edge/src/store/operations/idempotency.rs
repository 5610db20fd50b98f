//! Keeps the response to the first request with an idempotency key. It owns the table `idempotency`.
//!
//! Of the request it keeps only a keyed hash, so it holds no secret.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{BeginIdempotentRequest, FinishIdempotentRequest, IdempotencyState};
use crate::store::sql::Sql;
use latchkey_shared::limits::{IDEMPOTENCY_MAX, IDEMPOTENT_BYTES_MAX};
use latchkey_shared::{ConnectionId, KeyScope, Mode};

/// How long a response is kept: a day.
pub(super) const KEPT_MS: i64 = 24 * 3_600_000;

/// How long a request may run before it counts as lost: longer than a verification and a write can take.
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
        operation: BeginIdempotentRequest,
    ) -> Outcome<IdempotencyState> {
        let mode = self.authorize(&operation.key, KeyScope::ConnectionsWrite)?.mode;
        let from = "FROM idempotency LEFT JOIN connections ON connections.id = idempotency.connection
            WHERE idempotency.mode = ? AND key = ?";
        let values = [mode.as_str().into(), operation.idempotency_key.clone().into()];
        let stored: Option<StoredRequest> = self.sql.select_one(from, &values)?;
        if let Some(stored) = stored.filter(|stored| stored.created + KEPT_MS > self.now) {
            if stored.fingerprint != operation.fingerprint {
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
        self.require_storage()?;
        let row = vec![
            ("mode", mode.as_str().into()),
            ("key", operation.idempotency_key.into()),
            ("fingerprint", operation.fingerprint.into()),
            ("created", self.now.into()),
        ];
        self.sql.insert("OR REPLACE INTO idempotency", row)?;
        let (kind, oldest) = (["idempotency", mode.as_str()], "WHERE mode = ? ORDER BY created");
        self.keep_newest(&kind, IDEMPOTENCY_MAX, oldest, &[mode.as_str().into()])?;
        self.schedule(self.now + KEPT_MS);
        Ok(IdempotencyState::First)
    }

    /// Records the connection that a request created, in the transaction that creates it. So the key leads to the
    /// connection even if the response is lost.
    pub(super) fn record_created(&self, mode: Mode, key: &str, id: ConnectionId) -> Outcome<()> {
        let statement = "UPDATE idempotency SET connection = ? WHERE mode = ? AND key = ?";
        self.sql.exec(statement, &[id.to_string().into(), mode.as_str().into(), key.into()])?;
        Ok(())
    }

    pub(super) fn finish_idempotent_request(&self, operation: FinishIdempotentRequest) -> Outcome<()> {
        let mode = self.authorize(&operation.key, KeyScope::ConnectionsWrite)?.mode;
        match operation.response.filter(|(_, body)| body.len() <= IDEMPOTENT_BYTES_MAX) {
            Some((status, body)) => {
                let statement = "UPDATE idempotency SET status = ?, body = ? WHERE mode = ? AND key = ?";
                let values = [
                    i64::from(status).into(),
                    body.into(),
                    mode.as_str().into(),
                    operation.idempotency_key.into(),
                ];
                self.sql.exec(statement, &values)?;
            }
            // There is no response to keep, so the request may be sent again, unless it created a connection.
            None => {
                let values = [mode.as_str().into(), operation.idempotency_key.into()];
                let statement = "DELETE FROM idempotency WHERE mode = ? AND key = ? AND connection IS NULL";
                self.sql.exec(statement, &values)?;
            }
        }
        Ok(())
    }
}
