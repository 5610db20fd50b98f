//! Creates, reads, lists, shares and revokes connect sessions, and leases each to one attempt at a time. It owns the tables
//! `sessions` and `sealed_answers`.

use super::authenticate::Grant;
use crate::ports::BlobKey;
use crate::store::object::{Outcome, Stop, Store};
use crate::store::protocol::{
    CreateSession, CurrentConnection, KeyProof, Lease, LeaseSession, OpenedSession, Refusal, RevokeSession,
    SaveProgress, SessionByApiKey, SessionById, SessionByToken, SessionInProject, SessionRow, ShareSession,
};
use crate::store::sql::{Sql, Value, json};
use latchkey_shared::session::SessionState;
use latchkey_shared::{KeyScope, Mode};

/// How long an attempt holds a session: longer than a verification (thirty seconds, `verify/mod.rs`) and a write can take.
pub(super) const LEASE_MS: i64 = 60_000;

/// How `UPDATE` revokes a session: its attempt cannot be stored, and its shared token ends.
pub(super) const REVOKED: &str =
    "state = 'revoked', attempt = NULL, lease_until = NULL, progress = NULL, share_hash = NULL";

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
        shared, created, made_by, ended, linked_name,
    }
}

/// The attempt that holds a session, and until when.
pub(super) struct StoredLease {
    attempt: Option<String>,
    lease_until: Option<i64>,
}

columns! { StoredLease { attempt, lease_until } }

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
    pub(super) fn create_session(&self, new: CreateSession) -> Outcome<OpenedSession> {
        let grant = self.authorize(&new.key, KeyScope::SessionsWrite)?;
        let project = self.project()?;
        let session = new.session;
        // A session for an account shows and replaces what the account has. This is refused first, so that nobody else
        // learns which accounts there are.
        if session.connection.is_some() {
            grant.require(KeyScope::ConnectionsWrite)?;
        }
        if let Some(id) = self.created_before(new.key.mode, new.once.as_ref())? {
            let expires = self.session(&id)?.session.expires;
            return Ok(OpenedSession { project, id, expires });
        }
        // What a key makes ends with the key.
        let expires = grant.limits.expires.map_or(session.expires, |end| end.min(session.expires));
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
        let organization = session.organization.as_ref().map(json).transpose()?;
        let row = vec![
            ("id", new.proof.id.clone().into()),
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
            ("expires", expires.into()),
            ("made_by", grant.actor.into()),
            ("created", self.now.into()),
            ("connection", session.connection.map(|id| id.to_string()).into()),
            ("return_url", session.return_url.into()),
            ("refresh_url", session.refresh_url.into()),
            ("locale", session.locale.into()),
            ("metadata", json(&session.metadata)?),
        ];
        self.sql.insert("INTO sessions", row)?;
        self.note_created(new.key.mode, new.once, &new.proof.id)?;
        self.schedule(expires + super::due_work::SESSION_KEPT_MS);
        Ok(OpenedSession { project, id: new.proof.id, expires })
    }

    pub(super) fn session_by_id(&self, operation: SessionById) -> Outcome<SessionInProject> {
        Ok(SessionInProject { project: self.branded_project()?, ..self.session(&operation.id)? })
    }

    pub(super) fn session_by_token(&self, operation: SessionByToken) -> Outcome<SessionInProject> {
        let by_share = self.authenticate_session(&operation.proof)?;
        Ok(SessionInProject { by_share, ..self.session(&operation.proof.id)? })
    }

    pub(super) fn session_by_api_key(&self, operation: SessionByApiKey) -> Outcome<SessionInProject> {
        let (grant, found) = self.session_for(&operation.key, &operation.id)?;
        // The key that made a session knows what is in it.
        let own = found.session.made_by.as_deref() == Some(&grant.actor);
        if !(own && grant.has(KeyScope::SessionsWrite)) {
            grant.require(KeyScope::SessionsRead)?;
        }
        Ok(found)
    }

    /// The session of the key's mode with this id. The caller requires the scope.
    fn session_for(&self, key: &KeyProof, id: &str) -> Outcome<(Grant, SessionInProject)> {
        let grant = self.authenticate(key)?;
        let found = self.session(id).map_err(unknown_is_not_found)?;
        if found.session.mode != grant.mode {
            return Err(Refusal::NotFound.into());
        }
        Ok((grant, found))
    }

    pub(super) fn revoke_session(&self, operation: RevokeSession) -> Outcome<SessionState> {
        let (grant, found) = self.session_for(&operation.key, &operation.id)?;
        grant.require(KeyScope::SessionsWrite)?;
        let (set, state) = match found.session.state {
            // The account stays linked. No hash of a token is empty.
            SessionState::Done => ("hash = '', share_hash = NULL, linked_hash = NULL", SessionState::Done),
            _ => (REVOKED, SessionState::Revoked),
        };
        let statement = format!(
            "UPDATE sessions SET {set} WHERE id = ? AND state <> 'revoked' AND hash <> '' RETURNING 1"
        );
        if self.sql.exists(&statement, &[operation.id.clone().into()])? {
            let detail = if state == SessionState::Done { state.as_str() } else { "" };
            self.audit(Some(grant.mode), &grant.actor, "session.revoke", &operation.id, detail)?;
        }
        Ok(state)
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
        let by_share = self.authenticate_session(&operation.proof)?;
        // A share can always be taken back.
        if operation.hash.is_some() {
            self.usable(&operation.proof.id)?;
        }
        if by_share {
            return Err(Refusal::Shared.into());
        }
        let shared = operation.hash.as_ref().map(|_| self.now);
        let values = [operation.hash.into(), shared.into(), operation.proof.id.clone().into()];
        let statement = "UPDATE sessions SET share_hash = ?, shared = ?, linked_hash = NULL WHERE id = ?";
        self.sql.exec(statement, &values)?;
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
        self.authenticate_attempt(&operation.proof)?;
        if let Some(recorded) = self.recorded(&operation.proof.id, &operation.attempt)? {
            return Ok(Lease::Recorded(recorded));
        }
        let found = self.usable(&operation.proof.id)?;
        if let Some((attempt, until)) = self.lease(&operation.proof.id)?
            && attempt != operation.attempt
        {
            return Err(Refusal::Busy(((until - self.now) / 1000 + 1) as u32).into());
        }
        self.check_failures(&operation.proof.id, operation.address.as_deref())?;
        self.note_sealed(&operation)?;
        // An update is written under the id of the connection that it updates.
        let connection = found.session.connection.unwrap_or(operation.key.connection);
        self.note_intent(&BlobKey { connection, ..operation.key })?;
        let statement = "UPDATE sessions SET state = 'leased', attempt = ?, lease_until = ? WHERE id = ?";
        self.sql.exec(
            statement,
            &[operation.attempt.into(), (self.now + LEASE_MS).into(), operation.proof.id.into()],
        )?;
        let known_organization = match &found.current {
            Some(current) => current.organization.clone(),
            None => self.last_organization(&found, &operation.app)?,
        };
        Ok(Lease::Granted { found: Box::new(found), known_organization })
    }

    /// Records the sealed values of this attempt. The same attempt may send them again; another attempt may not.
    fn note_sealed(&self, operation: &LeaseSession) -> Outcome<()> {
        let by_another = "SELECT 1 FROM sealed_answers WHERE session = ? AND enc = ? AND attempt <> ?";
        let record = "INSERT OR IGNORE INTO sealed_answers (session, enc, attempt) VALUES (?, ?, ?)";
        for statement in [by_another, record] {
            for enc in &operation.sealed {
                let values =
                    [operation.proof.id.clone().into(), enc.clone().into(), operation.attempt.clone().into()];
                if self.sql.exists(statement, &values)? {
                    return Err(Refusal::Reused.into());
                }
            }
        }
        Ok(())
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
        let lease = self.sql.select_one("FROM sessions WHERE id = ? AND state = 'leased'", &[id.into()])?;
        let lease = lease.and_then(|lease: StoredLease| lease.attempt.zip(lease.lease_until));
        Ok(lease.filter(|(_, until)| *until > self.now))
    }

    pub(super) fn session(&self, id: &str) -> Outcome<SessionInProject> {
        let found = self.sql.select_one("FROM sessions WHERE id = ?", &[id.into()])?;
        let session = self.unless_lease_is_over(found.ok_or(Refusal::Unknown)?);
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

    /// The session as it is now: once its lease is over, nobody holds it.
    pub(super) fn unless_lease_is_over(&self, (mut session, lease): (SessionRow, StoredLease)) -> SessionRow {
        if session.state == SessionState::Leased && lease.lease_until.is_none_or(|until| until <= self.now) {
            session.state = SessionState::Open;
        }
        session
    }

    /// The connection of a session, as it is now.
    fn current(&self, mode: Mode, id: &str) -> Outcome<Option<CurrentConnection>> {
        let values = [id.into(), mode.as_str().into()];
        Ok(self.sql.select_one("FROM connections WHERE id = ? AND mode = ?", &values)?)
    }
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
