//! Tasks at providers: ending a key and replacing it, for a request or for the timer.
//!
//! A try leases the task in the store, runs the provider's procedures, and settles the task by what they did. Whatever is cut
//! short is found again when its lease is over.

use crate::connections::task_try::{Tried, begin, new_lease};
use crate::connections::{revoke, rotate};
use crate::error::Result;
use crate::ports::{Log, Platform, ProjectStore};
use crate::store::client::StoreClient;
use crate::store::protocol::{ConnectionInProject, SettleTask, TakeTasks, TaskEnding};
use crate::store::refusals::CallerKind;
use latchkey_shared::connection::TaskKind;
use latchkey_shared::i18n::Sentence;
use latchkey_shared::{FieldError, Mode, ProjectId};

/// The most tasks that one run of the timer does.
pub const TASKS_MAX: u32 = 2;

/// The most requests that a task makes: a rotation that ends eight older keys and verifies the new one three times.
pub(crate) const TASK_REQUESTS: u32 = 25;

/// The seconds after which a try is repeated whose storage failed.
const STORAGE_WAIT: u32 = 60;

/// Does at most `limit` tasks of a project that are due. Returns how many there were.
///
/// # Errors
/// When the store does not answer. A task that fails is tried again, and does not keep the others from their turn.
pub async fn run_due<P: Platform>(platform: &P, project: ProjectId, limit: u32) -> Result<usize> {
    if limit == 0 {
        return Ok(0);
    }
    let store = StoreClient::project(platform.store(), project);
    let due = store.call(TakeTasks { lease: new_lease(platform), limit }).await?;
    for task in &due {
        let found = &task.found;
        let Some(leased) = found.connection.current_task() else { continue };
        let lease = leased.lease.unwrap_or_default();
        let worked = work(platform, &store, task.mode, found, &lease).await;
        if let Some(error) = worked.map_or_else(Some, |(tried, _)| tried.fault) {
            let log = error.log.unwrap_or_else(|| error.detail.to_string());
            platform.log().fault("task", &format!("{}: {log}", found.connection.id));
        }
    }
    Ok(due.len())
}

/// Does one try of a leased task, and settles it. Returns how it ended, and the connection as it is then.
///
/// # Errors
/// When the store does not answer.
pub(crate) async fn work<P: Platform>(
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    mode: Mode,
    found: &ConnectionInProject,
    lease: &str,
) -> Result<(Tried, Option<ConnectionInProject>)> {
    let tried = match begin(platform, store, mode, found, lease).await {
        Ok(begun) if begun.task.kind == TaskKind::Revoke => revoke::revoke(&begun).await,
        Ok(begun) if begun.task.kind == TaskKind::EndOldKey => rotate::finish(&begun).await,
        Ok(begun) => rotate::rotate(&begun).await,
        Err(error) => Err(error),
    };
    // Whatever goes wrong on our side says nothing about the key. It is tried again.
    let mut tried = tried.unwrap_or_else(|fault| {
        let sent = found.connection.current_task().is_some_and(|task| task.sent);
        let fix = fault.errors.first().map_or_else(|| Sentence::from(&String::new()), |one| one.fix.clone());
        let error = FieldError::whole(fault.code, fault.detail.clone(), fix);
        let ending = TaskEnding::Later { error, wait: STORAGE_WAIT, sent, ended: false };
        Tried { fault: Some(fault), ..Tried::new(ending, Vec::new()) }
    });
    let settled = settle(store, found, lease, &tried).await?;
    let unfinished = matches!(&tried.ending, TaskEnding::Rotated { unfinished: true, .. });
    match settled {
        // The old key is ended at once, if the task is still ours.
        Some(rotated) if unfinished && holds(&rotated, lease) => {
            let last = match begin(platform, store, mode, &rotated, lease).await {
                Ok(begun) => rotate::finish(&begun).await,
                Err(error) => Err(error),
            };
            // The new key is stored, so nothing is lost: the timer ends the old one.
            let settled = match last {
                Ok(last) => {
                    let settled = settle(store, &rotated, lease, &last).await;
                    tried.ran.extend(last.ran);
                    settled.unwrap_or(Some(rotated))
                }
                Err(_) => Some(rotated),
            };
            Ok((tried, settled))
        }
        settled => Ok((tried, settled)),
    }
}

fn holds(found: &ConnectionInProject, lease: &str) -> bool {
    found.connection.current_task().is_some_and(|task| task.lease.as_deref() == Some(lease))
}

async fn settle<S: ProjectStore>(
    store: &StoreClient<'_, S>,
    found: &ConnectionInProject,
    lease: &str,
    tried: &Tried,
) -> Result<Option<ConnectionInProject>> {
    let settle = SettleTask {
        app: found.connection.app.clone(),
        id: found.connection.id,
        lease: lease.to_owned(),
        ending: tried.ending.clone(),
        unused: tried.unused.clone(),
    };
    let settled = store.send_twice(&settle).await;
    settled.map_err(|error| error.for_caller(CallerKind::ApiKey))
}
