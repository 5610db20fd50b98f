//! Attempts: how each ended, so that repeating one answers the same and a lost answer is never a dead end.

use super::operation::{CommitAttempt, Recorded, RecordedAttempt, Refusal, SettleAttempt};
use super::sql::{Sql, json};
use super::{Ledger, Outcome};
use latchkey_shared::connect::{ConnectResponse, ConnectionSummary};

impl<S: Sql> Ledger<'_, S> {
    pub(super) fn settle_attempt(&self, asked: SettleAttempt) -> Outcome<Recorded> {
        self.authenticate_session(&asked.proof)?;
        self.drop_intent(&asked.blob, asked.written)?;
        let session = asked.proof.id;
        if let Some(recorded) = self.recorded(&session, &asked.attempt)? {
            return Ok(recorded);
        }
        if asked.key_refused {
            self.note_failure(asked.proof.mode, &session, asked.address.as_deref())?;
        }
        self.record(&session, &asked.attempt, &asked.outcome)?;
        let statement = "UPDATE sessions SET state = 'open', attempt = NULL, lease_until = NULL
            WHERE id = ? AND state = 'leased' AND attempt = ?";
        self.sql.exec(statement, &[session.into(), asked.attempt.into()])?;
        Ok(asked.outcome)
    }

    pub(super) fn commit_attempt(&self, asked: CommitAttempt) -> Outcome<Recorded> {
        self.authenticate_session(&asked.proof)?;
        let session = asked.proof.id;
        if let Some(recorded) = self.recorded(&session, &asked.attempt)? {
            // Another run of the same attempt was first: this one's value is not needed.
            self.drop_intent(&asked.connection.key.blob, true)?;
            return Ok(recorded);
        }
        // The lease need not be running any more, but nobody else may have taken the session meanwhile.
        let statement =
            "SELECT end_user, organization FROM sessions WHERE id = ? AND state = 'leased' AND attempt = ?";
        let rows = self.sql.exec(statement, &[session.clone().into(), asked.attempt.clone().into()])?;
        let row = rows.first().ok_or(Refusal::Superseded)?;
        let report = asked.connection.report.clone();
        let id = asked.connection.key.connection;
        let name = self.free_name(asked.proof.mode, &asked.connection.name, id)?;
        self.claim_intent(&asked.connection.key)?;
        let app = asked.connection.app.clone();
        self.reserve_name(asked.proof.mode, &name, id)?;
        self.insert_connection(asked.connection, &name, row.optional_text(0), row.optional_text(1))?;
        let connection = ConnectionSummary { id: id.to_string(), app, name, version: 1 };
        let outcome = Recorded::Accepted(Box::new(ConnectResponse { connection, report }));
        self.record(&session, &asked.attempt, &outcome)?;
        self.sql
            .exec("UPDATE sessions SET state = 'done', lease_until = NULL WHERE id = ?", &[session.into()])?;
        Ok(outcome)
    }

    pub(super) fn recorded_attempt(&self, asked: RecordedAttempt) -> Outcome<Option<Recorded>> {
        self.authenticate_session(&asked.proof)?;
        self.recorded(&asked.proof.id, &asked.attempt)
    }

    pub(super) fn recorded(&self, session: &str, attempt: &str) -> Outcome<Option<Recorded>> {
        let statement = "SELECT outcome FROM attempts WHERE session = ? AND id = ?";
        let rows = self.sql.exec(statement, &[session.into(), attempt.into()])?;
        Ok(rows.first().map(|row| row.json(0)).transpose()?)
    }

    fn record(&self, session: &str, attempt: &str, outcome: &Recorded) -> Outcome<()> {
        let statement = "INSERT INTO attempts (session, id, outcome, created) VALUES (?, ?, ?, ?)";
        self.sql.exec(statement, &[session.into(), attempt.into(), json(outcome)?, self.now.into()])?;
        Ok(())
    }
}
