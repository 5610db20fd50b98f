//! Creates, finds and deletes connections, and reserves their names. It owns the tables `connections` and `names`.
//!
//! A row names the blob of its sealed credential, and keeps the sealed text itself for an hour. `versions.rs` changes
//! connections, `list_connections.rs` lists them.

use super::authenticate::Grant;
use super::refused_logins::refusal;
use crate::health::phase;
use crate::http::etag;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    AbandonConnection, BeginConnection, CommitConnection, ConnectionInProject, ConnectionRow,
    DeleteConnection, FindConnection, FindConnectionByName, KeyProof, NewConnection, ProjectView, Refusal,
};
use crate::store::sql::{Sql, SqlError, json};
use latchkey_shared::audit::AuditAction;
use latchkey_shared::event::EventType;
use latchkey_shared::{ConnectionId, KeyScope, Mode};
use serde_json::Value;

/// How long a row keeps the sealed text. KV may hide a new key for a minute or more, and it caches misses.
pub(super) const SEALED_MS: i64 = 3_600_000;

columns! {
    ConnectionRow {
        id, app, method, name, description, version, credentials: json, hash, created, updated, blob, sealed, revision,
        end_user, organization, metadata, session, report, health_record, used, suspended, slot, cap, check_at, task, managed,
        hook = "(SELECT json_object('name', hooks.name, 'state', hooks.state, 'cause', json(hooks.cause), 'id', hooks.id,
            'found', json(hooks.found)) FROM hooks WHERE hooks.connection = connections.id AND hooks.name <> '')",
        overlap,
    }
}

/// Who linked a connection: the columns that it gets from its session, as they are stored.
#[derive(Default)]
pub(super) struct LinkedBy {
    pub(super) end_user: Option<String>,
    pub(super) organization: Option<String>,
    pub(super) metadata: Option<String>,
    pub(super) session: Option<String>,
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
    pub(super) fn begin_connection(&self, operation: BeginConnection) -> Outcome<ProjectView> {
        let Grant { mode, actor, .. } = self.authorize(&operation.key, KeyScope::ConnectionsWrite)?;
        let project = self.project()?;
        if self.name_is_taken(mode, &operation.name)? {
            return Err(Refusal::NameTaken.into());
        }
        self.require_room_to_write(mode, true)?;
        self.claim_for_api_key(mode, &operation.blob.blob, &actor)?;
        self.reserve_name(mode, &operation.name, operation.blob.connection)?;
        self.note_intent(&operation.blob)?;
        Ok(project)
    }

    pub(super) fn abandon_connection(
        &self,
        operation: AbandonConnection,
    ) -> Outcome<Option<ConnectionInProject>> {
        let grant = self.authorize(&operation.key, KeyScope::ConnectionsWrite)?;
        let mode = grant.mode;
        self.end_claim(&operation.blob.blob, operation.refused.is_some())?;
        let found = self.connection(mode, &operation.app, operation.blob.connection)?;
        if let Some(code) = operation.refused {
            // A connection that was never created has an id that nobody knows.
            let subject = found.as_ref().map_or(operation.app, |_| operation.blob.connection.to_string());
            let detail = refusal(code, operation.field.as_deref());
            self.audit_key(&grant, AuditAction::CredentialRefuse, &subject, &detail)?;
        }
        if let Some(connection) = found {
            // An update was given up: the connection stays, and only the new blob is dropped.
            if connection.blob != operation.blob.blob {
                self.drop_intent(&operation.blob.blob, operation.written)?;
            }
            return Ok(Some(ConnectionInProject { connection, project: self.project()? }));
        }
        self.drop_intent(&operation.blob.blob, operation.written)?;
        self.free_names_of(operation.blob.connection)?;
        Ok(None)
    }

    pub(super) fn commit_connection(&self, operation: CommitConnection) -> Outcome<ConnectionInProject> {
        let grant = self.authorize(&operation.key, KeyScope::ConnectionsWrite)?;
        let (mode, id) = (grant.mode, operation.connection.key.connection);
        self.end_claim(&operation.connection.key.blob, false)?;
        let project = self.project()?;
        if !self.take_intent(&operation.connection.key)? {
            // It was already committed, or it was abandoned.
            let connection =
                self.connection(mode, &operation.connection.app, id)?.ok_or(Refusal::Superseded)?;
            return Ok(ConnectionInProject { connection, project });
        }
        let name = operation.connection.name.clone();
        let connection = self.insert_connection(operation.connection, &name, LinkedBy::default())?;
        if operation.take_over == Some(true) {
            self.note_take_over(mode, &connection, grant.audited())?;
        }
        if let Some(idempotency_key) = operation.idempotency_key {
            self.record_created(&grant, &idempotency_key, id)?;
        }
        self.audit_key(&grant, AuditAction::ConnectionCreate, &id.to_string(), &name)?;
        self.tell(EventType::ConnectionCreated, id, &Value::Null)?;
        self.connection_in_project(mode, &connection.app, id)
    }

    pub(super) fn find_connection(&self, operation: FindConnection) -> Outcome<ConnectionInProject> {
        let FindConnection { key, app, id } = operation;
        let (_, found) = self.authorize_for(&key, &app, id, KeyScope::ConnectionsRead)?;
        Ok(found)
    }

    pub(super) fn find_connection_by_name(
        &self,
        operation: FindConnectionByName,
    ) -> Outcome<ConnectionInProject> {
        let grant = self.authenticate(&operation.key)?;
        let statement = "SELECT connection FROM names WHERE mode = ? AND name = ?";
        let values = [grant.mode.as_str().into(), operation.name.into()];
        let id = self.sql.value(statement, &values)?;
        let found = self.connection_in_project(grant.mode, &operation.app, id.ok_or(Refusal::NotFound)?)?;
        grant.require(KeyScope::ConnectionsRead)?;
        Ok(found)
    }

    pub(super) fn delete_connection(&self, operation: DeleteConnection) -> Outcome<ConnectionInProject> {
        let DeleteConnection { key, app, id, if_match } = operation;
        let (grant, found) = self.authorize_for(&key, &app, id, KeyScope::ConnectionsWrite)?;
        require_revision(&found.connection, if_match.as_deref())?;
        self.forget_connection(grant.mode, &found)?;
        let name = &found.connection.name;
        self.audit_key(&grant, AuditAction::ConnectionDelete, &id.to_string(), name)?;
        Ok(found)
    }

    /// The mode of a connection.
    pub(super) fn mode_of(&self, id: ConnectionId) -> Outcome<Mode> {
        let mode = self.sql.value("SELECT mode FROM connections WHERE id = ?", &[id.to_string().into()])?;
        Ok(mode.ok_or(Refusal::NotFound)?)
    }

    /// Finds the connection that a key asks for, and requires the scope. A connection that does not exist is refused
    /// first, because 404 takes precedence over 403.
    pub(super) fn authorize_for(
        &self,
        key: &KeyProof,
        app: &str,
        id: ConnectionId,
        scope: KeyScope,
    ) -> Outcome<(Grant, ConnectionInProject)> {
        let grant = self.authenticate(key)?;
        let found = self.connection_in_project(grant.mode, app, id)?;
        grant.require(scope)?;
        Ok((grant, found))
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
        by: LinkedBy,
    ) -> Outcome<ConnectionRow> {
        let [health, record, turns, cap] = self.first_health(&new)?;
        let mode = new.key.mode;
        let now = self.now_in(mode)?;
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
            ("end_user", by.end_user.into()),
            ("organization", by.organization.into()),
            ("metadata", by.metadata.unwrap_or_else(|| "{}".to_owned()).into()),
            ("session", by.session.into()),
            ("health", health),
            ("health_record", record),
            ("turns", turns),
            ("slot", phase::slot(new.key.connection).into()),
            ("cap", cap),
            ("created", now.into()),
            ("updated", now.into()),
            ("key_id", new.key_id.into()),
            ("rotate_from", new.rotates.unwrap_or(false).then_some(now).into()),
            ("version_created", now.into()),
        ];
        self.want_hook((new.key.connection, mode), new.hook, new.place, None)?;
        let inserted = self.sql.insert_returning("INTO connections", row)?;
        self.note_text(new.key.connection)?;
        self.schedule_rotation(mode, now)?;
        self.schedule(self.now + SEALED_MS);
        Ok(inserted.ok_or_else(|| SqlError("an insert returned nothing".to_owned()))?)
    }

    pub(super) fn name_is_taken(&self, mode: Mode, name: &str) -> Outcome<bool> {
        let values = [mode.as_str().into(), name.into()];
        Ok(self.sql.exists("SELECT 1 FROM names WHERE mode = ? AND name = ?", &values)?)
    }

    /// A free name: the wanted one, or the wanted one with the beginning of the connection's id behind it. If another
    /// connection has that name too, a random name.
    pub(super) fn free_name(&self, mode: Mode, wanted: &str, id: ConnectionId) -> Outcome<String> {
        for name in [wanted.to_owned(), id.suffixed(wanted)] {
            if !self.name_is_taken(mode, &name)? {
                return Ok(name);
            }
        }
        Ok(id.to_string())
    }

    /// Reserves a name for a connection. Returns whether the name was free.
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

/// Refuses if `If-Match` does not name the revision of the connection.
pub(super) fn require_revision(row: &ConnectionRow, if_match: Option<&str>) -> Outcome<()> {
    match if_match {
        Some(header) if !etag::names(header, row.revision) => Err(Refusal::Changed.into()),
        _ => Ok(()),
    }
}
