//! Console sessions: a person who signed in. It owns the table `console_sessions`, which holds only the hash of a secret.
//!
//! A session stands for an API key wherever one is asked for. What it may do is decided anew with each request: its role, cut
//! to the scopes that its key has now, or the role that its e-mail address has now. So it ends with its key, with its
//! membership, after a time, and when it is not used. It refuses ever to have `credentials:read`.

use super::audit::shown_address;
use super::authenticate::{Grant, Limits, Person, same};
use crate::store::object::{Outcome, Stop, Store, fault};
use crate::store::protocol::{
    Actor, ConsoleSessionRow, ConsoleSessionView, KeyProof, ListConsoleSessions, ReadConsole, Refusal,
    RevokeConsoleSession, SignIn, SignInWay, SignOut, role_of_member,
};
use crate::store::sql::{Sql, SqlError};
use latchkey_shared::audit::{AddressForm, AuditAction};
use latchkey_shared::console::ConsoleRole;
use latchkey_shared::limits::{CONSOLE_IDLE_MINUTES, CONSOLE_SESSION_MINUTES, CONSOLE_SESSIONS_MAX};
use latchkey_shared::{KeyScope, Mode};

/// How exactly the last use is recorded, in milliseconds, so that not every request writes.
const USE_MS: i64 = 60_000;
/// After how long without a request it ends, in milliseconds.
const IDLE_MS: i64 = CONSOLE_IDLE_MINUTES * 60_000;
/// After how long it ends, in milliseconds.
const LIFE_MS: i64 = CONSOLE_SESSION_MINUTES * 60_000;

/// A stored session with what its key allows now.
struct Stored {
    id: String,
    mode: Mode,
    hash: String,
    role: ConsoleRole,
    name: String,
    key: Option<String>,
    email: Option<String>,
    created: i64,
    expires: i64,
    used: i64,
    address: Option<String>,
    agent: Option<String>,
    key_scopes: Option<Vec<KeyScope>>,
    key_expires: Option<i64>,
    key_addresses: Option<Vec<String>>,
}

columns! {
    Stored {
        id = "console_sessions.id",
        mode = "console_sessions.mode",
        hash = "console_sessions.hash",
        role,
        name = "console_sessions.name",
        key, email,
        created = "console_sessions.created",
        expires = "console_sessions.expires",
        used = "console_sessions.used",
        address, agent,
        key_scopes: json = "api_keys.scopes",
        key_expires = "api_keys.expires",
        key_addresses: json = "api_keys.addresses",
    }
}

const FROM: &str = "FROM console_sessions LEFT JOIN api_keys ON api_keys.id = console_sessions.key
    AND api_keys.mode = console_sessions.mode WHERE console_sessions.mode = ?";

impl Stored {
    /// When it ends, if it is not used again.
    fn end(&self) -> i64 {
        let end = self.expires.min(self.used + IDLE_MS);
        self.key_expires.map_or(end, |expires| end.min(expires))
    }

    /// The role that the key allows now. `None`: the key is gone, or may not sign in anymore.
    fn role_by_key(&self) -> Option<ConsoleRole> {
        match (&self.key, &self.key_scopes) {
            (None, _) => Some(self.role),
            (Some(_), Some(scopes)) if scopes.contains(&KeyScope::Console) => {
                Some(self.role.min(ConsoleRole::of_key(scopes)))
            }
            (Some(_), _) => None,
        }
    }

    /// What it may do in a role.
    fn scopes(&self, role: ConsoleRole) -> Vec<KeyScope> {
        let allowed = |scope: &KeyScope| self.key_scopes.as_ref().is_none_or(|key| key.contains(scope));
        role.scopes().iter().copied().filter(allowed).collect()
    }

    fn row(self, role: ConsoleRole) -> ConsoleSessionRow {
        ConsoleSessionRow {
            role,
            scopes: self.scopes(role),
            expires: self.key_expires.map_or(self.expires, |end| end.min(self.expires)),
            id: self.id,
            mode: self.mode,
            name: self.name,
            key: self.key,
            email: self.email,
            created: self.created,
            used: self.used,
            address: self.address,
            agent: self.agent,
            addresses: self.key_addresses,
        }
    }
}

impl<S: Sql> Store<'_, S> {
    /// Authenticates the token of a console session.
    pub(super) fn authenticate_console(&self, proof: &KeyProof) -> Outcome<(Grant, ConsoleSessionRow)> {
        let stored = self.stored_console(proof.mode, &proof.id)?;
        let known = stored.is_some();
        let right = stored.filter(|stored| same(&stored.hash, &proof.hash));
        // Whoever has the right token of a session that has ended is told so, and counts as one with a wrong token.
        let live = match right {
            Some(stored) => self.live_role(&stored)?.map(|role| (stored, role)),
            None => None,
        };
        let limits = live.as_ref().map(|(stored, _)| Limits {
            expires: stored.key_expires,
            addresses: stored.key_addresses.clone(),
        });
        let beyond =
            limits.as_ref().and_then(|limits| limits.check(proof.address.as_deref(), self.now).err());
        let refused = (proof.mode, AuditAction::ConsoleSessionRefuse);
        let (stored, role) = self
            .counted(live.filter(|_| beyond.is_none()))
            .map_err(|stop| match (stop.is(&Refusal::Unknown), beyond) {
                (true, Some(beyond)) => beyond,
                _ => stop,
            })
            .or_else(|stop| self.refuse_login(stop, known, refused, &proof.id))?;
        if stored.used + USE_MS <= self.now {
            let values = [self.now.into(), proof.id.clone().into()];
            self.sql.exec("UPDATE console_sessions SET used = ? WHERE id = ?", &values)?;
        }
        let grant = Grant {
            mode: proof.mode,
            actor: stored.id.clone(),
            maker: stored.key.clone().unwrap_or_else(|| stored.id.clone()),
            person: Some(Person {
                role,
                name: stored.name.clone(),
                key: stored.key.clone(),
                is_member: stored.email.is_some(),
            }),
            limits: limits.unwrap_or_default(),
            scopes: stored.scopes(role),
        };
        Ok((grant, Stored { used: self.now.max(stored.used), ..stored }.row(role)))
    }

    /// The role of a session now. `None`: it has ended.
    fn live_role(&self, stored: &Stored) -> Outcome<Option<ConsoleRole>> {
        if stored.end() <= self.now {
            return Ok(None);
        }
        match &stored.email {
            None => Ok(stored.role_by_key()),
            Some(email) => Ok(role_of_member(&self.project()?.settings.console_members, email, stored.mode)),
        }
    }

    /// The role of a session now, for the live channel. `None`: it has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn console_role(&self, mode: Mode, id: &str) -> Result<Option<ConsoleRole>, SqlError> {
        let stored = self.stored_console(mode, id).map_err(fault)?;
        // Without a project nobody is signed in anymore.
        if stored.is_none() || self.own_id()?.is_none() {
            return Ok(None);
        }
        stored.map(|stored| self.live_role(&stored)).transpose().map(Option::flatten).map_err(fault)
    }

    fn stored_console(&self, mode: Mode, id: &str) -> Outcome<Option<Stored>> {
        let values = [mode.as_str().into(), id.into()];
        Ok(self.sql.select_one(&[FROM, " AND console_sessions.id = ?"].concat(), &values)?)
    }

    pub(super) fn sign_in(&self, operation: SignIn) -> Outcome<ConsoleSessionView> {
        let new = operation.new;
        // The same call came before, and its reply was lost.
        let made = self.stored_console(new.mode, &new.id)?;
        if made.is_some_and(|stored| same(&stored.hash, &new.hash)) {
            return self.console_view(&new);
        }
        let (role, name, key, email, how) = match &operation.way {
            SignInWay::Key(proof) => {
                // Also while the project is marked to be deleted: an admin can restore it.
                let grant = self.prove(proof)?;
                grant.require(KeyScope::Console)?;
                let role = ConsoleRole::of_key(&grant.scopes);
                (role, self.key_name(&proof.id)?, Some(proof.id.clone()), None, "API key")
            }
            SignInWay::Link(proof) => {
                let link = self.use_console_link(proof)?;
                (link.role, link.name, link.key, None, "link")
            }
            SignInWay::Email(email) => {
                let members = self.project()?.settings.console_members;
                let Some(role) = role_of_member(&members, email, new.mode) else {
                    let refused = (new.mode, AuditAction::ConsoleSessionRefuse);
                    self.note_refused_login(refused, email, "not a member")?;
                    return Err(Refusal::NotAMember.into());
                };
                (role, email.clone(), None, Some(email.clone()), "Cloudflare Access")
            }
        };
        let mode_of_proof = match &operation.way {
            SignInWay::Key(proof) | SignInWay::Link(proof) => proof.mode,
            SignInWay::Email(_) => new.mode,
        };
        if mode_of_proof != new.mode {
            return Err(Refusal::Unknown.into());
        }
        let project = self.project()?;
        let address = self.asker.as_ref().and_then(|asker| asker.address.as_ref());
        let address = address
            .and_then(|(address, hash)| shown_address(AddressForm::Network, address, hash, project.id));
        let row = vec![
            ("id", new.id.clone().into()),
            ("mode", new.mode.as_str().into()),
            ("hash", new.hash.clone().into()),
            ("role", role.as_str().into()),
            ("name", name.clone().into()),
            ("key", key.into()),
            ("email", email.into()),
            ("created", self.now.into()),
            ("expires", (self.now + LIFE_MS).into()),
            ("used", self.now.into()),
            ("address", address.into()),
            ("agent", operation.agent.into()),
        ];
        self.sql.insert("INTO console_sessions", row)?;
        self.keep_newest_of("console_sessions", new.mode, CONSOLE_SESSIONS_MAX)?;
        self.schedule(self.now + LIFE_MS);
        let detail = [role.as_str(), "; ", how, "; ", &name].concat();
        let actor = Actor::console(&new.id, &name);
        self.audit(Some(new.mode), actor, AuditAction::ConsoleSessionCreate, &new.id, &detail)?;
        self.console_view(&new)
    }

    /// A session that has just begun. One whose key ended meanwhile has ended too.
    fn console_view(&self, proof: &KeyProof) -> Outcome<ConsoleSessionView> {
        let stored = self.stored_console(proof.mode, &proof.id)?.ok_or(Refusal::Unknown)?;
        let role = self.live_role(&stored)?.ok_or(Refusal::Unknown)?;
        Ok(ConsoleSessionView { session: stored.row(role), project: self.project()? })
    }

    pub(super) fn read_console(&self, operation: ReadConsole) -> Outcome<ConsoleSessionView> {
        let (_, session) = self.authenticate_console(&operation.key)?;
        Ok(ConsoleSessionView { session, project: self.project()? })
    }

    pub(super) fn list_console_sessions(
        &self,
        operation: ListConsoleSessions,
    ) -> Outcome<Vec<ConsoleSessionRow>> {
        let mode = self.authorize(&operation.key, KeyScope::Admin)?.mode;
        let from = [FROM, " ORDER BY console_sessions.created DESC, console_sessions.id DESC"].concat();
        let stored: Vec<Stored> = self.sql.select(&from, &[mode.as_str().into()])?;
        let mut rows = Vec::new();
        for stored in stored {
            if let Some(role) = self.live_role(&stored)? {
                rows.push(stored.row(role));
            }
        }
        Ok(rows)
    }

    pub(super) fn revoke_console_session(
        &self,
        operation: RevokeConsoleSession,
    ) -> Outcome<ConsoleSessionRow> {
        let grant = self.authenticate(&operation.key)?;
        let stored = self.stored_console(grant.mode, &operation.id)?.ok_or(Refusal::NotFound)?;
        let role = self.live_role(&stored)?.ok_or(Refusal::NotFound)?;
        // A person may always end their own session.
        if grant.person.is_none() || grant.actor != stored.id {
            grant.require(KeyScope::Admin)?;
        }
        self.end_console_session(&grant, &stored.id, "revoked")?;
        Ok(stored.row(role))
    }

    pub(super) fn sign_out(&self, operation: SignOut) -> Outcome<()> {
        match self.authenticate_console(&operation.key) {
            Ok((grant, session)) => self.end_console_session(&grant, &session.id, "signed out"),
            // It has ended already.
            Err(stop) if stop.is(&Refusal::Unknown) => Ok(()),
            Err(Stop::Refused(Refusal::AddressNotAllowed | Refusal::KeyExpired)) => Ok(()),
            Err(stop) => Err(stop),
        }
    }

    fn end_console_session(&self, grant: &Grant, id: &str, how: &str) -> Outcome<()> {
        self.sql.exec("DELETE FROM console_sessions WHERE id = ?", &[id.into()])?;
        self.audit_key(grant, AuditAction::ConsoleSessionEnd, id, how)
    }
}
