//! What becomes of each event at each endpoint. It owns the table `webhook_deliveries`: a row for each event that was sent, with its
//! latest attempts, until the event itself is forgotten.

use super::webhook_sending::{Earlier, FAILING, HELD, Sender};
use super::webhooks::host;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    Actor, Attempt, ListWebhookDeliveries, Refusal, ReplayWebhooks, SentEvent, WebhookDelivery,
    WebhookDeliveryPage, WebhookEndpoint,
};
use crate::store::sql::{Sql, SqlError, Value, json};
use crate::time::iso;
use latchkey_shared::Mode;
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::event::EventType;
use latchkey_shared::limits::WEBHOOK_ATTEMPTS_KEPT;
use latchkey_shared::webhook::{AttemptError, DeliveryState, DisabledReason};
use serde_json::json as object;
use std::collections::BTreeMap;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// The waits after each try, in milliseconds: those that Standard Webhooks 1.0 suggests ("Deliverability"). After the last try
/// an event is given up.
const WAITS_MS: [i64; 9] = [
    5 * SECOND_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    14 * HOUR_MS,
    20 * HOUR_MS,
    24 * HOUR_MS,
];

/// After so long without an accepted event, an endpoint is disabled, in milliseconds.
const DEAD_MS: i64 = 5 * 24 * HOUR_MS;

/// The longest wait that an endpoint may ask for, in milliseconds.
const RETRY_AFTER_MAX_MS: i64 = 24 * HOUR_MS;

/// A delivery as it is stored.
struct Stored {
    due: Option<i64>,
    state: DeliveryState,
    tries: u32,
    attempts: Vec<Attempt>,
    /// Whether somebody asked to send it again while it was under way.
    replayed: bool,
}

columns! { Stored { due, state, tries, attempts: json, replayed } }

columns! {
    WebhookDelivery {
        event, event_type = "events.type", connection = "events.connection", state, due, attempts: json,
    }
}

impl<S: Sql> Store<'_, S> {
    /// Writes down what became of the events of a batch, in the order of the events.
    pub(super) fn settle_deliveries(&self, sender: &mut Sender, sent: Vec<SentEvent>) -> Outcome<()> {
        let before = sender.failures;
        let mut held = BTreeMap::new();
        for SentEvent { event, attempt } in sent {
            let values = [sender.id.as_str().into(), event.into()];
            let from = "FROM webhook_deliveries WHERE endpoint = ? AND event = ?";
            let stored: Option<Stored> = self.sql.select_one(from, &values)?;
            let known: Option<String> = self
                .sql
                .value("SELECT coalesce(session, connection) FROM events WHERE id = ?", &[event.into()])?;
            let Some(connection) = known else {
                // The event is gone, with whatever it was about.
                let statement = "DELETE FROM webhook_deliveries WHERE endpoint = ? AND event = ?";
                self.sql.exec(statement, &values)?;
                continue;
            };
            let again = stored.as_ref().is_some_and(|stored| stored.state == DeliveryState::Waiting);
            let tries = stored.as_ref().filter(|_| again).map_or(0, |stored| stored.tries);
            let Some(attempt) = attempt else {
                // What waits already keeps its place.
                let due = stored.and_then(|stored| stored.due).filter(|_| again).unwrap_or(self.now);
                let due = held.get(&connection).copied().unwrap_or(due);
                self.put_waiting(&sender.id, event, &connection, tries, due)?;
                continue;
            };
            let replayed = stored.as_ref().is_some_and(|stored| stored.replayed);
            let mut attempts = stored.map(|stored| stored.attempts).unwrap_or_default();
            // Of this series: a replay begins another one.
            let first =
                attempts.iter().rev().take(tries as usize).next_back().map_or(attempt.at, |first| first.at);
            let (state, tries, due) = self.delivery_outcome(sender, &attempt, tries + 1, (event, first))?;
            let (state, tries, due) = match replayed {
                true => (DeliveryState::Waiting, 0, Some(self.now)),
                false => (state, tries, due),
            };
            // The failures of one batch are one sign that an endpoint is down.
            sender.failures = sender.failures.min(FAILING.max(before + 1));
            attempts.push(attempt);
            attempts.drain(..attempts.len().saturating_sub(WEBHOOK_ATTEMPTS_KEPT));
            let row = vec![
                ("endpoint", sender.id.as_str().into()),
                ("event", event.into()),
                ("connection", connection.as_str().into()),
                ("state", state.as_str().into()),
                ("tries", tries.into()),
                ("due", due.into()),
                ("attempts", json(&attempts)?),
            ];
            self.sql.insert("OR REPLACE INTO webhook_deliveries", row)?;
            match due {
                // Later events of the account wait as long.
                Some(due) if tries < HELD => {
                    held.insert(connection.clone(), due);
                    self.hold_later_events(sender, &connection, event, due)?;
                }
                _ if again => self.hold_later_events(sender, &connection, event, self.now)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// How a delivery stands after its latest try, how many tries count, and when the next one is. Notes the attempt at the endpoint.
    /// `first` is when the event was sent first.
    fn delivery_outcome(
        &self,
        sender: &mut Sender,
        attempt: &Attempt,
        tries: u32,
        (event, first): (i64, i64),
    ) -> Outcome<(DeliveryState, u32, Option<i64>)> {
        if attempt.error.is_none() {
            if sender.failures >= FAILING {
                // It is back, so what waits need not wait longer.
                let statement = "UPDATE webhook_deliveries INDEXED BY webhook_deliveries_due SET due = ?
                    WHERE endpoint = ? AND state = 'waiting' AND due > ?";
                let values = [self.now.into(), sender.id.as_str().into(), self.now.into()];
                self.sql.exec(statement, &values)?;
            }
            (sender.failures, sender.failing_since, sender.delivered_at) = (0, None, Some(self.now));
            return Ok((DeliveryState::Delivered, tries, None));
        }
        sender.failures = sender.failures.saturating_add(1);
        sender.failing_since.get_or_insert(attempt.at);
        if attempt.status == Some(410) {
            sender.disabled = Some(DisabledReason::Gone);
            return Ok((DeliveryState::Waiting, tries, Some(self.now)));
        }
        let asked = attempt.retry_after.map_or(0, |seconds| i64::from(seconds) * SECOND_MS);
        let asked = asked.min(RETRY_AFTER_MAX_MS);
        let wait = WAITS_MS.get(tries as usize - 1);
        // Nothing was accepted since the event was sent first, so the event is not to blame.
        let alone = wait.is_none() && sender.failing_since.is_some_and(|since| since <= first);
        let more = sender.failures.checked_sub(FAILING).or(alone.then_some(u32::MAX));
        if let Some(more) = more {
            // The endpoint is down. It is asked again now and then, with this event.
            let wait = (MINUTE_MS << more.min(6)).min(HOUR_MS).max(asked);
            sender.paused_until = sender.paused_until.max(Some(self.now + wait));
            return Ok((DeliveryState::Waiting, tries - 1, Some(self.now)));
        }
        let Some(wait) = wait else { return Ok((DeliveryState::Failed, tries, None)) };
        // Up to a tenth longer, by the event, so that many do not come at once.
        let wait = wait + wait * (event % 10) / 100;
        if asked > 0 {
            sender.paused_until = sender.paused_until.max(Some(self.now + asked));
        }
        Ok((DeliveryState::Waiting, tries, Some(self.now + wait.max(asked))))
    }

    /// Disables an endpoint that is gone, or that accepted nothing for days, and tells it.
    pub(super) fn disable_if_dead(&self, sender: &mut Sender) -> Outcome<()> {
        let dead = sender.failing_since.filter(|since| self.now - since >= DEAD_MS);
        let reason = match (sender.disabled, dead) {
            (Some(DisabledReason::Gone), _) => DisabledReason::Gone,
            (None, Some(_)) => DisabledReason::Failing,
            _ => return Ok(()),
        };
        sender.disabled = Some(reason);
        let statement = "UPDATE webhook_endpoints SET disabled = ?, disabled_at = ?, revision = revision + 1
            WHERE id = ? AND disabled IS NULL RETURNING url";
        let values = [reason.as_str().into(), self.now.into(), sender.id.as_str().into()];
        let Some(url) = self.sql.value::<String>(statement, &values)? else { return Ok(()) };
        let endpoint = object!({
            "id": sender.id, "host": host(&url), "reason": reason, "failingSince": sender.failing_since.map(iso),
        });
        let actor = Actor::of(ActorType::Timer);
        let action = AuditAction::WebhookEndpointDisable;
        self.audit(Some(sender.mode), actor, action, &sender.id, reason.as_str())?;
        self.tell_of_project(
            EventType::EndpointDisabled,
            sender.mode,
            &object!({ "webhookEndpoint": endpoint }),
        )
    }

    /// Lets an event wait until a time.
    pub(super) fn put_waiting(
        &self,
        endpoint: &str,
        event: i64,
        connection: &str,
        tries: u32,
        due: i64,
    ) -> Outcome<()> {
        let statement =
            "INSERT INTO webhook_deliveries (endpoint, event, connection, state, tries, due, attempts)
            VALUES (?1, ?2, ?3, 'waiting', ?4, ?5, '[]')
            ON CONFLICT (endpoint, event) DO UPDATE SET state = 'waiting', tries = ?4, due = ?5, replayed = 0";
        let values: [Value; 5] = [endpoint.into(), event.into(), connection.into(), tries.into(), due.into()];
        self.sql.exec(statement, &values)?;
        Ok(())
    }

    /// Lets the events of an account that were not tried yet wait until a time, and for whatever else they wait for: each earlier event
    /// that is tried again.
    fn hold_later_events(&self, sender: &Sender, connection: &str, event: i64, due: i64) -> Outcome<()> {
        if connection.is_empty() {
            return Ok(());
        }
        let statement = "UPDATE webhook_deliveries INDEXED BY webhook_deliveries_held SET due = ?
            WHERE endpoint = ? AND connection = ? AND state = 'waiting' AND tries = 0 AND event > ?";
        let values = [due.into(), sender.id.as_str().into(), connection.into(), event.into()];
        self.sql.exec(statement, &values)?;
        let holders = "SELECT event, due FROM webhook_deliveries INDEXED BY webhook_deliveries_held
            WHERE endpoint = ? AND connection = ? AND state = 'waiting' AND tries BETWEEN 1 AND ? AND due > ? AND event <> ?
            ORDER BY event DESC LIMIT 50";
        let id = sender.id.as_str();
        let values = [id.into(), connection.into(), (HELD - 1).into(), due.into(), event.into()];
        for Earlier { event: holder, due } in self.sql.records(holders, &values)? {
            let statement =
                "UPDATE webhook_deliveries INDEXED BY webhook_deliveries_held SET due = max(due, ?)
                WHERE endpoint = ? AND connection = ? AND state = 'waiting' AND tries = 0 AND event > ?";
            let values = [due.into(), id.into(), connection.into(), holder.max(event).into()];
            self.sql.exec(statement, &values)?;
        }
        Ok(())
    }

    pub(super) fn list_webhook_deliveries(
        &self,
        operation: ListWebhookDeliveries,
    ) -> Outcome<WebhookDeliveryPage> {
        let ListWebhookDeliveries { key, id, state, before, limit } = operation;
        let (_, endpoint) = self.webhook_endpoint_for(&key, &id)?;
        let state = state.map(|state| format!(" AND state = '{state}'")).unwrap_or_default();
        let from = format!(
            "FROM webhook_deliveries JOIN events ON events.id = webhook_deliveries.event
                WHERE endpoint = ? AND event < ?{state} ORDER BY event DESC LIMIT ?"
        );
        let before = before.unwrap_or(i64::MAX >> 11);
        let values = [endpoint.id.into(), before.into(), (limit + 1).into()];
        let mut deliveries: Vec<WebhookDelivery> = self.sql.select(&from, &values)?;
        let more = deliveries.len() > limit as usize;
        deliveries.truncate(limit as usize);
        let next = deliveries.last().filter(|_| more).map(|last| last.event);
        Ok(WebhookDeliveryPage { deliveries, next })
    }

    pub(super) fn replay_webhooks(&self, operation: ReplayWebhooks) -> Outcome<WebhookEndpoint> {
        let ReplayWebhooks { key, id, event, since } = operation;
        let (grant, _) = self.webhook_endpoint_for(&key, &id)?;
        let mode = grant.mode.as_str();
        let endpoint = || Value::from(id.as_str());
        let mut what = Vec::new();
        if let Some(event) = event {
            let statement = "SELECT coalesce(session, connection) FROM events WHERE id = ? AND mode = ?";
            let connection: Option<String> = self.sql.value(statement, &[event.into(), mode.into()])?;
            let connection = connection.ok_or(Refusal::NoSuchEvent)?;
            self.put_waiting(&id, event, &connection, 0, self.now)?;
            // How it ends that is under way now says nothing about this replay.
            let statement = "UPDATE webhook_deliveries SET replayed = 1 WHERE endpoint = ?1 AND event = ?2
                AND ?2 IN (SELECT value FROM webhook_endpoints, json_each(in_flight) WHERE webhook_endpoints.id = ?1)";
            self.sql.exec(statement, &[endpoint(), event.into()])?;
            what.push(format!("event {event}"));
        }
        if let Some(since) = since {
            let statement = "SELECT id FROM events INDEXED BY events_page WHERE mode = ? AND created >= ? ORDER BY id LIMIT 1";
            if let Some(first) = self.sql.value::<i64>(statement, &[mode.into(), since.into()])? {
                let statement = "UPDATE webhook_endpoints SET cursor = min(cursor, ?) WHERE id = ?";
                self.sql.exec(statement, &[(first - 1).into(), endpoint()])?;
                // What waits already does not wait longer.
                let statement =
                    "UPDATE webhook_deliveries INDEXED BY webhook_deliveries_due SET due = ?, tries = 0
                    WHERE endpoint = ? AND state = 'waiting' AND event >= ?";
                self.sql.exec(statement, &[self.now.into(), endpoint(), first.into()])?;
            }
            what.push(format!("since {}", iso(since)));
        }
        let statement = "UPDATE webhook_endpoints SET paused_until = NULL WHERE id = ?";
        self.sql.exec(statement, &[id.as_str().into()])?;
        self.schedule(self.now);
        self.audit_key(&grant, AuditAction::WebhookEndpointReplay, &id, &what.join(", "))?;
        self.webhook_endpoint(grant.mode, &id)
    }

    /// Deletes the deliveries of events of a mode that are forgotten.
    pub(super) fn forget_deliveries(&self, mode: Mode) -> Result<(), SqlError> {
        let of_mode = [mode.as_str().into()];
        let statement = "SELECT coalesce(min(id), 9007199254740991) FROM events WHERE mode = ?";
        let first: Option<i64> = self.sql.value(statement, &of_mode)?;
        let endpoints = "SELECT id FROM webhook_endpoints INDEXED BY webhook_endpoints_page WHERE mode = ?";
        for endpoint in self.sql.values::<String>(endpoints, &of_mode)? {
            let statement = "DELETE FROM webhook_deliveries WHERE endpoint = ? AND event < ?";
            self.sql.exec(statement, &[endpoint.into(), first.into()])?;
        }
        Ok(())
    }
}

impl Attempt {
    /// An attempt without an answer.
    #[must_use]
    pub fn unanswered(at: i64, ms: i64, error: AttemptError) -> Self {
        Self { at, ms, status: None, error: Some(error), answer: String::new(), retry_after: None }
    }
}
