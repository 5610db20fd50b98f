//! Changes of connections that are there: their name and description, and their credential with a new version.
//!
//! A changed credential is a new version. The one before is kept, sealed as it was, until its time is over ([`KEPT_MS`]), and its
//! history for as long as the connection. Whatever was changed meanwhile by someone else refuses the change.

use super::connections::SEALED_MS;
use crate::ports::BlobKey;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    BeginUpdate, CommitUpdate, ConnectionInProject, ConnectionRow, FindKeptVersion, History, ListVersions,
    NewConnection, OpenConnection, Refusal, UpdateConnection, VersionRow,
};
use crate::store::sql::{Sql, json};
use latchkey_shared::{ConnectionId, KeyScope};

/// How long the credential before the last change is kept, so that a change can be taken back: a day.
pub(super) const KEPT_MS: i64 = 24 * 3_600_000;

columns! { VersionRow { version, hash, created, used, ended, kept_until } }

/// An earlier version whose sealed value is still kept.
struct KeptVersion {
    version: u32,
    blob: String,
}

columns! { KeptVersion { version, blob } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn update_connection(&self, asked: UpdateConnection) -> Outcome<ConnectionInProject> {
        let grant = self.authenticate(&asked.key)?;
        let found = self.connection_in_project(grant.mode, &asked.app, asked.id)?;
        grant.require(KeyScope::ConnectionsWrite)?;
        unchanged(&found.connection, asked.revision)?;
        self.rename(&found, asked.name.as_deref())?;
        let row = &found.connection;
        let values = [
            asked.name.unwrap_or_else(|| row.name.clone()).into(),
            asked.description.map_or_else(|| row.description.clone(), |new| new.text).into(),
            self.now.into(),
            asked.id.to_string().into(),
        ];
        let statement = "UPDATE connections SET name = ?, description = ?, updated = ?, revision = revision + 1 WHERE id = ?";
        self.sql.exec(statement, &values)?;
        self.audit(Some(grant.mode), &grant.actor, "connection.change", &asked.id.to_string(), "")?;
        self.connection_in_project(grant.mode, &asked.app, asked.id)
    }

    pub(super) fn begin_update(&self, asked: BeginUpdate) -> Outcome<ConnectionInProject> {
        let grant = self.authenticate(&asked.key)?;
        let found = self.connection_in_project(grant.mode, &asked.app, asked.blob.connection)?;
        grant.require(KeyScope::ConnectionsWrite)?;
        unchanged(&found.connection, asked.revision)?;
        if let Some(name) = &asked.name {
            self.may_be_called(&found.connection, name)?;
        }
        self.note_intent(&asked.blob)?;
        Ok(found)
    }

    pub(super) fn commit_update(&self, asked: CommitUpdate) -> Outcome<ConnectionInProject> {
        let grant = self.authenticate(&asked.key)?;
        let new = asked.connection;
        let id = new.key.connection;
        let found = self.connection_in_project(grant.mode, &new.app, id)?;
        grant.require(KeyScope::ConnectionsWrite)?;
        if found.connection.blob == new.key.blob {
            // This very commit was done before; its answer was lost.
            return Ok(found);
        }
        unchanged(&found.connection, Some(asked.revision))?;
        let app = new.app.clone();
        self.put_version(&found, new)?;
        let detail = asked.restores.map(|version| format!("version {version} again")).unwrap_or_default();
        self.audit(Some(grant.mode), &grant.actor, "credential.change", &id.to_string(), &detail)?;
        self.connection_in_project(grant.mode, &app, id)
    }

    /// Puts a new credential in the place of the one before, which is kept for a while.
    pub(super) fn put_version(&self, found: &ConnectionInProject, new: NewConnection) -> Outcome<()> {
        // Before the intent is taken out: without it, nobody would sweep the value that was written.
        self.may_be_called(&found.connection, &new.name)?;
        self.claim_intent(&new.key)?;
        self.rename(found, Some(&new.name))?;
        self.keep_version(&found.connection)?;
        let statement = "UPDATE connections SET name = ?, description = ?, version = version + 1, credentials = ?, hash = ?,
            blob = ?, key_id = ?, sealed = ?, sealed_until = ?, report = ?, version_created = ?, updated = ?, used = NULL,
            revision = revision + 1 WHERE id = ?";
        let values = [
            new.name.into(),
            new.description.into(),
            json(&new.credentials)?,
            new.hash.into(),
            new.key.blob.into(),
            new.key_id.into(),
            new.sealed.into(),
            (self.now + SEALED_MS).into(),
            json(&new.report)?,
            self.now.into(),
            self.now.into(),
            found.connection.id.to_string().into(),
        ];
        self.sql.exec(statement, &values)?;
        self.schedule(self.now + SEALED_MS);
        Ok(())
    }

    /// Whether an account may have this name: its own, or one that is free.
    fn may_be_called(&self, row: &ConnectionRow, name: &str) -> Outcome<()> {
        if name != row.name && self.name_is_taken(self.mode_of(row.id)?, name)? {
            return Err(Refusal::NameTaken.into());
        }
        Ok(())
    }

    /// Reserves a new name and frees the old one.
    fn rename(&self, found: &ConnectionInProject, name: Option<&str>) -> Outcome<()> {
        let row = &found.connection;
        let Some(name) = name.filter(|name| *name != row.name) else { return Ok(()) };
        self.may_be_called(row, name)?;
        self.free_names_of(row.id)?;
        self.reserve_name(self.mode_of(row.id)?, name, row.id)?;
        Ok(())
    }

    /// Puts the version that ends into the history, with its sealed value for a while.
    fn keep_version(&self, row: &ConnectionRow) -> Outcome<()> {
        let statement = "INSERT INTO versions (connection, version, blob, key_id, hash, created, used, ended, kept_until)
            SELECT id, version, blob, key_id, hash, version_created, used, ?1, ?2 FROM connections WHERE id = ?3";
        let values = [self.now.into(), (self.now + KEPT_MS).into(), row.id.to_string().into()];
        self.sql.exec(statement, &values)?;
        self.schedule(self.now + KEPT_MS);
        Ok(())
    }

    pub(super) fn find_kept_version(&self, asked: FindKeptVersion) -> Outcome<Option<ConnectionRow>> {
        let grant = self.authenticate(&asked.key)?;
        let row = self.connection_in_project(grant.mode, &asked.app, asked.id)?.connection;
        grant.require(KeyScope::ConnectionsWrite)?;
        unchanged(&row, asked.revision)?;
        let from = "FROM versions WHERE connection = ? AND kept_until > ? ORDER BY version DESC LIMIT 1";
        let values = [asked.id.to_string().into(), self.now.into()];
        let kept: Option<KeptVersion> = self.sql.select_one(from, &values)?;
        Ok(kept.map(|KeptVersion { version, blob }| ConnectionRow { version, blob, sealed: None, ..row }))
    }

    pub(super) fn open_connection(&self, asked: OpenConnection) -> Outcome<ConnectionInProject> {
        let grant = self.authenticate(&asked.key)?;
        let found = self.connection_in_project(grant.mode, &asked.app, asked.id)?;
        grant.require(KeyScope::CredentialsRead)?;
        let id = asked.id.to_string();
        self.sql
            .exec("UPDATE connections SET used = ? WHERE id = ?", &[self.now.into(), id.clone().into()])?;
        self.audit(Some(grant.mode), &grant.actor, "credential.read", &id, "")?;
        Ok(found)
    }

    pub(super) fn list_versions(&self, asked: ListVersions) -> Outcome<History> {
        let grant = self.authenticate(&asked.key)?;
        let found = self.connection_in_project(grant.mode, &asked.app, asked.id)?;
        grant.require(KeyScope::ConnectionsRead)?;
        let id = asked.id.to_string();
        let from = "FROM versions WHERE connection = ?1 UNION ALL
            SELECT version, hash, version_created, used, NULL, NULL FROM connections WHERE id = ?1 ORDER BY 1 DESC";
        let mut versions: Vec<VersionRow> = self.sql.select(from, &[id.clone().into()])?;
        for version in &mut versions {
            version.kept_until = version.kept_until.filter(|until| *until > self.now);
        }
        let statement = "SELECT json_extract(report, '$.key.expiresAt') FROM connections WHERE id = ?";
        let expires_at: Option<Option<String>> = self.sql.value(statement, &[id.into()])?;
        Ok(History { created: found.connection.created, expires_at: expires_at.flatten(), versions })
    }

    /// Notes every value of a connection as garbage, and forgets its versions.
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

/// Refuses when the connection is not the one that was read.
fn unchanged(row: &ConnectionRow, revision: Option<u32>) -> Outcome<()> {
    if revision.is_none_or(|revision| revision == row.revision) {
        Ok(())
    } else {
        Err(Refusal::Changed.into())
    }
}
