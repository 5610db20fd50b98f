//! The use case: counts which wrapping key wraps how many values in the deployment, some projects at a time. The registry
//! keeps the tally.

use super::finish_projects::FAILURES_MAX;
use super::rewrap::{Batch, rewrap_batch};
use crate::error::{Error, Result};
use crate::ports::Platform;
use crate::store::client::StoreClient;
use crate::store::protocol::{CountKeys, CountedProject, ListUncountedProjects, NoteCounts, VaultTally};
use latchkey_shared::ProjectId;
use latchkey_shared::audit::ActorType;

/// The most projects that one call counts. With the two calls of the registry it stays below the fifty calls that a Worker
/// may make on the smaller plan.
const PROJECTS: u32 = 40;

/// The most calls of one batch, without those of the registry.
const CALLS: u32 = 46;
/// The calls of a project of which nothing is moved, and of each value that is.
const CALLS_EACH: (u32, u32) = (2, 4);

/// The tally after some projects were asked.
pub(crate) struct Counted {
    /// The sum over all projects.
    pub tally: VaultTally,
    /// What was moved in the projects that were asked.
    pub moved: Batch,
    /// The projects that failed, each with the reason. They are counted later.
    pub failed: Vec<(ProjectId, Error)>,
}

/// The ids of the ring's keys, the primary first: under this name the registry records what was counted.
pub(crate) fn ring(platform: &impl Platform) -> String {
    platform.config().key_ring.ids().collect::<Vec<_>>().join(",")
}

/// Counts the projects that waited longest. Before that, moves at most `values` values of them to the primary key; `None`
/// only counts.
///
/// # Errors
/// If the registry does not reply.
pub(crate) async fn count(platform: &impl Platform, values: Option<u32>) -> Result<Counted> {
    let registry = StoreClient::registry(platform.store());
    let primary = values.map(|_| platform.config().key_ring.primary_id().to_owned());
    let list = ListUncountedProjects { ring: ring(platform), primary, limit: PROJECTS };
    let mut moved = Batch::default();
    let (mut counted, mut failed, mut calls) = (Vec::new(), Vec::new(), 0);
    for id in registry.call(list).await? {
        let store = StoreClient::project(platform.store(), id);
        let result = match values {
            None => store.call(CountKeys { key: None }).await,
            Some(values) => {
                let (project, value) = CALLS_EACH;
                let tried = moved.rewrapped + moved.failed.len() as u32;
                let left = (values - tried).min((CALLS - calls).saturating_sub(project) / value);
                if left == 0 {
                    break;
                }
                calls += project;
                rewrap_batch(platform, &store, (ActorType::Owner, None), left).await.map(|batch| {
                    calls += value * (batch.rewrapped + batch.failed.len() as u32);
                    moved.rewrapped += batch.rewrapped;
                    moved.failed.extend(batch.failed);
                    batch.counts
                })
            }
        };
        let counts = result.map_err(|error| failed.push((id, error))).ok();
        counted.push(CountedProject { id, counts, rotated: None });
        if failed.len() >= FAILURES_MAX {
            break;
        }
    }
    let tally = registry.call(NoteCounts { ring: ring(platform), counted }).await?;
    Ok(Counted { tally, moved, failed })
}
