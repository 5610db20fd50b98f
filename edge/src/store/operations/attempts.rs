//! Records the outcome of each attempt. It owns the table `attempts`.
//!
//! A repeated attempt gets the recorded outcome, so nobody is stuck when a response is lost. After the end of the session it
//! gets the outcome for [`RESULT_KEPT_MS`], and not after the account was changed or deleted.

use super::connections::LinkedBy;
use super::leases::LEASE_MS;
use super::refused_logins::refusal;
use crate::store::object::{Outcome, Stop, Store};
use crate::store::protocol::{
    Actor, CancelAttempt, CommitAttempt, FailAttempt, NewConnection, RESULT_KEPT_MS, Recorded,
    RecordedAttempt, Refusal,
};
use crate::store::sql::{Sql, json};
use latchkey_shared::ConnectionId;
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::connect::{ConnectResponse, ConnectionSummary};
use latchkey_shared::event::EventType;
use latchkey_shared::limits::OUTCOMES_MAX;
use serde_json::Value;

/// The leased session of a commit. The connection gets the first three columns as they are stored.
struct LeasedSession {
    end_user: Option<String>,
    organization: Option<String>,
    metadata: Option<String>,
    connection: Option<ConnectionId>,
    expires: i64,
    take_over: Option<bool>,
}

columns! { LeasedSession { end_user, organization, metadata, connection, expires, take_over } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn fail_attempt(&self, operation: FailAttempt) -> Outcome<Recorded> {
        let by_share = self.authenticate_attempt(&operation.proof)?;
        self.end_claim(&operation.blob, operation.key_refused)?;
        self.drop_intent(&operation.blob, operation.written)?;
        let session = operation.proof.id.clone();
        if let Some(recorded) = self.outcome(&session, &operation.attempt)? {
            return Ok(recorded);
        }
        if operation.key_refused
            && let Recorded::Refused { code, errors, .. } = &operation.outcome
        {
            let field =
                errors.iter().find(|error| error.code == *code).and_then(|error| error.field.as_deref());
            let statement = "SELECT coalesce(connection, id) FROM sessions WHERE id = ?";
            let subject: Option<String> = self.sql.value(statement, &[session.as_str().into()])?;
            let subject = subject.unwrap_or_default();
            let action = AuditAction::CredentialRefuse;
            let detail = refusal(*code, field);
            self.audit_session(&operation.proof, by_share, action, &subject, &detail)?;
        }
        let unsent = operation.unsent == Some(true);
        if !unsent {
            self.record(&session, &operation.attempt, &operation.outcome, None)?;
        }
        // What is not recorded is told by the call that ends the lease, so that one that comes twice is told once.
        if self.reopen(&session, &operation.attempt)? || !unsent {
            self.tell_rejected(&session, &operation.outcome)?;
        }
        Ok(operation.outcome)
    }

    pub(super) fn commit_attempt(&self, operation: CommitAttempt) -> Outcome<Recorded> {
        let by_share = self.authenticate_attempt(&operation.proof)?;
        self.end_claim(&operation.connection.key.blob, false)?;
        let session = operation.proof.id.clone();
        if let Some(recorded) = self.outcome(&session, &operation.attempt)? {
            // The same attempt has already ended in another request, so this blob is not needed.
            self.drop_intent(&operation.connection.key.blob, true)?;
            return Ok(recorded);
        }
        // The lease may be over, but no other attempt may have leased the session meanwhile.
        let from = "FROM sessions WHERE id = ? AND state = 'leased' AND attempt = ?";
        let values = [session.clone().into(), operation.attempt.clone().into()];
        let Some(leased) = self.sql.select_one::<LeasedSession>(from, &values)? else {
            self.usable(&session)?;
            return Err(Refusal::Superseded.into());
        };
        if leased.expires + LEASE_MS < self.now {
            return Err(Refusal::Expired.into());
        }
        let report = operation.connection.report.clone();
        let id = operation.connection.key.connection;
        let app = operation.connection.app.clone();
        let (name, version) = match leased.connection {
            Some(_) => self.update_in_session(&operation)?,
            None => {
                let name = self.free_name(operation.proof.mode, &operation.connection.name, id)?;
                self.claim_intent(&operation.connection.key)?;
                self.reserve_name(operation.proof.mode, &name, id)?;
                let LeasedSession { end_user, organization, metadata, .. } = leased;
                let by = LinkedBy { end_user, organization, metadata, session: operation.session };
                self.insert_connection(operation.connection, &name, by)?;
                self.tell(EventType::ConnectionCreated, id, &Value::Null)?;
                (name, 1)
            }
        };
        if leased.take_over == Some(true) {
            let row = self.connection_in_project(operation.proof.mode, &app, id)?.connection;
            let by = Actor { id: operation.proof.id.clone(), ..Actor::of(ActorType::Session) };
            self.note_take_over(operation.proof.mode, &row, by)?;
        }
        let (action, detail) = match leased.connection {
            Some(_) => (AuditAction::CredentialChange, ""),
            None => (AuditAction::ConnectionCreate, name.as_str()),
        };
        self.audit_session(&operation.proof, by_share, action, &id.to_string(), detail)?;
        let connection = ConnectionSummary { id: id.to_string(), app, name: name.clone(), version };
        let outcome = Recorded::Accepted(Box::new(ConnectResponse { connection, report }));
        self.record(&session, &operation.attempt, &outcome, Some(id))?;
        // The shared token ends. Only the token that linked the account may ask for this attempt again.
        let statement =
            "UPDATE sessions SET state = 'done', lease_until = NULL, progress = NULL, share_hash = NULL,
            connection = ?, ended = ?, linked_name = ?, linked_hash = ? WHERE id = ?";
        let values = [
            id.to_string().into(),
            self.now.into(),
            name.into(),
            operation.proof.hash.into(),
            session.as_str().into(),
        ];
        self.sql.exec(statement, &values)?;
        self.tell_of_session(
            EventType::SessionCompleted,
            &session,
            &serde_json::json!({ "connectionId": id }),
        )?;
        Ok(outcome)
    }

    /// Replaces the credential of the session's connection, and returns the connection's name and new version. The value
    /// was sealed for one version, so the attempt is refused if the connection was changed meanwhile.
    fn update_in_session(&self, operation: &CommitAttempt) -> Outcome<(String, u32)> {
        let new = operation.connection.clone();
        let found = self.connection_in_project(operation.proof.mode, &new.app, new.key.connection);
        let found = found.map_err(|stop| match stop {
            Stop::Refused(Refusal::NotFound) => Refusal::Gone.into(),
            other => other,
        })?;
        if operation.version != Some(found.connection.version + 1) {
            return Err(Refusal::Superseded.into());
        }
        self.require_editable(&found)?;
        let name = found.connection.name.clone();
        let description = found.connection.description.clone();
        self.put_version(&found, NewConnection { name: name.clone(), description, ..new })?;
        Ok((name, found.connection.version + 1))
    }

    pub(super) fn cancel_attempt(&self, operation: CancelAttempt) -> Outcome<Recorded> {
        let by_share = self.authenticate_attempt(&operation.proof)?;
        let session = operation.proof.id;
        if let Some(recorded) = self.recorded(&session, &operation.attempt)? {
            return Ok(recorded);
        }
        // Recorded even if the attempt never arrived, so that it cannot run later. If no attempt can run anymore, there is
        // nothing to record. An attempt that holds the session may still be stored, even if the session has expired meanwhile.
        let holds = "SELECT 1 FROM sessions WHERE id = ? AND state = 'leased' AND attempt = ?";
        if !self.sql.exists(holds, &[session.as_str().into(), operation.attempt.as_str().into()])? {
            self.usable(&session)?;
            if !self.attempts_left(&session, by_share)? {
                return Ok(operation.outcome);
            }
            let statement =
                "UPDATE sessions SET leases = leases + 1, share_leases = share_leases + ? WHERE id = ?";
            self.sql.exec(statement, &[i64::from(by_share).into(), session.as_str().into()])?;
        }
        self.record(&session, &operation.attempt, &operation.outcome, None)?;
        self.reopen(&session, &operation.attempt)?;
        Ok(operation.outcome)
    }

    /// Ends the lease of an attempt, if it holds the session. Returns whether it did.
    pub(super) fn reopen(&self, session: &str, attempt: &str) -> Outcome<bool> {
        let statement = "UPDATE sessions SET state = 'open', attempt = NULL, lease_until = NULL
            WHERE id = ? AND state = 'leased' AND attempt = ? RETURNING 1";
        Ok(self.sql.exists(statement, &[session.into(), attempt.into()])?)
    }

    pub(super) fn recorded_attempt(&self, operation: RecordedAttempt) -> Outcome<Option<Recorded>> {
        self.authenticate_attempt(&operation.proof)?;
        self.outcome(&operation.proof.id, &operation.attempt)
    }

    /// The outcome of an attempt that is sent again, unless the session has ended too long ago.
    pub(super) fn recorded(&self, session: &str, attempt: &str) -> Outcome<Option<Recorded>> {
        let told = "SELECT 1 FROM sessions WHERE id = ?1
            AND (state IN ('open', 'leased') AND expires > ?2 OR state = 'done' AND ended > ?3)";
        let values = [session.into(), self.now.into(), (self.now - RESULT_KEPT_MS).into()];
        if self.sql.exists(told, &values)? { self.outcome(session, attempt) } else { Ok(None) }
    }

    /// Deletes the outcomes that are about a connection, because it is changed or deleted.
    pub(super) fn forget_outcomes(&self, connection: ConnectionId) -> Outcome<()> {
        self.sql.exec("DELETE FROM attempts WHERE connection = ?", &[connection.to_string().into()])?;
        Ok(())
    }

    /// The outcome of an attempt that may still be under way in another request.
    fn outcome(&self, session: &str, attempt: &str) -> Outcome<Option<Recorded>> {
        let statement = "SELECT outcome FROM attempts WHERE session = ? AND id = ?";
        let stored: Option<String> = self.sql.value(statement, &[session.into(), attempt.into()])?;
        Ok(stored.map(|outcome| serde_json::from_str(&outcome)).transpose()?)
    }

    fn record(
        &self,
        session: &str,
        attempt: &str,
        outcome: &Recorded,
        connection: Option<ConnectionId>,
    ) -> Outcome<()> {
        let row = vec![
            ("session", session.into()),
            ("id", attempt.into()),
            ("outcome", json(outcome)?),
            ("connection", connection.map(|id| id.to_string()).into()),
            ("created", self.now.into()),
        ];
        self.sql.insert("INTO attempts", row)?;
        self.keep_newest(&["attempts"], OUTCOMES_MAX, "ORDER BY rowid", &[])
    }
}
