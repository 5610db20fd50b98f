//! Checks of stored accounts: who may check now, and what a check changes. It owns the columns of `connections` for health,
//! and for the check that is running.
//!
//! A check has a lease. It settles only while the lease is its own, so a credential that was changed meanwhile wins, and a
//! second settling of the same check does nothing. A check that changed no state writes its own row, no index, and its times in the list of accounts. Checks that
//! nobody asked for are in `due_checks.rs` and `check_batches.rs`; what is due by time alone is done by the alarm
//! ([`Store::turn_health`]).

use super::check_times::NEVER;
use super::check_walks::interval;
use super::connections::require_revision;
use crate::health::phase::{self, Interval};
use crate::health::{Health, Signal, schedule};
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    Actor, BeginCheck, Care, ConnectionInProject, ConnectionRow, NewConnection, Refusal, SettleCheck,
};
use crate::store::sql::{Sql, Value, json as json_text};
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::connection::HealthState;
use latchkey_shared::event::EventType;
use latchkey_shared::limits::CHECKS_PER_MINUTE;
use latchkey_shared::report::Ending;
use latchkey_shared::{ConnectionId, ErrorCode, KeyScope, Mode};
use serde_json::json;

/// How long a check holds its lease, in milliseconds: longer than a verification can last.
const LEASE_MS: i64 = 60_000;

/// The window of the quota, in milliseconds.
const WINDOW_MS: i64 = 60_000;

/// The most accounts that one alarm looks at.
const BATCH: i64 = 100;

/// The check that is running, and how many were made in this window.
struct RunningCheck {
    check_lease: Option<String>,
    check_until: Option<i64>,
    checks_since: i64,
    checks_made: u32,
}

columns! { RunningCheck { check_lease, check_until, checks_since, checks_made } }

/// The health of a row, as it is stored.
pub(super) struct StoredHealth {
    id: ConnectionId,
    mode: Mode,
    pub(super) version: u32,
    health_record: Option<String>,
    turns: Option<i64>,
    cap: u32,
    pub(super) check_at: Option<i64>,
}

columns! { StoredHealth { id, mode, version, health_record, turns, cap, check_at } }

impl StoredHealth {
    /// The health, with the interval of its project.
    pub(super) fn health(&self, care: Care) -> Outcome<Health> {
        let read: Option<Health> = self.health_record.as_deref().map(serde_json::from_str).transpose()?;
        let health = read.unwrap_or_else(|| Health::unchecked(0));
        Ok(Health { every: interval(care, self.cap).map(Interval::ms), ..health })
    }
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn begin_check(&self, operation: BeginCheck) -> Outcome<ConnectionInProject> {
        let BeginCheck { key, app, id, if_match, lease } = operation;
        let (grant, found) = self.authorize_for(&key, &app, id, KeyScope::ConnectionsWrite)?;
        require_revision(&found.connection, if_match.as_deref())?;
        self.require_not_ending(&found)?;
        let id = id.to_string();
        let Some(running) = self.running_check(&id)? else { return Err(Refusal::NotFound.into()) };
        if running.check_lease.as_ref() == Some(&lease) {
            return Ok(found);
        }
        if let Some(wait) = running.check_until.map(|until| until - self.now).filter(|wait| *wait > 0) {
            return Err(Refusal::Checking(seconds(wait)).into());
        }
        let passed = self.now - running.checks_since;
        let (since, made) = match (0..WINDOW_MS).contains(&passed) {
            true => (running.checks_since, running.checks_made),
            false => (self.now, 0),
        };
        if made >= CHECKS_PER_MINUTE {
            return Err(Refusal::TooManyChecks(seconds(since + WINDOW_MS - self.now)).into());
        }
        let statement =
            "UPDATE connections SET check_lease = ?, check_until = ?, checks_since = ?, checks_made = ?
            WHERE id = ?";
        let until = self.now + LEASE_MS;
        let values = [lease.into(), until.into(), since.into(), (made + 1).into(), id.clone().into()];
        self.sql.exec(statement, &values)?;
        self.audit(Some(grant.mode), grant.audited(), AuditAction::ConnectionVerify, &id, "")?;
        Ok(found)
    }

    pub(super) fn settle_check(&self, operation: SettleCheck) -> Outcome<ConnectionInProject> {
        let SettleCheck { key, app, id, lease, signal } = operation;
        let (grant, found) = self.authorize_for(&key, &app, id, KeyScope::ConnectionsWrite)?;
        let text = id.to_string();
        let running = self.running_check(&text)?.filter(|running| running.check_lease == Some(lease));
        // Without it the credential was changed, or another check began.
        let running = running.ok_or(Refusal::Changed)?;
        // This check may have been settled already, and its reply lost.
        let Some(until) = running.check_until else { return Ok(found) };
        let Some(signal) = signal else {
            // The provider was not asked, so nothing is known.
            self.sql.exec("UPDATE connections SET check_until = NULL WHERE id = ?", &[text.into()])?;
            return Ok(found);
        };
        let actor = || grant.audited();
        let stored =
            self.sql.select_one::<StoredHealth>("FROM connections WHERE id = ?", &[text.clone().into()])?;
        let stored = stored.ok_or(Refusal::NotFound)?;
        let began = self.now_in(stored.mode)? - (self.now - (until - LEASE_MS)).max(0);
        if stored.health(self.care()?)?.was_pushed_since(began) {
            // The provider reported something meanwhile, so what this check found is out of date.
            self.note_failed_check(grant.mode, actor(), id, &signal)?;
            self.sql.exec("UPDATE connections SET check_until = NULL WHERE id = ?", &[text.into()])?;
            return self.connection_in_project(grant.mode, &app, id);
        }
        let mut more = vec![("check_until = NULL", None)];
        if let Signal::Accepted(report, _) = &signal {
            more.push(("report = ?", Some(json_text(report)?)));
        }
        self.change_health(&stored, &signal, actor(), more)?;
        self.note_failed_check(grant.mode, actor(), id, &signal)?;
        self.tell(EventType::ConnectionVerified, id, &json!({ "result": result(&signal) }))?;
        self.connection_in_project(grant.mode, &app, id)
    }

    fn running_check(&self, id: &str) -> Outcome<Option<RunningCheck>> {
        Ok(self.sql.select_one("FROM connections WHERE id = ?", &[id.into()])?)
    }

    /// Looks at the accounts of a mode whose health time alone may have changed.
    pub(super) fn turn_health(&self, mode: Mode) -> Outcome<()> {
        let from = "FROM connections INDEXED BY connections_turns
            WHERE mode = ? AND turns IS NOT NULL AND turns <= ? ORDER BY turns LIMIT ?";
        let values = [mode.as_str().into(), self.now_in(mode)?.into(), BATCH.into()];
        let due: Vec<StoredHealth> = self.sql.select(from, &values)?;
        due.iter().try_for_each(|stored| {
            self.change_health(stored, &Signal::Time, Actor::of(ActorType::Timer), Vec::new())
        })
    }

    /// Writes the health after a signal, and what else the row changes by it. Columns of an index are written only if they
    /// change. A change of the state is in the audit log.
    pub(super) fn change_health(
        &self,
        stored: &StoredHealth,
        signal: &Signal,
        actor: Actor,
        more: Vec<(&str, Option<Value>)>,
    ) -> Outcome<()> {
        let id = stored.id.to_string();
        let now = self.now_in(stored.mode)?;
        let before = stored.health(self.care()?)?;
        let after = before.after(signal, now, schedule::seed(&id, now));
        let mut set = vec![("health_record = ?", Some(json_text(&after)?))];
        set.extend(more);
        if before.state != after.state {
            set.push(("health = ?", Some(after.state.as_str().into())));
        }
        let moved = match after.exception() {
            // Time alone asks nobody, but whether a key that was to end has ended.
            _ if *signal == Signal::Time && after.has_ended_since(&before) => {
                Some(stored.check_at.map_or(now, |at| at.min(now)))
            }
            _ if matches!(signal, Signal::Time | Signal::Restored | Signal::Used(_)) => stored.check_at,
            exception => exception.map(|at| at.unwrap_or(NEVER)),
        };
        if moved != stored.check_at {
            set.push(("check_at = ?", Some(moved.into())));
            match moved {
                Some(_) => self.schedule_check(stored.mode, moved)?,
                None => self.begin_walk(stored.mode, stored.cap, phase::slot(stored.id))?,
            }
        }
        let turns = after.turns(now);
        // The time is the earliest at which to look. Looking too early costs nothing, so it is not moved with each check.
        let early = stored.turns.is_some_and(|at| at > now && turns.is_some_and(|turns| at <= turns));
        if !early && turns != stored.turns {
            set.push(("turns = ?", Some(turns.into())));
        }
        if let Some(turns) = turns {
            self.schedule_in(stored.mode, turns)?;
        }
        let columns: Vec<_> = set.iter().map(|(column, _)| *column).collect();
        let statement = ["UPDATE connections SET ", &columns.join(", "), " WHERE id = ?"].concat();
        let values: Vec<Value> =
            set.iter().filter_map(|(_, value)| value.clone()).chain([id.clone().into()]).collect();
        self.sql.exec(&statement, &values)?;
        if columns.contains(&"report = ?") {
            self.note_text(stored.id)?;
        }
        if !before.works() && after.works() {
            // A key that was too old while it did not work is replaced now.
            if let Some(due) = self.next_task(stored.mode)? {
                self.schedule_in(stored.mode, due)?;
            }
        }
        if before.state != after.state {
            let code = after.cause.as_ref().map_or("", |cause| cause.code.as_str());
            let detail = [after.state.as_str(), code].join(" ");
            self.audit(Some(stored.mode), actor, AuditAction::ConnectionHealth, &id, detail.trim_end())?;
        }
        self.tell_change(stored.id, &before, &after)
    }

    /// Changes the health of a connection by what its provider said.
    pub(super) fn signal_health(&self, id: ConnectionId, signal: &Signal, actor: Actor) -> Outcome<()> {
        let stored: Option<StoredHealth> =
            self.sql.select_one("FROM connections WHERE id = ?", &[id.to_string().into()])?;
        stored.map_or(Ok(()), |stored| self.change_health(&stored, signal, actor, Vec::new()))
    }

    /// Writes the events of a change of health.
    pub(super) fn tell_change(&self, id: ConnectionId, before: &Health, after: &Health) -> Outcome<()> {
        if let Some(days) = after.warning_since(before) {
            self.tell(EventType::ConnectionExpiring, id, &json!({ "days": days }))?;
        }
        if before.state == after.state {
            return Ok(());
        }
        let more = json!({ "previousState": before.state });
        self.tell(EventType::ConnectionHealthChanged, id, &more)?;
        match after.state {
            HealthState::NeedsNewKey => {
                let found: Option<ConnectionRow> =
                    self.sql.select_one("FROM connections WHERE id = ?", &[id.to_string().into()])?;
                let mode = self.mode_of(id)?;
                let session = found.map(|row| self.relink_by_itself(mode, &row)).transpose()?.flatten();
                let more = match session {
                    Some(session) => json!({ "previousState": before.state, "relink": session }),
                    None => more,
                };
                self.tell(EventType::ConnectionNeedsNewKey, id, &more)
            }
            HealthState::Healthy | HealthState::Expiring | HealthState::Degraded if !before.works() => {
                self.tell(EventType::ConnectionRecovered, id, &more)
            }
            _ => Ok(()),
        }
    }

    /// The columns of health for a credential that was just accepted: state, record, turn, and the longest interval between its
    /// checks. Its first check comes with its slot.
    pub(super) fn first_health(&self, new: &NewConnection) -> Outcome<[Value; 4]> {
        let now = self.now_in(new.key.mode)?;
        let seed = schedule::seed(&new.key.connection.to_string(), now);
        let cap = match schedule::longest(new.report.key.as_ref().and_then(|key| key.idle_days)) {
            i64::MAX => 0,
            ms => (ms / 1000) as u32,
        };
        let health = Health::linked(&new.report, new.policy.as_ref(), now, seed);
        let health = Health { every: interval(self.care()?, cap).map(Interval::ms), ..health };
        let turns = health.turns(now);
        if let Some(turns) = turns {
            self.schedule_in(new.key.mode, turns)?;
        }
        self.begin_walk(new.key.mode, cap, phase::slot(new.key.connection))?;
        Ok([health.state.as_str().into(), json_text(&health)?, turns.into(), cap.into()])
    }
}

/// How a check ended, for the backend: `accepted`, or the code of the problem.
fn result(signal: &Signal) -> &'static str {
    match signal {
        Signal::Refused(error) | Signal::Ended(error) | Signal::Blocked(error) | Signal::Paused(error) => {
            error.code.as_str()
        }
        Signal::Unavailable(_) => ErrorCode::ProviderUnavailable.as_str(),
        Signal::Limited(_) => ErrorCode::ProviderRateLimited.as_str(),
        Signal::Unexpected => ErrorCode::ProviderUnexpected.as_str(),
        Signal::Accepted(..) | Signal::Alive(_) | Signal::Restored | Signal::Used(_) | Signal::Time => {
            Ending::Accepted.as_str()
        }
    }
}

fn seconds(ms: i64) -> u32 {
    (ms + 999).div_euclid(1000) as u32
}
