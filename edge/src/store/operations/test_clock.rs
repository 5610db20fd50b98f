//! The clock of test mode: how far it is ahead of the real time, and how it moves. It owns the table `test_clock`, which has
//! at most one row.
//!
//! By it go accounts: their health, their checks, the ends of their keys, the warnings before, kept versions, push channels,
//! and the time that an event tells. API keys, sessions, leases, idempotency, rate limits and the audit log go by the real time. It never
//! moves back, except that a reset deletes everything that has seen it.

use crate::store::object::{Outcome, Store, fault};
use crate::store::protocol::{AdvanceTestClock, KeyProof, ReadTestClock, Refusal, ResetTestClock, TestClock};
use crate::store::sql::{Sql, SqlError};
use latchkey_shared::audit::AuditAction;
use latchkey_shared::limits::TEST_CLOCK_DAYS;
use latchkey_shared::{KeyScope, Mode};

use super::authenticate::Grant;
use super::intents::INTENT_MS;

const DAY_MS: i64 = 24 * 3_600_000;

/// How far the clock is ahead, and how far it is going to be.
struct Stored {
    ahead: i64,
    target: i64,
}

columns! { Stored { ahead, target } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn read_test_clock(&self, operation: ReadTestClock) -> Outcome<TestClock> {
        self.authorize_clock(&operation.key)?;
        Ok(self.test_clock()?)
    }

    pub(super) fn advance_test_clock(&self, operation: AdvanceTestClock) -> Outcome<TestClock> {
        let grant = self.authorize_clock(&operation.key)?;
        if self.created_before(grant.mode, &grant.actor, operation.once.as_ref())?.is_some() {
            return Ok(self.test_clock()?);
        }
        let Stored { ahead, target } = self.stored_clock()?;
        let left = TEST_CLOCK_DAYS * DAY_MS - target;
        if operation.seconds * 1000 > left {
            return Err(Refusal::TooFarAhead(left / 1000).into());
        }
        let wanted = target + operation.seconds.max(0) * 1000;
        // With nothing due on the way it is there at once. Otherwise the object moves it, step by step (`jobs/move_clock.rs`).
        let at_once = ahead == target && self.next_step(wanted)?.is_none();
        self.put_clock(if at_once { wanted } else { ahead }, wanted)?;
        // What is due later comes sooner in real time now.
        if let Some(next) = self.next_step(i64::MAX)? {
            self.schedule(self.now + next - wanted);
        }
        let project = self.project()?.id.to_string();
        self.note_created(grant.mode, &grant.actor, operation.once, &project)?;
        let detail = format!("{} seconds", operation.seconds);
        self.audit_key(&grant, AuditAction::TestClockAdvance, &project, &detail)?;
        Ok(self.test_clock()?)
    }

    pub(super) fn reset_test_clock(&self, operation: ResetTestClock) -> Outcome<TestClock> {
        let grant = self.authorize_clock(&operation.key)?;
        let project = self.project()?.id.to_string();
        let mut matters = false;
        for something in [
            "test_clock",
            "accounts INDEXED BY accounts_created WHERE mode = 'test'",
            "sessions INDEXED BY sessions_usable WHERE mode = 'test' AND state IN ('open', 'leased')",
        ] {
            let statement = ["SELECT 1 FROM ", something, " LIMIT 1"].concat();
            matters = matters || self.sql.exists(&statement, &[])?;
        }
        // Writes that are under way can no longer be committed.
        let under_way = "UPDATE intents SET swept = 1, due = ? WHERE mode = 'test' AND swept = 0";
        self.sql.exec(under_way, &[(self.now + INTENT_MS).into()])?;
        for from in [
            "SELECT blob, mode, id, 1, ? FROM connections WHERE mode = 'test'",
            "SELECT blob, mode, connection, 1, ? FROM versions WHERE mode = 'test' AND blob IS NOT NULL",
        ] {
            let into = "INSERT OR REPLACE INTO intents (blob, mode, connection, swept, due) ";
            self.sql.exec(&[into, from].concat(), &[self.now.into()])?;
        }
        self.schedule(self.now);
        for table in ["attempts", "sealed_answers"] {
            let of = " WHERE session IN (SELECT id FROM sessions WHERE mode = 'test')";
            self.sql.exec(&["DELETE FROM ", table, of].concat(), &[])?;
        }
        for table in ["hooks", "hook_events", "provider_events"] {
            let of = " WHERE connection IN (SELECT id FROM connections WHERE mode = 'test')";
            self.sql.exec(&["DELETE FROM ", table, of].concat(), &[])?;
        }
        let of = "WHERE endpoint IN (SELECT id FROM webhook_endpoints WHERE mode = 'test')";
        self.sql.exec(&["DELETE FROM webhook_deliveries ", of].concat(), &[])?;
        for table in [
            "connections",
            "versions",
            "names",
            "sessions",
            "events",
            "idempotency",
            "check_walks",
            "check_batches",
            "check_pauses",
        ] {
            self.sql.exec(&["DELETE FROM ", table, " WHERE mode = 'test'"].concat(), &[])?;
        }
        for table in ["simulated_keys", "test_clock"] {
            self.sql.exec(&["DELETE FROM ", table].concat(), &[])?;
        }
        self.ahead.set(None);
        if matters {
            self.audit_key(&grant, AuditAction::TestClockReset, &project, "")?;
        }
        Ok(self.test_clock()?)
    }

    /// Begins or goes on to move the clock. Returns whether it is on its way.
    ///
    /// # Errors
    /// When the database fails.
    pub fn start_test_clock(&self) -> Result<bool, SqlError> {
        let moving = self.clock_due()?.is_some();
        if moving {
            self.end_test_batches().map_err(fault)?;
        }
        Ok(moving)
    }

    /// Moves the clock to the next moment at which something comes due, at least to `least` and at most to its target, and does
    /// what time alone does then. Returns how far it is ahead now, in milliseconds, or `None` if it is at its target and
    /// everything that came due by then was looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub fn step_test_clock(&self, least: i64) -> Result<Option<i64>, SqlError> {
        let Stored { ahead, target } = self.stored_clock()?;
        if ahead >= target {
            return Ok(None);
        }
        let next = self.next_step(target)?.map_or(target, |next| next.max(ahead).max(least).min(target));
        self.put_clock(next, target)?;
        self.turn_health(Mode::Test).map_err(fault)?;
        self.forget_versions(Mode::Test)?;
        Ok(Some(next))
    }

    /// How far the clock is ahead when something comes due next, if that is before it is `most` ahead.
    fn next_step(&self, most: i64) -> Result<Option<i64>, SqlError> {
        let mode = Mode::Test;
        let turn = [self.next_turn(mode)?, self.next_task(mode)?, self.next_hook(mode)?];
        let check = self.next_check_in(mode).map_err(fault)?;
        Ok(turn.into_iter().flatten().chain(check).min().map(|at| at - self.now).filter(|at| *at <= most))
    }

    /// When the clock has to move on by itself: now, if it is on its way.
    pub(super) fn clock_due(&self) -> Result<Option<i64>, SqlError> {
        let Stored { ahead, target } = self.stored_clock()?;
        Ok((ahead < target).then_some(self.now))
    }

    /// How far a mode's time is ahead of the real time, in milliseconds.
    pub(in crate::store) fn ahead_in(&self, mode: Mode) -> Result<i64, SqlError> {
        if mode == Mode::Live {
            return Ok(0);
        }
        if let Some(ahead) = self.ahead.get() {
            return Ok(ahead);
        }
        let ahead = self.stored_clock()?.ahead;
        self.ahead.set(Some(ahead));
        Ok(ahead)
    }

    fn test_clock(&self) -> Result<TestClock, SqlError> {
        let Stored { ahead, target } = self.stored_clock()?;
        Ok(TestClock { now: self.now + ahead, ahead, target })
    }

    fn stored_clock(&self) -> Result<Stored, SqlError> {
        let stored = self.sql.select_one("FROM test_clock WHERE id = 1", &[])?;
        Ok(stored.unwrap_or(Stored { ahead: 0, target: 0 }))
    }

    fn put_clock(&self, ahead: i64, target: i64) -> Result<(), SqlError> {
        let statement = "INSERT INTO test_clock (id, ahead, target) VALUES (1, ?1, ?2)
            ON CONFLICT (id) DO UPDATE SET ahead = ?1, target = ?2";
        self.sql.exec(statement, &[ahead.into(), target.into()])?;
        self.ahead.set(Some(ahead));
        Ok(())
    }

    /// Requires a test key that may manage the project.
    fn authorize_clock(&self, key: &KeyProof) -> Outcome<Grant> {
        let grant = self.authorize(key, KeyScope::Admin)?;
        if grant.mode == Mode::Live { Err(Refusal::TestOnly.into()) } else { Ok(grant) }
    }
}
