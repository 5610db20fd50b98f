//! Creates, reads, updates and deletes the project of this object. It owns the table `project`.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    CreateProject, DeleteProject, ProjectByApiKey, ProjectView, ReadProject, Refusal, UpdateProject,
};
use crate::store::sql::{Sql, json};
use latchkey_shared::KeyScope;

/// The tables that are emptied with the project. Its values in KV are scheduled for deletion first.
const TABLES: [&str; 10] = [
    "project",
    "api_keys",
    "sessions",
    "attempts",
    "sealed_answers",
    "connections",
    "versions",
    "names",
    "simulated_keys",
    "idempotency",
];

columns! {
    ProjectView {
        id, name, org_id,
        allowed_origins: json = "origins",
        settings: json,
        branding = "''",
        created,
    }
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn create_project(&self, new: CreateProject) -> Outcome<ProjectView> {
        if self.sql.exists("SELECT 1 FROM project", &[])? {
            return Err(Refusal::Exists.into());
        }
        let row = vec![
            ("id", new.id.to_string().into()),
            ("name", new.name.into()),
            ("org_id", new.org_id.into()),
            ("origins", json(&new.allowed_origins)?),
            ("settings", json(&new.settings)?),
            ("branding", new.branding.into()),
            ("created", self.now.into()),
        ];
        self.sql.insert("INTO project", row)?;
        for key in new.keys {
            self.insert_api_key(&key, "First key", &KeyScope::FIRST)?;
        }
        self.branded_project()
    }

    pub(super) fn project_by_api_key(&self, operation: ProjectByApiKey) -> Outcome<ProjectView> {
        self.authenticate(&operation.key)?;
        self.project()
    }

    pub(super) fn read_project(&self, _: ReadProject) -> Outcome<ProjectView> {
        self.branded_project()
    }

    pub(super) fn update_project(&self, operation: UpdateProject) -> Outcome<ProjectView> {
        let mut project = self.branded_project()?;
        project.name = operation.name.unwrap_or(project.name);
        project.allowed_origins = operation.allowed_origins.unwrap_or(project.allowed_origins);
        project.settings = operation.settings.unwrap_or(project.settings);
        project.branding = operation.branding.unwrap_or(project.branding);
        let values = [
            project.name.clone().into(),
            json(&project.allowed_origins)?,
            json(&project.settings)?,
            project.branding.clone().into(),
        ];
        self.sql.exec("UPDATE project SET name = ?, origins = ?, settings = ?, branding = ?", &values)?;
        self.audit(None, "owner", "project.change", &project.id.to_string(), "")?;
        Ok(project)
    }

    pub(super) fn delete_project(&self, operation: DeleteProject) -> Outcome<ProjectView> {
        let project = self.branded_project()?;
        if !operation.force && self.sql.exists("SELECT 1 FROM connections LIMIT 1", &[])? {
            return Err(Refusal::InUse.into());
        }
        // The object lives on until its alarm has deleted each value in KV.
        let statement = "INSERT OR REPLACE INTO intents (blob, mode, connection, swept, due)
            SELECT blob, mode, id, 1, ?1 FROM connections UNION ALL
            SELECT versions.blob, connections.mode, connections.id, 1, ?1
                FROM versions JOIN connections ON connections.id = versions.connection WHERE versions.blob IS NOT NULL";
        self.sql.exec(statement, &[self.now.into()])?;
        self.schedule(self.now);
        self.sql.exec("INSERT OR REPLACE INTO ended_project (id) SELECT id FROM project", &[])?;
        for table in TABLES {
            self.sql.exec(&format!("DELETE FROM {table}"), &[])?;
        }
        self.audit(None, "owner", "project.delete", &project.id.to_string(), "")?;
        Ok(project)
    }

    pub(super) fn project(&self) -> Outcome<ProjectView> {
        Ok(self.sql.select_one("FROM project", &[])?.ok_or(Refusal::Unknown)?)
    }

    /// The project with its branding.
    pub(super) fn branded_project(&self) -> Outcome<ProjectView> {
        let branding: Option<String> = self.sql.value("SELECT branding FROM project", &[])?;
        let branding = branding.unwrap_or_default();
        Ok(ProjectView { branding, ..self.project()? })
    }
}
