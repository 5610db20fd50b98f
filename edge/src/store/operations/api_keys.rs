//! The project's API keys: made, listed, revoked. Only the hash of a key's secret is here.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{ApiKeyRow, CreateApiKey, KeyProof, ListApiKeys, Refusal, RevokeApiKey};
use crate::store::sql::{Sql, json};
use latchkey_shared::{KeyScope, Mode};

/// At most so many keys per mode.
const KEYS_MAX: i64 = 100;

columns! { ApiKeyRow { id, mode, name, scopes: json, created, used } }

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

    pub(super) fn create_api_key(&self, asked: CreateApiKey) -> Outcome<ApiKeyRow> {
        let actor = match &asked.by {
            Some(key) => self.authorize(key, KeyScope::Admin)?.actor,
            None => "owner".to_owned(),
        };
        // A project that is not there has no keys.
        self.project()?;
        let mode = asked.new.mode;
        let statement = "SELECT count(*) FROM api_keys WHERE mode = ?";
        let count: Option<i64> = self.sql.value(statement, &[mode.as_str().into()])?;
        if count.is_some_and(|count| count >= KEYS_MAX) {
            return Err(Refusal::InUse.into());
        }
        self.insert_api_key(&asked.new, &asked.name, &asked.scopes)?;
        self.audit(Some(mode), &actor, "api-key.create", &asked.new.id, &asked.name)?;
        self.api_key(mode, &asked.new.id)
    }

    pub(super) fn list_api_keys(&self, asked: ListApiKeys) -> Outcome<Vec<ApiKeyRow>> {
        let mode = self.authorize(&asked.key, KeyScope::Admin)?.mode;
        let values = [mode.as_str().into()];
        Ok(self.sql.select("FROM api_keys WHERE mode = ? ORDER BY created, id", &values)?)
    }

    pub(super) fn revoke_api_key(&self, asked: RevokeApiKey) -> Outcome<ApiKeyRow> {
        let grant = self.authenticate(&asked.key)?;
        let found = self.api_key(grant.mode, &asked.id)?;
        grant.require(KeyScope::Admin)?;
        self.sql.exec("DELETE FROM api_keys WHERE id = ?", &[asked.id.clone().into()])?;
        self.audit(Some(grant.mode), &grant.actor, "api-key.revoke", &asked.id, &found.name)?;
        Ok(found)
    }

    fn api_key(&self, mode: Mode, id: &str) -> Outcome<ApiKeyRow> {
        let values = [mode.as_str().into(), id.into()];
        let found = self.sql.select_one("FROM api_keys WHERE mode = ? AND id = ?", &values)?;
        Ok(found.ok_or(Refusal::NotFound)?)
    }
}
