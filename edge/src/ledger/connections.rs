//! Connections and their names. A row points at its sealed credential, and keeps the sealed text itself for an hour.

use super::operation::{
    AbandonConnection, BeginConnection, CommitConnection, ConnectionInProject, ConnectionPage, ConnectionRow,
    DeleteConnection, FindConnection, ListConnections, NewConnection, PagePoint, ProjectView, Refusal,
};
use super::sql::{Row, Sql, SqlError, Value, json};
use super::{Ledger, Outcome};
use crate::vault::BlobKey;
use latchkey_shared::{ConnectionId, Mode};

/// How long a row keeps the sealed text: KV may hide a new key for a minute or more, and remembers misses.
pub(super) const SEALED_MS: i64 = 3_600_000;

const COLUMNS: &str = "id, app, method, name, description, version, credentials, hash, created, updated, blob, sealed, sealed_until";

impl<S: Sql> Ledger<'_, S> {
    pub(super) fn begin_connection(&self, asked: BeginConnection) -> Outcome<ProjectView> {
        let mode = self.authenticate(&asked.key)?;
        if self.name_is_taken(mode, &asked.name)? {
            return Err(Refusal::NameTaken.into());
        }
        self.note_intent(&asked.blob)?;
        self.reserve_name(mode, &asked.name, asked.blob.connection)?;
        self.project()
    }

    pub(super) fn abandon_connection(
        &self,
        asked: AbandonConnection,
    ) -> Outcome<Option<ConnectionInProject>> {
        let mode = self.authenticate(&asked.key)?;
        if let Some(connection) = self.connection(mode, &asked.app, asked.blob.connection)? {
            return Ok(Some(ConnectionInProject { connection, project: self.project()? }));
        }
        self.drop_intent(&asked.blob.blob, asked.written)?;
        self.free_names_of(asked.blob.connection)?;
        Ok(None)
    }

    pub(super) fn commit_connection(&self, asked: CommitConnection) -> Outcome<ConnectionInProject> {
        let mode = self.authenticate(&asked.key)?;
        let id = asked.connection.key.connection;
        if self.connection(mode, &asked.connection.app, id)?.is_none() {
            self.claim_intent(&asked.connection.key)?;
            let name = asked.connection.name.clone();
            self.insert_connection(asked.connection.clone(), &name, None, None)?;
        }
        self.connection_in_project(mode, &asked.connection.app, id)
    }

    pub(super) fn list_connections(&self, asked: ListConnections) -> Outcome<ConnectionPage> {
        let mode = self.authenticate(&asked.key)?;
        let (created, id) = asked
            .after
            .map_or((i64::MIN >> 11, String::new()), |point| (point.created, point.id.to_string()));
        // Nobody lists to open: the sealed texts stay where they are.
        let columns = COLUMNS.replace("sealed,", "NULL,");
        let statement = format!(
            "SELECT {columns} FROM connections WHERE mode = ?1 AND (created, id) > (?2, ?3) AND (?4 IS NULL OR app = ?4)
            ORDER BY created, id LIMIT ?5"
        );
        let values: [Value; 5] =
            [mode.as_str().into(), created.into(), id.into(), asked.app.into(), (asked.limit + 1).into()];
        let rows = self.sql.exec(&statement, &values)?;
        let more = rows.len() > asked.limit as usize;
        let read = |row| connection(row, self.now);
        let connections: Vec<_> =
            rows.iter().take(asked.limit as usize).map(read).collect::<Result<_, SqlError>>()?;
        let next =
            connections.last().filter(|_| more).map(|last| PagePoint { created: last.created, id: last.id });
        Ok(ConnectionPage { connections, project: self.project()?, next })
    }

    pub(super) fn find_connection(&self, asked: FindConnection) -> Outcome<ConnectionInProject> {
        let mode = self.authenticate(&asked.key)?;
        self.connection_in_project(mode, &asked.app, asked.id)
    }

    pub(super) fn delete_connection(&self, asked: DeleteConnection) -> Outcome<ConnectionInProject> {
        let mode = self.authenticate(&asked.key)?;
        let found = self.connection_in_project(mode, &asked.app, asked.id)?;
        let blob = found.connection.blob.clone();
        self.note_garbage(&BlobKey { mode, project: found.project.id, connection: asked.id, blob })?;
        self.free_names_of(asked.id)?;
        self.sql.exec("DELETE FROM connections WHERE id = ?", &[asked.id.to_string().into()])?;
        Ok(found)
    }

    fn connection_in_project(&self, mode: Mode, app: &str, id: ConnectionId) -> Outcome<ConnectionInProject> {
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
    ) -> Outcome<()> {
        let statement = "INSERT INTO connections (id, mode, app, method, name, description, version, credentials, hash, blob,
            sealed, sealed_until, report, end_user, organization, created, updated)
            VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
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
        ];
        self.sql.exec(statement, &values)?;
        Ok(())
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
            let kept: String = wanted.chars().take(crate::api::NAME_MAX - suffix.len()).collect();
            name = format!("{}{suffix}", kept.trim_end_matches('-'));
        }
        Ok(name)
    }

    pub(super) fn reserve_name(&self, mode: Mode, name: &str, connection: ConnectionId) -> Outcome<()> {
        let values = [mode.as_str().into(), name.into(), connection.to_string().into()];
        self.sql.exec("INSERT INTO names (mode, name, connection) VALUES (?, ?, ?)", &values)?;
        Ok(())
    }

    pub(super) fn free_names_of(&self, connection: ConnectionId) -> Outcome<()> {
        self.sql.exec("DELETE FROM names WHERE connection = ?", &[connection.to_string().into()])?;
        Ok(())
    }
}

fn connection(row: &Row, now: i64) -> Result<ConnectionRow, SqlError> {
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
    })
}
