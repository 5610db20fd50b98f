//! `/api/v1/vault`: the wrapping keys, and how many values each wraps. `/rewrap` moves a batch to the primary key.
//!
//! With a project's key (scope `admin`) it is about that project, with the deployment's admin token about every project.

use crate::access::auth;
use crate::error::Result;
use crate::http::Request;
use crate::jobs::rewrap::rewrap_batch;
use crate::ports::Platform;
use crate::store::client::StoreClient;
use crate::store::protocol::{CountKeys, KeyCount, KeyProof, ListProjects};
use latchkey_shared::ConnectionId;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many values one call re-wraps at most.
const BATCH: u32 = 20;

/// How far the rotation of the vault keys is.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct VaultStatus {
    /// Every key of the ring, and every key that is missing and still needed.
    keys: Vec<VaultKey>,
    /// How many credentials an older key wraps.
    remaining: u32,
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
    /// Whether nothing in the deployment needs it. Only the owner can learn this; with a project’s key it is false.
    removable: bool,
}

/// The result of one batch.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Rewrapped {
    /// Every key of the ring, and every key that is missing and still needed.
    keys: Vec<VaultKey>,
    /// How many credentials an older key wraps.
    remaining: u32,
    /// How many credentials this call moved.
    rewrapped: u32,
    /// The credentials that could not be moved.
    failed: Vec<NotRewrapped>,
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

/// The stores a call is about, and the proof of its API key. The owner has no API key.
type Scope<'a, S> = (Vec<StoreClient<'a, S>>, Option<KeyProof>);

async fn scope<'a, P: Platform>(platform: &'a P, request: &'a Request) -> Result<Scope<'a, P::Store>> {
    if auth::is_owner(request, platform.config())? {
        let projects = StoreClient::registry(platform.store()).call(ListProjects {}).await?;
        let stores = projects.into_iter().map(|(id, _)| StoreClient::project(platform.store(), id));
        return Ok((stores.collect(), None));
    }
    let caller = auth::key_caller(platform, request)?;
    let proof = caller.proof();
    Ok((vec![caller.into_store()], Some(proof)))
}

/// How far the rotation is.
///
/// # Errors
/// Without the admin token or a key with the scope `admin`.
pub(crate) async fn status(platform: &impl Platform, request: &Request) -> Result<VaultStatus> {
    let (stores, key) = scope(platform, request).await?;
    let mut counts = BTreeMap::new();
    for store in stores {
        add(&mut counts, &store.call(CountKeys { key: key.clone() }).await?);
    }
    Ok(view(platform, &counts, key.is_none()))
}

/// Re-wraps a batch.
///
/// # Errors
/// As for [`status`].
pub(crate) async fn rewrap(platform: &impl Platform, request: &Request) -> Result<Rewrapped> {
    let (stores, key) = scope(platform, request).await?;
    let (mut rewrapped, mut counts, mut failed) = (0, BTreeMap::new(), Vec::new());
    for store in stores {
        let left = BATCH.saturating_sub(rewrapped);
        let batch = rewrap_batch(platform, &store, key.clone(), left).await?;
        rewrapped += batch.rewrapped;
        add(&mut counts, &batch.counts);
        failed.extend(batch.failed.into_iter().map(|value| NotRewrapped {
            connection_id: value.key.connection,
            version: value.version,
            key_id: value.key_id,
        }));
    }
    let VaultStatus { keys, remaining } = view(platform, &counts, key.is_none());
    Ok(Rewrapped { keys, remaining, rewrapped, failed })
}

fn add(counts: &mut BTreeMap<String, u32>, more: &[KeyCount]) {
    for count in more {
        *counts.entry(count.key_id.clone()).or_default() += count.values;
    }
}

/// Every key of the ring, and every key that is missing and still needed.
fn view(platform: &impl Platform, counts: &BTreeMap<String, u32>, whole_deployment: bool) -> VaultStatus {
    let ring = &platform.config().key_ring;
    let ids: Vec<&str> = ring.ids().collect();
    let missing = counts.keys().map(String::as_str).filter(|id| !ids.contains(id));
    let key = |id: &str| {
        let credentials = counts.get(id).copied().unwrap_or(0);
        let primary = id == ring.primary_id();
        VaultKey {
            id: id.to_owned(),
            primary,
            present: ids.contains(&id),
            credentials,
            // One project cannot know what the others still need.
            removable: whole_deployment && !primary && credentials == 0,
        }
    };
    let keys = ids.iter().copied().chain(missing).map(key).collect();
    let remaining =
        counts.iter().filter(|(id, _)| id.as_str() != ring.primary_id()).map(|(_, values)| values).sum();
    VaultStatus { keys, remaining }
}
