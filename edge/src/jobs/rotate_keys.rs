//! The use case: the vault's keys rotate by themselves. A timer calls [`sweep`]; each call goes on where the one before stopped.
//!
//! The registry remembers for which key ring each project was moved to the primary key, so that a call with nothing to do
//! asks it once and no project. A project is looked at again after a day: an isolate that still held the old ring may have
//! written late.

use crate::error::Result;
use crate::jobs::rewrap::rewrap_batch;
use crate::ports::Platform;
use crate::store::client::StoreClient;
use crate::store::protocol::{ListUnrotatedProjects, NoteRotation};

/// How many values one call moves at most: each costs four subrequests, and a Worker has a thousand.
const VALUES: u32 = 160;
/// How many projects it looks at.
const PROJECTS: u32 = 50;

/// What a call did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Projects that were looked at.
    pub projects: u32,
    /// Values that got the primary key.
    pub rewrapped: u32,
}

/// Moves values to the primary key.
///
/// # Errors
/// When the registry does not answer. A project that fails is logged, waits for its next turn, and holds no other up.
pub async fn sweep(platform: &impl Platform) -> Result<Swept> {
    let ring = &platform.config().key_ring;
    let mut swept = Swept::default();
    let ids: Vec<_> = ring.ids().collect();
    if ids.len() < 2 {
        // There is no old key that could be opened with.
        return Ok(swept);
    }
    let name = ids.join(",");
    let asked = ListUnrotatedProjects { ring: name.clone(), limit: PROJECTS };
    let registry = StoreClient::registry(platform.store());
    let waiting = registry.call(asked).await?;
    for project in waiting {
        let left = VALUES - swept.rewrapped;
        let mut done = false;
        let store = StoreClient::project(platform.store(), project);
        // One that fails has logged why, value by value, where it could.
        if let Ok(batch) = rewrap_batch(platform, &store, None, left).await {
            swept.rewrapped += batch.rewrapped;
            // What a key wraps that is not there cannot be moved until the ring is another one.
            done = batch
                .counts
                .iter()
                .all(|count| count.key_id == ring.primary_id() || !ids.contains(&count.key_id.as_str()));
        }
        swept.projects += 1;
        let note = NoteRotation { id: project, ring: done.then(|| name.clone()) };
        registry.call(note).await?;
        if swept.rewrapped >= VALUES {
            break;
        }
    }
    Ok(swept)
}
