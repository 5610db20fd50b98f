//! The check of one account that has a time of its own: a confirmation, a next try, a check that somebody asked for, or none. It owns
//! the column `check_at` of `connections`. Every other account is checked at its turn (`check_walks.rs`).

use crate::store::object::{Outcome, Store};
use crate::store::sql::Sql;
use latchkey_shared::{ConnectionId, Mode};

/// The `check_at` of an account that is not checked by itself. JavaScript's largest safe integer.
pub const NEVER: i64 = (1 << 53) - 1;

impl<S: Sql> Store<'_, S> {
    pub(super) fn put_off(&self, id: ConnectionId, at: i64) -> Outcome<()> {
        let values = [at.into(), id.to_string().into()];
        self.sql.exec("UPDATE connections SET check_at = ? WHERE id = ?", &values)?;
        Ok(())
    }

    /// Has an account checked at this time, by all that its provider's file asks for. Times are those of its mode. Does nothing
    /// if it is checked sooner.
    pub(crate) fn check_soon(&self, id: ConnectionId, at: i64) -> Outcome<()> {
        let statement =
            "UPDATE connections SET check_at = ?1, health_record = json_remove(health_record, '$.examined')
            WHERE id = ?2 AND (check_at IS NULL OR check_at > ?1) RETURNING mode";
        let mode: Option<Mode> = self.sql.value(statement, &[at.into(), id.to_string().into()])?;
        mode.map_or(Ok(()), |mode| self.schedule_check(mode, Some(at)))
    }

    /// Sets the alarm for a check at this time of its mode.
    pub(super) fn schedule_check(&self, mode: Mode, at: Option<i64>) -> Outcome<()> {
        if let Some(at) = at.filter(|at| *at < NEVER) {
            self.schedule(self.in_real_time(mode, at)?);
        }
        Ok(())
    }

    /// The time of the clock at a time of a mode.
    pub(super) fn in_real_time(&self, mode: Mode, at: i64) -> Outcome<i64> {
        Ok(at - (self.now_in(mode)? - self.now))
    }
}
