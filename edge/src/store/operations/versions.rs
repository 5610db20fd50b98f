//! Updates connections: their name and description, and their credential. It owns the table `versions`.
//!
//! A changed credential is a new version. The version before keeps its sealed value for [`KEPT_MS`], and its row as long
//! as the connection exists. An update is refused if the connection was changed since the caller read it.

use super::audit::changed_members;
use super::connections::{SEALED_MS, require_revision};
use crate::health::Health;
use crate::ports::BlobKey;
use crate::store::object::{Outcome, Stop, Store};
use crate::store::protocol::{
    BeginUpdate, CommitUpdate, ConnectionInProject, ConnectionRow, FindKeptVersion, History, ListVersions,
    NewConnection, OpenConnection, Refusal, UpdateConnection, VersionRow,
};
use crate::store::sql::{Sql, json as json_text};
use latchkey_shared::audit::AuditAction;
use latchkey_shared::event::EventType;
use latchkey_shared::limits::VERSIONS_MAX;
use latchkey_shared::{ConnectionId, KeyScope, Mode};
use serde_json::json;

/// How long the credential before the last change is kept, so that a rollback can restore it: a day.
pub(super) const KEPT_MS: i64 = 24 * 3_600_000;

columns! { VersionRow { version, hash, created, used, ended, kept_until } }

/// An earlier version whose sealed value is still kept.
struct KeptVersion {
    version: u32,
    blob: String,
}

columns! { KeptVersion { version, blob } }

/// What a new name and description change.
fn changes(row: &ConnectionRow, name: &str, description: Option<&str>) -> String {
    changed_members(&[("name", row.name != name), ("description", row.description.as_deref() != description)])
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn update_connection(&self, operation: UpdateConnection) -> Outcome<ConnectionInProject> {
        let (grant, found) =
            self.authorize_for(&operation.key, &operation.app, operation.id, KeyScope::ConnectionsWrite)?;
        require_revision(&found.connection, operation.if_match.as_deref())?;
        let row = &found.connection;
        let name = operation.name.unwrap_or_else(|| row.name.clone());
        let description = operation.description.map_or_else(|| row.description.clone(), |new| new.text);
        let changed = changes(row, &name, description.as_deref());
        if changed.is_empty() {
            return Ok(found);
        }
        self.rename(&found, Some(&name))?;
        self.forget_outcomes(operation.id)?;
        let now = self.now_in(grant.mode)?;
        let values = [name.into(), description.into(), now.into(), operation.id.to_string().into()];
        let statement = "UPDATE connections SET name = ?, description = ?, updated = ?, revision = revision + 1 WHERE id = ?";
        self.sql.exec(statement, &values)?;
        self.note_text(operation.id)?;
        self.audit_key(&grant, AuditAction::ConnectionChange, &operation.id.to_string(), &changed)?;
        let changed: Vec<_> = changed.split(", ").collect();
        self.tell(EventType::ConnectionUpdated, operation.id, &json!({ "changed": changed }))?;
        self.connection_in_project(grant.mode, &operation.app, operation.id)
    }

    pub(super) fn begin_update(&self, operation: BeginUpdate) -> Outcome<ConnectionInProject> {
        let BeginUpdate { key, app, blob, .. } = &operation;
        let (grant, found) = self.authorize_for(key, app, blob.connection, KeyScope::ConnectionsWrite)?;
        require_revision(&found.connection, operation.if_match.as_deref())?;
        self.require_editable(&found)?;
        if let Some(name) = &operation.name {
            self.require_free_name(&found.connection, name)?;
        }
        self.require_room_to_write(grant.mode, false)?;
        self.claim_for_api_key(grant.mode, &blob.blob, &grant.actor)?;
        self.note_intent(&operation.blob)?;
        Ok(found)
    }

    pub(super) fn commit_update(&self, operation: CommitUpdate) -> Outcome<ConnectionInProject> {
        let new = operation.connection;
        let id = new.key.connection;
        let (grant, found) = self.authorize_for(&operation.key, &new.app, id, KeyScope::ConnectionsWrite)?;
        self.end_claim(&new.key.blob, false)?;
        if found.connection.blob == new.key.blob {
            // This commit was already done, and its reply was lost.
            return Ok(found);
        }
        if operation.revision != found.connection.revision {
            return Err(Refusal::Changed.into());
        }
        self.require_editable(&found)?;
        let app = new.app.clone();
        let detail = match operation.restores {
            Some(version) => format!("version {version} again"),
            None => changes(&found.connection, &new.name, new.description.as_deref()),
        };
        self.put_version(&found, new)?;
        self.audit_key(&grant, AuditAction::CredentialChange, &id.to_string(), &detail)?;
        self.connection_in_project(grant.mode, &app, id)
    }

    /// Replaces the credential, and keeps the one before for a while.
    pub(super) fn put_version(&self, found: &ConnectionInProject, new: NewConnection) -> Outcome<()> {
        // Before the intent is deleted: a refusal later would leave a blob that nobody sweeps.
        self.require_free_name(&found.connection, &new.name)?;
        self.claim_intent(&new.key)?;
        self.rename(found, Some(&new.name))?;
        self.forget_outcomes(found.connection.id)?;
        self.keep_version(found, new.key.mode)?;
        self.settle_keys(found, &new)?;
        let statement = "UPDATE connections SET name = ?, description = ?, version = version + 1, credentials = ?, hash = ?,
            blob = ?, key_id = ?, sealed = ?, sealed_until = ?, report = ?, version_created = ?, updated = ?, used = NULL,
            health = ?, health_record = ?, turns = ?, cap = ?, check_at = NULL, check_lease = NULL, check_until = NULL,
            revision = revision + 1, managed = NULL, rotate_from = ? WHERE id = ?";
        let [health, record, turns, cap] = self.first_health(&new)?;
        let now = self.now_in(new.key.mode)?;
        self.want_hook((found.connection.id, new.key.mode), new.hook, new.place, Some(&found.connection))?;
        let values = [
            new.name.into(),
            new.description.into(),
            json_text(&new.credentials)?,
            new.hash.into(),
            new.key.blob.into(),
            new.key_id.into(),
            new.sealed.into(),
            (self.now + SEALED_MS).into(),
            json_text(&new.report)?,
            now.into(),
            now.into(),
            health,
            record,
            turns,
            cap,
            new.rotates.unwrap_or(false).then_some(now).into(),
            found.connection.id.to_string().into(),
        ];
        self.sql.exec(statement, &values)?;
        self.note_text(found.connection.id)?;
        self.schedule_rotation(new.key.mode, now)?;
        self.schedule(self.now + SEALED_MS);
        let id = found.connection.id;
        self.tell(EventType::ConnectionUpdated, id, &json!({ "changed": ["credential"] }))?;
        let read = |record: Option<String>| {
            record.as_deref().map(serde_json::from_str::<Health>).transpose().map_err(Stop::from)
        };
        let record = "SELECT health_record FROM connections WHERE id = ?";
        let record: Option<Option<String>> = self.sql.value(record, &[id.to_string().into()])?;
        match (read(found.connection.health_record.clone())?, read(record.flatten())?) {
            // A new key has warnings of its own.
            (Some(before), Some(after)) => {
                self.tell_change(id, &Health { warned: after.warned, ..before }, &after)
            }
            _ => Ok(()),
        }
    }

    /// Refuses a name that another connection has.
    fn require_free_name(&self, row: &ConnectionRow, name: &str) -> Outcome<()> {
        if name != row.name && self.name_is_taken(self.mode_of(row.id)?, name)? {
            return Err(Refusal::NameTaken.into());
        }
        Ok(())
    }

    /// Reserves the new name and frees the old one.
    fn rename(&self, found: &ConnectionInProject, name: Option<&str>) -> Outcome<()> {
        let row = &found.connection;
        let Some(name) = name.filter(|name| *name != row.name) else { return Ok(()) };
        self.require_free_name(row, name)?;
        self.free_names_of(row.id)?;
        self.reserve_name(self.mode_of(row.id)?, name, row.id)?;
        Ok(())
    }

    /// Adds the current version to the history, and keeps its sealed value for a while.
    fn keep_version(&self, found: &ConnectionInProject, mode: Mode) -> Outcome<()> {
        let row = &found.connection;
        let statement = "INSERT INTO versions (connection, version, blob, key_id, hash, created, used, ended, kept_until, mode)
            SELECT id, version, blob, key_id, hash, version_created, used, ?1, ?2, mode FROM connections WHERE id = ?3";
        let now = self.now_in(mode)?;
        let values = [now.into(), (now + KEPT_MS).into(), row.id.to_string().into()];
        self.sql.exec(statement, &values)?;
        self.schedule(self.now + KEPT_MS);
        // The oldest versions leave the history, with a value that one of them still has.
        let statement = "DELETE FROM versions WHERE connection = ? AND version <= ? RETURNING blob";
        let values = [row.id.to_string().into(), (i64::from(row.version) - VERSIONS_MAX).into()];
        for blob in self.sql.values::<Option<String>>(statement, &values)?.into_iter().flatten() {
            self.note_garbage(&BlobKey { mode, project: found.project.id, connection: row.id, blob })?;
        }
        Ok(())
    }

    pub(super) fn find_kept_version(&self, operation: FindKeptVersion) -> Outcome<Option<ConnectionRow>> {
        let FindKeptVersion { key, app, id, if_match } = operation;
        let (grant, found) = self.authorize_for(&key, &app, id, KeyScope::ConnectionsWrite)?;
        let row = found.connection;
        require_revision(&row, if_match.as_deref())?;
        let from = "FROM versions WHERE connection = ? AND kept_until > ? ORDER BY version DESC LIMIT 1";
        let values = [id.to_string().into(), self.now_in(grant.mode)?.into()];
        let kept: Option<KeptVersion> = self.sql.select_one(from, &values)?;
        Ok(kept.map(|KeptVersion { version, blob }| ConnectionRow { version, blob, sealed: None, ..row }))
    }

    pub(super) fn open_connection(&self, operation: OpenConnection) -> Outcome<ConnectionInProject> {
        let OpenConnection { key, app, id } = operation;
        let (grant, found) = self.authorize_for(&key, &app, id, KeyScope::CredentialsRead)?;
        self.require_not_suspended(&found)?;
        self.require_not_ending(&found)?;
        let id = id.to_string();
        let now = self.now_in(grant.mode)?;
        self.sql.exec("UPDATE connections SET used = ? WHERE id = ?", &[now.into(), id.clone().into()])?;
        self.audit_key(&grant, AuditAction::CredentialRead, &id, "")?;
        Ok(found)
    }

    pub(super) fn list_versions(&self, operation: ListVersions) -> Outcome<History> {
        let ListVersions { key, app, id } = operation;
        let (grant, found) = self.authorize_for(&key, &app, id, KeyScope::ConnectionsRead)?;
        let (id, now) = (id.to_string(), self.now_in(grant.mode)?);
        let from = "FROM versions WHERE connection = ?1 UNION ALL
            SELECT version, hash, version_created, used, NULL, NULL FROM connections WHERE id = ?1 ORDER BY 1 DESC";
        let mut versions: Vec<VersionRow> = self.sql.select(from, &[id.clone().into()])?;
        for version in &mut versions {
            version.kept_until = version.kept_until.filter(|until| *until > now);
        }
        let statement = "SELECT json_extract(report, '$.key.expiresAt') FROM connections WHERE id = ?";
        let expires_at: Option<Option<String>> = self.sql.value(statement, &[id.into()])?;
        let provider_events = Some(self.provider_events(found.connection.id)?);
        let created = found.connection.created;
        Ok(History { created, expires_at: expires_at.flatten(), versions, provider_events })
    }

    /// Schedules every value of a connection for deletion, and deletes its versions.
    pub(super) fn discard_versions(&self, connection: ConnectionId, project: BlobKey) -> Outcome<()> {
        let id = connection.to_string();
        let statement = "SELECT blob FROM versions WHERE connection = ? AND blob IS NOT NULL";
        for blob in self.sql.values(statement, &[id.clone().into()])? {
            self.note_garbage(&BlobKey { blob, ..project.clone() })?;
        }
        self.note_garbage(&project)?;
        self.sql.exec("DELETE FROM versions WHERE connection = ?", &[id.into()])?;
        Ok(())
    }
}
