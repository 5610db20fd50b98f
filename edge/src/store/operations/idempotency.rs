//! Keeps the response to the first request with an idempotency key. It owns the table `idempotency`.
//!
//! Each caller has idempotency keys of its own, so that none learns or blocks those of another. A row is named by the caller's
//! id and the key. Of the request it keeps only a keyed hash, so it holds no secret.

use super::authenticate::Grant;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    BeginIdempotentRequest, FinishIdempotentRequest, IdempotencyState, Once, Refusal,
};
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
    headers: Option<String>,
    created: i64,
    connection: Option<ConnectionId>,
    app: Option<String>,
}

columns! {
    StoredRequest {
        fingerprint, status, body, headers,
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
        let Grant { mode, actor, .. } = self.authorize(&operation.key, KeyScope::ConnectionsWrite)?;
        let key = owned(&actor, &operation.idempotency_key);
        if let Some(stored) = self.stored_request(mode, &key)? {
            if stored.fingerprint != operation.fingerprint {
                return Ok(IdempotencyState::Mismatch);
            }
            if let (Some(status), Some(body)) = (stored.status, stored.body) {
                return Ok(IdempotencyState::Finished {
                    status: status as u16,
                    body,
                    headers: stored.headers,
                });
            }
            if let (Some(app), Some(id)) = (stored.app, stored.connection) {
                return Ok(IdempotencyState::Created(Box::new(self.connection_in_project(mode, &app, id)?)));
            }
            if stored.created + RUNNING_MS > self.now {
                return Ok(IdempotencyState::InFlight);
            }
        }
        self.require_storage()?;
        self.insert_idempotency(mode, key, operation.fingerprint, None)?;
        Ok(IdempotencyState::First)
    }

    fn stored_request(&self, mode: Mode, key: &str) -> Outcome<Option<StoredRequest>> {
        let from = "FROM idempotency LEFT JOIN connections ON connections.id = idempotency.connection
            WHERE idempotency.mode = ? AND key = ?";
        let stored: Option<StoredRequest> = self.sql.select_one(from, &[mode.as_str().into(), key.into()])?;
        Ok(stored.filter(|stored| stored.created + KEPT_MS > self.now))
    }

    /// The id of what the same request created before, for creations that are one operation. Refuses if the idempotency
    /// key was used for another request.
    pub(super) fn created_before(
        &self,
        mode: Mode,
        caller: &str,
        once: Option<&Once>,
    ) -> Outcome<Option<String>> {
        let Some(once) = once else { return Ok(None) };
        match self.stored_request(mode, &owned(caller, &once.key))? {
            Some(stored) if stored.fingerprint != once.fingerprint => Err(Refusal::OtherRequest.into()),
            stored => Ok(stored.and_then(|stored| stored.body)),
        }
    }

    /// Records what a request created, in the operation that creates it. The id is kept, and no response: the Worker makes
    /// the same token from the id again.
    pub(super) fn note_created(&self, mode: Mode, caller: &str, once: Option<Once>, id: &str) -> Outcome<()> {
        let Some(once) = once else { return Ok(()) };
        self.insert_idempotency(mode, owned(caller, &once.key), once.fingerprint, Some(id))
    }

    /// Keeps a key for a day, with the id of what its request has `created` already. The oldest keys make room.
    fn insert_idempotency(
        &self,
        mode: Mode,
        key: String,
        fingerprint: String,
        created: Option<&str>,
    ) -> Outcome<()> {
        let row = vec![
            ("mode", mode.as_str().into()),
            ("key", key.into()),
            ("fingerprint", fingerprint.into()),
            ("status", created.map(|_| 201_i64).into()),
            ("body", created.map(str::to_owned).into()),
            ("created", self.now.into()),
        ];
        self.sql.insert("OR REPLACE INTO idempotency", row)?;
        let (kind, oldest) = (["idempotency", mode.as_str()], "WHERE mode = ? ORDER BY created");
        self.keep_newest(&kind, IDEMPOTENCY_MAX, oldest, &[mode.as_str().into()])?;
        self.schedule(self.now + KEPT_MS);
        Ok(())
    }

    /// Records the connection that a request created, in the transaction that creates it. So the key leads to the
    /// connection even if the response is lost.
    pub(super) fn record_created(&self, by: &Grant, key: &str, id: ConnectionId) -> Outcome<()> {
        let statement = "UPDATE idempotency SET connection = ? WHERE mode = ? AND key = ?";
        let key = owned(&by.actor, key);
        self.sql.exec(statement, &[id.to_string().into(), by.mode.as_str().into(), key.into()])?;
        Ok(())
    }

    pub(super) fn finish_idempotent_request(&self, operation: FinishIdempotentRequest) -> Outcome<()> {
        let Grant { mode, actor, .. } = self.authorize(&operation.key, KeyScope::ConnectionsWrite)?;
        let key = owned(&actor, &operation.idempotency_key);
        match operation.response.filter(|(_, body)| body.len() <= IDEMPOTENT_BYTES_MAX) {
            Some((status, body)) => {
                let statement =
                    "UPDATE idempotency SET status = ?, body = ?, headers = ? WHERE mode = ? AND key = ?";
                let values = [
                    i64::from(status).into(),
                    body.into(),
                    operation.headers.into(),
                    mode.as_str().into(),
                    key.into(),
                ];
                self.sql.exec(statement, &values)?;
            }
            // There is no response to keep, so the request may be sent again, unless it created a connection.
            None => {
                let values = [mode.as_str().into(), key.into()];
                let statement = "DELETE FROM idempotency WHERE mode = ? AND key = ? AND connection IS NULL";
                self.sql.exec(statement, &values)?;
            }
        }
        Ok(())
    }
}

/// The name of a caller's idempotency key: after the id of the API key, or `owner`.
fn owned(caller: &str, key: &str) -> String {
    [caller, "/", key].concat()
}
