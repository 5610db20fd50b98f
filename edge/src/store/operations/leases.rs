//! Leases a session to one attempt at a time, and records which sealed values came with which attempt. It owns the table
//! `sealed_answers`, and the columns of a lease in `sessions`.
//!
//! A lease is refused past the limits of attempts, refused keys and storage. Everything is checked before anything is
//! written, because a refusal does not undo a write.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{Lease, LeaseSession, Limit, Refusal, SessionInProject};
use crate::store::sql::{Sql, Value};
use latchkey_shared::limits::{ATTEMPTS_MAX, ATTEMPTS_PER_SHARE, SEALED_MAX};

/// How long an attempt holds a session: longer than a verification (thirty seconds, `verify/mod.rs`) and a write can take.
pub(super) const LEASE_MS: i64 = 60_000;

/// The attempt that holds a session, and until when.
pub(super) struct StoredLease {
    pub(super) attempt: Option<String>,
    pub(super) lease_until: Option<i64>,
    /// How many leases were granted, and how many attempts were canceled before they arrived.
    leases: i64,
    /// How many of them came with the shared token of now.
    share_leases: i64,
    /// Whether the attempt came with the shared token.
    pub(super) by_share: bool,
}

columns! { StoredLease { attempt, lease_until, leases, share_leases, by_share = "lease_by_share" } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn lease_session(&self, operation: LeaseSession) -> Outcome<Lease> {
        let by_share = self.authenticate_attempt(&operation.proof)?;
        if let Some(recorded) = self.recorded(&operation.proof.id, &operation.attempt)? {
            return Ok(Lease::Recorded(recorded));
        }
        let found = self.usable(&operation.proof.id)?;
        if let Some((attempt, until)) = self.lease(&operation.proof.id)?
            && attempt != operation.attempt
        {
            return Err(Refusal::Busy(((until - self.now) / 1000 + 1) as u32).into());
        }
        if !self.attempts_left(&operation.proof.id, by_share)? {
            let limit = if by_share { Limit::SharedAttempts } else { Limit::Attempts };
            return Err(Refusal::LimitReached(limit).into());
        }
        let (mode, session) = (found.session.mode, operation.proof.id.clone());
        self.require_room_to_write(mode, found.session.connection.is_none())?;
        self.require_unused(&operation)?;
        let token = (session.as_str(), by_share);
        self.claim_for_session(mode, &operation.key.blob, token, operation.address.as_deref())?;
        self.note_sealed(&operation)?;
        self.note_intent(&found.key_to_write(operation.key))?;
        let statement =
            "UPDATE sessions SET state = 'leased', attempt = ?, lease_until = ?, lease_by_share = ?3,
            leases = leases + 1, share_leases = share_leases + ?3 WHERE id = ?";
        let values = [
            operation.attempt.into(),
            (self.now + LEASE_MS).into(),
            i64::from(by_share).into(),
            session.into(),
        ];
        self.sql.exec(statement, &values)?;
        let known_organization = match &found.current {
            Some(current) => current.organization.clone(),
            None => self.last_organization(&found, &operation.app)?,
        };
        Ok(Lease::Granted { found: Box::new(found), known_organization })
    }

    /// Refuses sealed values that came with another attempt. The same attempt may send them again.
    fn require_unused(&self, operation: &LeaseSession) -> Outcome<()> {
        let by_another = "SELECT 1 FROM sealed_answers WHERE session = ? AND enc = ? AND attempt <> ?";
        for values in sealed_rows(operation) {
            if self.sql.exists(by_another, &values)? {
                return Err(Refusal::Reused.into());
            }
        }
        Ok(())
    }

    /// Records the sealed values of this attempt.
    fn note_sealed(&self, operation: &LeaseSession) -> Outcome<()> {
        let record = "INSERT OR IGNORE INTO sealed_answers (session, enc, attempt) VALUES (?, ?, ?)";
        for values in sealed_rows(operation) {
            self.sql.exec(record, &values)?;
        }
        self.keep_newest(&["sealed_answers"], SEALED_MAX, "ORDER BY rowid", &[])
    }

    /// Whether the session may be leased once more with this token. The last attempts are left to the token of the session
    /// itself, and each shared token has a limit of its own.
    pub(super) fn attempts_left(&self, id: &str, by_share: bool) -> Outcome<bool> {
        let left = |lease: StoredLease| match by_share {
            true => {
                lease.share_leases < ATTEMPTS_PER_SHARE && lease.leases < ATTEMPTS_MAX - ATTEMPTS_PER_SHARE
            }
            false => lease.leases < ATTEMPTS_MAX,
        };
        Ok(self.stored_lease(id)?.is_none_or(left))
    }

    /// The organization that this person last linked with a provider.
    fn last_organization(&self, found: &SessionInProject, app: &str) -> Outcome<Option<String>> {
        let statement = "SELECT json_extract(report, '$.organization.id') FROM connections INDEXED BY connections_end_user
            WHERE mode = ? AND app = ? AND json_extract(end_user, '$.id') = ? ORDER BY created DESC LIMIT 1";
        let person = found.session.end_user.id.clone();
        let values = [found.session.mode.as_str().into(), app.into(), person.into()];
        let organization: Option<Option<String>> = self.sql.value(statement, &values)?;
        Ok(organization.flatten())
    }

    /// The attempt that holds the session now, and until when.
    pub(super) fn lease(&self, id: &str) -> Outcome<Option<(String, i64)>> {
        let lease = self.stored_lease(id)?.and_then(|lease| lease.attempt.zip(lease.lease_until));
        Ok(lease.filter(|(_, until)| *until > self.now))
    }

    /// The lease that was granted last, even if it is over.
    pub(super) fn stored_lease(&self, id: &str) -> Outcome<Option<StoredLease>> {
        Ok(self.sql.select_one("FROM sessions WHERE id = ?", &[id.into()])?)
    }
}

/// The rows of an attempt's sealed values: session, encapsulated key, attempt.
fn sealed_rows(operation: &LeaseSession) -> impl Iterator<Item = [Value; 3]> {
    let LeaseSession { proof, attempt, sealed, .. } = operation;
    sealed.iter().map(|enc| [proof.id.clone().into(), enc.clone().into(), attempt.clone().into()])
}
