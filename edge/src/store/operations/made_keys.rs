//! The keys that rotations made at a provider: how one is recognized, and what becomes of it when another key replaces it. It owns
//! the column `made_keys` of `connections`: the ids of such keys, newest last, at most [`OLDER_MAX`].
//!
//! A key is ours by its id, if the provider tells ids, or by the name that the rotation gave it. The customer may have changed that
//! name. Only ids of the organization in use are kept, because another one may give the same id to a key that is not ours. A
//! rotation that keeps the id of a key makes no other key: the customer made it, and it is not ours to end.

use crate::health::Health;
use crate::health::signal::RefusalKind;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{Actor, ConnectionInProject, ConnectionRow, NewConnection, OLDER_MAX, Task};
use crate::store::sql::{Sql, json as json_text};
use latchkey_shared::audit::ActorType;
use latchkey_shared::connection::{HealthState, TaskKind};
use latchkey_shared::report::{KeyFacts, Report};
use latchkey_shared::{ConnectionId, ErrorCode};

/// How the names of the keys begin that the rotations of a connection make.
pub(super) fn name_start(id: ConnectionId) -> String {
    format!("Latchkey {}-", id.to_string().get(..8).unwrap_or_default())
}

fn report_of(row: &ConnectionRow) -> Outcome<Option<Report>> {
    Ok(row.report.as_deref().map(serde_json::from_str).transpose()?)
}

/// Whether checks have found that the key of a row is dead, so that there is nothing to end.
fn is_dead(row: &ConnectionRow) -> Outcome<bool> {
    let health = row.health_record.as_deref().map(serde_json::from_str::<Health>).transpose()?;
    Ok(health.is_some_and(|health| {
        let code = health.cause.map(|cause| cause.code);
        let dead = code.and_then(|code| RefusalKind::of(code, health.restricted)) == Some(RefusalKind::Dead);
        // The owner may become active again, and the key with him.
        health.state == HealthState::NeedsNewKey && dead && code != Some(ErrorCode::AccountInactive)
    }))
}

impl<S: Sql> Store<'_, S> {
    /// Notes that a rotation made the key with this id beside the one that the row has until now.
    pub(super) fn note_made(&self, before: &ConnectionRow, id: Option<String>) -> Outcome<()> {
        let replaced = report_of(before)?.and_then(|report| report.key?.id);
        let Some(id) = id.filter(|id| Some(id) != replaced.as_ref()) else { return Ok(()) };
        let mut made = self.made_keys(before.id)?;
        made.retain(|known| *known != id);
        made.push(id);
        let newest = made.len().saturating_sub(OLDER_MAX);
        self.put_made_keys(before.id, made.get(newest..).unwrap_or_default())
    }

    fn made_keys(&self, connection: ConnectionId) -> Outcome<Vec<String>> {
        let statement = "SELECT made_keys FROM connections WHERE id = ?";
        let text: Option<Option<String>> = self.sql.value(statement, &[connection.to_string().into()])?;
        Ok(text.flatten().map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
    }

    fn put_made_keys(&self, connection: ConnectionId, made: &[String]) -> Outcome<()> {
        let text = (!made.is_empty()).then(|| json_text(&made)).transpose()?;
        let values = [text.into(), connection.to_string().into()];
        self.sql.exec("UPDATE connections SET made_keys = ? WHERE id = ?", &values)?;
        Ok(())
    }

    /// Whether a rotation of this connection made the key.
    fn is_made(&self, connection: ConnectionId, key: &KeyFacts) -> Outcome<bool> {
        let named = key.name.as_deref().is_some_and(|name| name.starts_with(&name_start(connection)));
        let Some(id) = key.id.as_ref().filter(|_| !named) else { return Ok(named) };
        Ok(self.made_keys(connection)?.contains(id))
    }

    /// What a new credential means for the keys at the provider. It may be the key that was to be ended: who is in use is not ended,
    /// nor is a key of another organization, nor one that cannot be told from the key in use. And it may replace a key that a rotation
    /// made, which is then ended as the rotation ended the one before it.
    pub(super) fn settle_keys(&self, found: &ConnectionInProject, new: &NewConnection) -> Outcome<()> {
        let (mode, row) = (new.key.mode, &found.connection);
        let report = report_of(row)?;
        let of = |report: &Report| report.organization.as_ref().map(|organization| organization.id.clone());
        let organization = report.as_ref().and_then(of);
        let same = organization.is_some() && organization == of(&new.report);
        let in_use = new.report.key.as_ref().and_then(|key| key.id.as_ref());
        let ends = |key: &String| same && in_use.is_some_and(|in_use| in_use != key);
        let made = match report.and_then(|report| report.key) {
            Some(key) if !is_dead(row)? && self.is_made(row.id, &key)? => key.id.filter(ends),
            _ => None,
        };
        if !same && !self.made_keys(row.id)?.is_empty() {
            self.put_made_keys(row.id, &[])?;
        }
        let Some(mut task) = row.current_task().map_or_else(
            || {
                made.as_ref()
                    .map(|_| self.new_task(mode, row, TaskKind::EndOldKey, Actor::of(ActorType::Timer)))
                    .transpose()
            },
            |task| Ok(Some(task)),
        )?
        else {
            return Ok(());
        };
        task.older.retain(ends);
        task.sent &= organization == of(&new.report);
        if made.is_some() {
            task.is_to_end(made);
            if !task.holds() {
                let since = self.now_in(mode)?;
                let begins = Task { kind: TaskKind::EndOldKey, since, next: Some(since), tries: 0, ..task };
                task = Task { tried: None, lease: None, error: None, ..begins };
            }
        }
        let over = task.kind == TaskKind::EndOldKey && task.older.is_empty();
        self.put_task(mode, row.id, (!over).then_some(&task))
    }
}
