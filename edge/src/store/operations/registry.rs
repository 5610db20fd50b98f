//! The operations of the registry: the list of projects, their host names, and the number of wrong admin tokens. It owns
//! the tables `projects`, `domains` and `refused_admin_tokens`. Only rare requests call the registry.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    FindBrand, ListDomains, ListProjects, ListUnrotatedProjects, NoteRefusedAdminTokens, NoteRotation,
    ProjectBrand, ReadRefusedAdminTokens, Refusal, RegisterProject, UnregisterProject, UpdateRegistration,
};
use crate::store::sql::Sql;
use latchkey_shared::ProjectId;

/// After how long a project is checked again whose values were all re-wrapped, in milliseconds.
const CHECK_AGAIN_MS: i64 = 24 * 3_600_000;

columns! { ProjectBrand { name, white_label, branding } }

/// A project and its name or host name.
struct ListedProject {
    id: ProjectId,
    name: String,
}

columns! { ListedProject { id, name } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn register_project(&self, new: RegisterProject) -> Outcome<()> {
        self.claim(new.id, &new.domains)?;
        let row = vec![
            ("id", new.id.to_string().into()),
            ("name", new.brand.name.into()),
            ("white_label", i64::from(new.brand.white_label).into()),
            ("branding", new.brand.branding.into()),
            ("created", self.now.into()),
        ];
        Ok(self.sql.insert("OR IGNORE INTO projects", row)?)
    }

    pub(super) fn update_registration(&self, new: UpdateRegistration) -> Outcome<()> {
        self.claim(new.id, &new.domains)?;
        let values = [
            new.brand.name.into(),
            i64::from(new.brand.white_label).into(),
            new.brand.branding.into(),
            new.id.to_string().into(),
        ];
        let statement = "UPDATE projects SET name = ?, white_label = ?, branding = ? WHERE id = ?";
        self.sql.exec(statement, &values)?;
        Ok(())
    }

    pub(super) fn unregister_project(&self, operation: UnregisterProject) -> Outcome<()> {
        self.sql.exec("DELETE FROM projects WHERE id = ?", &[operation.id.to_string().into()])?;
        self.claim(operation.id, &[])
    }

    /// Gives the project exactly these host names. Refuses if another project has one of them.
    fn claim(&self, project: ProjectId, hosts: &[String]) -> Outcome<()> {
        for host in hosts {
            if self.owner(host)?.is_some_and(|owner| owner != project) {
                return Err(Refusal::DomainTaken(host.clone()).into());
            }
        }
        let project = project.to_string();
        self.sql.exec("DELETE FROM domains WHERE project = ?", &[project.clone().into()])?;
        for host in hosts {
            let row = vec![("host", host.clone().into()), ("project", project.clone().into())];
            self.sql.insert("OR IGNORE INTO domains", row)?;
        }
        Ok(())
    }

    fn owner(&self, host: &str) -> Outcome<Option<ProjectId>> {
        Ok(self.sql.value("SELECT project FROM domains WHERE host = ?", &[host.into()])?)
    }

    pub(super) fn list_domains(&self, _: ListDomains) -> Outcome<Vec<(ProjectId, String)>> {
        self.pairs("FROM (SELECT project AS id, host AS name FROM domains) ORDER BY name")
    }

    /// The rows of two columns, `id` and `name`.
    fn pairs(&self, from: &str) -> Outcome<Vec<(ProjectId, String)>> {
        let rows: Vec<ListedProject> = self.sql.select(from, &[])?;
        Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
    }

    pub(super) fn note_refused_admin_tokens(&self, more: NoteRefusedAdminTokens) -> Outcome<()> {
        let statement = "INSERT INTO refused_admin_tokens (id, count, last) VALUES (1, ?1, ?2)
            ON CONFLICT (id) DO UPDATE SET count = count + ?1, last = ?2";
        self.sql.exec(statement, &[more.count.into(), self.now.into()])?;
        Ok(())
    }

    pub(super) fn read_refused_admin_tokens(&self, _: ReadRefusedAdminTokens) -> Outcome<(u32, Option<i64>)> {
        let count: Option<u32> =
            self.sql.value("SELECT count FROM refused_admin_tokens WHERE id = 1", &[])?;
        let last = self.sql.value("SELECT last FROM refused_admin_tokens WHERE id = 1", &[])?;
        Ok((count.unwrap_or_default(), last))
    }

    pub(super) fn find_brand(&self, operation: FindBrand) -> Outcome<Option<ProjectBrand>> {
        Ok(self.sql.select_one("FROM projects WHERE id = ?", &[operation.id.to_string().into()])?)
    }

    pub(super) fn list_unrotated_projects(
        &self,
        operation: ListUnrotatedProjects,
    ) -> Outcome<Vec<ProjectId>> {
        let statement = "SELECT id FROM projects WHERE rotated_to <> ?1 OR rotated_at <= ?2
            ORDER BY rotated_to = ?1, rotated_at, id LIMIT ?3";
        let values = [operation.ring.into(), (self.now - CHECK_AGAIN_MS).into(), operation.limit.into()];
        Ok(self.sql.values(statement, &values)?)
    }

    pub(super) fn note_rotation(&self, operation: NoteRotation) -> Outcome<()> {
        let statement = "UPDATE projects SET rotated_to = coalesce(?, ''), rotated_at = ? WHERE id = ?";
        let values = [operation.ring.into(), self.now.into(), operation.id.to_string().into()];
        self.sql.exec(statement, &values)?;
        Ok(())
    }

    pub(super) fn list_projects(&self, _: ListProjects) -> Outcome<Vec<(ProjectId, String)>> {
        self.pairs("FROM projects ORDER BY created, id")
    }
}
