//! Which events an endpoint gets next, and when. It owns the columns `cursor`, `lease`, `lease_until`, `in_flight`, `paused_until`,
//! `failures` and `failing_since` of `webhook_endpoints`.
//!
//! An endpoint has a cursor in the list of events. What is behind it was taken; an event that was not accepted has a row of its own
//! in `webhook_deliveries` until it is. One batch is under way at a time, under a lease. Its events are noted with the lease, so
//! that a sender that was killed loses none: they are due again when the lease is over, and may come twice.
//!
//! Events of one account keep their order, and so do those of one session: a later one waits while an earlier one is tried again, for
//! its first [`HELD`] tries. An endpoint that fails [`FAILING`] times in a row is down: it gets one event after 1, 2, 4 and so on up to
//! 60 minutes, which is no try of that event, and the cursor stays.

use crate::store::object::{Outcome, Store, fault};
use crate::store::protocol::{EventRow, NextWebhooks, SentEvent, WebhookBatch};
use crate::store::sql::{Sql, SqlError, Value, json};
use latchkey_shared::Mode;
use latchkey_shared::collect::sort_few;
use latchkey_shared::webhook::DisabledReason;
use std::collections::BTreeSet;

/// How long a batch is under way, in milliseconds: longer than its requests and the queue take.
const LEASE_MS: i64 = 60_000;

/// After so many failures in a row, an endpoint is down: it gets one event now and then.
pub(super) const FAILING: u32 = 20;

/// Later events of an account wait for an earlier one while it was tried less often than this: for about 35 minutes.
pub(super) const HELD: u32 = 4;

/// How often one call looks for events that it may send, while it finds only events that must wait.
const ROUNDS: usize = 5;

/// The columns of an endpoint that sending is about.
pub(super) struct Sender {
    pub(super) id: String,
    pub(super) mode: Mode,
    /// The types that it gets. Empty: all. A deployment before this one does not know all of them.
    types: Vec<String>,
    pub(super) disabled: Option<DisabledReason>,
    cursor: i64,
    lease: i64,
    lease_until: Option<i64>,
    in_flight: Vec<i64>,
    pub(super) paused_until: Option<i64>,
    pub(super) failures: u32,
    pub(super) failing_since: Option<i64>,
    pub(super) delivered_at: Option<i64>,
}

columns! {
    Sender {
        id, mode, types: json, disabled, cursor, lease, lease_until, in_flight: json, paused_until, failures, failing_since,
        delivered_at,
    }
}

/// An endpoint that has something to get.
#[derive(Clone, Debug)]
pub struct DueEndpoint {
    /// Its id.
    pub endpoint: String,
    /// The lease under which it gets it.
    pub lease: i64,
}

/// An event that is to be sent, and the session or the account whose order it keeps, or an empty text.
struct Next {
    event: i64,
    connection: String,
}

columns! { Next { event, connection } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn next_webhooks(&self, operation: NextWebhooks) -> Outcome<Option<WebhookBatch>> {
        let NextWebhooks { endpoint, lease, mut sent, most } = operation;
        let from = "FROM webhook_endpoints WHERE id = ?";
        let found: Option<Sender> = self.sql.select_one(from, &[endpoint.into()])?;
        let current = |sender: &Sender| sender.lease == lease && sender.lease_until.is_some();
        let Some(mut sender) = found.filter(current) else { return Ok(None) };
        let flying: BTreeSet<i64> = sender.in_flight.iter().copied().collect();
        sent.retain(|sent| flying.contains(&sent.event));
        sort_few(&mut sent, |sent| sent.event);
        let known: BTreeSet<i64> = sent.iter().map(|sent| sent.event).collect();
        let lost = flying.difference(&known).map(|event| SentEvent { event: *event, attempt: None });
        let failed =
            sent.iter().any(|sent| sent.attempt.as_ref().is_some_and(|attempt| attempt.error.is_some()));
        sent.extend(lost);
        self.settle_deliveries(&mut sender, sent)?;
        sender.in_flight.clear();
        if failed {
            self.disable_if_dead(&mut sender)?;
        }
        let next = match sender.disabled {
            // A project that was deleted tells nothing more.
            None if most > 0 && self.marked_until()?.is_none() => {
                self.take_events(&mut sender, most as usize)?
            }
            _ => Vec::new(),
        };
        if next.is_empty() {
            sender.lease_until = None;
            if self.next_try(&sender)?.is_none() {
                // Nothing proves that it still fails.
                sender.failing_since = None;
            }
            self.put_sender(&sender)?;
            if let Some(due) = self.sender_due(&sender)? {
                self.schedule(due);
            }
            return Ok(None);
        }
        sender.lease += 1;
        sender.lease_until = Some(self.now + LEASE_MS);
        sender.in_flight = next.iter().map(|next| next.event).collect();
        self.put_sender(&sender)?;
        self.schedule(self.now + LEASE_MS);
        let mut events = Vec::new();
        for Next { event, connection } in next {
            let row: Option<EventRow> = self.sql.select_one("FROM events WHERE id = ?", &[event.into()])?;
            events.extend(row.map(|row| (row, connection)));
        }
        let target = self.webhook_target(&sender.id)?;
        Ok(Some(WebhookBatch { lease: sender.lease, target, project: self.project()?, events }))
    }

    /// Leases the endpoints that have something to get, at most so many, those with the fewest leases so far first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take_due_webhooks(&self, most: usize) -> Result<Vec<DueEndpoint>, SqlError> {
        let mut leased = Vec::new();
        let mut senders = self.senders()?;
        sort_few(&mut senders, |sender| sender.lease);
        for mut sender in senders {
            if leased.len() >= most {
                break;
            }
            if sender.lease_until.is_some_and(|until| until > self.now) {
                continue;
            }
            // A message that only waits in the queue stays valid, so that a slow queue delivers at all.
            let still_valid = sender.lease_until.is_some() && sender.in_flight.is_empty();
            // The sender was killed, or its message was lost.
            let lost: Vec<_> =
                sender.in_flight.drain(..).map(|event| SentEvent { event, attempt: None }).collect();
            self.settle_deliveries(&mut sender, lost).map_err(fault)?;
            sender.lease_until = None;
            if self.sender_due(&sender)?.is_some_and(|due| due <= self.now)
                && self.has_wanted(&mut sender).map_err(fault)?
            {
                sender.lease += i64::from(!still_valid);
                sender.lease_until = Some(self.now + LEASE_MS);
                leased.push(DueEndpoint { endpoint: sender.id.clone(), lease: sender.lease });
            }
            self.put_sender(&sender)?;
        }
        Ok(leased)
    }

    /// When the next endpoint has something to get. Milliseconds since 1970.
    pub(super) fn next_webhook_due(&self) -> Result<Option<i64>, SqlError> {
        let mut next: Option<i64> = None;
        for sender in self.senders()? {
            next = next.into_iter().chain(self.sender_due(&sender)?).min();
        }
        Ok(next)
    }

    /// Lets the alarm ring for an event of a mode that was just written, if an endpoint is free to get it.
    pub(super) fn schedule_webhooks(&self, mode: Mode) -> Outcome<()> {
        let statement =
            "SELECT min(coalesce(paused_until, 0)) FROM webhook_endpoints INDEXED BY webhook_endpoints_page
            WHERE mode = ? AND disabled IS NULL AND lease_until IS NULL";
        let paused: Option<i64> = self.sql.value(statement, &[mode.as_str().into()])?.flatten();
        if let Some(until) = paused {
            self.schedule(until.max(self.now));
        }
        Ok(())
    }

    fn senders(&self) -> Result<Vec<Sender>, SqlError> {
        let mut senders = Vec::new();
        for mode in [Mode::Live, Mode::Test] {
            let from = "FROM webhook_endpoints INDEXED BY webhook_endpoints_page WHERE mode = ? AND disabled IS NULL";
            senders.extend(self.sql.select::<Sender>(from, &[mode.as_str().into()])?);
        }
        Ok(senders)
    }

    /// When an endpoint has something to get.
    fn sender_due(&self, sender: &Sender) -> Result<Option<i64>, SqlError> {
        if sender.disabled.is_some() || sender.lease_until.is_some() {
            return Ok(sender.lease_until.filter(|_| sender.disabled.is_none()));
        }
        let mut due = self.next_try(sender)?;
        if due.is_none_or(|due| due > self.now) && sender.may_advance(due) {
            let statement = "SELECT 1 FROM events INDEXED BY events_page WHERE mode = ? AND id > ? LIMIT 1";
            if self.sql.exists(statement, &[sender.mode.as_str().into(), sender.cursor.into()])? {
                due = Some(self.now);
            }
        }
        Ok(due.map(|due| due.max(sender.paused_until.unwrap_or(0))))
    }

    /// Whether an endpoint that is due gets anything. Moves the cursor past events that it does not want.
    fn has_wanted(&self, sender: &mut Sender) -> Outcome<bool> {
        let again = self.next_try(sender)?.is_some_and(|due| due <= self.now);
        if again || !self.events_after(sender, 1)?.is_empty() {
            return Ok(true);
        }
        self.pass_all(sender)?;
        Ok(false)
    }

    /// When an event that waits is tried again first. `None`: none waits.
    fn next_try(&self, sender: &Sender) -> Result<Option<i64>, SqlError> {
        let statement = "SELECT min(due) FROM webhook_deliveries INDEXED BY webhook_deliveries_due
            WHERE endpoint = ? AND state = 'waiting'";
        Ok(self.sql.value::<Option<i64>>(statement, &[sender.id.as_str().into()])?.flatten())
    }

    /// Moves the cursor past all events of the mode.
    fn pass_all(&self, sender: &mut Sender) -> Outcome<()> {
        let statement = "SELECT max(id) FROM events WHERE mode = ?";
        let last: Option<i64> = self.sql.value(statement, &[sender.mode.as_str().into()])?.flatten();
        sender.cursor = last.unwrap_or(0).max(sender.cursor);
        Ok(())
    }

    /// Takes the events that are sent next, at most so many: those that are due again, and those after the cursor.
    fn take_events(&self, sender: &mut Sender, most: usize) -> Outcome<Vec<Next>> {
        if sender.paused_until.is_some_and(|until| until > self.now) {
            return Ok(Vec::new());
        }
        let most = if sender.failures >= FAILING { 1 } else { most };
        let due = "FROM webhook_deliveries INDEXED BY webhook_deliveries_due
            WHERE endpoint = ? AND state = 'waiting' AND due <= ? ORDER BY due, event LIMIT ?";
        let values = [sender.id.as_str().into(), self.now.into(), (most as i64).into()];
        let mut taken: Vec<Next> = self.sql.select(due, &values)?;
        let waiting = self.next_try(sender)?;
        for _ in 0..ROUNDS {
            let room = most.saturating_sub(taken.len());
            if room == 0 || !sender.may_advance(waiting) {
                break;
            }
            let found = self.events_after(sender, room)?;
            let all = found.len() < room;
            for next in found {
                sender.cursor = next.event;
                match self.held_until(sender, &next, &taken)? {
                    None => taken.push(next),
                    Some(due) => self.put_waiting(&sender.id, next.event, &next.connection, 0, due)?,
                }
            }
            if all {
                self.pass_all(sender)?;
                break;
            }
        }
        sort_few(&mut taken, |next| next.event);
        Ok(taken)
    }

    /// The next events after the cursor that the endpoint wants, but those that are due again by themselves.
    fn events_after(&self, sender: &Sender, most: usize) -> Outcome<Vec<Next>> {
        let mut wanted = String::new();
        if !sender.types.is_empty() {
            let types: Vec<_> = sender.types.iter().map(|event| format!("'{event}'")).collect();
            wanted = format!(" AND type IN ({})", types.join(", "));
        }
        let statement = format!(
            "SELECT id, coalesce(session, connection) FROM events INDEXED BY events_page WHERE mode = ? AND id > ?{wanted}
                AND NOT EXISTS (SELECT 1 FROM webhook_deliveries
                    WHERE endpoint = ? AND event = events.id AND state = 'waiting')
                ORDER BY id LIMIT ?"
        );
        let values = [
            sender.mode.as_str().into(),
            sender.cursor.into(),
            sender.id.as_str().into(),
            (most as i64).into(),
        ];
        Ok(self.sql.records(&statement, &values)?)
    }

    /// Until when an event waits for an earlier one of the same account that is tried again and is not `taken` too.
    fn held_until(&self, sender: &Sender, next: &Next, taken: &[Next]) -> Outcome<Option<i64>> {
        if next.connection.is_empty() {
            return Ok(None);
        }
        let statement = "SELECT event, due FROM webhook_deliveries INDEXED BY webhook_deliveries_held
            WHERE endpoint = ? AND connection = ? AND state = 'waiting' AND event < ? AND tries < ?
            ORDER BY event DESC LIMIT 50";
        let values: [Value; 4] =
            [sender.id.as_str().into(), next.connection.as_str().into(), next.event.into(), HELD.into()];
        let earlier = self.sql.records::<Earlier>(statement, &values)?;
        let apart = earlier.iter().filter(|row| !taken.iter().any(|next| next.event == row.event));
        Ok(apart.map(|row| row.due).max())
    }

    fn put_sender(&self, sender: &Sender) -> Result<(), SqlError> {
        let statement = "UPDATE webhook_endpoints SET cursor = ?, lease = ?, lease_until = ?, in_flight = ?, paused_until = ?,
            failures = ?, failing_since = ?, delivered_at = ? WHERE id = ?";
        let values = [
            sender.cursor.into(),
            sender.lease.into(),
            sender.lease_until.into(),
            json(&sender.in_flight)?,
            sender.paused_until.into(),
            sender.failures.into(),
            sender.failing_since.into(),
            sender.delivered_at.into(),
            sender.id.as_str().into(),
        ];
        self.sql.exec(statement, &values).map(drop)
    }
}

/// An earlier event that is tried again.
pub(super) struct Earlier {
    pub(super) event: i64,
    pub(super) due: i64,
}

columns! { Earlier { event, due } }

impl Sender {
    /// Whether new events may be taken. An endpoint that fails gets none while it has one to be tried again.
    fn may_advance(&self, waiting: Option<i64>) -> bool {
        self.failures < FAILING || waiting.is_none()
    }
}
