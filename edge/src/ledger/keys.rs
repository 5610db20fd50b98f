//! Who is asking: API keys and session tokens, compared by the hash of their secret.

use super::operation::{CreateProject, DescribeProject, KeyProof, ProjectView, Refusal, SessionProof};
use super::sql::{Row, Sql, SqlError, json};
use super::{Ledger, Outcome};
use latchkey_shared::{Mode, ProjectId};
use subtle::ConstantTimeEq;

impl<S: Sql> Ledger<'_, S> {
    pub(super) fn create_project(&self, new: CreateProject) -> Outcome<ProjectView> {
        if !self.sql.exec("SELECT 1 FROM project", &[])?.is_empty() {
            return Err(Refusal::Exists.into());
        }
        let statement =
            "INSERT INTO project (id, name, org_id, origins, settings, created) VALUES (?, ?, ?, ?, ?, ?)";
        let values = [
            new.id.to_string().into(),
            new.name.into(),
            new.org_id.into(),
            json(&new.allowed_origins)?,
            json(&new.settings)?,
            self.now.into(),
        ];
        self.sql.exec(statement, &values)?;
        for key in new.keys {
            let values = [key.id.into(), key.mode.as_str().into(), key.hash.into(), self.now.into()];
            self.sql.exec("INSERT INTO api_keys (id, mode, hash, created) VALUES (?, ?, ?, ?)", &values)?;
        }
        self.project()
    }

    pub(super) fn describe_project(&self, asked: DescribeProject) -> Outcome<ProjectView> {
        self.authenticate(&asked.key)?;
        self.project()
    }

    /// The key's mode, if the key is known.
    pub(super) fn authenticate(&self, key: &KeyProof) -> Outcome<Mode> {
        let rows = self.sql.exec(
            "SELECT hash FROM api_keys WHERE id = ? AND mode = ?",
            &[key.id.clone().into(), key.mode.as_str().into()],
        )?;
        match rows.first() {
            Some(row) if same(&row.text(0), &key.hash) => Ok(key.mode),
            _ => Err(Refusal::Unknown.into()),
        }
    }

    /// Whether the session's token is known; says nothing about its state.
    pub(super) fn authenticate_session(&self, proof: &SessionProof) -> Outcome<()> {
        let rows = self.sql.exec(
            "SELECT hash FROM sessions WHERE id = ? AND mode = ?",
            &[proof.id.clone().into(), proof.mode.as_str().into()],
        )?;
        match rows.first() {
            Some(row) if same(&row.text(0), &proof.hash) => Ok(()),
            _ => Err(Refusal::Unknown.into()),
        }
    }

    pub(super) fn project(&self) -> Outcome<ProjectView> {
        let rows = self.sql.exec("SELECT id, name, org_id, origins, settings, created FROM project", &[])?;
        let row = rows.first().ok_or(Refusal::Unknown)?;
        Ok(project(row)?)
    }
}

fn project(row: &Row) -> Result<ProjectView, SqlError> {
    Ok(ProjectView {
        id: ProjectId::parse(&row.text(0)).map_err(|error| SqlError(error.to_string()))?,
        name: row.text(1),
        org_id: row.text(2),
        allowed_origins: row.json(3)?,
        settings: row.json(4)?,
        created: row.int(5),
    })
}

/// Compares in constant time, though both sides are hashes.
fn same(stored: &str, shown: &str) -> bool {
    stored.as_bytes().ct_eq(shown.as_bytes()).into()
}
