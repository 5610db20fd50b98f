//! The jobs that a timer, an alarm or a queue runs, one file each. A call does a bounded part of the work, and the next one continues.

pub mod check_batch;
pub mod count_keys;
pub mod deliver_webhooks;
pub mod finish_projects;
mod move_clock;
pub mod object_work;
pub mod rewrap;
pub mod rotate_keys;
mod sign_audit_log;
pub mod tend_hooks;
pub mod wake_objects;

use crate::ports::{Log, Platform};

/// Runs every job. An error of one is logged, and does not keep the others from their work.
pub async fn run(platform: &impl Platform) {
    let finished = finish_projects::finish(platform).await;
    let rotated = rotate_keys::rotate(platform).await.map(drop);
    let woken = wake_objects::wake(platform).await;
    for (job, result) in [("finish projects", finished), ("rotation", rotated), ("wake", woken)] {
        if let Err(error) = result {
            platform.log().fault(job, &error.log.unwrap_or_else(|| error.detail.to_string()));
        }
    }
}
