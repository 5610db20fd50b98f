//! What a provider reported about the key of an account, for its history. It owns the table `provider_events`.
//!
//! An organization tells of all its keys and people. So only an event is kept that names the account's own key as a target, or the
//! key's owner as a target or as the actor. It is kept once, however it came and however often, and it changes nothing else. It has
//! names of people: it goes with its account, and after [`KEPT_MS`].
//!
//! Whoever owns the organization may send whatever he likes, so the events of a minute, of an account and of a project are limited.

use super::hooks::{HookedAccount, MINUTE_MS, window};
use super::sessions::json_bytes;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::ProviderEvent;
use crate::store::sql::{Sql, json as json_text};
use latchkey_shared::ConnectionId;
use latchkey_shared::limits::{
    PAGE_BYTES_MAX, PROVIDER_EVENT_DAYS, PROVIDER_EVENTS_MAX, PROVIDER_EVENTS_PER_ACCOUNT,
    PROVIDER_EVENTS_PER_MINUTE,
};
use latchkey_shared::report::Report;

/// How long an event is kept, in milliseconds.
pub(super) const KEPT_MS: i64 = PROVIDER_EVENT_DAYS * 24 * 3_600_000;

/// An event as it is stored. Its time is that of its account's mode.
struct StoredEvent {
    at: i64,
    record: String,
}

columns! { StoredEvent { at, record } }

/// Whether an event concerns the account: the ids that the provider gave its key and its owner are in it.
fn concerns(event: &ProviderEvent, key: Option<&str>, owner: Option<&str>) -> bool {
    let target = |id: &str| event.targets.iter().any(|target| target.id.as_deref() == Some(id));
    let actor = |id: &str| event.actor.as_ref().is_some_and(|actor| actor.id.as_deref() == Some(id));
    key.is_some_and(target) || owner.is_some_and(|owner| target(owner) || actor(owner))
}

impl<S: Sql> Store<'_, S> {
    /// Keeps the events that concern an account.
    pub(super) fn note_provider_events(
        &self,
        account: &HookedAccount,
        report: Option<&Report>,
        events: Vec<ProviderEvent>,
    ) -> Outcome<()> {
        let key = report.and_then(|report| report.key.as_ref()?.id.as_deref());
        let owner = report.and_then(|report| Some(report.identity.as_ref()?.id.as_str()));
        let now = self.now_in(account.mode)?;
        let id = account.id.to_string();
        let (since, before) = window(self.now, MINUTE_MS, account.noted_since, account.noted);
        let mut noted = before;
        for event in events {
            if noted >= PROVIDER_EVENTS_PER_MINUTE || !concerns(&event, key, owner) {
                continue;
            }
            let at = event.at.map_or(now, |at| at.min(now));
            if at <= now - KEPT_MS {
                continue;
            }
            let statement =
                "INSERT INTO provider_events (connection, event, at, taken, record) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING RETURNING 1";
            let hash = event.id.clone();
            let values = [id.as_str().into(), hash.into(), at.into(), self.now.into(), json_text(&event)?];
            noted += u32::from(self.sql.exists(statement, &values)?);
        }
        if noted == before {
            return Ok(());
        }
        self.schedule(self.now + KEPT_MS);
        let statement = "UPDATE hooks SET noted_since = ?, noted = ? WHERE connection = ?";
        self.sql.exec(statement, &[since.into(), noted.into(), id.as_str().into()])?;
        let oldest = "DELETE FROM provider_events WHERE rowid IN (SELECT rowid FROM provider_events
            WHERE connection = ? ORDER BY at DESC LIMIT -1 OFFSET ?)";
        self.sql.exec(oldest, &[id.into(), PROVIDER_EVENTS_PER_ACCOUNT.into()])?;
        self.keep_newest(&["provider_events"], PROVIDER_EVENTS_MAX, "ORDER BY taken", &[])
    }

    /// What the provider reported about the key of an account, newest first. Past the size of a page the oldest are left out.
    pub(super) fn provider_events(&self, connection: ConnectionId) -> Outcome<Vec<ProviderEvent>> {
        let from = "FROM provider_events WHERE connection = ? ORDER BY at DESC, event";
        let stored: Vec<StoredEvent> = self.sql.select(from, &[connection.to_string().into()])?;
        let (mut events, mut bytes) = (Vec::new(), 0);
        for StoredEvent { at, record } in stored {
            let event: ProviderEvent = serde_json::from_str(&record)?;
            bytes += json_bytes(&event)?;
            if bytes > PAGE_BYTES_MAX {
                break;
            }
            events.push(ProviderEvent { at: Some(at), ..event });
        }
        Ok(events)
    }

    /// Deletes the events of an account.
    pub(super) fn discard_provider_events(&self, connection: ConnectionId) -> Outcome<()> {
        let id = [connection.to_string().into()];
        self.sql.exec("DELETE FROM provider_events WHERE connection = ?", &id)?;
        Ok(())
    }

    /// Deletes the events whose time is over.
    pub(super) fn forget_provider_events(&self) -> Outcome<()> {
        self.sql.exec("DELETE FROM provider_events WHERE taken <= ?", &[(self.now - KEPT_MS).into()])?;
        Ok(())
    }
}
