//! Creates, reads, updates and deletes the project of this object. It owns the tables `project` and `ended_project`. It
//! refuses to make a project where one was deleted. `project_grace.rs` marks one that is to be deleted, and restores it.

use super::audit::before_and_after;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    Actor, AuditEntry, AuditSettings, Care, CreateProject, DeleteProject, ProjectByApiKey, ProjectSettings,
    ProjectView, ReadProject, Refusal, UpdateProject,
};
use crate::store::sql::{Sql, SqlError, json as json_value};
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::{KeyScope, ProjectId};
use serde_json::{Value, json};

/// How long a project may be on its way from the registry to its object, in milliseconds: longer than a request lasts.
pub const MAKING_MS: i64 = 60_000;

/// The tables that outlive the project until its values in KV are deleted, and those of the platform. All others are
/// emptied with it, so that a new table cannot be forgotten.
const KEPT: &str = "name NOT IN ('schema_version', 'intents', 'ended_project')
    AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'account_grams*'";

columns! {
    ProjectView {
        id, name, org_id,
        allowed_origins: json = "origins",
        settings: json,
        branding = "''",
        created,
        revision,
        test_ahead = "(SELECT ahead FROM test_clock WHERE id = 1)",
        ends,
    }
}

/// A branding as it is stored: JSON, or empty.
fn branding(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn create_project(&self, new: CreateProject) -> Outcome<ProjectView> {
        if let Some(project) = self.find_project()? {
            // Nobody else makes this id. So it is the same call, whose reply was lost.
            return if project.id == new.id { self.branded_project() } else { Err(Refusal::Exists.into()) };
        }
        let ended = self.sql.exists("SELECT 1 FROM ended_project", &[])?;
        if ended || new.until.is_some_and(|until| until < self.now) {
            if !ended {
                // The call has founded an object that holds nothing. The sweep deletes it.
                self.note_end(new.id, self.now)?;
            }
            return Err(Refusal::Superseded.into());
        }
        let row = vec![
            ("id", new.id.to_string().into()),
            ("name", new.name.into()),
            ("org_id", new.org_id.into()),
            ("origins", json_value(&new.allowed_origins)?),
            ("settings", json_value(&new.settings)?),
            ("branding", new.branding.into()),
            ("created", self.now.into()),
        ];
        self.sql.insert("INTO project", row)?;
        for key in &new.keys {
            self.insert_api_key(key, "First key", &KeyScope::FIRST)?;
        }
        let keys: Vec<_> = new.keys.iter().map(|key| key.id.as_str()).collect();
        self.audit_owner(AuditAction::ProjectCreate, new.id, &["first keys ", &keys.join(", ")].concat())?;
        self.branded_project()
    }

    pub(super) fn project_by_api_key(&self, operation: ProjectByApiKey) -> Outcome<ProjectView> {
        self.authenticate(&operation.key)?;
        self.project()
    }

    pub(super) fn read_project(&self, operation: ReadProject) -> Outcome<ProjectView> {
        if let Some(key) = &operation.key {
            // A project that is marked is read too, so that somebody can restore it.
            self.prove(key)?.require(KeyScope::Admin)?;
        }
        self.branded_project()
    }

    pub(super) fn update_project(&self, operation: UpdateProject) -> Outcome<ProjectView> {
        let before = self.branded_project()?;
        let actor = match &operation.key {
            Some(key) => self.authorize(key, KeyScope::Admin)?.audited(),
            None => {
                self.require_unmarked()?;
                Actor::of(ActorType::Owner)
            }
        };
        let settings = operation.settings.unwrap_or(before.settings.clone());
        let project = ProjectView {
            name: operation.name.unwrap_or(before.name.clone()),
            allowed_origins: operation.allowed_origins.unwrap_or(before.allowed_origins.clone()),
            settings: ProjectSettings {
                white_label: operation.white_label.unwrap_or(settings.white_label),
                hosts: operation.hosts.unwrap_or(settings.hosts),
                domains: operation.domains.unwrap_or(settings.domains),
                care: operation.care.unwrap_or_default().apply(settings.care),
                audit: AuditSettings {
                    days: operation.audit_days.unwrap_or(settings.audit.days),
                    addresses: operation.audit_addresses.unwrap_or(settings.audit.addresses),
                },
                console_members: operation.console_members.unwrap_or(settings.console_members),
            },
            branding: operation.branding.unwrap_or(before.branding.clone()),
            ..before.clone()
        };
        // A repeated call changes nothing.
        if project == before {
            return Ok(project);
        }
        if project.settings.care != before.settings.care {
            self.schedule(self.now);
        }
        let revision = project.revision.unwrap_or_default() + 1;
        let values = [
            project.name.clone().into(),
            json_value(&project.allowed_origins)?,
            json_value(&project.settings)?,
            project.branding.clone().into(),
            revision.into(),
        ];
        let statement = "UPDATE project SET name = ?, origins = ?, settings = ?, branding = ?, revision = ?";
        self.sql.exec(statement, &values)?;
        if project.settings.care != before.settings.care {
            self.restart_walks(before.settings.care)?;
        }
        let (was, is) = (&before.settings, &project.settings);
        let changed = [
            ("name", json!(before.name), json!(project.name)),
            ("allowedOrigins", json!(before.allowed_origins), json!(project.allowed_origins)),
            ("whiteLabel", json!(was.white_label), json!(is.white_label)),
            ("hosts", json!(was.hosts), json!(is.hosts)),
            ("domains", json!(was.domains), json!(is.domains)),
            ("checks", json!(was.care.checks), json!(is.care.checks)),
            ("checkEverySeconds", json!(was.care.check_every_seconds), json!(is.care.check_every_seconds)),
            ("rotateEveryDays", json!(was.care.rotate_every_days), json!(is.care.rotate_every_days)),
            ("relink", json!(was.care.relink), json!(is.care.relink)),
            ("auditDays", json!(was.audit.days), json!(is.audit.days)),
            ("auditAddresses", json!(was.audit.addresses), json!(is.audit.addresses)),
            ("consoleMembers", json!(was.console_members), json!(is.console_members)),
            ("branding", branding(&before.branding), branding(&project.branding)),
        ];
        self.audit_change(project.id, actor, &changed)?;
        Ok(ProjectView { revision: Some(revision), ..project })
    }

    pub(super) fn delete_project(&self, operation: DeleteProject) -> Outcome<Option<ProjectView>> {
        let project = self.find_project()?.map(|_| self.branded_project()).transpose()?;
        let id = project.as_ref().map(|project| project.id).or(operation.id).ok_or(Refusal::Unknown)?;
        let is_over = |project: &ProjectView| project.ends.is_some_and(|ends| ends <= self.now);
        if operation.over == Some(true) && project.as_ref().is_some_and(|project| !is_over(project)) {
            return Err(Refusal::Changed.into());
        }
        self.require_empty(operation.force)?;
        // The object lives on until its alarm has deleted each value in KV, and until no call that makes its project can
        // be under way.
        let statement = "INSERT OR REPLACE INTO intents (blob, mode, connection, swept, due)
            SELECT blob, mode, id, 1, ?1 FROM connections UNION ALL
            SELECT versions.blob, connections.mode, connections.id, 1, ?1
                FROM versions JOIN connections ON connections.id = versions.connection WHERE versions.blob IS NOT NULL";
        self.sql.exec(statement, &[self.now.into()])?;
        let made = project.as_ref().map_or(self.now, |project| project.created);
        self.note_end(id, self.now.max(made + MAKING_MS))?;
        // An index of texts is emptied as a whole.
        self.sql.exec("INSERT INTO account_grams (account_grams) VALUES ('delete-all')", &[])?;
        let tables = format!("SELECT name FROM sqlite_schema WHERE type = 'table' AND {KEPT}");
        for table in self.sql.values::<String>(&tables, &[])? {
            self.sql.exec(&format!("DELETE FROM {table}"), &[])?;
        }
        Ok(project)
    }

    /// Writes an entry of the owner of the deployment, about the whole project.
    fn audit_owner(&self, action: AuditAction, project: ProjectId, detail: &str) -> Outcome<()> {
        self.audit(None, Actor::of(ActorType::Owner), action, &project.to_string(), detail)
    }

    /// Refuses to delete a project that has connections, unless that is wanted.
    pub(super) fn require_empty(&self, force: bool) -> Outcome<()> {
        match !force && self.sql.exists("SELECT 1 FROM connections LIMIT 1", &[])? {
            true => Err(Refusal::InUse.into()),
            false => Ok(()),
        }
    }

    /// Writes the entry of a change of the project's settings, with the values before and after.
    fn audit_change(
        &self,
        project: ProjectId,
        actor: Actor,
        members: &[(&str, Value, Value)],
    ) -> Outcome<()> {
        let (names, changes) = before_and_after(members);
        let entry = AuditEntry {
            subject: project.to_string(),
            detail: names,
            changes: Some(changes),
            ..AuditEntry::new(self.now, actor, AuditAction::ProjectChange)
        };
        self.append(entry).map(drop)
    }

    /// Closes the object for ever. Its database is deleted at this time, or when its values are deleted from KV.
    fn note_end(&self, id: ProjectId, due: i64) -> Outcome<()> {
        self.schedule(self.now);
        let row = vec![("id", id.to_string().into()), ("due", due.into())];
        Ok(self.sql.insert("OR REPLACE INTO ended_project", row)?)
    }

    fn find_project(&self) -> Outcome<Option<ProjectView>> {
        Ok(self.sql.select_one("FROM project", &[])?)
    }

    pub(super) fn project(&self) -> Outcome<ProjectView> {
        Ok(self.find_project()?.ok_or(Refusal::Unknown)?)
    }

    /// The project's id, if the object holds a project.
    ///
    /// # Errors
    /// When the database fails.
    pub fn own_id(&self) -> Result<Option<ProjectId>, SqlError> {
        self.sql.value("SELECT id FROM project", &[])
    }

    /// The project's id, if the object holds a project that works: one that is not marked to be deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub fn working_id(&self) -> Result<Option<ProjectId>, SqlError> {
        self.sql.value("SELECT id FROM project WHERE ends IS NULL", &[])
    }

    /// What is done for the accounts of the project. Nothing, if there is none.
    pub(super) fn care(&self) -> Outcome<Care> {
        let found = self.find_project()?.map(|project| project.settings.care);
        Ok(found.unwrap_or(Care { checks: false, ..Care::default() }))
    }

    /// The project with its branding.
    pub(super) fn branded_project(&self) -> Outcome<ProjectView> {
        let branding: Option<String> = self.sql.value("SELECT branding FROM project", &[])?;
        let branding = branding.unwrap_or_default();
        Ok(ProjectView { branding, ..self.project()? })
    }
}
