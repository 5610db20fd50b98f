//! Tasks at providers: ending and replacing keys. It owns the columns `task`, `task_due`, `rotate_from` and `managed` of
//! `connections`. The keys that we made there are in `made_keys.rs`.
//!
//! A task is written before its first request, so that a killed Worker leaves one that the alarm finds. It has a lease while
//! somebody works on it, and is due again when the lease is over. A row has at most one task.

use super::check_times::NEVER;
use super::connections::require_revision;
use super::made_keys::name_start;
use crate::health::{DAY_MS, Health, Signal};
use crate::ports::BlobKey;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    Actor, BeginTask, ConnectionInProject, ConnectionRow, DueTask, NewConnection, Refusal, SendTask,
    SettleTask, TakeTasks, Task, TaskEnding,
};
use crate::store::sql::{Sql, SqlError, Value, json as json_text};
use latchkey_shared::audit::{ActorType, AuditAction, AuditOutcome};
use latchkey_shared::connection::TaskKind;
use latchkey_shared::event::EventType;
use latchkey_shared::{ConnectionId, FieldError, KeyScope, Mode};
use serde_json::json;

/// How long a try holds its lease, in milliseconds: longer than its requests can last.
const LEASE_MS: i64 = 120_000;

/// The wait after the first try, in milliseconds. It doubles with each try.
const WAIT_MS: i64 = 60_000;

/// The longest wait between two tries, in milliseconds.
const WAIT_MAX_MS: i64 = 24 * 3_600_000;

/// The most tries of a rotation: about three days. A revocation is tried until it is done, or forced.
const ROTATIONS_MAX: u32 = 14;

/// The rows whose key works, as far as is known. A key that does not is not used to replace itself.
const WORKS: &str = "AND coalesce(health, '') NOT IN ('blocked', 'needs_new_key', 'unknown')";

/// Whether the key of a row works, as far as is known.
fn works(row: &ConnectionRow) -> Outcome<bool> {
    let health = row.health_record.as_deref().map(serde_json::from_str::<Health>).transpose()?;
    Ok(health.is_none_or(|health| health.works()))
}

/// A due task's row.
struct DueRow {
    id: ConnectionId,
    app: String,
}

columns! { DueRow { id, app } }

/// How long the value of a deleted account is kept that has a push channel to remove.
const REMOVAL_MS: i64 = 2 * 60_000;

impl<S: Sql> Store<'_, S> {
    pub(super) fn begin_task(&self, operation: BeginTask) -> Outcome<ConnectionInProject> {
        let BeginTask { key, app, id, if_match, kind, offered, force, lease } = operation;
        let (grant, found) = self.authorize_for(&key, &app, id, KeyScope::ConnectionsWrite)?;
        require_revision(&found.connection, if_match.as_deref())?;
        if !offered {
            return Err(Refusal::RotationNotOffered.into());
        }
        let before = found.connection.current_task().filter(|task| task.next.is_some());
        if let Some(before) = &before {
            if before.lease.as_deref() == Some(lease.as_str()) {
                return Ok(found);
            }
            // Whoever ends a key takes over what was to be done about it. Nobody replaces a key that is to be ended.
            let may = before.kind == kind || kind == TaskKind::Revoke;
            let now = self.now_in(grant.mode)?;
            let busy = before.lease.is_some() && before.next.is_some_and(|until| until > now);
            if !force && (!may || busy) {
                return Err(Refusal::Ending.into());
            }
        }
        if kind == TaskKind::Rotate && !works(&found.connection)? {
            return Err(Refusal::DoesNotWork.into());
        }
        let mode = grant.mode;
        let task = self.leased(mode, &found.connection, kind, grant.audited(), lease)?;
        self.put_task(mode, id, Some(&task))?;
        self.connection_in_project(mode, &app, id)
    }

    /// The task of a row for another try, or a new one. What an earlier one left at the provider stays known.
    fn leased(
        &self,
        mode: Mode,
        row: &ConnectionRow,
        kind: TaskKind,
        by: Actor,
        lease: String,
    ) -> Outcome<Task> {
        let task = match row.current_task() {
            Some(before) if before.kind == kind && before.next.is_some() => before,
            _ => self.new_task(mode, row, kind, by)?,
        };
        Ok(Task { lease: Some(lease), next: Some(self.now_in(mode)? + LEASE_MS), ..task })
    }

    pub(super) fn new_task(
        &self,
        mode: Mode,
        row: &ConnectionRow,
        kind: TaskKind,
        by: Actor,
    ) -> Outcome<Task> {
        let since = self.now_in(mode)?;
        let statement = "SELECT json_extract(report, '$.key.id') FROM connections WHERE id = ?";
        let old_key: Option<Option<String>> = self.sql.value(statement, &[row.id.to_string().into()])?;
        let task = Task {
            kind,
            since,
            tried: None,
            next: Some(since),
            tries: 0,
            lease: None,
            name: format!("{}{}", name_start(row.id), row.version + 1),
            old_key: old_key.flatten(),
            sent: false,
            older: Vec::new(),
            ended: false,
            error: None,
            by,
        };
        Ok(task.after(row.current_task()))
    }

    /// Notes that the key of a connection is to be replaced by one that nobody outside knows, at once.
    pub(super) fn note_take_over(&self, mode: Mode, row: &ConnectionRow, by: Actor) -> Outcome<()> {
        let task = self.new_task(mode, row, TaskKind::TakeOver, by)?;
        self.put_task(mode, row.id, Some(&task))
    }

    pub(super) fn put_task(&self, mode: Mode, id: ConnectionId, task: Option<&Task>) -> Outcome<()> {
        let due = task.and_then(|task| task.next);
        let text = task.map(json_text).transpose()?.unwrap_or(Value::Null);
        let statement = "UPDATE connections SET task = ?, task_due = ? WHERE id = ?";
        self.sql.exec(statement, &[text, due.into(), id.to_string().into()])?;
        if let Some(due) = due {
            self.schedule_in(mode, due)?;
        }
        Ok(())
    }

    pub(super) fn take_tasks(&self, operation: TakeTasks) -> Outcome<Vec<DueTask>> {
        let TakeTasks { lease, limit } = operation;
        let mut taken = Vec::new();
        for mode in [Mode::Live, Mode::Test] {
            self.rotate_aged(mode)?;
            let from = "FROM connections WHERE mode = ? AND task_due <= ? ORDER BY task_due LIMIT ?";
            let values = [mode.as_str().into(), self.now_in(mode)?.into(), limit.into()];
            for DueRow { id, app } in self.sql.select(from, &values)? {
                let found = self.connection_in_project(mode, &app, id)?;
                let Some(task) = found.connection.current_task() else { continue };
                let by = task.by.clone();
                let task = self.leased(mode, &found.connection, task.kind, by, lease.clone())?;
                self.put_task(mode, id, Some(&task))?;
                taken.push(DueTask { mode, found: self.connection_in_project(mode, &app, id)? });
            }
        }
        Ok(taken)
    }

    /// Makes a task of each key that is as old as the project lets it be, and works.
    fn rotate_aged(&self, mode: Mode) -> Outcome<()> {
        let Some(before) = self.rotates_before(mode)? else { return Ok(()) };
        let from =
            ["FROM connections WHERE mode = ? AND rotate_from <= ?", WORKS, "ORDER BY rotate_from LIMIT 20"];
        for DueRow { id, app } in self.sql.select(&from.join(" "), &[mode.as_str().into(), before.into()])? {
            let row = self.connection_in_project(mode, &app, id)?.connection;
            // Until there is a new key, its age says nothing more.
            let statement = "UPDATE connections SET rotate_from = NULL WHERE id = ?";
            self.sql.exec(statement, &[id.to_string().into()])?;
            if row.current_task().is_none_or(|task| task.next.is_none()) {
                let task = self.new_task(mode, &row, TaskKind::Rotate, Actor::of(ActorType::Timer))?;
                self.put_task(mode, id, Some(&task))?;
            }
        }
        Ok(())
    }

    /// A key that was stored until then is rotated by itself. In the time of the mode.
    fn rotates_before(&self, mode: Mode) -> Outcome<Option<i64>> {
        let statement = "SELECT json_extract(settings, '$.care.rotateEveryDays') FROM project";
        let days: Option<Option<i64>> = self.sql.value(statement, &[])?;
        let now = self.now_in(mode)?;
        Ok(days.flatten().map(|days| now - days * DAY_MS))
    }

    /// Schedules the rotation of a key that was stored at a time of the mode, if the project wants it.
    pub(super) fn schedule_rotation(&self, mode: Mode, stored: i64) -> Outcome<()> {
        if let Some(before) = self.rotates_before(mode)? {
            self.schedule_in(mode, stored + self.now_in(mode)? - before)?;
        }
        Ok(())
    }

    /// When a task is due next, in the time of the mode.
    pub(super) fn next_task(&self, mode: Mode) -> Result<Option<i64>, SqlError> {
        let value = [mode.as_str().into()];
        let due = "SELECT min(task_due) FROM connections WHERE mode = ? AND task_due IS NOT NULL";
        let due = self.sql.value::<Option<i64>>(due, &value)?.flatten();
        let aged = "SELECT min(rotate_from) + (SELECT json_extract(settings, '$.care.rotateEveryDays') FROM project) * 86400000
            FROM connections WHERE mode = ? AND rotate_from IS NOT NULL";
        let aged = self.sql.value::<Option<i64>>(&[aged, WORKS].join(" "), &value)?.flatten();
        Ok(due.into_iter().chain(aged).min())
    }

    /// The task of a connection, if this lease works on it.
    fn task_of(&self, id: ConnectionId, lease: &str) -> Outcome<Option<Task>> {
        let statement = "SELECT task FROM connections WHERE id = ?";
        let text: Option<Option<String>> = self.sql.value(statement, &[id.to_string().into()])?;
        let task: Option<Task> = text.flatten().map(|text| serde_json::from_str(&text)).transpose()?;
        Ok(task.filter(|task| task.lease.as_deref() == Some(lease)))
    }

    pub(super) fn send_task(&self, operation: SendTask) -> Outcome<()> {
        let SendTask { lease, blob } = operation;
        let id = blob.connection;
        let task = self.task_of(id, &lease)?.ok_or(Refusal::Superseded)?;
        self.require_room_to_write(blob.mode, false)?;
        self.note_intent(&blob)?;
        let next = Some(self.now_in(blob.mode)? + LEASE_MS);
        self.put_task(blob.mode, id, Some(&Task { sent: true, next, ..task }))
    }

    pub(super) fn settle_task(&self, operation: SettleTask) -> Outcome<Option<ConnectionInProject>> {
        let SettleTask { app, id, lease, ending, unused } = operation;
        let Ok(mode) = self.mode_of(id) else { return Ok(None) };
        let found = self.connection_in_project(mode, &app, id)?;
        // It was settled already, or another try has taken over.
        let Some(task) = self.task_of(id, &lease)? else { return Ok(Some(found)) };
        if let TaskEnding::Rotated { connection, .. } = &ending
            && connection.key.blob == found.connection.blob
        {
            // This was already done, and its reply was lost.
            return Ok(Some(found));
        }
        if let Some((blob, written)) = unused {
            self.drop_intent(&blob, written)?;
        }
        match ending {
            TaskEnding::Forgotten(left) => {
                self.tell(EventType::ConnectionRevoked, id, &json!({ "left": left }))?;
                self.forget_connection(mode, &found)?;
                let detail = [found.connection.name.as_str(), &left].join(" ");
                // What is left says that the provider did not end the key.
                let ended = if left.is_empty() { AuditOutcome::Done } else { AuditOutcome::Failed };
                let action = AuditAction::CredentialRevoke;
                self.audit_as(ended, Some(mode), task.by, action, &id.to_string(), detail.trim_end())?;
                return Ok(None);
            }
            TaskEnding::Later { error, wait, sent, ended } => {
                let hidden = task.kind == TaskKind::Revoke && task.tries == 0;
                let by = task.by.clone();
                let task = Task { sent, ended: task.ended || ended, ..task };
                self.put_task(mode, id, Some(&self.later(mode, task, error, wait)?))?;
                if hidden {
                    // What a check finds about a key that is to be ended concerns nobody.
                    let statement = "UPDATE connections SET check_at = ? WHERE id = ?";
                    self.sql.exec(statement, &[NEVER.into(), id.to_string().into()])?;
                    let detail = [found.connection.name.as_str(), "waits for the provider"].join(" ");
                    let (failed, action) = (AuditOutcome::Failed, AuditAction::CredentialRevoke);
                    self.audit_as(failed, Some(mode), by, action, &id.to_string(), &detail)?;
                    self.tell(EventType::ConnectionUpdated, id, &json!({ "changed": ["task"] }))?;
                }
            }
            TaskEnding::Refused { error, sent } => {
                let tried = Some(self.now_in(mode)?);
                let ended = Task { tried, next: None, lease: None, error: Some(error), sent, ..task };
                self.put_task(mode, id, Some(&ended))?;
            }
            TaskEnding::Rotated { connection, unfinished, overlap } => {
                self.put_rotated(mode, &found, task, *connection, unfinished)?;
                let statement = "UPDATE connections SET overlap = ? WHERE id = ?";
                self.sql.exec(statement, &[overlap.into(), id.to_string().into()])?;
            }
            TaskEnding::Lost(error) => {
                self.put_task(mode, id, None)?;
                self.signal_health(id, &Signal::Ended(error), task.by)?;
            }
            TaskEnding::Done => self.put_task(mode, id, None)?,
        }
        Ok(Some(self.connection_in_project(mode, &app, id)?))
    }

    /// The task for its next try.
    fn later(&self, mode: Mode, task: Task, error: FieldError, wait: u32) -> Outcome<Task> {
        let now = self.now_in(mode)?;
        let doubled = WAIT_MS.saturating_mul(1 << task.tries.min(16)).min(WAIT_MAX_MS);
        let tries = task.tries + 1;
        let gives_up = task.kind != TaskKind::Revoke && tries >= ROTATIONS_MAX;
        let next = now + doubled.max(i64::from(wait) * 1000);
        Ok(Task {
            tried: Some(now),
            next: (!gives_up).then_some(next),
            tries,
            lease: None,
            error: Some(error),
            ..task
        })
    }

    fn put_rotated(
        &self,
        mode: Mode,
        found: &ConnectionInProject,
        task: Task,
        new: NewConnection,
        unfinished: bool,
    ) -> Outcome<()> {
        let id = found.connection.id;
        let row = &found.connection;
        let managed = task.kind == TaskKind::TakeOver || row.managed == Some(true);
        let new = NewConnection { name: row.name.clone(), description: row.description.clone(), ..new };
        let made = new.report.key.as_ref().and_then(|key| key.id.clone());
        self.put_version(found, new)?;
        self.note_made(row, made)?;
        let by = task.by.clone();
        // What is still to be ended stays known, also where the provider ends the old key by itself.
        let after = (unfinished || !task.older.is_empty()).then(|| -> Outcome<Task> {
            let next = Some(self.now_in(mode)? + LEASE_MS);
            let kind = TaskKind::EndOldKey;
            let mut task = Task { kind, next, tries: 0, sent: false, error: None, ..task };
            task.is_to_end(task.old_key.clone().filter(|_| unfinished));
            Ok(task)
        });
        self.put_task(mode, id, after.transpose()?.as_ref())?;
        let statement = "UPDATE connections SET managed = ? WHERE id = ?";
        self.sql.exec(statement, &[i64::from(managed).into(), id.to_string().into()])?;
        self.tell(EventType::ConnectionRotated, id, &json!(null))?;
        let detail = format!("version {}", row.version + 1);
        self.audit(Some(mode), by, AuditAction::CredentialRotate, &id.to_string(), &detail)
    }

    /// Refuses to change a credential that is being ended or replaced, or that we manage and that works.
    pub(super) fn require_editable(&self, found: &ConnectionInProject) -> Outcome<()> {
        let row = &found.connection;
        if let Some(task) = row.current_task() {
            let now = self.now_in(self.mode_of(row.id)?)?;
            // The key in use may not become the one that is being ended.
            let under_way = task.lease.is_some() && task.next.is_some_and(|until| until > now);
            if task.holds() || under_way {
                return Err(Refusal::Ending.into());
            }
        }
        if row.managed == Some(true) && works(row)? {
            return Err(Refusal::Managed.into());
        }
        Ok(())
    }

    /// Refuses to open a credential that is being ended.
    pub(super) fn require_not_ending(&self, found: &ConnectionInProject) -> Outcome<()> {
        match found.connection.current_task() {
            Some(task) if task.hides() => Err(Refusal::Ending.into()),
            _ => Ok(()),
        }
    }

    /// Deletes a connection with everything about it.
    pub(super) fn forget_connection(&self, mode: Mode, found: &ConnectionInProject) -> Outcome<()> {
        let id = found.connection.id;
        let blob = found.connection.blob.clone();
        self.discard_versions(id, BlobKey { mode, project: found.project.id, connection: id, blob })?;
        self.free_names_of(id)?;
        self.forget_outcomes(id)?;
        self.discard_provider_events(id)?;
        if self.forget_hook(id)? {
            // The key removes its push channel at the provider first.
            let statement = "UPDATE intents SET due = max(due, ?) WHERE connection = ?";
            self.sql.exec(statement, &[(self.now + REMOVAL_MS).into(), id.to_string().into()])?;
        }
        self.tell(EventType::ConnectionDeleted, id, &json!(null))?;
        self.sql.exec("DELETE FROM connections WHERE id = ?", &[id.to_string().into()])?;
        Ok(())
    }
}
