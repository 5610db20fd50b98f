//! Reads how a project stands. It refuses to change anything.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{ReadStatus, StatusRow};
use crate::store::sql::Sql;
use latchkey_shared::KeyScope;

impl<S: Sql> Store<'_, S> {
    pub(super) fn read_status(&self, operation: ReadStatus) -> Outcome<StatusRow> {
        let mode = self.authorize(&operation.key, KeyScope::Admin)?.mode;
        let of_mode = [mode.as_str().into()];
        let under_way = "SELECT coalesce(sum(json_array_length(connections)), 0) FROM check_batches
            WHERE id > 0 AND mode = ?";
        let tasks = "SELECT count(*) FROM connections INDEXED BY connections_task
            WHERE mode = ? AND task_due IS NOT NULL";
        let mut rows = Vec::new();
        for kind in ["connections", "sessions", "events", "intents", "idempotency"] {
            rows.push((kind.to_owned(), self.rows(&[kind, mode.as_str()])?));
        }
        let bytes = self.sql.size()?;
        Ok(StatusRow {
            project: self.project()?,
            now: self.now_in(mode)?,
            next_check: self.next_check_in(mode)?,
            under_way: self.sql.value(under_way, &of_mode)?.unwrap_or(0),
            lost_batches: self.rows(&["lost_batches"])?.try_into().unwrap_or(u32::MAX),
            tasks: self.sql.value(tasks, &of_mode)?.unwrap_or(0),
            bytes,
            rows,
            largest: Some(self.largest_tables()?),
            advice: self.advice(bytes)?,
        })
    }
}
