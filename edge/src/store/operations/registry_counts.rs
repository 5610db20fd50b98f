//! The registry's running tally: how many values each wrapping key wraps in each project, and how far the timer has moved
//! them. It owns the table `key_counts`.
//!
//! A request asks some projects, records their counts, and gets the sum over all. So no request asks every project. A count
//! for a ring can only become too high for the older keys, because all new values are wrapped by the primary one.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    KeyCount, ListUncountedProjects, ListUnrotatedProjects, NoteCounts, VaultTally,
};
use crate::store::sql::Sql;
use latchkey_shared::ProjectId;

/// After how long a project is checked again whose values were all re-wrapped, in milliseconds.
const CHECK_AGAIN_MS: i64 = 24 * 3_600_000;

impl<S: Sql> Store<'_, S> {
    pub(super) fn list_unrotated_projects(
        &self,
        operation: ListUnrotatedProjects,
    ) -> Outcome<Vec<ProjectId>> {
        let statement =
            "SELECT id FROM projects WHERE state <> 'making' AND (rotated_to <> ?1 OR rotated_at <= ?2)
            ORDER BY rotated_to = ?1, rotated_at, id LIMIT ?3";
        let values = [operation.ring.into(), (self.now - CHECK_AGAIN_MS).into(), operation.limit.into()];
        Ok(self.sql.values(statement, &values)?)
    }

    pub(super) fn list_uncounted_projects(
        &self,
        operation: ListUncountedProjects,
    ) -> Outcome<Vec<ProjectId>> {
        let statement = "SELECT id FROM projects WHERE state <> 'making' AND (?2 IS NULL OR counted_for <> ?1
                OR EXISTS (SELECT 1 FROM key_counts WHERE project = projects.id AND key_id <> ?2))
            ORDER BY counted_for = ?1, counted, id LIMIT ?3";
        let values = [operation.ring.into(), operation.primary.into(), operation.limit.into()];
        Ok(self.sql.values(statement, &values)?)
    }

    pub(super) fn note_counts(&self, operation: NoteCounts) -> Outcome<VaultTally> {
        let ring = operation.ring;
        for project in operation.counted {
            let id = project.id.to_string();
            // A project that did not say waits for its next turn behind the others, and is not counted.
            let counted_for = project.counts.as_ref().map_or("", |_| ring.as_str());
            let values = [counted_for.into(), self.now.into(), id.clone().into()];
            let update = "UPDATE projects SET counted_for = ?, counted = ? WHERE id = ? RETURNING id";
            if !self.sql.exists(update, &values)? {
                continue;
            }
            if let Some(rotated) = project.rotated {
                let rotated_to = if rotated { ring.as_str() } else { "" };
                let values = [rotated_to.into(), self.now.into(), id.clone().into()];
                self.sql.exec("UPDATE projects SET rotated_to = ?, rotated_at = ? WHERE id = ?", &values)?;
            }
            let Some(counts) = project.counts else { continue };
            self.sql.exec("DELETE FROM key_counts WHERE project = ?", &[id.clone().into()])?;
            for KeyCount { key_id, values } in counts {
                let row = vec![
                    ("project", id.clone().into()),
                    ("key_id", key_id.into()),
                    ("credentials", values.into()),
                ];
                self.sql.insert("INTO key_counts", row)?;
            }
        }
        let rows = "SELECT key_id, sum(credentials) FROM key_counts GROUP BY key_id ORDER BY key_id";
        let uncounted = "SELECT count(*) FROM projects WHERE state <> 'making' AND counted_for <> ?";
        Ok(VaultTally {
            counts: self.sql.records(rows, &[])?,
            uncounted: self.sql.value(uncounted, &[ring.into()])?.unwrap_or_default(),
        })
    }
}
