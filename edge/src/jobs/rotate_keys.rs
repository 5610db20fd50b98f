//! The use case: rotates the vault's keys. A timer calls [`rotate`], and each call continues where the one before stopped.
//!
//! The registry records for which key ring each project is finished, so a call with nothing to do calls only the registry.
//! A project is checked again after a day, because an isolate with the old ring may have written late.

use crate::error::Result;
use crate::jobs::{count_keys::ring as ring_name, rewrap::rewrap_batch};
use crate::ports::Platform;
use crate::store::client::StoreClient;
use crate::store::protocol::{CountedProject, ListUnrotatedProjects, NoteCounts};
use latchkey_shared::audit::ActorType;

/// The most values of one call. Each costs four subrequests, and a Worker may make a thousand.
const VALUES: u32 = 160;
/// The most projects of one call.
const PROJECTS: u32 = 50;

/// The result of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// The number of projects that were checked.
    pub projects: u32,
    /// The number of values that the primary key wraps now.
    pub rewrapped: u32,
}

/// Re-wraps values to the primary key.
///
/// # Errors
/// If the registry does not reply. A project that fails is logged, waits for its next turn, and does not delay others.
pub async fn rotate(platform: &impl Platform) -> Result<Rotated> {
    let ring = &platform.config().key_ring;
    let mut rotated = Rotated::default();
    let ids: Vec<_> = ring.ids().collect();
    if ids.len() < 2 {
        // There is no older key whose values could be re-wrapped.
        return Ok(rotated);
    }
    let name = ring_name(platform);
    let list = ListUnrotatedProjects { ring: name.clone(), limit: PROJECTS };
    let registry = StoreClient::registry(platform.store());
    let waiting = registry.call(list).await?;
    for project in waiting {
        let left = VALUES - rotated.rewrapped;
        let store = StoreClient::project(platform.store(), project);
        // A failed value was logged by `rewrap_batch`.
        let counts = rewrap_batch(platform, &store, (ActorType::Timer, None), left).await.ok().map(|batch| {
            rotated.rewrapped += batch.rewrapped;
            batch.counts
        });
        // Values whose key is not on the ring cannot be re-wrapped until the ring changes.
        let moved = |key: &str| key == ring.primary_id() || !ids.contains(&key);
        let done = counts.as_ref().is_some_and(|counts| counts.iter().all(|count| moved(&count.key_id)));
        rotated.projects += 1;
        let counted = vec![CountedProject { id: project, counts, rotated: Some(done) }];
        registry.call(NoteCounts { ring: name.clone(), counted }).await?;
        if rotated.rewrapped >= VALUES {
            break;
        }
    }
    Ok(rotated)
}
