//! Sessions for a new key of an account, for the person who linked it: those that a backend asks for, and those that a project
//! wants made by themselves when an account needs a new key. It owns what such a session takes from its account.

use super::authenticate::Grant;
use super::session_events::TOLD_AFTER_MS;
use crate::store::object::{Outcome, Stop, Store};
use crate::store::protocol::{
    Actor, ArmSessions, ConnectionRow, KeyProof, MADE_BY_ITSELF, Refusal, SessionRow,
};
use crate::store::sql::{Sql, json};
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::{ConnectionId, KeyScope, Mode, base62};

/// How long a session that is made by itself lives, in milliseconds.
const LIVES_MS: i64 = 30 * 24 * 3_600_000;

/// Who linked an account, as JSON.
struct Linker {
    end_user: Option<String>,
    organization: Option<String>,
}

columns! { Linker { end_user, organization } }

impl<S: Sql> Store<'_, S> {
    /// Authenticates a key that asks for a session for an account of one of these providers. An account that is not there is
    /// refused first, because 404 takes precedence over 403.
    pub(super) fn authorize_to_relink(
        &self,
        key: &KeyProof,
        providers: &[String],
        id: ConnectionId,
    ) -> Outcome<Grant> {
        let grant = self.authenticate(key)?;
        let app = providers.first().ok_or(Refusal::NotFound)?;
        self.connection_in_project(grant.mode, app, id)?;
        grant.require(KeyScope::SessionsWrite)?;
        Ok(grant)
    }

    /// Names the person and the customer of the session's account in the session.
    pub(super) fn name_the_person(&self, session: &mut SessionRow) -> Outcome<()> {
        let id = session.connection.map(|id| id.to_string());
        let linker: Option<Linker> = self.sql.select_one("FROM connections WHERE id = ?", &[id.into()])?;
        let linker = linker.ok_or(Refusal::NotFound)?;
        let end_user = linker.end_user.ok_or(Refusal::NobodyLinked)?;
        session.end_user = serde_json::from_str(&end_user)?;
        session.organization = linker.organization.as_deref().map(serde_json::from_str).transpose()?;
        Ok(())
    }
}
impl<S: Sql> Store<'_, S> {
    /// Makes a session for a new key of an account, if the project wants that and a person linked the account. Returns its id.
    ///
    /// Nobody has a token of it yet: the Worker derives one when it tells a backend of the session
    /// ([`Self::arm_sessions`]). A session of an earlier time that can still be used is used again.
    pub(super) fn relink_by_itself(&self, mode: Mode, row: &ConnectionRow) -> Outcome<Option<String>> {
        let (Some(end_user), true) = (&row.end_user, self.project()?.settings.care.relink) else {
            return Ok(None);
        };
        let account = row.id.to_string();
        let usable =
            "SELECT id FROM sessions INDEXED BY sessions_connection WHERE mode = ? AND connection = ?
            AND relink = 1 AND state IN ('open', 'leased') AND expires > ? LIMIT 1";
        let values = [mode.as_str().into(), account.clone().into(), self.now.into()];
        if let Some(id) = self.sql.value(usable, &values)? {
            return Ok(Some(id));
        }
        match self.require_room_for_session(mode) {
            Err(Stop::Refused(_)) => return Ok(None),
            room => room?,
        }
        let random: Option<String> = self.sql.value("SELECT hex(randomblob(16))", &[])?;
        let random = random.and_then(|hex| u128::from_str_radix(&hex, 16).ok()).unwrap_or_default();
        let id = base62::encode(random);
        let project = self.project()?;
        let values = vec![
            ("id", id.clone().into()),
            ("mode", mode.as_str().into()),
            // The hash of no token.
            ("hash", "".into()),
            ("providers", json(&[&row.app])?),
            ("origins", json(&super::sessions::origins(None, &project.allowed_origins, mode)?)?),
            ("end_user", end_user.as_str().into()),
            ("organization", row.organization.clone().into()),
            ("prefill", "[]".into()),
            ("state", "open".into()),
            ("expires", (self.now + LIVES_MS).into()),
            ("made_by", MADE_BY_ITSELF.into()),
            ("relink", 1_u32.into()),
            ("created", self.now.into()),
            ("connection", account.clone().into()),
        ];
        self.sql.insert("INTO sessions", values)?;
        let detail = ["account ", &account].concat();
        self.audit(Some(mode), Actor::of(ActorType::Timer), AuditAction::SessionCreate, &id, &detail)?;
        self.schedule(self.now + LIVES_MS + TOLD_AFTER_MS);
        Ok(Some(id))
    }

    /// Whether a session was made by itself, and its account does not need a new key anymore.
    pub(super) fn is_needless(&self, session: &str) -> Outcome<bool> {
        let statement = "SELECT 1 FROM sessions JOIN connections ON connections.id = sessions.connection
            WHERE sessions.id = ? AND relink = 1 AND connections.health <> 'needs_new_key'";
        Ok(self.sql.exists(statement, &[session.into()])?)
    }

    /// Gives sessions that were made by themselves the token that the Worker derived, and returns those that can be used,
    /// with the time when they expire.
    ///
    /// Only a key that may make such a session itself gets one. The session is that key's from then on: it ends with the key,
    /// and no other key gets it.
    pub(super) fn arm_sessions(&self, operation: ArmSessions) -> Outcome<Vec<(String, i64)>> {
        let grant = self.authenticate(&operation.key)?;
        if !(grant.has(KeyScope::SessionsWrite) && grant.has(KeyScope::ConnectionsWrite)) {
            return Ok(Vec::new());
        }
        let mut usable = Vec::new();
        for (id, hash) in operation.sessions {
            if self.is_needless(&id)? {
                continue;
            }
            let arm = "UPDATE sessions SET hash = ?, made_by = ?, expires = min(expires, ?) WHERE id = ? AND mode = ?
                AND relink = 1 AND hash = '' AND state = 'open' RETURNING 1";
            let end = grant.limits.expires.unwrap_or(i64::from(u32::MAX) * 1000);
            let mode = grant.mode.as_str();
            let actor = grant.maker.as_str();
            let values = [hash.into(), actor.into(), end.into(), id.clone().into(), mode.into()];
            if self.sql.exists(arm, &values)? {
                self.audit_key(&grant, AuditAction::SessionShare, &id, "the link for a new key")?;
                self.schedule(end + TOLD_AFTER_MS);
            }
            let statement =
                "SELECT expires FROM sessions WHERE id = ? AND mode = ? AND made_by = ? AND relink = 1
                AND hash <> '' AND state IN ('open', 'leased') AND expires > ?";
            let values = [id.clone().into(), mode.into(), actor.into(), self.now.into()];
            usable.extend(self.sql.value::<i64>(statement, &values)?.map(|expires| (id, expires)));
        }
        Ok(usable)
    }
}
