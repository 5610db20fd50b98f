//! Creates, reads, lists, shares and revokes connect sessions. It owns the table `sessions`; `leases.rs` leases a session to
//! one attempt at a time.

use super::authenticate::Grant;
use super::leases::StoredLease;
use super::session_events::TOLD_AFTER_MS;
use crate::store::object::{Outcome, Stop, Store};
use crate::store::protocol::{
    CreateSession, CurrentConnection, KeyProof, OpenedSession, Refusal, RevokeSession, SaveProgress,
    SessionByApiKey, SessionById, SessionByToken, SessionInProject, SessionRow, ShareSession,
};
use crate::store::sql::{Sql, Value, json};
use latchkey_shared::audit::AuditAction;
use latchkey_shared::limits::{ACCOUNTS_SHOWN_MAX, SESSION_BYTES_MAX};
use latchkey_shared::session::SessionState;
use latchkey_shared::{KeyScope, Mode};

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
        shared, created, made_by, ended, linked_name, take_over,
        refusal: json,
    }
}

columns! {
    CurrentConnection {
        app, name, description, version,
        credentials: json,
        stored = "version_created",
        key_name = "json_extract(report, '$.key.name')",
        organization = "json_extract(report, '$.organization.id')",
    }
}

/// What a session's page may know of another account of its person.
struct AccountOfPerson {
    app: String,
    created: i64,
}

columns! { AccountOfPerson { app, created } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn create_session(&self, new: CreateSession) -> Outcome<OpenedSession> {
        let mut session = new.session;
        let grant = if new.relink == Some(true)
            && let Some(id) = session.connection
        {
            self.authorize_to_relink(&new.key, &session.providers, id)?
        } else {
            self.authorize(&new.key, KeyScope::SessionsWrite)?
        };
        let project = self.project()?;
        // A session for an account shows and replaces what the account has. This is refused first, so that nobody else
        // learns which accounts there are.
        if session.connection.is_some() {
            grant.require(KeyScope::ConnectionsWrite)?;
        }
        if let Some(id) = self.created_before(new.key.mode, &grant.actor, new.once.as_ref())? {
            match self.session(&id) {
                // It was deleted to make room, so a new one is made.
                Err(Stop::Refused(Refusal::Unknown)) => {}
                found => return Ok(OpenedSession { project, id, expires: found?.session.expires }),
            }
        }
        if session.end_user.id.is_empty() {
            self.name_the_person(&mut session)?;
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
            if session.providers != [current.app.clone()] {
                return Err(Refusal::NoSuchConnection.into());
            }
            let found = self.connection_in_project(new.key.mode, &current.app, id)?;
            self.require_editable(&found)?;
        }
        if json_bytes(&session)? + json_bytes(&origins)? > SESSION_BYTES_MAX {
            return Err(Refusal::SessionTooLarge.into());
        }
        self.require_room_for_session(new.key.mode)?;
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
            ("made_by", grant.maker.clone().into()),
            ("created", self.now.into()),
            ("connection", session.connection.map(|id| id.to_string()).into()),
            ("return_url", session.return_url.into()),
            ("refresh_url", session.refresh_url.into()),
            ("locale", session.locale.into()),
            ("metadata", json(&session.metadata)?),
            ("take_over", session.take_over.map(i64::from).into()),
        ];
        self.sql.insert("INTO sessions", row)?;
        self.note_created(new.key.mode, &grant.actor, new.once, &new.proof.id)?;
        let connection = session.connection.map(|id| ["account ", &id.to_string()].concat());
        let detail = connection.unwrap_or_else(|| session.providers.join(", "));
        self.audit_key(&grant, AuditAction::SessionCreate, &new.proof.id, &detail)?;
        self.schedule(expires + TOLD_AFTER_MS);
        Ok(OpenedSession { project, id: new.proof.id, expires })
    }

    pub(super) fn session_by_id(&self, operation: SessionById) -> Outcome<SessionInProject> {
        let mut found = SessionInProject { project: self.branded_project()?, ..self.session(&operation.id)? };
        if found.project.ends.is_some() {
            found.session.state = SessionState::Revoked;
        }
        // An origin that the project has lost frames nothing, not even a session that is open.
        let (mode, project) = (found.session.mode, &found.project.allowed_origins);
        found.session.origins.retain(|origin| project.contains(origin) || is_local(origin, mode));
        Ok(found)
    }

    pub(super) fn session_by_token(&self, operation: SessionByToken) -> Outcome<SessionInProject> {
        let by_share = self.authenticate_session(&operation.proof)?;
        if operation.opens == Some(true) {
            self.note_opened(&operation.proof.id, by_share)?;
        }
        let found = self.session(&operation.proof.id)?;
        // An invited person learns nothing of the other accounts.
        let accounts =
            (!by_share && found.session.providers.len() > 1).then(|| self.accounts_of_person(&found.session));
        Ok(SessionInProject { by_share, accounts: accounts.transpose()?, ..found })
    }

    /// The newest accounts of a session's person: provider, and when it was made.
    fn accounts_of_person(&self, session: &SessionRow) -> Outcome<Vec<(String, i64)>> {
        let from = "FROM connections INDEXED BY connections_end_user \
            WHERE mode = ? AND json_extract(end_user, '$.id') = ? ORDER BY created DESC, id DESC LIMIT ?";
        let limit = i64::try_from(ACCOUNTS_SHOWN_MAX).unwrap_or(i64::MAX);
        let values = [session.mode.as_str().into(), session.end_user.id.clone().into(), limit.into()];
        let found: Vec<AccountOfPerson> = self.sql.select(from, &values)?;
        Ok(found.into_iter().map(|account| (account.app, account.created)).collect())
    }

    pub(super) fn session_by_api_key(&self, operation: SessionByApiKey) -> Outcome<SessionInProject> {
        let (grant, found) = self.session_for(&operation.key, &operation.id)?;
        // The key that made a session knows what is in it.
        let own = found.session.made_by.as_deref() == Some(&grant.maker);
        if !(own && grant.has(KeyScope::SessionsWrite)) {
            grant.require(KeyScope::SessionsRead)?;
        }
        Ok(found)
    }

    /// The session of the key's mode with this id. The caller requires the scope.
    pub(super) fn session_for(&self, key: &KeyProof, id: &str) -> Outcome<(Grant, SessionInProject)> {
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
            self.audit_key(&grant, AuditAction::SessionRevoke, &operation.id, detail)?;
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
        let values = [operation.hash.clone().into(), operation.proof.id.clone().into()];
        // No change: the call was sent twice, or nothing was shared to withdraw.
        let same =
            "SELECT 1 FROM sessions WHERE share_hash IS ? AND id = ? AND coalesce(linked_hash, hash) = hash";
        if self.sql.exists(same, &values)? {
            return self.session(&operation.proof.id);
        }
        let action =
            if operation.hash.is_some() { AuditAction::SessionShare } else { AuditAction::SessionUnshare };
        self.audit_session(&operation.proof, false, action, &operation.proof.id, "")?;
        // An attempt with the token that ends now can no longer be stored, so it must not hold the session.
        let lease = self.stored_lease(&operation.proof.id)?;
        if let Some(attempt) = lease.filter(|lease| lease.by_share).and_then(|lease| lease.attempt) {
            self.reopen(&operation.proof.id, &attempt)?;
        }
        let shared = operation.hash.as_ref().map(|_| self.now);
        let values = [operation.hash.into(), shared.into(), operation.proof.id.clone().into()];
        let statement = "UPDATE sessions SET share_hash = ?, shared = ?, linked_hash = NULL, share_leases = 0 WHERE id = ?";
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

    pub(super) fn session(&self, id: &str) -> Outcome<SessionInProject> {
        let found = self.sql.select_one("FROM sessions WHERE id = ?", &[id.into()])?;
        let mut session = self.unless_lease_is_over(found.ok_or(Refusal::Unknown)?);
        if session.state == SessionState::Open && session.connection.is_some() && self.is_needless(id)? {
            session.state = SessionState::Revoked;
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
            accounts: None,
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

/// The bytes of a value as JSON.
pub(super) fn json_bytes(value: &impl serde::Serialize) -> Outcome<usize> {
    Ok(serde_json::to_string(value)?.len())
}

/// The origins that may embed a session.
pub(super) fn origins(allowed: Option<Vec<String>>, project: &[String], mode: Mode) -> Outcome<Vec<String>> {
    let mut origins = match allowed {
        Some(origins) if origins.is_empty() => return Ok(origins),
        Some(origins) => origins,
        None => project.to_vec(),
    };
    if !origins.iter().all(|origin| project.contains(origin) || is_local(origin, mode)) {
        return Err(Refusal::OriginNotAllowed.into());
    }
    if mode == Mode::Test {
        origins.extend(["http://localhost:*".to_owned(), "http://127.0.0.1:*".to_owned()]);
    }
    Ok(origins)
}

/// Whether test mode allows the origin in every project.
fn is_local(origin: &str, mode: Mode) -> bool {
    let local = ["http://localhost", "http://127.0.0.1"];
    mode == Mode::Test && local.iter().any(|host| origin.starts_with(host))
}

/// For a backend an unknown session is 404, where a page gets an unknown token.
fn unknown_is_not_found(stop: Stop) -> Stop {
    match stop {
        Stop::Refused(Refusal::Unknown) => Refusal::NotFound.into(),
        other => other,
    }
}
