//! The operations of the registry: the list of projects, their host names, and the number of wrong admin tokens. It owns
//! the tables `projects`, `domains`, `ended_projects` and `refused_admin_tokens`. Only rare requests call the registry.
//!
//! The registry and a project's object share no transaction. So a step over both reserves here first, then acts in the
//! project's object, and is settled here at last. Until then the project is `due`. A host name is reserved before the project
//! has it, and freed after the project gave it up, so two projects never have the same one.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    BeginChangingProject, BeginEndingProject, FindBrand, ListDomains, ListProjectSlice,
    NoteRefusedAdminTokens, PageProjects, ProjectBrand, ProjectState, ProjectsPage, ReadRefusedAdminTokens,
    Refusal, RegisterProject, RegisteredProject, SettleProject, TakeUnfinishedProjects, UnfinishedProject,
    UnregisterProject,
};
use crate::store::sql::{Sql, Value};
use latchkey_shared::ProjectId;

/// How long a step may go on before the timer ends it, in milliseconds: twice as long as a project may be on its way.
const STEP_MS: i64 = 2 * super::projects::MAKING_MS;

/// How long a project that the timer took waits for its next turn, in milliseconds.
const TURN_MS: i64 = 300_000;

/// The most deleted projects that are remembered.
const ENDED_MAX: i64 = 1_000;

columns! { ProjectBrand { name, white_label, branding } }

columns! { UnfinishedProject { id, ending = "state = 'ending'" } }

/// A host name and its project.
struct Domain {
    project: ProjectId,
    host: String,
}

columns! { Domain { project, host } }

/// A project in the list. Its columns are the same for deleted ones.
struct Listed {
    id: ProjectId,
    name: String,
    state: String,
    at: i64,
    actor: Option<String>,
    ends: Option<i64>,
}

columns! { Listed { id, name, state, at, actor, ends } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn list_project_slice(&self, operation: ListProjectSlice) -> Outcome<Vec<ProjectId>> {
        // A letter that no id has.
        let to = if operation.to.is_empty() { "z".to_owned() } else { operation.to };
        let statement =
            "SELECT id FROM projects WHERE id >= ? AND id < ? AND state = 'ready' ORDER BY id LIMIT ?";
        Ok(self.sql.values(statement, &[operation.from.into(), to.into(), operation.limit.into()])?)
    }

    pub(super) fn register_project(&self, new: RegisterProject) -> Outcome<()> {
        self.reserve(new.id, &new.domains)?;
        let row = vec![
            ("id", new.id.to_string().into()),
            ("name", new.brand.name.into()),
            ("white_label", i64::from(new.brand.white_label).into()),
            ("branding", new.brand.branding.into()),
            ("created", self.now.into()),
            ("state", "making".into()),
            ("revision", 0_i64.into()),
            ("due", (self.now + STEP_MS).into()),
        ];
        Ok(self.sql.insert("OR IGNORE INTO projects", row)?)
    }

    pub(super) fn begin_changing_project(&self, operation: BeginChangingProject) -> Outcome<bool> {
        if !self.mark(operation.id, "state")? {
            return Ok(false);
        }
        self.reserve(operation.id, &operation.domains)?;
        Ok(true)
    }

    pub(super) fn begin_ending_project(&self, operation: BeginEndingProject) -> Outcome<bool> {
        self.mark(operation.id, if operation.force { "'ending'" } else { "state" })
    }

    /// Lets the timer look after a project when the step is over. Returns whether it is listed.
    fn mark(&self, project: ProjectId, state: &str) -> Outcome<bool> {
        let statement = format!("UPDATE projects SET state = {state}, due = ? WHERE id = ? RETURNING id");
        Ok(self.sql.exists(&statement, &[(self.now + STEP_MS).into(), project.to_string().into()])?)
    }

    pub(super) fn settle_project(&self, operation: SettleProject) -> Outcome<()> {
        let project = operation.id.to_string();
        let settled = self.sql.exists(
            "UPDATE projects SET name = ?1, white_label = ?2, branding = ?3, revision = ?4, state = 'ready', ends = ?6
                WHERE id = ?5 AND revision <= ?4 AND state <> 'ending' RETURNING id",
            &[
                operation.brand.name.into(),
                i64::from(operation.brand.white_label).into(),
                operation.brand.branding.into(),
                operation.revision.into(),
                project.clone().into(),
                operation.ends.into(),
            ],
        )?;
        if !settled {
            return Ok(());
        }
        self.hold(operation.id, &operation.domains)?;
        let hosts = serde_json::to_string(&operation.domains).unwrap_or_default();
        let values = [project.into(), hosts.into(), self.now.into()];
        // What another change has reserved meanwhile stays until its time is over.
        self.sql.exec(
            "DELETE FROM domains WHERE project = ?1 AND host NOT IN (SELECT value FROM json_each(?2))
                AND coalesce(reserved_until, 0) <= ?3",
            &values,
        )?;
        self.sql.exec(
            "UPDATE domains SET reserved_until = NULL
                WHERE project = ?1 AND host IN (SELECT value FROM json_each(?2))",
            &values[..2],
        )?;
        // When a reserved name is free, and when the grace of a marked project is over.
        let statement = "UPDATE projects SET due = (SELECT min(at) FROM
            (SELECT max(reserved_until) AS at FROM domains WHERE project = ?1 UNION ALL SELECT ?2)) WHERE id = ?1";
        self.sql.exec(statement, &[operation.id.to_string().into(), operation.ends.into()])?;
        Ok(())
    }

    pub(super) fn unregister_project(&self, operation: UnregisterProject) -> Outcome<()> {
        let id: [Value; 1] = [operation.id.to_string().into()];
        // A project that was never made leaves no record.
        let record = "INSERT OR REPLACE INTO ended_projects (id, name, ended, actor)
            SELECT id, name, ?2, 'owner' FROM projects WHERE id = ?1 AND revision > 0";
        self.sql.exec(record, &[id[0].clone(), self.now.into()])?;
        let oldest = "DELETE FROM ended_projects WHERE id IN
            (SELECT id FROM ended_projects ORDER BY ended DESC, id DESC LIMIT -1 OFFSET ?)";
        self.sql.exec(oldest, &[ENDED_MAX.into()])?;
        for table in ["projects WHERE id", "domains WHERE project", "key_counts WHERE project"] {
            self.sql.exec(&format!("DELETE FROM {table} = ?"), &id)?;
        }
        Ok(())
    }

    pub(super) fn take_unfinished_projects(
        &self,
        operation: TakeUnfinishedProjects,
    ) -> Outcome<Vec<UnfinishedProject>> {
        let due = "FROM projects WHERE due <= ? ORDER BY due LIMIT ?";
        let taken: Vec<UnfinishedProject> =
            self.sql.select(due, &[self.now.into(), operation.limit.into()])?;
        for project in &taken {
            let values = [(self.now + TURN_MS).into(), project.id.to_string().into()];
            self.sql.exec("UPDATE projects SET due = ? WHERE id = ?", &values)?;
        }
        Ok(taken)
    }

    /// Reserves host names for a project, beside those that it has. Refuses if another project has one of them.
    fn reserve(&self, project: ProjectId, hosts: &[String]) -> Outcome<()> {
        for host in hosts {
            if self.owner(host)?.is_some_and(|owner| owner != project) {
                return Err(Refusal::DomainTaken(host.clone()).into());
            }
        }
        self.hold(project, hosts)
    }

    /// Reserves those of the host names that no other project has.
    fn hold(&self, project: ProjectId, hosts: &[String]) -> Outcome<()> {
        for host in hosts {
            let values = [host.clone().into(), project.to_string().into(), (self.now + STEP_MS).into()];
            let statement = "INSERT INTO domains (host, project, reserved_until) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET reserved_until = excluded.reserved_until
                    WHERE project = excluded.project AND reserved_until IS NOT NULL";
            self.sql.exec(statement, &values)?;
        }
        Ok(())
    }

    fn owner(&self, host: &str) -> Outcome<Option<ProjectId>> {
        Ok(self.sql.value("SELECT project FROM domains WHERE host = ?", &[host.into()])?)
    }

    pub(super) fn list_domains(&self, _: ListDomains) -> Outcome<Vec<(ProjectId, String)>> {
        let domains: Vec<Domain> = self.sql.select("FROM domains ORDER BY host", &[])?;
        Ok(domains.into_iter().map(|domain| (domain.project, domain.host)).collect())
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

    pub(super) fn page_projects(&self, operation: PageProjects) -> Outcome<ProjectsPage> {
        let from = match operation.deleted {
            true => {
                "FROM (SELECT id, name, 'deleted' AS state, ended AS at, actor, NULL AS ends FROM ended_projects)"
            }
            false => {
                "FROM (SELECT id, name, iif(state = 'ready' AND ends IS NOT NULL, 'deleting', state) AS state,
                    created AS at, NULL AS actor, ends FROM projects)"
            }
        };
        let (at, id) = match operation.after {
            Some((at, id)) => (at, id.to_string()),
            None => (-1, String::new()),
        };
        let values = [at.into(), id.into(), (operation.limit + 1).into()];
        let page = format!("{from} WHERE (at, id) > (?, ?) ORDER BY at, id LIMIT ?");
        let mut listed: Vec<Listed> = self.sql.select(&page, &values)?;
        let more = listed.len() > operation.limit as usize;
        listed.truncate(operation.limit as usize);
        let project = |Listed { id, name, state, at, actor, ends }| RegisteredProject {
            id,
            name,
            state: match state.as_str() {
                "making" => ProjectState::Making,
                "deleting" => ProjectState::Deleting,
                "ending" => ProjectState::Ending,
                "deleted" => ProjectState::Deleted,
                _ => ProjectState::Ready,
            },
            at,
            actor,
            ends,
        };
        Ok(ProjectsPage { projects: listed.into_iter().map(project).collect(), more })
    }
}
