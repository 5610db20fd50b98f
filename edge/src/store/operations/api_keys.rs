//! Creates, lists, narrows and revokes a project's API keys. It owns the table `api_keys`, which holds only the hash of a
//! secret. It refuses every key that could do more than the key that makes it.

use super::authenticate::{Grant, Limits};
use super::leases::LEASE_MS;
use super::session_events::TOLD_AFTER_MS;
use super::sessions::REVOKED;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    Actor, ApiKeyRow, CreateApiKey, KeyProof, ListApiKeys, NarrowApiKey, Refusal, RevokeApiKey, RevokedApiKey,
};
use crate::store::sql::{Sql, Value, json};
use crate::time::iso;
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::{KeyScope, Mode};

/// The most keys of a mode.
const KEYS_MAX: i64 = 100;

columns! { ApiKeyRow { id, mode, name, scopes: json, created, used, expires, addresses: json, made_by } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn insert_api_key(&self, key: &KeyProof, name: &str, scopes: &[KeyScope]) -> Outcome<()> {
        let row = vec![
            ("id", key.id.clone().into()),
            ("mode", key.mode.as_str().into()),
            ("hash", key.hash.clone().into()),
            ("name", name.into()),
            ("scopes", json(&scopes)?),
            ("created", self.now.into()),
        ];
        Ok(self.sql.insert("INTO api_keys", row)?)
    }

    pub(super) fn create_api_key(&self, operation: CreateApiKey) -> Outcome<ApiKeyRow> {
        let (actor, limits) = match &operation.by {
            Some(key) => {
                let grant = self.authorize(key, KeyScope::Admin)?;
                operation.scopes.iter().try_for_each(|scope| grant.require(*scope))?;
                (grant.audited(), grant.limits)
            }
            None => (Actor::of(ActorType::Owner), Limits::default()),
        };
        // Refuses when there is no project: it can have no keys.
        self.project()?;
        self.require_unmarked()?;
        let mode = operation.new.mode;
        let maker = if operation.by.is_some() { actor.id.clone() } else { "owner".to_owned() };
        if let Some(id) = self.created_before(mode, &maker, operation.once.as_ref())? {
            return self.api_key(mode, &id);
        }
        // The owner can always make a key, to delete what fills the database.
        if operation.by.is_some() {
            self.require_storage()?;
        }
        let wanted = Limits { expires: operation.expires, addresses: operation.addresses };
        let limits = limits.narrowed(wanted)?;
        let statement = "SELECT count(*) FROM api_keys WHERE mode = ?";
        let count: Option<i64> = self.sql.value(statement, &[mode.as_str().into()])?;
        if count.is_some_and(|count| count >= KEYS_MAX) {
            return Err(Refusal::InUse.into());
        }
        let id = operation.new.id.clone();
        self.insert_api_key(&operation.new, &operation.name, &operation.scopes)?;
        self.limit_api_key(&id, &operation.scopes, &limits)?;
        let values = [maker.as_str().into(), id.clone().into()];
        self.sql.exec("UPDATE api_keys SET made_by = ? WHERE id = ?", &values)?;
        self.note_created(mode, &maker, operation.once, &id)?;
        let made = self.api_key(mode, &id)?;
        self.audit(Some(mode), actor, AuditAction::ApiKeyCreate, &id, &detail(&made))?;
        Ok(made)
    }

    pub(super) fn list_api_keys(&self, operation: ListApiKeys) -> Outcome<Vec<ApiKeyRow>> {
        let mode = self.authorize(&operation.key, KeyScope::Admin)?.mode;
        let values = [mode.as_str().into()];
        Ok(self.sql.select("FROM api_keys WHERE mode = ? ORDER BY created, id", &values)?)
    }

    pub(super) fn narrow_api_key(&self, operation: NarrowApiKey) -> Outcome<ApiKeyRow> {
        let (grant, found) = self.api_key_for(&operation.key, &operation.id)?;
        let wanted = operation.scopes.unwrap_or_else(|| found.scopes.clone());
        if !wanted.iter().all(|scope| found.scopes.contains(scope)) {
            return Err(Refusal::Wider("scopes".to_owned()).into());
        }
        // In the order in which they are stored, so that another order is no change.
        let scopes: Vec<_> = found.scopes.iter().copied().filter(|scope| wanted.contains(scope)).collect();
        let before = Limits { expires: found.expires, addresses: found.addresses };
        let wanted = Limits { expires: operation.expires, addresses: operation.addresses };
        let limits = before.narrowed(wanted)?;
        if !limits.allow_the_same(&before) || scopes != found.scopes {
            self.limit_api_key(&found.id, &scopes, &limits)?;
            let revoked = self.narrow_sessions(grant.mode, &found.id, &scopes, limits.expires)?;
            let mut detail = detail(&self.api_key(grant.mode, &found.id)?);
            if revoked > 0 {
                detail += &revoked_sessions(revoked);
            }
            self.audit_key(&grant, AuditAction::ApiKeyNarrow, &found.id, &detail)?;
        }
        self.api_key(grant.mode, &found.id)
    }

    pub(super) fn revoke_api_key(&self, operation: RevokeApiKey) -> Outcome<RevokedApiKey> {
        let (grant, key) = self.api_key_for(&operation.key, &operation.id)?;
        self.sql.exec("DELETE FROM api_keys WHERE id = ?", &[key.id.clone().into()])?;
        self.end_console_of_key(&key.id)?;
        let mut sessions = 0;
        if operation.keep_sessions != Some(true) {
            sessions = self.change_sessions(grant.mode, &key.id, REVOKED, "")?;
        }
        let detail = [key.name.as_str(), &revoked_sessions(sessions)].concat();
        self.audit_key(&grant, AuditAction::ApiKeyRevoke, &key.id, &detail)?;
        Ok(RevokedApiKey { key, sessions })
    }

    /// Takes from the sessions of a key what the key may no longer make. Returns how many were revoked.
    fn narrow_sessions(
        &self,
        mode: Mode,
        id: &str,
        scopes: &[KeyScope],
        expires: Option<i64>,
    ) -> Outcome<u32> {
        if let Some(end) = expires {
            self.change_sessions(mode, id, &format!("expires = min(expires, {end})"), "")?;
            self.schedule(end + TOLD_AFTER_MS);
        }
        if !scopes.contains(&KeyScope::SessionsWrite) {
            return self.change_sessions(mode, id, REVOKED, "");
        }
        if !scopes.contains(&KeyScope::ConnectionsWrite) {
            return self.change_sessions(mode, id, REVOKED, " AND connection IS NOT NULL");
        }
        Ok(0)
    }

    /// Changes the sessions of a key that can still link an account: those that have not expired, and those with an attempt
    /// that may be stored after that. Returns how many.
    fn change_sessions(&self, mode: Mode, id: &str, set: &str, only: &str) -> Outcome<u32> {
        let statement = format!(
            "UPDATE sessions INDEXED BY sessions_made_by SET {set}
            WHERE mode = ? AND made_by = ? AND state IN ('open', 'leased')
                AND expires + iif(state = 'leased', {LEASE_MS}, -1) >= ?{only} RETURNING 1"
        );
        let values = [mode.as_str().into(), id.into(), self.now.into()];
        Ok(self.sql.exec(&statement, &values)?.len() as u32)
    }

    /// The key that a key with the scope `admin` changes. One that does not exist is refused first.
    fn api_key_for(&self, by: &KeyProof, id: &str) -> Outcome<(Grant, ApiKeyRow)> {
        let grant = self.authenticate(by)?;
        let found = self.api_key(grant.mode, id)?;
        grant.require(KeyScope::Admin)?;
        Ok((grant, found))
    }

    fn limit_api_key(&self, id: &str, scopes: &[KeyScope], limits: &Limits) -> Outcome<()> {
        let addresses = limits.addresses.as_ref().map(json).transpose()?;
        let values = [json(&scopes)?, limits.expires.into(), addresses.unwrap_or(Value::Null), id.into()];
        let statement = "UPDATE api_keys SET scopes = ?, expires = ?, addresses = ? WHERE id = ?";
        self.sql.exec(statement, &values)?;
        Ok(())
    }

    fn api_key(&self, mode: Mode, id: &str) -> Outcome<ApiKeyRow> {
        let values = [mode.as_str().into(), id.into()];
        let found = self.sql.select_one("FROM api_keys WHERE mode = ? AND id = ?", &values)?;
        Ok(found.ok_or(Refusal::NotFound)?)
    }
}

/// How many sessions were revoked with a change of their key, for the audit log.
fn revoked_sessions(count: u32) -> String {
    format!("; {count} session{} revoked", if count == 1 { "" } else { "s" })
}

/// The scopes and limits of a key, and its name, for the audit log. The name comes last, so that it cannot look like a
/// scope.
fn detail(key: &ApiKeyRow) -> String {
    let mut detail = key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(expires) = key.expires {
        detail += &["; until ", &iso(expires)].concat();
    }
    if let Some(addresses) = &key.addresses {
        detail += &["; from ", &addresses.join(", ")].concat();
    }
    [&detail, "; ", &key.name].concat()
}
