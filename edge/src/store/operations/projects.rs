//! The project this object is for: made, described, changed, ended.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    CreateProject, DeleteProject, DescribeProject, ProjectView, ReadProject, Refusal, UpdateProject,
};
use crate::store::sql::{Row, Sql, SqlError, json};
use latchkey_shared::{KeyScope, ProjectId};

/// The tables that end with the project. What KV holds is noted as garbage first.
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

impl<S: Sql> Store<'_, S> {
    pub(super) fn create_project(&self, new: CreateProject) -> Outcome<ProjectView> {
        if !self.sql.exec("SELECT 1 FROM project", &[])?.is_empty() {
            return Err(Refusal::Exists.into());
        }
        let statement = "INSERT INTO project (id, name, org_id, origins, settings, branding, created)
            VALUES (?, ?, ?, ?, ?, ?, ?)";
        let values = [
            new.id.to_string().into(),
            new.name.into(),
            new.org_id.into(),
            json(&new.allowed_origins)?,
            json(&new.settings)?,
            new.branding.into(),
            self.now.into(),
        ];
        self.sql.exec(statement, &values)?;
        for key in new.keys {
            self.insert_api_key(&key, "First key", &KeyScope::FIRST)?;
        }
        self.branded_project()
    }

    pub(super) fn describe_project(&self, asked: DescribeProject) -> Outcome<ProjectView> {
        self.authenticate(&asked.key)?;
        self.project()
    }

    pub(super) fn read_project(&self, _: ReadProject) -> Outcome<ProjectView> {
        self.branded_project()
    }

    pub(super) fn update_project(&self, asked: UpdateProject) -> Outcome<ProjectView> {
        let mut project = self.branded_project()?;
        project.name = asked.name.unwrap_or(project.name);
        project.allowed_origins = asked.allowed_origins.unwrap_or(project.allowed_origins);
        project.settings = asked.settings.unwrap_or(project.settings);
        project.branding = asked.branding.unwrap_or(project.branding);
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

    pub(super) fn delete_project(&self, asked: DeleteProject) -> Outcome<ProjectView> {
        let project = self.branded_project()?;
        if !asked.force && !self.sql.exec("SELECT 1 FROM connections LIMIT 1", &[])?.is_empty() {
            return Err(Refusal::InUse.into());
        }
        // Every value in KV becomes garbage of an object that lives on until it is swept.
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
        let rows = self.sql.exec("SELECT id, name, org_id, origins, settings, created FROM project", &[])?;
        let row = rows.first().ok_or(Refusal::Unknown)?;
        Ok(project(row)?)
    }

    /// The project with its look.
    pub(super) fn branded_project(&self) -> Outcome<ProjectView> {
        let rows = self.sql.exec("SELECT branding FROM project", &[])?;
        let branding = rows.first().map(|row| row.text(0)).unwrap_or_default();
        Ok(ProjectView { branding, ..self.project()? })
    }
}

fn project(row: &Row) -> Result<ProjectView, SqlError> {
    Ok(ProjectView {
        id: ProjectId::parse(&row.text(0)).map_err(|error| SqlError(error.to_string()))?,
        name: row.text(1),
        org_id: row.text(2),
        allowed_origins: row.json(3)?,
        settings: row.json(4)?,
        branding: String::new(),
        created: row.int(5),
    })
}
