//! Push channels of accounts, and what a delivery changes. It owns the tables `hooks` and `hook_events`.
//!
//! A delivery may come twice, late and in any order. So an event counts only once, and only if nothing newer is known: it must
//! be newer than the credential, than the last check that the provider accepted, and than the last event that counted. An older
//! one asks for a check, which finds out. An event never makes an account better by itself: a check does.
//!
//! Whoever owns the organization at the provider knows the secret, and may send whatever he likes. So what he makes us write is
//! limited for each account: the events of a minute that act, those that are remembered, and the changes of an hour. Past a
//! limit a check finds out.

use super::checks::StoredHealth;
use super::due_hooks::{HOUR_MS, REMEMBERED_MS};
use crate::health::{Health, SKEW_MS, Signal};
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{Actor, AwaitsChallenge, DeliverEvents, PushedEvent, Refusal, Task};
use crate::store::sql::Sql;
use latchkey_shared::audit::ActorType;
use latchkey_shared::connection::{HealthState, HookState};
use latchkey_shared::event::EventType;
use latchkey_shared::hook::{Effect, Subject};
use latchkey_shared::limits::{
    HOOK_CHANGES_PER_HOUR, HOOK_EVENTS_MAX, HOOK_EVENTS_PER_ACCOUNT, HOOK_EVENTS_PER_MINUTE,
};
use latchkey_shared::report::Report;
use latchkey_shared::{ConnectionId, ErrorCode, FieldError, Mode};
use serde_json::json;

/// The least time between two checks that a push channel asks for, in milliseconds.
const CHECK_PAUSE_MS: i64 = 60_000;

pub(super) const MINUTE_MS: i64 = 60_000;

/// The account of a push channel.
pub(super) struct HookedAccount {
    pub(super) id: ConnectionId,
    pub(super) mode: Mode,
    state: HookState,
    trying: Option<i64>,
    heard: Option<i64>,
    report: Option<String>,
    version_created: i64,
    task: Option<String>,
    /// Since when, and how many events acted by themselves.
    acted_since: i64,
    acted: u32,
    /// Since when, and how often events changed the account's health.
    changes_since: i64,
    changes: u32,
    /// Since when, and how many events its history took.
    pub(super) noted_since: i64,
    pub(super) noted: u32,
}

columns! {
    HookedAccount {
        id = "connections.id", mode = "connections.mode", state = "hooks.state", trying, heard, report, version_created,
        task, acted_since, acted, changes_since, changes, noted_since, noted,
    }
}

/// What a delivery says about an account, all its events together.
#[derive(Default)]
struct Heard {
    /// The key has ended.
    ended: Option<FieldError>,
    /// The key does not work since this time.
    blocked: Option<(i64, FieldError)>,
    /// What stopped the key ended at this time.
    restored: Option<i64>,
    /// Something may have changed.
    check: bool,
    /// When somebody last used the key.
    used: Option<i64>,
    /// The time of the newest event that counts.
    newest: Option<i64>,
    /// How many events act by themselves.
    acts: u32,
}

/// The beginning of a window and the number in it, which starts again when the window is over.
pub(super) fn window(now: i64, ms: i64, since: i64, count: u32) -> (i64, u32) {
    if (0..ms).contains(&(now - since)) { (since, count) } else { (now, 0) }
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn awaits_challenge(&self, operation: AwaitsChallenge) -> Outcome<()> {
        let found = self.hooked_account(&operation.app, &operation.hook)?;
        let now = self.now_in(found.mode)?;
        let known = matches!(found.state, HookState::Unverified | HookState::Registered);
        // While it is being registered, the provider asks before we know.
        if known || found.trying.is_some_and(|until| until > now) {
            Ok(())
        } else {
            Err(Refusal::NotFound.into())
        }
    }

    pub(super) fn deliver_events(&self, operation: DeliverEvents) -> Outcome<()> {
        let DeliverEvents { app, hook, events, unread, history } = operation;
        let account = self.hooked_account(&app, &hook)?;
        let task = account.task.as_deref().map(serde_json::from_str::<Task>).transpose()?;
        // What is said about a key that is being ended concerns nobody.
        if task.is_some_and(|task| task.hides()) {
            return Ok(());
        }
        let id = account.id.to_string();
        let stored =
            self.sql.select_one::<StoredHealth>("FROM connections WHERE id = ?", &[id.as_str().into()])?;
        let stored = stored.ok_or(Refusal::NotFound)?;
        let health = stored.health(self.care()?)?;
        let now = self.now_in(account.mode)?;
        let report: Option<Report> = account.report.as_deref().map(serde_json::from_str).transpose()?;
        self.note_provider_events(&account, report.as_ref(), history.unwrap_or_default())?;
        let mut heard = Heard { check: unread, ..Heard::default() };
        let (_, acted) = window(self.now, MINUTE_MS, account.acted_since, account.acted);
        for event in events {
            let known = match event.about {
                Some(Subject::Key) => report.as_ref().and_then(|report| report.key.as_ref()?.id.clone()),
                Some(Subject::Owner) => {
                    report.as_ref().and_then(|report| Some(report.identity.as_ref()?.id.clone()))
                }
                None => None,
            };
            let key = report.as_ref().and_then(|report| report.key.as_ref()?.id.as_ref());
            if key.is_some_and(|key| event.used.contains(key)) {
                heard.used = heard.used.max(event.at.map(|at| at.min(now)));
            }
            // Another key's, or another person's.
            if known.as_ref().is_some_and(|known| !event.named.is_empty() && !event.named.contains(known)) {
                continue;
            }
            let ours = known.is_some() && !event.named.is_empty();
            let at = event.at.map(|at| at.min(now));
            if at.is_some_and(|at| at + SKEW_MS <= account.version_created)
                || (event.effect != Effect::Check && self.was_taken(account.id, &event)?)
            {
                continue;
            }
            let newer = |at: &i64| {
                let known = account.version_created.max(health.healthy).max(now - REMEMBERED_MS);
                ours && *at > known && account.heard.is_none_or(|heard| *at >= heard)
            };
            let acts = event.effect != Effect::Check && acted + heard.acts < HOOK_EVENTS_PER_MINUTE;
            let at = at.filter(|at| acts && newer(at));
            if at.is_some() {
                self.remember(account.id, &event)?;
            }
            heard.add(event, at);
        }
        let used = heard.used;
        self.apply(&account, &stored, &health, heard, &app)?;
        used.map_or(Ok(()), |used| self.note_use(&account, used, &app))
    }

    /// Notes that somebody used the key after it had ended, once.
    fn note_use(&self, account: &HookedAccount, used: i64, app: &str) -> Outcome<()> {
        let stored: Option<StoredHealth> =
            self.sql.select_one("FROM connections WHERE id = ?", &[account.id.to_string().into()])?;
        let Some(stored) = stored else { return Ok(()) };
        let (signal, health) = (Signal::Used(used), stored.health(self.care()?)?);
        let after = health.after(&signal, self.now_in(account.mode)?, 0);
        if after.used_after_end == health.used_after_end {
            return Ok(());
        }
        let actor = Actor { kind: ActorType::Provider, id: app.to_owned(), end_user: None };
        self.change_health(&stored, &signal, actor, Vec::new())?;
        self.tell(EventType::ConnectionUpdated, account.id, &json!({ "changed": ["freshness"] }))
    }

    /// Changes the account by what was heard.
    fn apply(
        &self,
        account: &HookedAccount,
        stored: &StoredHealth,
        health: &Health,
        heard: Heard,
        app: &str,
    ) -> Outcome<()> {
        if let Some(newest) = heard.newest {
            let (since, acted) = window(self.now, MINUTE_MS, account.acted_since, account.acted);
            let statement = "UPDATE hooks SET heard = ?, acted_since = ?, acted = ? WHERE connection = ?";
            let acted = acted + heard.acts;
            let values = [newest.into(), since.into(), acted.into(), account.id.to_string().into()];
            self.sql.exec(statement, &values)?;
        }
        let over = |at: i64| heard.restored.is_some_and(|restored| restored >= at);
        let blocked = heard.blocked.filter(|(at, _)| !over(*at)).map(|(_, cause)| cause);
        let mut check = heard.restored.is_some() || (heard.check && health.state != HealthState::NeedsNewKey);
        // No sooner than a minute after the last check, so that many events ask for one.
        let soon = self.now_in(account.mode)?.max(health.checked + CHECK_PAUSE_MS);
        let signal = match (heard.ended, blocked) {
            (Some(cause), _) => {
                check = false;
                Signal::Ended(cause)
            }
            (None, Some(cause)) => {
                // The request that was refused may have been somebody else's. A dead key is not used again.
                check |=
                    cause.code == ErrorCode::NetworkRestricted && health.state != HealthState::NeedsNewKey;
                Signal::Blocked(cause)
            }
            (None, None) if heard.restored.is_some() && health.suspended => Signal::Restored,
            (None, None) if check => return self.check_soon(account.id, soon),
            (None, None) => return Ok(()),
        };
        let now = self.now_in(account.mode)?;
        if health.after(&signal, now, 0).state != health.state {
            let (since, changes) = window(self.now, HOUR_MS, account.changes_since, account.changes);
            if changes >= HOOK_CHANGES_PER_HOUR {
                return self.check_soon(account.id, soon);
            }
            let statement = "UPDATE hooks SET changes_since = ?, changes = ? WHERE connection = ?";
            let values = [since.into(), (changes + 1).into(), account.id.to_string().into()];
            self.sql.exec(statement, &values)?;
        }
        let actor = Actor { kind: ActorType::Provider, id: app.to_owned(), end_user: None };
        self.change_health(stored, &signal, actor, Vec::new())?;
        if check { self.check_soon(account.id, soon) } else { Ok(()) }
    }

    /// The account of a push channel.
    fn hooked_account(&self, app: &str, hook: &str) -> Outcome<HookedAccount> {
        let from = "FROM hooks JOIN connections ON connections.id = hooks.connection WHERE hooks.id = ? AND connections.app = ?";
        let is_working = self.marked_until()?.is_none();
        let found = self.sql.select_one(from, &[hook.into(), app.into()])?;
        // Those of a project that was deleted are not there, until it is restored.
        let found = found.filter(|_| is_working).ok_or(Refusal::NotFound)?;
        self.counted(Some(found))
    }

    /// Whether an event has acted before.
    fn was_taken(&self, connection: ConnectionId, event: &PushedEvent) -> Outcome<bool> {
        let statement = "SELECT 1 FROM hook_events WHERE connection = ? AND event = ?";
        Ok(self.sql.exists(statement, &[connection.to_string().into(), event.id.as_str().into()])?)
    }

    /// Remembers an event that acts.
    fn remember(&self, connection: ConnectionId, event: &PushedEvent) -> Outcome<()> {
        let id = connection.to_string();
        let statement = "INSERT INTO hook_events (connection, event, at) VALUES (?, ?, ?)";
        self.sql.exec(statement, &[id.as_str().into(), event.id.as_str().into(), self.now.into()])?;
        self.schedule(self.now + REMEMBERED_MS);
        let oldest = "DELETE FROM hook_events WHERE rowid IN (SELECT rowid FROM hook_events
            WHERE connection = ? ORDER BY at DESC LIMIT -1 OFFSET ?)";
        self.sql.exec(oldest, &[id.into(), HOOK_EVENTS_PER_ACCOUNT.into()])?;
        self.keep_newest(&["hook_events"], HOOK_EVENTS_MAX, "ORDER BY at", &[])
    }

    /// Forgets the push channel of an account. Returns whether it may be registered at the provider.
    pub(super) fn forget_hook(&self, connection: ConnectionId) -> Outcome<bool> {
        let id = || connection.to_string().into();
        self.sql.exec("DELETE FROM hook_events WHERE connection = ?", &[id()])?;
        let statement = "DELETE FROM hooks WHERE connection = ? RETURNING id IS NOT NULL";
        Ok(self.sql.value::<bool>(statement, &[id()])?.unwrap_or(false))
    }
}

impl Heard {
    /// Adds an event. `at` is its time, if it counts by itself; otherwise it asks for a check.
    fn add(&mut self, event: PushedEvent, at: Option<i64>) {
        match (event.effect, at, event.cause) {
            (Effect::Ended, Some(_), Some(cause)) => self.ended = Some(cause),
            (Effect::Blocked, Some(at), Some(cause)) => {
                if self.blocked.as_ref().is_none_or(|(before, _)| *before <= at) {
                    self.blocked = Some((at, cause));
                }
            }
            (Effect::Restored, Some(at), _) => self.restored = self.restored.max(Some(at)),
            _ => {
                self.check = true;
                return;
            }
        }
        self.newest = self.newest.max(at);
        self.acts += 1;
    }
}
