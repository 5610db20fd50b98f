//! Sends events to a webhook endpoint. The consumer of the queue calls it, and the object itself where there is no queue.
//!
//! One call settles a batch and takes the next one, until nothing is left or the requests of this call are spent. Events of one
//! account are sent one after the other, and the later ones wait when one is not accepted; those of different accounts are sent
//! beside each other.

use super::check_batch::Allowance;
use crate::access::tokens::session_id;
use crate::connections::event_view::{event, event_id};
use crate::error::Error;
use crate::ports::{Clock, Log, Platform, WebhookMessage};
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{Attempt, EventRow, NextWebhooks, SentEvent, WebhookBatch};
use crate::webhooks::request::Receiver;
use futures_util::StreamExt;
use futures_util::stream::iter;
use latchkey_shared::base62;
use latchkey_shared::webhook::AttemptError;
use serde_json::{Value, json};
use std::cell::Cell;

/// The most events of a batch.
const BATCH: u32 = 20;

/// How many requests run at once. The platform lets six wait for their headers; one more would wait in its queue, with its
/// time running.
const AT_ONCE: usize = 6;

/// After so many milliseconds a call takes no further batch. A new message goes on: the platform ends a call that lasts long.
const TURN_MS: i64 = 5_000;

/// After so many milliseconds no request of a batch is begun.
const PATIENCE_MS: i64 = 7_000;

/// The requests that are kept for settling.
const RESERVED: u32 = 2;

/// Sends what the endpoint is to get. A lease that is over is nothing to do.
///
/// # Errors
/// A text for the log, if the object does not answer. Then what was sent last may be sent again.
pub async fn deliver_webhooks<P: Platform>(
    platform: &P,
    message: WebhookMessage,
    allowance: &mut Allowance,
) -> Result<(), String> {
    let began = platform.clock().now_ms();
    let store = StoreClient::project(platform.store(), message.project);
    let (endpoint, mut lease, mut sent) = (message.endpoint, message.lease, Vec::new());
    loop {
        let turn_over = platform.clock().now_ms() - began > TURN_MS;
        let most = if turn_over { 0 } else { BATCH.min(allowance.left().saturating_sub(RESERVED)) };
        let next = NextWebhooks { endpoint: endpoint.clone(), lease, sent: std::mem::take(&mut sent), most };
        allowance.spend(1);
        let batch = match store.try_call(&next).await {
            Ok(Some(batch)) => batch,
            // The project is gone.
            Ok(None) | Err(CallError::Refused(_)) => return Ok(()),
            Err(CallError::Unanswered(why)) => return Err(why),
        };
        allowance.spend(u32::try_from(batch.events.len()).unwrap_or(BATCH));
        lease = batch.lease;
        sent = send_batch(platform, batch).await;
    }
}

/// Sends the events of a batch, until one has no answer: then the endpoint is left alone.
async fn send_batch<P: Platform>(platform: &P, mut batch: WebhookBatch) -> Vec<SentEvent> {
    let (began, answers) = (platform.clock().now_ms(), Cell::new(true));
    let mut accounts: Vec<(String, Vec<EventRow>)> = Vec::new();
    for (row, account) in batch.events.drain(..) {
        let same = |(other, _): &&mut (String, Vec<EventRow>)| !account.is_empty() && *other == account;
        match accounts.iter_mut().find(same) {
            Some((_, rows)) => rows.push(row),
            None => accounts.push((account, vec![row])),
        }
    }
    let receiver = Receiver::of(platform, batch.project.id, &batch.target);
    let (batch, answers, receiver) = (&batch, &answers, &receiver);
    let send_account = |(_, rows): (String, Vec<EventRow>)| async move {
        let mut sent = Vec::new();
        let mut open = true;
        for row in rows {
            let number = row.id;
            let in_time = platform.clock().now_ms() - began < PATIENCE_MS;
            let attempt = if open && in_time && answers.get() {
                send_event(platform, batch, receiver, row).await
            } else {
                None
            };
            let unreadable = |attempt: &Attempt| attempt.error == Some(AttemptError::Unreadable);
            if attempt.as_ref().is_some_and(|attempt| attempt.status.is_none() && !unreadable(attempt)) {
                answers.set(false);
            }
            open = attempt.as_ref().is_some_and(|attempt| attempt.error.is_none());
            sent.push(SentEvent { event: number, attempt });
        }
        sent
    };
    let runs: Vec<_> = accounts.into_iter().map(send_account).collect();
    iter(runs).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await.concat()
}

/// Sends an event. One that cannot be read, by a fault of ours, counts as a try.
async fn send_event<P: Platform>(
    platform: &P,
    batch: &WebhookBatch,
    receiver: &Receiver<'_>,
    row: EventRow,
) -> Option<Attempt> {
    let id = event_id(batch.project.id, row.id);
    match body(platform, batch, row) {
        Ok(body) => Some(receiver.send(platform, &id, &body).await),
        Err(error) => {
            platform.log().fault("webhook", &error.log.unwrap_or_else(|| error.detail.to_string()));
            let now = platform.clock().now_ms();
            Some(Attempt::unanswered(now, 0, AttemptError::Unreadable))
        }
    }
}

/// The body of a webhook: the event as the API shows it. Of a session for a new key it has the id; only the API shows its link,
/// because whoever has the link can use it.
fn body<P: Platform>(platform: &P, batch: &WebhookBatch, row: EventRow) -> Result<String, Error> {
    let mut event = event(platform.config(), row, batch.target.mode, &batch.project)?;
    if let Some(relink) = event.data.more.remove("relink") {
        let random = relink.as_str().and_then(base62::decode);
        let id = random.map(|random| session_id(platform.config(), batch.project.id, random).to_string());
        if let Some(id) = id {
            event.data.more.insert("relink".to_owned(), json!({ "sessionId": id }));
        }
    }
    serde_json::to_value(&event)
        .map(|event: Value| event.to_string())
        .map_err(|error| Error::fault(error.to_string()))
}
