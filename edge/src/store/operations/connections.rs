//! Connections and their names. A row points at its sealed credential, and keeps the sealed text itself for an hour.

use crate::ports::BlobKey;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    AbandonConnection, BeginConnection, CommitConnection, ConnectionInProject, ConnectionRow,
    DeleteConnection, FindConnection, FindConnectionByName, NewConnection, ProjectView, Refusal,
};
use crate::store::sql::{Sql, SqlError, json};
use latchkey_shared::{ConnectionId, KeyScope, Mode};

/// How long a row keeps the sealed text: KV may hide a new key for a minute or more, and remembers misses.
pub(super) const SEALED_MS: i64 = 3_600_000;

columns! {
    ConnectionRow {
        id, app, method, name, description, version, credentials: json, hash, created, updated, blob, sealed, revision,
    }
}

/// Until when a row may serve its sealed text.
pub(super) struct SealedUntil {
    sealed_until: Option<i64>,
}

columns! { SealedUntil { sealed_until } }

/// The connection, with its sealed text only while the row may serve it.
pub(super) fn within_sealed_time((mut row, until): (ConnectionRow, SealedUntil), now: i64) -> ConnectionRow {
    if until.sealed_until.is_none_or(|until| until <= now) {
        row.sealed = None;
    }
    row
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn begin_connection(&self, asked: BeginConnection) -> Outcome<ProjectView> {
        let mode = self.authorize(&asked.key, KeyScope::ConnectionsWrite)?.mode;
        let project = self.project()?;
        if !self.reserve_name(mode, &asked.name, asked.blob.connection)? {
            return Err(Refusal::NameTaken.into());
        }
        self.note_intent(&asked.blob)?;
        Ok(project)
    }

    pub(super) fn abandon_connection(
        &self,
        asked: AbandonConnection,
    ) -> Outcome<Option<ConnectionInProject>> {
        let grant = self.authorize(&asked.key, KeyScope::ConnectionsWrite)?;
        let mode = grant.mode;
        let found = self.connection(mode, &asked.app, asked.blob.connection)?;
        if let Some(code) = asked.refused {
            // What was to be made has an id that nobody knows.
            let subject = found.as_ref().map_or(asked.app, |_| asked.blob.connection.to_string());
            self.audit(Some(mode), &grant.actor, "credential.refuse", &subject, code.as_str())?;
        }
        if let Some(connection) = found {
            // There before, and to be changed: only the new value is given up.
            if connection.blob != asked.blob.blob {
                self.drop_intent(&asked.blob.blob, asked.written)?;
            }
            return Ok(Some(ConnectionInProject { connection, project: self.project()? }));
        }
        self.drop_intent(&asked.blob.blob, asked.written)?;
        self.free_names_of(asked.blob.connection)?;
        Ok(None)
    }

    pub(super) fn commit_connection(&self, asked: CommitConnection) -> Outcome<ConnectionInProject> {
        let mode = self.authorize(&asked.key, KeyScope::ConnectionsWrite)?.mode;
        let id = asked.connection.key.connection;
        let project = self.project()?;
        if !self.take_intent(&asked.connection.key)? {
            // Committed before, or given up.
            let connection = self.connection(mode, &asked.connection.app, id)?.ok_or(Refusal::Superseded)?;
            return Ok(ConnectionInProject { connection, project });
        }
        let name = asked.connection.name.clone();
        let connection = self.insert_connection(asked.connection, &name, None, None)?;
        if let Some(once) = asked.once {
            self.note_made(mode, &once, id)?;
        }
        Ok(ConnectionInProject { connection, project })
    }

    pub(super) fn find_connection(&self, asked: FindConnection) -> Outcome<ConnectionInProject> {
        let grant = self.authenticate(&asked.key)?;
        let found = self.connection_in_project(grant.mode, &asked.app, asked.id)?;
        grant.require(KeyScope::ConnectionsRead)?;
        Ok(found)
    }

    pub(super) fn find_connection_by_name(
        &self,
        asked: FindConnectionByName,
    ) -> Outcome<ConnectionInProject> {
        let grant = self.authenticate(&asked.key)?;
        let statement = "SELECT connection FROM names WHERE mode = ? AND name = ?";
        let values = [grant.mode.as_str().into(), asked.name.into()];
        let id = self.sql.value(statement, &values)?;
        let found = self.connection_in_project(grant.mode, &asked.app, id.ok_or(Refusal::NotFound)?)?;
        grant.require(KeyScope::ConnectionsRead)?;
        Ok(found)
    }

    pub(super) fn delete_connection(&self, asked: DeleteConnection) -> Outcome<ConnectionInProject> {
        let grant = self.authenticate(&asked.key)?;
        let mode = grant.mode;
        let found = self.connection_in_project(mode, &asked.app, asked.id)?;
        grant.require(KeyScope::ConnectionsWrite)?;
        if asked.revision.is_some_and(|revision| revision != found.connection.revision) {
            return Err(Refusal::Changed.into());
        }
        let blob = found.connection.blob.clone();
        let key = BlobKey { mode, project: found.project.id, connection: asked.id, blob };
        self.discard_versions(asked.id, key)?;
        self.free_names_of(asked.id)?;
        self.sql.exec("DELETE FROM connections WHERE id = ?", &[asked.id.to_string().into()])?;
        let name = found.connection.name.clone();
        self.audit(Some(mode), &grant.actor, "connection.delete", &asked.id.to_string(), &name)?;
        Ok(found)
    }

    /// The mode of a connection that is there.
    pub(super) fn mode_of(&self, id: ConnectionId) -> Outcome<Mode> {
        let mode = self.sql.value("SELECT mode FROM connections WHERE id = ?", &[id.to_string().into()])?;
        Ok(mode.ok_or(Refusal::NotFound)?)
    }

    pub(super) fn connection_in_project(
        &self,
        mode: Mode,
        app: &str,
        id: ConnectionId,
    ) -> Outcome<ConnectionInProject> {
        let connection = self.connection(mode, app, id)?.ok_or(Refusal::NotFound)?;
        Ok(ConnectionInProject { connection, project: self.project()? })
    }

    fn connection(&self, mode: Mode, app: &str, id: ConnectionId) -> Outcome<Option<ConnectionRow>> {
        let values = [id.to_string().into(), mode.as_str().into(), app.into()];
        let found = self.sql.select_one("FROM connections WHERE id = ? AND mode = ? AND app = ?", &values)?;
        Ok(found.map(|row| within_sealed_time(row, self.now)))
    }

    pub(super) fn insert_connection(
        &self,
        new: NewConnection,
        name: &str,
        end_user: Option<String>,
        organization: Option<String>,
    ) -> Outcome<ConnectionRow> {
        let row = vec![
            ("id", new.key.connection.to_string().into()),
            ("mode", new.key.mode.as_str().into()),
            ("app", new.app.into()),
            ("method", new.method.into()),
            ("name", name.into()),
            ("description", new.description.into()),
            ("version", 1_u32.into()),
            ("credentials", json(&new.credentials)?),
            ("hash", new.hash.into()),
            ("blob", new.key.blob.into()),
            ("sealed", new.sealed.into()),
            ("sealed_until", (self.now + SEALED_MS).into()),
            ("report", json(&new.report)?),
            ("end_user", end_user.into()),
            ("organization", organization.into()),
            ("created", self.now.into()),
            ("updated", self.now.into()),
            ("key_id", new.key_id.into()),
            ("version_created", self.now.into()),
        ];
        let inserted = self.sql.insert_returning("INTO connections", row)?;
        self.schedule(self.now + SEALED_MS);
        Ok(inserted.ok_or_else(|| SqlError("an insert returned nothing".to_owned()))?)
    }

    pub(super) fn name_is_taken(&self, mode: Mode, name: &str) -> Outcome<bool> {
        let values = [mode.as_str().into(), name.into()];
        Ok(self.sql.exists("SELECT 1 FROM names WHERE mode = ? AND name = ?", &values)?)
    }

    /// The wanted name; if it is taken, with the first of a few numbers that is free, and then with the connection's own id.
    pub(super) fn free_name(&self, mode: Mode, wanted: &str, id: ConnectionId) -> Outcome<String> {
        let mut name = wanted.to_owned();
        let mut number = 1;
        while self.name_is_taken(mode, &name)? {
            number += 1;
            let suffix = if number < 10 {
                format!("-{number}")
            } else {
                format!("-{}", id.to_string().replace('-', ""))
            };
            let kept: String =
                wanted.chars().take(latchkey_shared::limits::NAME_MAX - suffix.len()).collect();
            name = format!("{}{suffix}", kept.trim_end_matches('-'));
        }
        Ok(name)
    }

    /// Whether the name was free; if so, it is the connection's now.
    pub(super) fn reserve_name(&self, mode: Mode, name: &str, connection: ConnectionId) -> Outcome<bool> {
        let statement =
            "INSERT INTO names (mode, name, connection) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1";
        let values = [mode.as_str().into(), name.into(), connection.to_string().into()];
        Ok(self.sql.exists(statement, &values)?)
    }

    pub(super) fn free_names_of(&self, connection: ConnectionId) -> Outcome<()> {
        self.sql.exec("DELETE FROM names WHERE connection = ?", &[connection.to_string().into()])?;
        Ok(())
    }
}
