//! The walks along the slots: until when each has come, for each longest interval. It owns the table `check_walks` and the columns `slot`
//! and `cap` of `connections`.
//!
//! An account has a turn once in each interval (`health/phase.rs`), so no time is stored for it.

use crate::health::phase::{Interval, TICKS};
use crate::store::object::{Outcome, Store};
use crate::store::protocol::Care;
use crate::store::sql::Sql;
use latchkey_shared::Mode;

/// Until when a walk has come.
pub(super) struct Walk {
    pub(super) cap: u32,
    pub(super) at: i64,
}

columns! { Walk { cap, at } }

/// The time between two checks of an account. `None`: its project wants no checks.
pub(super) fn interval(care: Care, cap: u32) -> Option<Interval> {
    care.checks.then(|| Interval::of(care.check_every_seconds, cap))
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn walks(&self, mode: Mode) -> Outcome<Vec<Walk>> {
        Ok(self.sql.select("FROM check_walks WHERE mode = ? ORDER BY cap", &[mode.as_str().into()])?)
    }

    /// Lets an account take its turns: begins the walk for accounts with this cap, if it is the first one, and sets the alarm for
    /// the account's next turn. Call it before the account is one of the walk.
    pub(super) fn begin_walk(&self, mode: Mode, cap: u32, slot: u32) -> Outcome<()> {
        let care = self.care()?;
        let now = self.now_in(mode)?;
        let known = self.walks(mode)?.into_iter().find(|walk| walk.cap == cap);
        let interval = interval(care, cap);
        let came = interval.map_or(now, |interval| interval.begins(interval.last_due(now)));
        let at = match (&known, interval) {
            (None, _) => came,
            // Nobody was due, so the walk stood still.
            (Some(walk), Some(interval)) if walk.at < came => {
                let waiting = self.walk_due(mode, walk, interval, now)?.is_some_and(|due| due <= now);
                if waiting { walk.at } else { came }
            }
            (Some(walk), _) => walk.at,
        };
        if known.is_none_or(|walk| walk.at != at) {
            let row = vec![("mode", mode.as_str().into()), ("cap", cap.into()), ("at", at.into())];
            self.sql.insert("OR REPLACE INTO check_walks", row)?;
        }
        let Some(interval) = interval else { return Ok(()) };
        let last = interval.last_due(now);
        let tick = interval.tick(at).max(last - TICKS);
        self.schedule_check(mode, Some(interval.due(interval.next(slot, tick))))
    }

    /// When the next account of a walk has its turn, in the time of its mode.
    pub(super) fn walk_due(
        &self,
        mode: Mode,
        walk: &Walk,
        interval: Interval,
        now: i64,
    ) -> Outcome<Option<i64>> {
        let last = interval.last_due(now);
        let tick = interval.tick(walk.at).max(last - TICKS);
        let statement = "SELECT min(slot) FROM connections INDEXED BY connections_slot
            WHERE mode = ? AND cap = ? AND slot >= ? AND check_at IS NULL";
        for from in [(tick + 1).rem_euclid(TICKS), 0] {
            let values = [mode.as_str().into(), walk.cap.into(), from.into()];
            if let Some(Some(slot)) = self.sql.value::<Option<u32>>(statement, &values)? {
                return Ok(Some(interval.due(interval.next(slot, tick))));
            }
        }
        Ok(None)
    }

    /// Another care takes effect, in place of `before`: sets the alarm for what is due by it. If there were no checks, the walks
    /// begin again now, so that not all accounts are due at once; and so does a walk that has come further than now.
    pub(super) fn restart_walks(&self, before: Care) -> Outcome<()> {
        let care = self.care()?;
        for mode in [Mode::Test, Mode::Live] {
            for Walk { cap, at } in self.walks(mode)? {
                let Some(interval) = interval(care, cap) else { continue };
                let came = interval.begins(interval.last_due(self.now_in(mode)?));
                if !before.checks || at > came {
                    let values = [came.into(), mode.as_str().into(), cap.into()];
                    self.sql.exec("UPDATE check_walks SET at = ? WHERE mode = ? AND cap = ?", &values)?;
                }
            }
        }
        if let Some(due) = self.next_check_due()? {
            self.schedule(due);
        }
        Ok(())
    }
}
