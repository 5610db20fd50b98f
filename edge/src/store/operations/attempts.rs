//! Attempts: how each ended, so that repeating one answers the same and a lost answer is never a dead end.

use crate::store::object::{Outcome, Stop, Store};
use crate::store::protocol::{
    CancelAttempt, CommitAttempt, FailAttempt, NewConnection, Recorded, RecordedAttempt, Refusal,
};
use crate::store::sql::{Sql, json};
use latchkey_shared::ConnectionId;
use latchkey_shared::connect::{ConnectResponse, ConnectionSummary};

/// What a commit reads of its session. The first two are copied into the connection as they are stored.
struct LeasedSession {
    end_user: String,
    organization: Option<String>,
    connection: Option<ConnectionId>,
}

columns! { LeasedSession { end_user, organization, connection } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn fail_attempt(&self, asked: FailAttempt) -> Outcome<Recorded> {
        self.authenticate_session(&asked.proof)?;
        self.drop_intent(&asked.blob, asked.written)?;
        let session = asked.proof.id;
        if let Some(recorded) = self.recorded(&session, &asked.attempt)? {
            return Ok(recorded);
        }
        if asked.key_refused {
            let mode = asked.proof.mode;
            self.note_failure(mode, &session, asked.address.as_deref())?;
            if let Recorded::Refused { code, .. } = &asked.outcome {
                self.audit(Some(mode), "session", "credential.refuse", &session, code.as_str())?;
            }
        }
        self.record(&session, &asked.attempt, &asked.outcome)?;
        self.reopen(&session, &asked.attempt)?;
        Ok(asked.outcome)
    }

    pub(super) fn commit_attempt(&self, asked: CommitAttempt) -> Outcome<Recorded> {
        self.authenticate_session(&asked.proof)?;
        let session = asked.proof.id.clone();
        if let Some(recorded) = self.recorded(&session, &asked.attempt)? {
            // Another run of the same attempt was first: this one's value is not needed.
            self.drop_intent(&asked.connection.key.blob, true)?;
            return Ok(recorded);
        }
        // The lease need not be running any more, but nobody else may have taken the session meanwhile.
        let from = "FROM sessions WHERE id = ? AND state = 'leased' AND attempt = ?";
        let values = [session.clone().into(), asked.attempt.clone().into()];
        let Some(leased) = self.sql.select_one::<LeasedSession>(from, &values)? else {
            self.usable(&session)?;
            return Err(Refusal::Superseded.into());
        };
        let report = asked.connection.report.clone();
        let id = asked.connection.key.connection;
        let app = asked.connection.app.clone();
        let (name, version) = match leased.connection {
            Some(_) => self.change_in_session(&asked)?,
            None => {
                let name = self.free_name(asked.proof.mode, &asked.connection.name, id)?;
                self.claim_intent(&asked.connection.key)?;
                self.reserve_name(asked.proof.mode, &name, id)?;
                self.insert_connection(asked.connection, &name, Some(leased.end_user), leased.organization)?;
                (name, 1)
            }
        };
        let connection = ConnectionSummary { id: id.to_string(), app, name, version };
        let outcome = Recorded::Accepted(Box::new(ConnectResponse { connection, report }));
        self.record(&session, &asked.attempt, &outcome)?;
        let statement = "UPDATE sessions SET state = 'done', lease_until = NULL, progress = NULL, connection = ? WHERE id = ?";
        self.sql.exec(statement, &[id.to_string().into(), session.into()])?;
        Ok(outcome)
    }

    /// Puts a new credential in the place of the account's own, which keeps its name: its name and version now. The value was
    /// sealed for one version, so an account that was changed meanwhile needs another run.
    fn change_in_session(&self, asked: &CommitAttempt) -> Outcome<(String, u32)> {
        let new = asked.connection.clone();
        let found = self.connection_in_project(asked.proof.mode, &new.app, new.key.connection);
        let found = found.map_err(|stop| match stop {
            Stop::Refused(Refusal::NotFound) => Refusal::Gone.into(),
            other => other,
        })?;
        if asked.version != Some(found.connection.version + 1) {
            return Err(Refusal::Superseded.into());
        }
        let name = found.connection.name.clone();
        let description = found.connection.description.clone();
        self.put_version(&found, NewConnection { name: name.clone(), description, ..new })?;
        self.audit(
            Some(asked.proof.mode),
            "session",
            "credential.change",
            &found.connection.id.to_string(),
            "",
        )?;
        Ok((name, found.connection.version + 1))
    }

    pub(super) fn cancel_attempt(&self, asked: CancelAttempt) -> Outcome<Recorded> {
        self.authenticate_session(&asked.proof)?;
        let session = asked.proof.id;
        if let Some(recorded) = self.recorded(&session, &asked.attempt)? {
            return Ok(recorded);
        }
        // Recorded even when it never arrived, so that it cannot arrive later.
        self.record(&session, &asked.attempt, &asked.outcome)?;
        self.reopen(&session, &asked.attempt)?;
        Ok(asked.outcome)
    }

    fn reopen(&self, session: &str, attempt: &str) -> Outcome<()> {
        let statement = "UPDATE sessions SET state = 'open', attempt = NULL, lease_until = NULL
            WHERE id = ? AND state = 'leased' AND attempt = ?";
        self.sql.exec(statement, &[session.into(), attempt.into()])?;
        Ok(())
    }

    pub(super) fn recorded_attempt(&self, asked: RecordedAttempt) -> Outcome<Option<Recorded>> {
        self.authenticate_session(&asked.proof)?;
        self.recorded(&asked.proof.id, &asked.attempt)
    }

    pub(super) fn recorded(&self, session: &str, attempt: &str) -> Outcome<Option<Recorded>> {
        let statement = "SELECT outcome FROM attempts WHERE session = ? AND id = ?";
        let stored: Option<String> = self.sql.value(statement, &[session.into(), attempt.into()])?;
        Ok(stored.map(|outcome| serde_json::from_str(&outcome)).transpose()?)
    }

    fn record(&self, session: &str, attempt: &str, outcome: &Recorded) -> Outcome<()> {
        let row = vec![
            ("session", session.into()),
            ("id", attempt.into()),
            ("outcome", json(outcome)?),
            ("created", self.now.into()),
        ];
        Ok(self.sql.insert("INTO attempts", row)?)
    }
}
