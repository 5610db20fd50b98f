//! Rotation of the vault's keys: which values are wrapped by which key, and the pointers that swing to re-wrapped ones.

use super::connections::SEALED_MS;
use crate::ports::BlobKey;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    BeginRewrap, CountKeys, KeyCount, ListValuesToRewrap, Refusal, ReplaceBlob, ValueToRewrap,
};
use crate::store::sql::Sql;
use latchkey_shared::{ConnectionId, KeyScope, Mode};

/// Every value there is, the current ones and those of versions that are still kept.
const VALUES: &str = "SELECT id AS connection, mode, app, version, blob, key_id FROM connections UNION ALL
    SELECT versions.connection, mode, app, versions.version, versions.blob, versions.key_id
        FROM versions JOIN connections ON connections.id = versions.connection WHERE versions.blob IS NOT NULL";

columns! { KeyCount { key_id, values = "count(*)" } }

/// A row of [`VALUES`].
struct StoredValue {
    connection: ConnectionId,
    mode: Mode,
    app: String,
    version: u32,
    blob: String,
    key_id: String,
}

columns! { StoredValue { connection, mode, app, version, blob, key_id } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn count_keys(&self, asked: CountKeys) -> Outcome<Vec<KeyCount>> {
        if let Some(key) = &asked.key {
            self.authorize(key, KeyScope::Admin)?;
        }
        Ok(self.sql.select(&format!("FROM ({VALUES}) GROUP BY key_id ORDER BY key_id"), &[])?)
    }

    pub(super) fn list_values_to_rewrap(&self, asked: ListValuesToRewrap) -> Outcome<Vec<ValueToRewrap>> {
        if let Some(key) = &asked.key {
            self.authorize(key, KeyScope::Admin)?;
        }
        let project = self.project()?.id;
        // Those whose key is not there come last, so that they never hold the others up.
        let from = format!(
            "FROM ({VALUES}) WHERE key_id <> ?1
             ORDER BY key_id NOT IN (SELECT value FROM json_each(?2)), connection, version LIMIT ?3"
        );
        let known = serde_json::to_string(&asked.known).unwrap_or_default();
        let values = [asked.primary.into(), known.into(), asked.limit.into()];
        let stored: Vec<StoredValue> = self.sql.select(&from, &values)?;
        let value_to_rewrap = |StoredValue { connection, mode, app, version, blob, key_id }| ValueToRewrap {
            key: BlobKey { mode, project, connection, blob },
            app,
            version,
            key_id,
        };
        Ok(stored.into_iter().map(value_to_rewrap).collect())
    }

    pub(super) fn begin_rewrap(&self, asked: BeginRewrap) -> Outcome<()> {
        self.note_intent(&asked.blob)
    }

    pub(super) fn replace_blob(&self, asked: ReplaceBlob) -> Outcome<bool> {
        let id = asked.to.connection.to_string();
        // First, because nothing may point to a value whose intent was swept.
        if !self.take_intent(&asked.to)? {
            let statement = "SELECT 1 FROM connections WHERE id = ?1 AND blob = ?2 UNION ALL
                SELECT 1 FROM versions WHERE connection = ?1 AND blob = ?2";
            let done = self.sql.exists(statement, &[id.into(), asked.to.blob.into()])?;
            // This very swing was done before and its answer was lost, or it came too late.
            return if done { Ok(true) } else { Err(Refusal::Superseded.into()) };
        }
        let pointers =
            [("connections", "id", ", sealed = ?3, sealed_until = ?4"), ("versions", "connection", "")];
        for (table, column, more) in pointers {
            let at = format!("{column} = ?5 AND blob = ?6 AND version = ?7");
            let replaced = self.sql.exists(
                &format!("UPDATE {table} SET blob = ?1, key_id = ?2{more} WHERE {at} RETURNING blob"),
                &[
                    asked.to.blob.clone().into(),
                    asked.key_id.clone().into(),
                    asked.sealed.clone().into(),
                    (self.now + SEALED_MS).into(),
                    id.clone().into(),
                    asked.from.clone().into(),
                    i64::from(asked.version).into(),
                ],
            )?;
            if replaced {
                self.schedule(self.now + SEALED_MS);
                self.note_garbage_later(&BlobKey { blob: asked.from, ..asked.to })?;
                return Ok(true);
            }
        }
        // Changed or deleted meanwhile: the new value is not needed.
        self.note_garbage_later(&asked.to)?;
        Err(Refusal::Superseded.into())
    }
}
