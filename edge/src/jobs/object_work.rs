//! The work of a project's object: what its alarm does, and what somebody waits for ([`crate::ports::ProjectStore::work`]).
//!
//! It does what is due in the database, deletes values from KV, and has the due webhooks delivered and the due checks made: by their
//! queues where there are some, and else right here, in smaller batches. A new kind of due work is a line in [`object_work`].

use crate::connections::tasks::{self, TASK_REQUESTS, TASKS_MAX};
use crate::jobs::check_batch::{Allowance, RESERVED, check_batch};
use crate::jobs::deliver_webhooks::deliver_webhooks;
use crate::jobs::move_clock::move_clock;
use crate::jobs::sign_audit_log::sign_audit_log;
use crate::jobs::tend_hooks::{HOOK_REQUESTS, HOOKS_MAX, tend_hooks};
use crate::ports::{BlobStore, CheckMessage, Clock, Log, Platform, WebhookMessage};
use crate::store::local::ObjectStore;
use futures_util::future::join_all;
use latchkey_shared::ProjectId;

/// The most values that one call deletes from KV.
const VALUES_MAX: u32 = 100;

/// The most accounts of a batch.
const BATCH: usize = 20;

/// The most accounts of a batch where a call may make few requests.
const SMALL_BATCH: usize = 8;

/// The most batches of one call.
const BATCHES: usize = 20;

/// After so many milliseconds nothing more is begun.
const PATIENCE_MS: i64 = 20_000;

/// The fewest requests with which an endpoint gets an event: two calls of the store, and the event.
const LEAST_SHARE: u32 = 4;

/// How the checks are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By the queue, if there is one: nobody waits.
    Queue,
    /// Right here: somebody waits until they are made.
    Here,
}

/// The outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The project was deleted, and nothing of it is left to do: its whole storage is to be deleted.
    Ended,
    /// The next work is due at this time, in milliseconds since 1970.
    Next(Option<i64>),
}

/// Does what is due.
///
/// # Errors
/// A text for the log, if the database failed. The work that was done is kept.
pub async fn object_work<P: Platform, O: ObjectStore>(
    platform: &P,
    object: &O,
    way: Way,
) -> Result<Done, String> {
    // What does not fit into this call is due at once again.
    let mut allowance = Allowance::of(platform.config());
    let values = VALUES_MAX.min(allowance.left() / 4);
    let Some(work) = object.within(|store| store.take_due_work(values))? else {
        return Ok(Done::Next(None));
    };
    if work.ended {
        return Ok(Done::Ended);
    }
    for key in work.blobs {
        allowance.spend(1);
        let deleted = platform.blobs().delete(&key).await;
        if let Err(error) = &deleted {
            platform.log().fault("sweep", &format!("{key}: {error}"));
        }
        object.within(|store| match deleted {
            Ok(()) => store.blob_deleted(&key),
            Err(_) => store.postpone(&key),
        })?;
    }
    sign_audit_log(platform, object)?;
    if let Some(Some(project)) = object.within(|store| store.working_id())? {
        if platform.has_webhook_queue() {
            // Messages of ids: they wait for nothing else.
            deliver(platform, object, project, &mut allowance).await?;
        }
        // Test mode leaves live mode half of the requests, and those of a task at the least.
        let live = TASK_REQUESTS.max(allowance.left() / 2);
        let simulated = allowance.left().saturating_sub(live);
        allowance.spend(move_clock(platform, object, project, batch_size(allowance), simulated).await?);
        let limit = TASKS_MAX.min(allowance.left() / TASK_REQUESTS);
        let worked = tasks::run_due(platform, project, limit).await.unwrap_or_else(|error| {
            platform.log().fault("tasks", &error.log.unwrap_or_else(|| error.detail.to_string()));
            0
        });
        allowance.spend(TASK_REQUESTS.saturating_mul(u32::try_from(worked).unwrap_or(u32::MAX)));
        // Before the checks, of which there may always be more, and leaving room for a batch of them.
        let limit = HOOKS_MAX.min(allowance.left().saturating_sub(RESERVED) / HOOK_REQUESTS);
        let tended = tend_hooks(platform, project, limit).await.unwrap_or_else(|error| {
            platform.log().fault("hooks", &error);
            limit
        });
        allowance.spend(HOOK_REQUESTS * tended);
        if !platform.has_webhook_queue() {
            deliver(platform, object, project, &mut allowance).await?;
        }
        make_checks(platform, object, project, way, &mut allowance).await?;
    }
    Ok(Done::Next(object.within(|store| store.next_due())?.flatten()))
}

/// Has the due webhooks delivered: by their queue, and where there is none right here, with half of the requests that are left.
async fn deliver<P: Platform, O: ObjectStore>(
    platform: &P,
    object: &O,
    project: ProjectId,
    allowance: &mut Allowance,
) -> Result<(), String> {
    let most = match platform.has_webhook_queue() {
        true => usize::MAX,
        false => (allowance.left() / 2 / LEAST_SHARE) as usize,
    };
    let due = object.within(|store| store.take_due_webhooks(most))?.unwrap_or_default();
    if due.is_empty() {
        return Ok(());
    }
    let messages: Vec<_> = due
        .into_iter()
        .map(|due| WebhookMessage { project, endpoint: due.endpoint, lease: due.lease })
        .collect();
    if platform.has_webhook_queue() {
        match platform.send_webhooks(&messages).await {
            Ok(()) => return Ok(()),
            // It is not known which arrived. A message that comes twice finds its lease used.
            Err(error) => platform.log().fault("queue", &error.to_string()),
        }
    }
    // Where the queue took none, the rest is due again when the leases end.
    let room = (allowance.left() / 2 / LEAST_SHARE) as usize;
    let endpoints = u32::try_from(messages.len().min(room)).unwrap_or(u32::MAX);
    let share = allowance.left() / 2 / endpoints.max(1);
    let runs = messages.into_iter().take(room).map(|message| async move {
        let mut own = Allowance::exactly(share);
        (deliver_webhooks(platform, message, &mut own).await, share - own.left().min(share))
    });
    for (done, spent) in join_all(runs).await {
        allowance.spend(spent);
        if let Err(why) = done {
            platform.log().fault("webhook", &why);
        }
    }
    Ok(())
}

fn batch_size(allowance: Allowance) -> usize {
    if allowance.is_small() { SMALL_BATCH } else { BATCH }
}

async fn make_checks<P: Platform, O: ObjectStore>(
    platform: &P,
    object: &O,
    project: ProjectId,
    way: Way,
    allowance: &mut Allowance,
) -> Result<(), String> {
    let began = platform.clock().now_ms();
    let size = batch_size(*allowance);
    let take = |most| object.within(|store| store.take_due_checks(size, most)).map(Option::unwrap_or_default);
    let message = |batch| CheckMessage { project, batch };
    let mut waiting = Vec::new();
    if way == Way::Queue && platform.has_queue() {
        waiting = take(BATCHES)?;
        let messages: Vec<_> = waiting.iter().copied().map(message).collect();
        if messages.is_empty() {
            return Ok(());
        }
        match platform.send_checks(&messages).await {
            Ok(()) => return Ok(()),
            // It is not known which arrived. A batch that is made twice settles once.
            Err(error) => platform.log().fault("queue", &error.to_string()),
        }
    }
    for _ in 0..BATCHES {
        if !allowance.has_room() || platform.clock().now_ms() - began > PATIENCE_MS {
            break;
        }
        if waiting.is_empty() {
            waiting = take(1)?;
        }
        let Some(batch) = waiting.pop() else { break };
        check_batch(platform, message(batch), allowance).await?;
    }
    Ok(())
}
