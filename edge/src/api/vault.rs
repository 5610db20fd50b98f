//! `/api/v1/vault`: the wrapping keys, and how many values each wraps. `/rewrap` moves a batch to the primary key.
//!
//! With a project's key (scope `admin`) it is about the key's mode in that project, with the deployment's admin token about every project.
//! Such a request asks some projects only, and answers from the registry's tally. It refuses to call a key removable before
//! each project was counted.

use crate::access::auth;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::jobs::count_keys::{Counted, count};
use crate::jobs::rewrap::{Batch, rewrap_batch};
use crate::ports::Platform;
use crate::store::protocol::{CountKeys, KeyCount, VaultTally};
use latchkey_shared::audit::ActorType;
use latchkey_shared::{ConnectionId, ErrorCode, ProjectId};
use serde::Serialize;

/// How many values one call re-wraps at most.
const BATCH: u32 = 10;

/// How far the rotation of the vault keys is.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct VaultStatus {
    /// Every key of the ring, and every key that is missing and still needed.
    keys: Vec<VaultKey>,
    /// How many credentials an older key wraps, in the projects that were counted.
    remaining: u32,
    /// How many projects have not been counted since the keys changed. A call counts some of them; repeat it until this
    /// is 0.
    uncounted: u32,
    /// The projects that this call could not count. A later one tries again.
    failed_projects: Vec<FailedProject>,
}

/// One vault key.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct VaultKey {
    /// Its id, as in `VAULT_KEYS`.
    id: String,
    /// Whether it wraps new credentials.
    primary: bool,
    /// Whether the deployment has it.
    present: bool,
    /// How many credentials it wraps.
    credentials: u32,
    /// Whether nothing in the deployment needs it. Only the owner can learn this, when every project was counted; with a
    /// project’s key it is false.
    removable: bool,
}

/// The result of one batch.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rewrapped {
    /// Every key of the ring, and every key that is missing and still needed.
    keys: Vec<VaultKey>,
    /// How many credentials an older key wraps, in the projects that were counted.
    remaining: u32,
    /// How many projects have not been counted since the keys changed. A call counts some of them; repeat it until this
    /// is 0.
    uncounted: u32,
    /// The projects that this call could not count. A later one tries again.
    failed_projects: Vec<FailedProject>,
    /// How many credentials this call moved.
    rewrapped: u32,
    /// The credentials that could not be moved.
    failed: Vec<NotRewrapped>,
}

/// A project that was not counted.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct FailedProject {
    /// The project.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Uuid"))]
    project_id: ProjectId,
    /// The cause, for programs.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    code: ErrorCode,
    /// The cause, for people.
    reason: String,
}

/// A credential that could not be moved.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct NotRewrapped {
    /// Its account.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Uuid"))]
    connection_id: ConnectionId,
    /// Its version.
    version: u32,
    /// The key that wraps it.
    key_id: String,
}

/// How far the rotation is.
///
/// # Errors
/// Without the admin token or a key with the scope `admin`.
pub(crate) async fn status(platform: &impl Platform, request: &Request) -> Result<VaultStatus> {
    if auth::is_owner(request, platform.config())? {
        let Counted { tally, failed, .. } = count(platform, None).await?;
        return Ok(view(platform, &tally, true, failed));
    }
    let caller = auth::key_caller(platform, request)?;
    let counts = caller.call(CountKeys { key: Some(caller.proof()) }).await?;
    Ok(view(platform, &VaultTally { counts, uncounted: 0 }, false, Vec::new()))
}

/// Re-wraps a batch.
///
/// # Errors
/// As for [`status`].
pub(crate) async fn rewrap(platform: &impl Platform, request: &Request) -> Result<Rewrapped> {
    if auth::is_owner(request, platform.config())? {
        let Counted { tally, moved, failed } = count(platform, Some(BATCH)).await?;
        return Ok(rewrapped(view(platform, &tally, true, failed), moved));
    }
    let caller = auth::key_caller(platform, request)?;
    let mut batch =
        rewrap_batch(platform, caller.store(), (ActorType::ApiKey, Some(caller.proof())), BATCH).await?;
    let tally = VaultTally { counts: std::mem::take(&mut batch.counts), uncounted: 0 };
    Ok(rewrapped(view(platform, &tally, false, Vec::new()), batch))
}

fn rewrapped(status: VaultStatus, batch: Batch) -> Rewrapped {
    let VaultStatus { keys, remaining, uncounted, failed_projects } = status;
    let failed = batch.failed.into_iter().map(|value| NotRewrapped {
        connection_id: value.key.connection,
        version: value.version,
        key_id: value.key_id,
    });
    Rewrapped {
        keys,
        remaining,
        uncounted,
        failed_projects,
        rewrapped: batch.rewrapped,
        failed: failed.collect(),
    }
}

/// Every key of the ring, and every key that is missing and still needed.
fn view(
    platform: &impl Platform,
    tally: &VaultTally,
    whole_deployment: bool,
    failed: Vec<(ProjectId, Error)>,
) -> VaultStatus {
    let ring = &platform.config().key_ring;
    let ids: Vec<&str> = ring.ids().collect();
    let counts = &tally.counts;
    let missing = counts.iter().map(|count| count.key_id.as_str()).filter(|id| !ids.contains(id));
    let key = |id: &str| {
        let credentials = counts.iter().find(|count| count.key_id == id).map_or(0, |count| count.values);
        let primary = id == ring.primary_id();
        VaultKey {
            id: id.to_owned(),
            primary,
            present: ids.contains(&id),
            credentials,
            // One project cannot know what the others still need.
            removable: whole_deployment && tally.uncounted == 0 && !primary && credentials == 0,
        }
    };
    let keys = ids.iter().copied().chain(missing).map(key).collect();
    let older = |count: &&KeyCount| count.key_id != ring.primary_id();
    let remaining = counts.iter().filter(older).map(|count| count.values).sum();
    let failed = failed.into_iter().map(|(project_id, error)| FailedProject {
        project_id,
        code: error.code,
        reason: error.detail.to_string(),
    });
    VaultStatus { keys, remaining, uncounted: tally.uncounted, failed_projects: failed.collect() }
}
