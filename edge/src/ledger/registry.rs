//! The registry's part: the list of projects, off the hot path.

use super::operation::{ListProjects, RegisterProject};
use super::sql::{Sql, SqlError};
use super::{Ledger, Outcome};
use latchkey_shared::ProjectId;

impl<S: Sql> Ledger<'_, S> {
    pub(super) fn register_project(&self, new: RegisterProject) -> Outcome<()> {
        let values = [new.id.to_string().into(), new.name.into(), self.now.into()];
        self.sql.exec("INSERT OR IGNORE INTO projects (id, name, created) VALUES (?, ?, ?)", &values)?;
        Ok(())
    }

    pub(super) fn list_projects(&self, _: ListProjects) -> Outcome<Vec<(ProjectId, String)>> {
        let rows = self.sql.exec("SELECT id, name FROM projects ORDER BY created, id", &[])?;
        let read = |id: String| ProjectId::parse(&id).map_err(|error| SqlError(error.to_string()));
        Ok(rows.iter().map(|row| Ok((read(row.text(0))?, row.text(1)))).collect::<Result<_, SqlError>>()?)
    }
}
