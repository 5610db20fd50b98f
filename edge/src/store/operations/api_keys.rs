//! Creates, lists and revokes a project's API keys. It owns the table `api_keys`, which holds only the hash of a secret.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{ApiKeyRow, CreateApiKey, KeyProof, ListApiKeys, Refusal, RevokeApiKey};
use crate::store::sql::{Sql, json};
use latchkey_shared::{KeyScope, Mode};

/// The most keys of a mode.
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

    pub(super) fn create_api_key(&self, operation: CreateApiKey) -> Outcome<ApiKeyRow> {
        let actor = match &operation.by {
            Some(key) => self.authorize(key, KeyScope::Admin)?.actor,
            None => "owner".to_owned(),
        };
        // Refuses when there is no project: it can have no keys.
        self.project()?;
        let mode = operation.new.mode;
        let statement = "SELECT count(*) FROM api_keys WHERE mode = ?";
        let count: Option<i64> = self.sql.value(statement, &[mode.as_str().into()])?;
        if count.is_some_and(|count| count >= KEYS_MAX) {
            return Err(Refusal::InUse.into());
        }
        self.insert_api_key(&operation.new, &operation.name, &operation.scopes)?;
        self.audit(Some(mode), &actor, "api-key.create", &operation.new.id, &operation.name)?;
        self.api_key(mode, &operation.new.id)
    }

    pub(super) fn list_api_keys(&self, operation: ListApiKeys) -> Outcome<Vec<ApiKeyRow>> {
        let mode = self.authorize(&operation.key, KeyScope::Admin)?.mode;
        let values = [mode.as_str().into()];
        Ok(self.sql.select("FROM api_keys WHERE mode = ? ORDER BY created, id", &values)?)
    }

    pub(super) fn revoke_api_key(&self, operation: RevokeApiKey) -> Outcome<ApiKeyRow> {
        let grant = self.authenticate(&operation.key)?;
        let found = self.api_key(grant.mode, &operation.id)?;
        grant.require(KeyScope::Admin)?;
        self.sql.exec("DELETE FROM api_keys WHERE id = ?", &[operation.id.clone().into()])?;
        self.audit(Some(grant.mode), &grant.actor, "api-key.revoke", &operation.id, &found.name)?;
        Ok(found)
    }

    fn api_key(&self, mode: Mode, id: &str) -> Outcome<ApiKeyRow> {
        let values = [mode.as_str().into(), id.into()];
        let found = self.sql.select_one("FROM api_keys WHERE mode = ? AND id = ?", &values)?;
        Ok(found.ok_or(Refusal::NotFound)?)
    }
}
