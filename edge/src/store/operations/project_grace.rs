//! The grace of a project that was deleted: it is marked, nothing of it works, and it can be restored until its grace is over. It owns
//! the column `ends` of the table `project`. It refuses to put the end of a marked project off.
//!
//! Nothing of the project is lost meanwhile: accounts, keys, sessions and settings stay as they are. The registry's timer deletes the
//! project when its grace is over (`jobs/finish_projects.rs`).

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{Actor, KeyProof, MarkProject, ProjectView, Refusal, RestoreProject};
use crate::store::sql::{Sql, SqlError};
use crate::time::iso;
use latchkey_shared::KeyScope;
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::limits::PROJECT_GRACE_DAYS;

/// How long a project can be restored, in milliseconds.
const GRACE_MS: i64 = PROJECT_GRACE_DAYS * 24 * 3_600_000;

impl<S: Sql> Store<'_, S> {
    pub(super) fn mark_project(&self, operation: MarkProject) -> Outcome<ProjectView> {
        let actor = self.manager(operation.key.as_ref())?;
        let project = self.branded_project()?;
        self.require_empty(operation.force)?;
        match project.ends {
            Some(_) => Ok(project),
            None => {
                let ends = self.now + GRACE_MS;
                self.set_end(project, Some(ends), actor, AuditAction::ProjectDelete, &iso(ends))
            }
        }
    }

    pub(super) fn restore_project(&self, operation: RestoreProject) -> Outcome<ProjectView> {
        let actor = self.manager(operation.key.as_ref())?;
        let project = self.branded_project()?;
        match project.ends {
            None => Ok(project),
            // It is being deleted for good.
            Some(ends) if ends <= self.now => Err(Refusal::NotFound.into()),
            Some(_) => {
                // Whatever came due meanwhile is done now.
                self.schedule(self.now);
                self.set_end(project, None, actor, AuditAction::ProjectRestore, "")
            }
        }
    }

    /// Refuses if the project is marked to be deleted.
    pub(super) fn require_unmarked(&self) -> Outcome<()> {
        let ends = self.marked_until()?;
        ends.map_or(Ok(()), |ends| Err(Refusal::ProjectDeleted(ends).into()))
    }

    /// When the project is deleted for good, if it is marked for that.
    pub(super) fn marked_until(&self) -> Result<Option<i64>, SqlError> {
        self.sql.value("SELECT ends FROM project WHERE ends IS NOT NULL", &[])
    }

    /// Who may delete and restore the project, also while it is marked.
    fn manager(&self, key: Option<&KeyProof>) -> Outcome<Actor> {
        let Some(key) = key else { return Ok(Actor::of(ActorType::Owner)) };
        let grant = self.prove(key)?;
        grant.require(KeyScope::Admin)?;
        Ok(grant.audited())
    }

    fn set_end(
        &self,
        project: ProjectView,
        ends: Option<i64>,
        actor: Actor,
        action: AuditAction,
        detail: &str,
    ) -> Outcome<ProjectView> {
        let revision = project.revision.unwrap_or_default() + 1;
        self.sql.exec("UPDATE project SET ends = ?, revision = ?", &[ends.into(), revision.into()])?;
        self.audit(None, actor, action, &project.id.to_string(), detail)?;
        Ok(ProjectView { ends, revision: Some(revision), ..project })
    }
}
