//! Creates, reads, shares and revokes connect sessions, and leases each to one attempt at a time. It owns the tables
//! `sessions` and `sealed_answers`.

use crate::store::object::{Outcome, Stop, Store};
use crate::store::protocol::{
    CreateSession, CurrentConnection, Lease, LeaseSession, Limit, ProjectView, Refusal, RevokeSession,
    SaveProgress, SessionByApiKey, SessionById, SessionByToken, SessionInProject, SessionRow, ShareSession,
};
use crate::store::sql::{Sql, Value, json};
use latchkey_shared::limits::{ATTEMPTS_MAX, SEALED_MAX, SESSION_BYTES_MAX};
use latchkey_shared::session::SessionState;
use latchkey_shared::{KeyScope, Mode};

/// How long an attempt holds a session: longer than a verification (thirty seconds, `verify/mod.rs`) and a write can take.
pub(super) const LEASE_MS: i64 = 60_000;

columns! {
    SessionRow {
        mode,
        providers: json,
        origins: json,
        end_user: json,
        organization: json,
        connection_name, description,
        scopes: json,
        prefill: json,
        state, expires, connection, return_url, refresh_url, locale,
        metadata: json,
        progress: json,
        shared,
    }
}

/// The attempt that holds a session, and until when.
struct StoredLease {
    attempt: Option<String>,
    lease_until: Option<i64>,
    /// How many leases were granted, and how many attempts were canceled before they arrived.
    leases: i64,
    /// Whether the attempt came with the shared token.
    by_share: bool,
}

columns! { StoredLease { attempt, lease_until, leases, by_share = "lease_by_share" } }

columns! {
    CurrentConnection {
        app, name, description, version,
        credentials: json,
        stored = "version_created",
        key_name = "json_extract(report, '$.key.name')",
        organization = "json_extract(report, '$.organization.id')",
    }
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn create_session(&self, new: CreateSession) -> Outcome<ProjectView> {
        self.authorize(&new.key, KeyScope::SessionsWrite)?;
        let project = self.project()?;
        let session = new.session;
        let origins = origins(new.allowed_origins, &project.allowed_origins, new.key.mode)?;
        if let Some(name) = &session.connection_name
            && self.name_is_taken(new.key.mode, name)?
        {
            return Err(Refusal::NameTaken.into());
        }
        if let Some(id) = session.connection {
            let current = self.current(new.key.mode, &id.to_string())?.ok_or(Refusal::NoSuchConnection)?;
            if session.providers != [current.app] {
                return Err(Refusal::NoSuchConnection.into());
            }
        }
        if json_bytes(&session)? + json_bytes(&origins)? > SESSION_BYTES_MAX {
            return Err(Refusal::SessionTooLarge.into());
        }
        self.require_room_for_session(new.key.mode)?;
        let organization = session.organization.as_ref().map(json).transpose()?;
        let row = vec![
            ("id", new.proof.id.into()),
            ("mode", new.key.mode.as_str().into()),
            ("hash", new.proof.hash.into()),
            ("providers", json(&session.providers)?),
            ("origins", json(&origins)?),
            ("end_user", json(&session.end_user)?),
            ("organization", organization.unwrap_or(Value::Null)),
            ("connection_name", session.connection_name.into()),
            ("description", session.description.into()),
            ("prefill", json(&session.prefill)?),
            ("scopes", json(&session.scopes)?),
            ("state", SessionState::Open.as_str().into()),
            ("expires", session.expires.into()),
            ("created", self.now.into()),
            ("connection", session.connection.map(|id| id.to_string()).into()),
            ("return_url", session.return_url.into()),
            ("refresh_url", session.refresh_url.into()),
            ("locale", session.locale.into()),
            ("metadata", json(&session.metadata)?),
        ];
        self.sql.insert("INTO sessions", row)?;
        self.schedule(session.expires + super::due_work::SESSION_KEPT_MS);
        Ok(project)
    }

    pub(super) fn session_by_id(&self, operation: SessionById) -> Outcome<SessionInProject> {
        Ok(SessionInProject { project: self.branded_project()?, ..self.session(&operation.id)? })
    }

    pub(super) fn session_by_token(&self, operation: SessionByToken) -> Outcome<SessionInProject> {
        let by_share = self.authenticate_session(&operation.proof)?;
        Ok(SessionInProject { by_share, ..self.session(&operation.proof.id)? })
    }

    pub(super) fn session_by_api_key(&self, operation: SessionByApiKey) -> Outcome<SessionInProject> {
        let grant = self.authenticate(&operation.key)?;
        let found = self.session(&operation.id).map_err(unknown_is_not_found)?;
        if found.session.mode != grant.mode {
            return Err(Refusal::NotFound.into());
        }
        grant.require(KeyScope::SessionsWrite)?;
        Ok(found)
    }

    pub(super) fn revoke_session(&self, operation: RevokeSession) -> Outcome<()> {
        let found = self
            .session_by_api_key(SessionByApiKey { key: operation.key.clone(), id: operation.id.clone() })?;
        if found.session.state != SessionState::Done {
            let statement =
                "UPDATE sessions SET state = 'revoked', attempt = NULL, lease_until = NULL, progress = NULL,
                share_hash = NULL WHERE id = ?";
            self.sql.exec(statement, &[operation.id.clone().into()])?;
            self.audit(Some(found.session.mode), &operation.key.id, "session.revoke", &operation.id, "")?;
        }
        Ok(())
    }

    pub(super) fn save_progress(&self, operation: SaveProgress) -> Outcome<()> {
        self.authenticate_session(&operation.proof)?;
        if !self.usable(&operation.proof.id)?.session.providers.contains(&operation.progress.app) {
            return Err(Refusal::NotFound.into());
        }
        let values = [json(&operation.progress)?, operation.proof.id.into()];
        self.sql.exec("UPDATE sessions SET progress = ? WHERE id = ?", &values)?;
        Ok(())
    }

    pub(super) fn share_session(&self, operation: ShareSession) -> Outcome<SessionInProject> {
        if self.authenticate_session(&operation.proof)? {
            return Err(Refusal::Shared.into());
        }
        self.usable(&operation.proof.id)?;
        // An attempt with the token that ends now can no longer be stored, so it must not hold the session.
        let lease = self.stored_lease(&operation.proof.id)?;
        if let Some(attempt) = lease.filter(|lease| lease.by_share).and_then(|lease| lease.attempt) {
            self.reopen(&operation.proof.id, &attempt)?;
        }
        let shared = operation.hash.as_ref().map(|_| self.now);
        let values = [operation.hash.into(), shared.into(), operation.proof.id.clone().into()];
        self.sql.exec("UPDATE sessions SET share_hash = ?, shared = ? WHERE id = ?", &values)?;
        self.session(&operation.proof.id)
    }

    /// The session, if an attempt can still be made with it.
    pub(super) fn usable(&self, id: &str) -> Outcome<SessionInProject> {
        let found = self.session(id)?;
        match found.ended(self.now) {
            Some(refusal) => Err(refusal.into()),
            None => Ok(found),
        }
    }

    pub(super) fn lease_session(&self, operation: LeaseSession) -> Outcome<Lease> {
        let by_share = self.authenticate_session(&operation.proof)?;
        if let Some(recorded) = self.recorded(&operation.proof.id, &operation.attempt)? {
            return Ok(Lease::Recorded(recorded));
        }
        let found = self.usable(&operation.proof.id)?;
        if let Some((attempt, until)) = self.lease(&operation.proof.id)?
            && attempt != operation.attempt
        {
            return Err(Refusal::Busy(((until - self.now) / 1000 + 1) as u32).into());
        }
        if !self.attempts_left(&operation.proof.id)? {
            return Err(Refusal::LimitReached(Limit::Attempts).into());
        }
        let (mode, session) = (found.session.mode, operation.proof.id.clone());
        self.require_room_to_write(mode, found.session.connection.is_none())?;
        self.require_unused(&operation)?;
        self.claim_for_session(mode, &operation.key.blob, &session, operation.address.as_deref())?;
        self.note_sealed(&operation)?;
        self.note_intent(&found.key_to_write(operation.key))?;
        let statement =
            "UPDATE sessions SET state = 'leased', attempt = ?, lease_until = ?, lease_by_share = ?,
            leases = leases + 1 WHERE id = ?";
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

    /// Whether the session may be leased once more.
    pub(super) fn attempts_left(&self, id: &str) -> Outcome<bool> {
        Ok(self.stored_lease(id)?.is_none_or(|lease| lease.leases < ATTEMPTS_MAX))
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

    fn stored_lease(&self, id: &str) -> Outcome<Option<StoredLease>> {
        Ok(self.sql.select_one("FROM sessions WHERE id = ?", &[id.into()])?)
    }

    pub(super) fn session(&self, id: &str) -> Outcome<SessionInProject> {
        let found = self.sql.select_one("FROM sessions WHERE id = ?", &[id.into()])?;
        let (mut session, lease): (SessionRow, StoredLease) = found.ok_or(Refusal::Unknown)?;
        // Once its lease is over, nobody holds the session.
        if session.state == SessionState::Leased && lease.lease_until.is_none_or(|until| until <= self.now) {
            session.state = SessionState::Open;
        }
        let current = match session.connection {
            Some(id) => self.current(session.mode, &id.to_string())?,
            None => None,
        };
        Ok(SessionInProject {
            session,
            current: current.map(Box::new),
            by_share: false,
            project: self.project()?,
        })
    }

    /// The connection of a session, as it is now.
    fn current(&self, mode: Mode, id: &str) -> Outcome<Option<CurrentConnection>> {
        let values = [id.into(), mode.as_str().into()];
        Ok(self.sql.select_one("FROM connections WHERE id = ? AND mode = ?", &values)?)
    }
}

/// The rows of an attempt's sealed values: session, encapsulated key, attempt.
fn sealed_rows(operation: &LeaseSession) -> impl Iterator<Item = [Value; 3]> {
    let LeaseSession { proof, attempt, sealed, .. } = operation;
    sealed.iter().map(|enc| [proof.id.clone().into(), enc.clone().into(), attempt.clone().into()])
}

/// The bytes of a value as JSON.
fn json_bytes(value: &impl serde::Serialize) -> Outcome<usize> {
    Ok(serde_json::to_string(value)?.len())
}

/// The origins that may embed a session.
fn origins(allowed: Option<Vec<String>>, project: &[String], mode: Mode) -> Outcome<Vec<String>> {
    let local = |origin: &String| {
        ["http://localhost", "http://127.0.0.1"].iter().any(|host| origin.starts_with(host))
    };
    let mut origins = match allowed {
        Some(origins) if origins.is_empty() => return Ok(origins),
        Some(origins) => origins,
        None => project.to_vec(),
    };
    if !origins.iter().all(|origin| project.contains(origin) || (mode == Mode::Test && local(origin))) {
        return Err(Refusal::OriginNotAllowed.into());
    }
    if mode == Mode::Test {
        origins.extend(["http://localhost:*".to_owned(), "http://127.0.0.1:*".to_owned()]);
    }
    Ok(origins)
}

/// For a backend an unknown session is 404, where a page gets an unknown token.
fn unknown_is_not_found(stop: Stop) -> Stop {
    match stop {
        Stop::Refused(Refusal::Unknown) => Refusal::NotFound.into(),
        other => other,
    }
}
