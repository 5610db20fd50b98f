//! Finds the accounts whose check is due, and puts them into batches: those with a time of their own (`check_times.rs`), and those
//! whose turn has come (`check_walks.rs`). It owns no table.
//!
//! An organization is in one batch at a time (`check_batches.rs`), and in none while it is to be left alone (`check_pauses.rs`); the
//! rest of its accounts waits by `check_at`.

use super::check_batches::{BATCH_MS, UnderWay};
use super::check_pauses::organization;
use super::check_times::NEVER;
use super::check_walks::{Walk, interval};
use crate::health::phase::TICKS;
use crate::store::object::{Outcome, Store, fault};
use crate::store::protocol::Care;
use crate::store::sql::{Sql, SqlError, Value, json};
use latchkey_shared::limits::{BATCHES_MAX, CHECKS_PER_ALARM};
use latchkey_shared::{ConnectionId, Mode};
use std::collections::{BTreeMap, BTreeSet};

/// The accounts that are checked although the project has no checks: those of which a refusal, the end of the key, or a report
/// of the provider is to be confirmed.
const TO_BE_SURE: &str = " AND (json_extract(health_record, '$.refused') IS NOT NULL
    OR json_extract(health_record, '$.pushed') > json_extract(health_record, '$.checked')
    OR check_at >= json_extract(health_record, '$.end.at'))";

/// How long an account waits while its organization is being checked, in milliseconds.
const BUSY_MS: i64 = 15_000;

/// How many rows a walk reads at a time: no more than an object's SQLite takes values.
const ROWS: i64 = 100;

/// More accounts than a slot has: a hundred thousand accounts are 1.5 a slot.
const SLOT_MAX: i64 = 16;

/// An account that is due.
struct Due {
    id: ConnectionId,
    app: String,
    slot: u32,
    check_at: Option<i64>,
    organization: Option<String>,
    credentials: BTreeMap<String, String>,
}

columns! {
    Due {
        id, app, slot, check_at, organization = "json_extract(report, '$.organization.id')", credentials: json,
    }
}

/// How many of these accounts to take: no more than `most`, unless one slot has more, and no slot in part. The list may end
/// within a slot.
fn whole_slots(found: &[Due], most: usize) -> usize {
    let slot = |at: usize| found.get(at).map(|due| due.slot);
    let end = |at: &usize| slot(*at).is_some() && slot(*at) != slot(at - 1);
    let first_end = || (1..found.len()).find(end).unwrap_or(found.len());
    (1..=most.min(found.len())).rev().find(end).unwrap_or_else(first_end)
}

impl<S: Sql> Store<'_, S> {
    /// Puts the accounts whose check is due into batches of at most `size`, and returns the new batches. At most `most` batches.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take_due_checks(&self, size: usize, most: usize) -> Result<Vec<i64>, SqlError> {
        self.take_checks(&[Mode::Test, Mode::Live], size, most).map_err(fault)
    }

    /// The same for test mode alone.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take_due_test_checks(&self, size: usize, most: usize) -> Result<Vec<i64>, SqlError> {
        self.take_checks(&[Mode::Test], size, most).map_err(fault)
    }

    fn take_checks(&self, modes: &[Mode], size: usize, most: usize) -> Outcome<Vec<i64>> {
        let care = self.care()?;
        self.end_batches(|batch| batch.until <= self.now)?;
        let under_way: Vec<UnderWay> = self.sql.select("FROM check_batches WHERE id > 0 ORDER BY id", &[])?;
        let room = (BATCHES_MAX as usize).saturating_sub(under_way.len()).min(most);
        let mut batches = Vec::new();
        for mode in modes.iter().copied() {
            let room = room.saturating_sub(batches.len());
            if room > 0 {
                let running = under_way.iter().filter(|batch| batch.mode == mode).collect();
                batches.extend(self.take_in(mode, care, running, size, room)?);
            }
        }
        Ok(batches)
    }

    fn take_in(
        &self,
        mode: Mode,
        care: Care,
        running: Vec<&UnderWay>,
        size: usize,
        room: usize,
    ) -> Outcome<Vec<i64>> {
        let now = self.now_in(mode)?;
        let mut left = (room * size).min(CHECKS_PER_ALARM as usize);
        let due = self.due_in(mode, care, now, &mut left)?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let checking: BTreeSet<_> =
            running.iter().flat_map(|batch| batch.connections.iter().copied()).collect();
        let busy: BTreeSet<_> =
            running.iter().flat_map(|batch| batch.organizations.iter().cloned()).collect();
        let pauses = self.pauses(mode, now)?;
        let mut by_organization: BTreeMap<String, Vec<ConnectionId>> = BTreeMap::new();
        for Due { id, app, check_at, organization: named, credentials, .. } in due {
            let organization = organization(&app, named, &credentials, id);
            let wait = match pauses.get(&organization) {
                _ if checking.contains(&id) && check_at.is_none() => continue,
                _ if checking.contains(&id) => Some(now + BATCH_MS),
                Some(until) => Some(*until),
                None => busy.contains(&organization).then_some(now + BUSY_MS),
            };
            match wait {
                Some(at) => self.put_off(id, at)?,
                None => by_organization.entry(organization).or_default().push(id),
            }
        }
        self.make_batches(mode, now, by_organization, size, room)
    }

    /// Fills batches, an organization after the other. Accounts that find no place wait.
    fn make_batches(
        &self,
        mode: Mode,
        now: i64,
        by_organization: BTreeMap<String, Vec<ConnectionId>>,
        size: usize,
        room: usize,
    ) -> Outcome<Vec<i64>> {
        let mut batches: Vec<(Vec<ConnectionId>, Vec<String>)> = Vec::new();
        for (organization, ids) in by_organization {
            for (turn, ids) in ids.chunks(size).enumerate() {
                let fits = batches.last().is_some_and(|(batch, _)| batch.len() + ids.len() <= size);
                if turn > 0 || (!fits && batches.len() >= room) {
                    let at = now + BUSY_MS * (turn.max(1) as i64);
                    ids.iter().try_for_each(|id| self.put_off(*id, at))?;
                    continue;
                }
                if !fits {
                    batches.push(Default::default());
                }
                if let Some((batch, organizations)) = batches.last_mut() {
                    batch.extend(ids);
                    organizations.push(organization.clone());
                }
            }
        }
        let until = self.now + BATCH_MS;
        self.schedule(until);
        let mut made = Vec::new();
        for (ids, organizations) in batches {
            // Whoever has a time of its own is not due again before the batch has ended.
            let marks = vec!["?"; ids.len()].join(", ");
            let statement =
                ["UPDATE connections SET check_at = ? WHERE check_at IS NOT NULL AND id IN (", &marks, ")"];
            let values = ids.iter().map(|id| Value::from(id.to_string()));
            let values: Vec<_> = [Value::from(now + BATCH_MS)].into_iter().chain(values).collect();
            self.sql.exec(&statement.concat(), &values)?;
            let row = vec![
                ("mode", mode.as_str().into()),
                ("connections", json(&ids)?),
                ("organizations", json(&organizations)?),
                ("until", until.into()),
            ];
            self.sql.insert("INTO check_batches", row)?;
            made.extend(self.sql.value::<i64>("SELECT last_insert_rowid()", &[])?);
        }
        Ok(made)
    }

    /// The accounts that are due: those with a time of their own, and then those whose turn has come. Moves the walks.
    fn due_in(&self, mode: Mode, care: Care, now: i64, left: &mut usize) -> Outcome<Vec<Due>> {
        let sure = if care.checks { "" } else { TO_BE_SURE };
        let from = format!(
            "FROM connections INDEXED BY connections_check_at
            WHERE mode = ? AND check_at IS NOT NULL AND check_at <= ?{sure} ORDER BY check_at LIMIT ?"
        );
        let values = [mode.as_str().into(), now.into(), (*left as i64).into()];
        let mut due: Vec<Due> = self.sql.select(&from, &values)?;
        *left -= due.len();
        for Walk { cap, at } in self.walks(mode)? {
            let Some(interval) = interval(care, cap).filter(|_| *left > 0) else { continue };
            let last = interval.last_due(now);
            // A walk that has not come for a whole interval has missed every account once, and no more.
            let mut tick = interval.tick(at).max(last - TICKS);
            let from = tick;
            while tick < last && *left > 0 {
                // Up to the end of the slots, where the numbers begin again.
                let first = (tick + 1).rem_euclid(TICKS);
                let end = last.min(tick + TICKS - first);
                let limit = (*left as i64).clamp(SLOT_MAX, ROWS);
                let from =
                    "FROM connections INDEXED BY connections_slot WHERE mode = ? AND cap = ? AND slot >= ?
                    AND slot <= ? AND check_at IS NULL ORDER BY slot LIMIT ?";
                let last_slot = end.rem_euclid(TICKS);
                let values = [mode.as_str().into(), cap.into(), first.into(), last_slot.into(), limit.into()];
                let mut found: Vec<Due> = self.sql.select(from, &values)?;
                tick = end;
                if found.len() as i64 == limit || found.len() > *left {
                    found.truncate(whole_slots(&found, *left));
                    let reached = found.last().map_or(last_slot, |due| i64::from(due.slot));
                    tick = end - last_slot + reached;
                }
                *left = left.saturating_sub(found.len());
                due.extend(found);
            }
            if tick != from {
                let values = [interval.begins(tick).into(), mode.as_str().into(), cap.into()];
                self.sql.exec("UPDATE check_walks SET at = ? WHERE mode = ? AND cap = ?", &values)?;
            }
        }
        Ok(due)
    }

    /// When the next check is due, or the next batch over, in milliseconds since 1970.
    pub(super) fn next_check_due(&self) -> Outcome<Option<i64>> {
        let any = "SELECT 1 FROM check_walks WHERE mode > '' LIMIT 1";
        if !self.sql.exists(any, &[])? {
            return Ok(None);
        }
        let under_way = "SELECT until FROM check_batches WHERE id > 0 ORDER BY id";
        let mut due: Vec<i64> = self.sql.values(under_way, &[])?;
        for mode in [Mode::Test, Mode::Live] {
            if let Some(at) = self.next_check_in(mode)? {
                due.push(self.in_real_time(mode, at)?);
            }
        }
        Ok(due.into_iter().min())
    }

    /// When the next check of a mode is due, in the time of that mode. `None`: none is, or there is no room for a batch.
    pub(super) fn next_check_in(&self, mode: Mode) -> Outcome<Option<i64>> {
        let care = self.care()?;
        let batches: Option<i64> = self.sql.value("SELECT count(*) FROM check_batches WHERE id > 0", &[])?;
        if batches.unwrap_or(0) >= BATCHES_MAX {
            return Ok(None);
        }
        let now = self.now_in(mode)?;
        let statement = "SELECT min(check_at) FROM connections INDEXED BY connections_check_at
            WHERE mode = ? AND check_at IS NOT NULL";
        let statement = [statement, if care.checks { "" } else { TO_BE_SURE }].concat();
        let own: Option<Option<i64>> = self.sql.value(&statement, &[mode.as_str().into()])?;
        let mut times: Vec<i64> = own.flatten().into_iter().collect();
        for walk in self.walks(mode)? {
            if let Some(interval) = interval(care, walk.cap) {
                times.extend(self.walk_due(mode, &walk, interval, now)?);
            }
        }
        Ok(times.into_iter().filter(|at| *at < NEVER).min())
    }
}
