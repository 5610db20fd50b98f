//! Which push channels somebody has to look after: those that an account wants and that are not registered, and from time to
//! time the others. It works on the table `hooks`.
//!
//! A look has a lease. Whatever cuts it short, the channel is due again when the lease is over, and a look that is late changes
//! nothing. The key of an account that needs a new one, or that is being ended, is not used.
//!
//! A channel belongs to an organization, which knows its secret. With a credential of another one, or without a name, it gets
//! another id, and the one before is removed with the credential before.
//!
//! Every time here is in the time of the account's mode, so that a test clock plays channels too.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{Actor, ConnectionRow, DueHook, SettleHook, TakeDueHook, Task, TendedHook};
use crate::store::sql::{Sql, SqlError, Value, json as json_text};
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::connection::{HealthState, HookState};
use latchkey_shared::event::EventType;
use latchkey_shared::{ConnectionId, Mode};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub(super) const HOUR_MS: i64 = 3_600_000;

/// How long the id of an event is remembered, in milliseconds: longer than a provider delivers it again.
pub(super) const REMEMBERED_MS: i64 = 24 * HOUR_MS;

/// How long a look may take, in milliseconds.
const LEASE_MS: i64 = 2 * 60_000;

/// After how long a channel that is registered is looked at again, and one that is not permitted is tried again.
const LOOK_MS: i64 = 7 * 24 * HOUR_MS;

/// How often the provider is asked for events where a channel is not permitted, and a channel that it refused is tried again.
const POLL_MS: i64 = 24 * HOUR_MS;

/// The wait after a look that found nothing out. It doubles each time, up to a day.
const RETRY_MS: i64 = 5 * 60_000;

/// How far a poll reaches behind the one before, in milliseconds, because events may appear late.
const OVERLAP_MS: i64 = 10 * 60_000;

/// The most channels of dead keys that one call puts off.
const DEAD_MAX: usize = 20;

/// A row of `hooks`, with its account's.
struct StoredHook {
    connection: ConnectionId,
    mode: Mode,
    app: String,
    health: String,
    name: String,
    state: HookState,
    id: Option<String>,
    found: String,
    tried: Option<i64>,
    failures: u32,
    polled: Option<i64>,
    task: Option<String>,
    old: Option<String>,
}

/// The channel of another organization, and where the value of the credential is that can remove it.
#[derive(Serialize, Deserialize)]
struct OldHook {
    id: String,
    found: String,
    name: String,
    blob: String,
    version: u32,
}

/// What is stored of a channel whose account gets another credential.
struct KnownHook {
    name: String,
    id: Option<String>,
    found: String,
    place: Option<String>,
    old: Option<String>,
}

columns! { KnownHook { name, id, found, place, old } }

columns! {
    StoredHook {
        connection, mode = "hooks.mode", app, health, name = "hooks.name", state, id = "hooks.id", found, tried,
        failures, polled, task, old,
    }
}

const JOINED: &str = "FROM hooks JOIN connections ON connections.id = hooks.connection";

impl<S: Sql> Store<'_, S> {
    pub(super) fn take_due_hook(&self, operation: TakeDueHook) -> Outcome<Option<DueHook>> {
        let TakeDueHook { fresh, mode } = operation;
        for _ in 0..DEAD_MAX {
            let Some((hook, now)) = self.due_hook(mode)? else { break };
            let lease = now + LEASE_MS;
            let connection = hook.connection.to_string();
            let task = hook.task.as_deref().map(serde_json::from_str::<Task>).transpose()?;
            if hook.health == HealthState::NeedsNewKey.as_str() || task.is_some_and(|task| task.hides()) {
                self.hook_due(hook.connection, hook.mode, now + POLL_MS)?;
                continue;
            }
            let id = hook.id.unwrap_or(fresh);
            let statement = "UPDATE hooks SET id = ?1, trying = ?2, due = ?2 WHERE connection = ?3";
            self.sql.exec(statement, &[id.as_str().into(), lease.into(), connection.into()])?;
            self.schedule_in(hook.mode, lease)?;
            let polls = hook.state == HookState::NotPermitted
                && hook.tried.is_some_and(|tried| now < tried + LOOK_MS);
            let since = hook.polled.or(hook.tried).unwrap_or(now) - OVERLAP_MS;
            let found = self.connection_in_project(hook.mode, &hook.app, hook.connection)?;
            let old = hook.old.as_deref().map(serde_json::from_str).transpose()?;
            let old = old.map(|old: OldHook| -> Outcome<ConnectionRow> {
                let given: serde_json::Value = serde_json::from_str(&old.found)?;
                let hook = json!({ "id": old.id, "name": old.name, "found": given }).to_string();
                let OldHook { blob, version, .. } = old;
                Ok(ConnectionRow {
                    blob,
                    version,
                    sealed: None,
                    hook: Some(hook),
                    ..found.connection.clone()
                })
            });
            let old = old.transpose()?;
            return Ok(Some(DueHook {
                found,
                old,
                mode: hook.mode,
                hook: id,
                name: hook.name,
                state: hook.state,
                given: serde_json::from_str(&hook.found)?,
                lease,
                poll_since: polls.then_some(since),
            }));
        }
        Ok(None)
    }

    /// The channel that is due next, and the time of its mode.
    fn due_hook(&self, mode: Option<Mode>) -> Outcome<Option<(StoredHook, i64)>> {
        let from = [
            "FROM hooks INDEXED BY hooks_due JOIN connections ON connections.id = hooks.connection",
            " WHERE hooks.mode = ? AND due IS NOT NULL AND due <= ? ORDER BY due LIMIT 1",
        ];
        for one in [Mode::Live, Mode::Test].into_iter().filter(|one| mode.is_none_or(|mode| mode == *one)) {
            let now = self.now_in(one)?;
            let hook = self.sql.select_one(&from.concat(), &[one.as_str().into(), now.into()])?;
            if let Some(hook) = hook {
                return Ok(Some((hook, now)));
            }
        }
        Ok(None)
    }

    /// When a channel of a mode is due next, in the time of the mode.
    pub(super) fn next_hook(&self, mode: Mode) -> Result<Option<i64>, SqlError> {
        let statement = "SELECT min(due) FROM hooks WHERE mode = ? AND due IS NOT NULL";
        Ok(self.sql.value::<Option<i64>>(statement, &[mode.as_str().into()])?.flatten())
    }

    pub(super) fn settle_hook(&self, operation: SettleHook) -> Outcome<Option<bool>> {
        let SettleHook { connection, lease, tended, hook: id } = operation;
        let TendedHook { state, cause, given, retry_in, polled, old_left } = tended;
        let from = [JOINED, " WHERE hooks.connection = ? AND trying = ?"].concat();
        let values = [connection.to_string().into(), lease.into()];
        let Some(hook) = self.sql.select_one::<StoredHook>(&from, &values)? else {
            let known = "SELECT 1 FROM hooks WHERE id = ?";
            let gone = id.map(|id| Ok::<_, SqlError>(!self.sql.exists(known, &[id.into()])?));
            return Ok(gone.transpose()?);
        };
        if hook.name.is_empty() && old_left != Some(true) {
            self.forget_hook(connection)?;
            return Ok(None);
        }
        // One that stays unverified is tried again more and more seldom.
        let settled =
            matches!(state, Some(HookState::Registered | HookState::NotPermitted | HookState::Failed));
        let wait = match state {
            Some(HookState::Registered) => LOOK_MS,
            Some(_) if settled => POLL_MS,
            _ => (RETRY_MS << hook.failures.min(9)).min(POLL_MS),
        };
        let now = self.now_in(hook.mode)?;
        let due = now + wait.max(i64::from(retry_in.unwrap_or_default()) * 1000);
        let failures = if settled { 0 } else { hook.failures + 1 };
        let next = state.unwrap_or(hook.state);
        let mut set = vec![
            ("trying = NULL, due = ?", due.into()),
            ("failures = ?", failures.into()),
            ("state = ?", next.as_str().into()),
        ];
        if next != hook.state {
            set.push(("since = ?", now.into()));
        }
        if polled && settled {
            set.push(("polled = ?", now.into()));
        } else if state.is_some() {
            set.push(("tried = ?", now.into()));
            set.push(("cause = ?", cause.map(|cause| json_text(&cause)).transpose()?.into()));
        }
        if old_left == Some(false) {
            set.push(("old = ?", Value::Null));
        }
        if !given.is_empty() {
            set.push(("found = ?", json_text(&given)?));
        }
        let columns: Vec<_> = set.iter().map(|(column, _)| *column).collect();
        let statement = ["UPDATE hooks SET ", &columns.join(", "), " WHERE connection = ?"].concat();
        let values: Vec<Value> =
            set.into_iter().map(|(_, value)| value).chain([connection.to_string().into()]).collect();
        self.sql.exec(&statement, &values)?;
        self.schedule_in(hook.mode, due)?;
        if next == hook.state {
            return Ok(None);
        }
        let actor = Actor::of(ActorType::Timer);
        self.audit(
            Some(hook.mode),
            actor,
            AuditAction::ConnectionHook,
            &connection.to_string(),
            next.as_str(),
        )?;
        self.tell(EventType::ConnectionUpdated, connection, &json!({ "changed": ["hook"] }))?;
        Ok(None)
    }

    /// Notes the push channel that an account wants. It is registered when the account is stored. `before` is the account with the
    /// credential before.
    pub(super) fn want_hook(
        &self,
        (connection, mode): (ConnectionId, Mode),
        name: Option<String>,
        place: Option<String>,
        before: Option<&ConnectionRow>,
    ) -> Outcome<()> {
        let id = connection.to_string();
        let now = self.now_in(mode)?;
        let from = "FROM hooks WHERE connection = ?";
        let known = self.sql.select_one::<KnownHook>(from, &[id.as_str().into()])?;
        let Some(name) = name.or_else(|| known.as_ref().map(|_| String::new())) else { return Ok(()) };
        let known = known.filter(|known| name.is_empty() || place.is_none() || known.place != place);
        if let (Some(KnownHook { name, id: old, found, old: older, .. }), Some(before)) = (known, before) {
            // The old organization knows the secret, which is worth nothing from now on.
            let old =
                old.map(|id| OldHook { id, found, name, blob: before.blob.clone(), version: before.version });
            let old = old.map(|old| json_text(&old)).transpose()?.unwrap_or(older.into());
            let statement = "UPDATE hooks SET id = NULL, found = '{}', state = 'none', since = ?, heard = NULL, polled = NULL,
                old = ? WHERE connection = ?";
            self.sql.exec(statement, &[now.into(), old, id.as_str().into()])?;
            self.sql.exec("DELETE FROM hook_events WHERE connection = ?", &[id.as_str().into()])?;
        }
        // The credential is another one, so whatever was tried is tried again.
        let statement = "INSERT INTO hooks (connection, name, state, since, due, place, mode) VALUES (?1, ?2, 'none', ?3, ?3, ?4, ?5)
            ON CONFLICT (connection) DO UPDATE SET name = excluded.name, due = excluded.due, trying = NULL, failures = 0,
                tried = NULL, cause = NULL, place = excluded.place, state = iif(name = excluded.name, state, 'none')";
        let values = [id.into(), name.into(), now.into(), place.into(), mode.as_str().into()];
        self.sql.exec(statement, &values)?;
        self.schedule(self.now);
        Ok(())
    }

    /// Forgets the events that cannot come again.
    pub(super) fn forget_hook_events(&self) -> Outcome<()> {
        self.sql.exec("DELETE FROM hook_events WHERE at <= ?", &[(self.now - REMEMBERED_MS).into()])?;
        Ok(())
    }

    fn hook_due(&self, connection: ConnectionId, mode: Mode, at: i64) -> Outcome<()> {
        let values = [at.into(), connection.to_string().into()];
        self.sql.exec("UPDATE hooks SET due = ? WHERE connection = ?", &values)?;
        Ok(self.schedule_in(mode, at)?)
    }
}
