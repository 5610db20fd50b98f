//! The store's part of rotating the vault's keys: it counts and lists values by their wrapping key, and replaces the blob
//! of a value that was re-wrapped. It refuses to see a key: it knows only their ids.

use super::connections::SEALED_MS;
use crate::ports::BlobKey;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    Actor, BeginRewrap, CountKeys, KeyCount, KeyProof, ListValuesToRewrap, Refusal, ReplaceBlob,
    ValueToRewrap,
};
use crate::store::sql::Sql;
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::{ConnectionId, KeyScope, Mode};

/// All values: the current ones, and those of versions that are still kept.
const VALUES: &str = "SELECT id AS connection, mode, app, version, blob, key_id FROM connections UNION ALL
    SELECT versions.connection, connections.mode, app, versions.version, versions.blob, versions.key_id
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
    pub(super) fn count_keys(&self, operation: CountKeys) -> Outcome<Vec<KeyCount>> {
        let modes = self.modes(operation.key.as_ref())?;
        let from = format!("FROM ({VALUES}) WHERE {modes} GROUP BY key_id ORDER BY key_id");
        Ok(self.sql.select(&from, &[])?)
    }

    pub(super) fn list_values_to_rewrap(&self, operation: ListValuesToRewrap) -> Outcome<Vec<ValueToRewrap>> {
        let modes = self.modes(operation.key.as_ref())?;
        let project = self.project()?.id;
        // Values whose key is not on the ring come last, so that they do not delay the others.
        let from = format!(
            "FROM ({VALUES}) WHERE key_id <> ?1 AND {modes}
             ORDER BY key_id NOT IN (SELECT value FROM json_each(?2)), connection, version LIMIT ?3"
        );
        let known = serde_json::to_string(&operation.known).unwrap_or_default();
        let values = [operation.primary.into(), known.into(), operation.limit.into()];
        let stored: Vec<StoredValue> = self.sql.select(&from, &values)?;
        let value_to_rewrap = |StoredValue { connection, mode, app, version, blob, key_id }| ValueToRewrap {
            key: BlobKey { mode, project, connection, blob },
            app,
            version,
            key_id,
        };
        Ok(stored.into_iter().map(value_to_rewrap).collect())
    }

    /// The condition for the values that a caller may see: those of its key's mode, or all for the owner.
    fn modes(&self, key: Option<&KeyProof>) -> Outcome<&'static str> {
        let mode = key.map(|key| self.authorize(key, KeyScope::Admin)).transpose()?.map(|grant| grant.mode);
        Ok(match mode {
            None => "mode IN ('test', 'live')",
            Some(Mode::Test) => "mode = 'test'",
            Some(Mode::Live) => "mode = 'live'",
        })
    }

    pub(super) fn begin_rewrap(&self, operation: BeginRewrap) -> Outcome<()> {
        self.note_intent(&operation.blob)
    }

    pub(super) fn replace_blob(&self, operation: ReplaceBlob) -> Outcome<bool> {
        let id = operation.to.connection.to_string();
        // First, because no row may name a blob whose intent was swept.
        if !self.take_intent(&operation.to)? {
            let statement = "SELECT 1 FROM connections WHERE id = ?1 AND blob = ?2 UNION ALL
                SELECT 1 FROM versions WHERE connection = ?1 AND blob = ?2";
            let done = self.sql.exists(statement, &[id.into(), operation.to.blob.into()])?;
            // Either the blob was already replaced and the reply was lost, or the call is too late.
            return if done { Ok(true) } else { Err(Refusal::Superseded.into()) };
        }
        let tables =
            [("connections", "id", ", sealed = ?3, sealed_until = ?4"), ("versions", "connection", "")];
        for (table, column, more) in tables {
            let at = format!("{column} = ?5 AND blob = ?6 AND version = ?7");
            let replaced = self.sql.exists(
                &format!("UPDATE {table} SET blob = ?1, key_id = ?2{more} WHERE {at} RETURNING blob"),
                &[
                    operation.to.blob.clone().into(),
                    operation.key_id.clone().into(),
                    operation.sealed.clone().into(),
                    (self.now + SEALED_MS).into(),
                    id.clone().into(),
                    operation.from.clone().into(),
                    i64::from(operation.version).into(),
                ],
            )?;
            if replaced {
                self.schedule(self.now + SEALED_MS);
                let actor = operation.by.unwrap_or(Actor::of(ActorType::Timer));
                let detail = format!("version {} to {}", operation.version, operation.key_id);
                let mode = Some(operation.to.mode);
                self.audit(mode, actor, AuditAction::CredentialRewrap, &id, &detail)?;
                self.note_garbage_later(&BlobKey { blob: operation.from, ..operation.to })?;
                return Ok(true);
            }
        }
        // The version was changed or deleted meanwhile, so the new blob is not needed.
        self.note_garbage_later(&operation.to)?;
        Err(Refusal::Superseded.into())
    }
}
