//! The use case: sets the alarms that the runtime has lost.
//!
//! An object works by its alarm alone. So a timer calls every object once a day: each run takes the projects whose ids are in its
//! slice of all ids, and each object looks up what is due. Nothing has to be stored for that.

use crate::error::Result;
use crate::jobs::finish_projects::FAILURES_MAX;
use crate::ports::{Clock, Log, Platform};
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{ListProjectSlice, Refusal, WakeObject};

/// The time between two runs, in milliseconds. The timer of `wrangler.toml` says the same.
const RUN_MS: i64 = 300_000;

/// The runs of a day.
const RUNS: i64 = 288;

/// The ids are cut by their first four digits.
const PARTS: i64 = 65_536;

/// The most projects of a run, as a share of the requests of a call.
const SHARE: u32 = 4;

/// Wakes the objects of one slice.
///
/// # Errors
/// If the registry does not reply. A project that fails is logged, and has its next turn tomorrow.
pub async fn wake(platform: &impl Platform) -> Result<()> {
    let run = platform.clock().now_ms().div_euclid(RUN_MS).rem_euclid(RUNS);
    let edge = |run: i64| format!("{:04x}", run * PARTS / RUNS);
    let to = if run + 1 == RUNS { String::new() } else { edge(run + 1) };
    let limit = platform.config().subrequests / SHARE;
    let slice = ListProjectSlice { from: edge(run), to, limit };
    let mut failures = 0;
    for project in StoreClient::registry(platform.store()).call(slice).await? {
        let store = StoreClient::project(platform.store(), project);
        match store.try_call(&WakeObject {}).await {
            // It is being deleted.
            Ok(()) | Err(CallError::Refused(Refusal::Unknown)) => {}
            Err(error) => {
                platform.log().fault("wake", &format!("{project}: {error:?}"));
                failures += 1;
                if failures >= FAILURES_MAX {
                    break;
                }
            }
        }
    }
    Ok(())
}
