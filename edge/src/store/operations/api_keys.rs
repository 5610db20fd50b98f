//! The project's API keys: made, listed, revoked. Only the hash of a key's secret is here.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{ApiKeyRow, KeyProof, ListApiKeys, MakeApiKey, Refusal, RevokeApiKey};
use crate::store::sql::{Row, Sql, SqlError, json};
use latchkey_shared::{KeyScope, Mode};

/// At most so many keys per mode.
const KEYS_MAX: i64 = 100;

const COLUMNS: &str = "id, mode, name, scopes, created, used";

impl<S: Sql> Store<'_, S> {
    pub(super) fn insert_api_key(&self, key: &KeyProof, name: &str, scopes: &[KeyScope]) -> Outcome<()> {
        let statement =
            "INSERT INTO api_keys (id, mode, hash, name, scopes, created) VALUES (?, ?, ?, ?, ?, ?)";
        let values = [
            key.id.clone().into(),
            key.mode.as_str().into(),
            key.hash.clone().into(),
            name.into(),
            json(&scopes)?,
            self.now.into(),
        ];
        self.sql.exec(statement, &values)?;
        Ok(())
    }

    pub(super) fn make_api_key(&self, asked: MakeApiKey) -> Outcome<ApiKeyRow> {
        let actor = match &asked.by {
            Some(key) => self.authorize(key, KeyScope::Admin)?.actor,
            None => "owner".to_owned(),
        };
        // A project that is not there has no keys.
        self.project()?;
        let mode = asked.new.mode;
        let rows = self.sql.exec("SELECT count(*) FROM api_keys WHERE mode = ?", &[mode.as_str().into()])?;
        if rows.first().is_some_and(|row| row.int(0) >= KEYS_MAX) {
            return Err(Refusal::InUse.into());
        }
        self.insert_api_key(&asked.new, &asked.name, &asked.scopes)?;
        self.audit(Some(mode), &actor, "api-key.create", &asked.new.id, &asked.name)?;
        self.api_key(mode, &asked.new.id)
    }

    pub(super) fn list_api_keys(&self, asked: ListApiKeys) -> Outcome<Vec<ApiKeyRow>> {
        let mode = self.authorize(&asked.key, KeyScope::Admin)?.mode;
        let statement = format!("SELECT {COLUMNS} FROM api_keys WHERE mode = ? ORDER BY created, id");
        let rows = self.sql.exec(&statement, &[mode.as_str().into()])?;
        Ok(rows.iter().map(api_key).collect::<Result<_, _>>()?)
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
        let statement = format!("SELECT {COLUMNS} FROM api_keys WHERE mode = ? AND id = ?");
        let rows = self.sql.exec(&statement, &[mode.as_str().into(), id.into()])?;
        Ok(api_key(rows.first().ok_or(Refusal::NotFound)?)?)
    }
}

fn api_key(row: &Row) -> Result<ApiKeyRow, SqlError> {
    Ok(ApiKeyRow {
        id: row.text(0),
        mode: Mode::parse(&row.text(1)).ok_or_else(|| SqlError("a key's mode is unknown".to_owned()))?,
        name: row.text(2),
        scopes: row.json(3)?,
        created: row.int(4),
        used: Some(row.int(5)).filter(|at| *at > 0),
    })
}
