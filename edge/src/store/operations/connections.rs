//! Connections and their names. A row points at its sealed credential, and keeps the sealed text itself for an hour.

use crate::ports::BlobKey;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    AbandonConnection, BeginConnection, CommitConnection, ConnectionInProject, ConnectionRow,
    DeleteConnection, FindByName, FindConnection, NewConnection, ProjectView, Refusal,
};
use crate::store::sql::{Row, Sql, SqlError, json};
use latchkey_shared::{ConnectionId, KeyScope, Mode};

/// How long a row keeps the sealed text: KV may hide a new key for a minute or more, and remembers misses.
pub(super) const SEALED_MS: i64 = 3_600_000;

pub(super) const COLUMNS: &str = "id, app, method, name, description, version, credentials, hash, created, updated, blob, sealed, sealed_until, revision";

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

    pub(super) fn find_by_name(&self, asked: FindByName) -> Outcome<ConnectionInProject> {
        let grant = self.authenticate(&asked.key)?;
        let statement = "SELECT connection FROM names WHERE mode = ? AND name = ?";
        let values = [grant.mode.as_str().into(), asked.name.into()];
        let rows = self.sql.exec(statement, &values)?;
        let id = rows.first().and_then(|row| ConnectionId::parse(&row.text(0)).ok());
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
        let rows = self.sql.exec("SELECT mode FROM connections WHERE id = ?", &[id.to_string().into()])?;
        Ok(rows.first().and_then(|row| Mode::parse(&row.text(0))).ok_or(Refusal::NotFound)?)
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
        let statement = format!("SELECT {COLUMNS} FROM connections WHERE id = ? AND mode = ? AND app = ?");
        let rows = self.sql.exec(&statement, &[id.to_string().into(), mode.as_str().into(), app.into()])?;
        Ok(rows.first().map(|row| connection(row, self.now)).transpose()?)
    }

    pub(super) fn insert_connection(
        &self,
        new: NewConnection,
        name: &str,
        end_user: Option<String>,
        organization: Option<String>,
    ) -> Outcome<ConnectionRow> {
        let statement = format!(
            "INSERT INTO connections (id, mode, app, method, name, description, version, credentials, hash, blob,
            sealed, sealed_until, report, end_user, organization, created, updated, key_id, version_created)
            VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING {COLUMNS}"
        );
        let values = [
            new.key.connection.to_string().into(),
            new.key.mode.as_str().into(),
            new.app.into(),
            new.method.into(),
            name.into(),
            new.description.into(),
            json(&new.credentials)?,
            new.hash.into(),
            new.key.blob.into(),
            new.sealed.into(),
            (self.now + SEALED_MS).into(),
            json(&new.report)?,
            end_user.into(),
            organization.into(),
            self.now.into(),
            self.now.into(),
            new.key_id.into(),
            self.now.into(),
        ];
        let rows = self.sql.exec(&statement, &values)?;
        self.schedule(self.now + SEALED_MS);
        let row = rows.first().ok_or_else(|| SqlError("an insert returned nothing".to_owned()))?;
        Ok(connection(row, self.now)?)
    }

    pub(super) fn name_is_taken(&self, mode: Mode, name: &str) -> Outcome<bool> {
        let rows = self
            .sql
            .exec("SELECT 1 FROM names WHERE mode = ? AND name = ?", &[mode.as_str().into(), name.into()])?;
        Ok(!rows.is_empty())
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
        Ok(!self.sql.exec(statement, &values)?.is_empty())
    }

    pub(super) fn free_names_of(&self, connection: ConnectionId) -> Outcome<()> {
        self.sql.exec("DELETE FROM names WHERE connection = ?", &[connection.to_string().into()])?;
        Ok(())
    }
}

pub(super) fn connection(row: &Row, now: i64) -> Result<ConnectionRow, SqlError> {
    Ok(ConnectionRow {
        id: ConnectionId::parse(&row.text(0)).map_err(|error| SqlError(error.to_string()))?,
        app: row.text(1),
        method: row.text(2),
        name: row.text(3),
        description: row.optional_text(4),
        version: row.int(5) as u32,
        credentials: row.json(6)?,
        hash: row.text(7),
        created: row.int(8),
        updated: row.int(9),
        blob: row.text(10),
        sealed: row.optional_text(11).filter(|_| row.int(12) > now),
        revision: row.int(13) as u32,
    })
}
