//! Moves the test clock of a project, inside its object: step by step to its target, each thing that comes due at its time.
//!
//! It refuses to do more than [`TEST_CLOCK_CHECKS`] checks in one call. The alarm goes on.

use crate::connections::tasks::{self, TASKS_MAX};
use crate::jobs::check_batch::{Allowance, check_batch};
use crate::jobs::tend_hooks::{HOOKS_MAX, tend_in};
use crate::ports::{CheckMessage, Log, Platform};
use crate::store::local::ObjectStore;
use latchkey_shared::limits::TEST_CLOCK_CHECKS;
use latchkey_shared::{Mode, ProjectId};

/// The most steps of one call.
const STEPS: usize = 1_000;

/// After a step at which nothing could be checked, the clock moves on by so many milliseconds at least.
const LEAST_MS: i64 = 1_000;

/// Moves the clock, until it is at its target or has done enough: of the work, or with so many requests. Returns how many it made.
///
/// # Errors
/// A text for the log, if the database failed.
pub(super) async fn move_clock<P: Platform, O: ObjectStore>(
    platform: &P,
    object: &O,
    project: ProjectId,
    size: usize,
    requests: u32,
) -> Result<u32, String> {
    if object.within(|store| store.start_test_clock())? != Some(true) {
        return Ok(0);
    }
    // Nothing of it leaves the object but the reading of each value in KV, once.
    let most = TEST_CLOCK_CHECKS.min(i64::from(requests) - size as i64);
    let (mut left, mut least) = (most, 0);
    let mut simulated = Allowance::of_test_mode();
    for _ in 0..STEPS {
        if left <= 0 {
            break;
        }
        let Some(ahead) = object.within(|store| store.step_test_clock(least))?.flatten() else { break };
        let batches = object.within(|store| store.take_due_test_checks(size, 1))?.unwrap_or_default();
        let worked = tasks::run_due(platform, project, TASKS_MAX).await.unwrap_or_else(|error| {
            platform.log().fault("tasks", &error.log.unwrap_or_else(|| error.detail.to_string()));
            0
        });
        let tended = tend_in(platform, project, Some(Mode::Test), HOOKS_MAX).await.unwrap_or_else(|error| {
            platform.log().fault("hooks", &error);
            0
        });
        left -= worked as i64 + i64::from(tended);
        least = if batches.is_empty() && worked == 0 && tended == 0 { ahead + LEAST_MS } else { ahead };
        for batch in batches {
            left -= size as i64;
            check_batch(platform, CheckMessage { project, batch }, &mut simulated).await?;
        }
    }
    Ok(u32::try_from(most - left).unwrap_or_default())
}
