//! `/api/v1/vault`: which wrapping keys there are and what they wrap; `/rewrap` moves a batch to the primary key.
//!
//! With a project's key (scope `admin`) it is about that project; with the deployment's admin token about every project.

use crate::access::auth;
use crate::error::Result;
use crate::http::{Request, Response};
use crate::jobs::rewrap::rewrap_batch;
use crate::ports::Platform;
use crate::store::client::StoreClient;
use crate::store::protocol::{CountKeys, KeyCount, KeyProof, ListProjects};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many values one call re-wraps at most.
const BATCH: u32 = 20;

/// Whose values, and who asks.
type Asked<'a, S> = (Vec<StoreClient<'a, S>>, Option<KeyProof>);

async fn asked<'a, P: Platform>(platform: &'a P, request: &'a Request) -> Result<Asked<'a, P::Store>> {
    if auth::admin(request, platform.config()).is_ok() {
        let projects = StoreClient::registry(platform.store()).call(ListProjects {}).await?;
        let stores = projects.into_iter().map(|(id, _)| StoreClient::project(platform.store(), id));
        return Ok((stores.collect(), None));
    }
    let caller = auth::api_key(platform, request)?;
    let proof = caller.proof();
    Ok((vec![caller.into_store()], Some(proof)))
}

/// Where the rotation stands.
///
/// # Errors
/// Without the admin token or a key with the scope `admin`.
pub async fn status(platform: &impl Platform, request: &Request) -> Result<Response> {
    let (stores, key) = asked(platform, request).await?;
    let mut counts = BTreeMap::new();
    for store in stores {
        add(&mut counts, &store.call(CountKeys { key: key.clone() }).await?);
    }
    Ok(Response::json(200, &view(platform, &counts, key.is_none())))
}

/// Re-wraps a batch.
///
/// # Errors
/// As for [`status`].
pub async fn rewrap(platform: &impl Platform, request: &Request) -> Result<Response> {
    let (stores, key) = asked(platform, request).await?;
    let (mut rewrapped, mut counts, mut failed) = (0, BTreeMap::new(), Vec::new());
    for store in stores {
        let left = BATCH.saturating_sub(rewrapped);
        let batch = rewrap_batch(platform, &store, key.clone(), left).await?;
        rewrapped += batch.rewrapped;
        add(&mut counts, &batch.counts);
        failed.extend(batch.failed.iter().map(
            |value| json!({ "connectionId": value.key.connection, "version": value.version, "keyId": value.key_id }),
        ));
    }
    let mut answer = view(platform, &counts, key.is_none());
    answer["rewrapped"] = json!(rewrapped);
    answer["failed"] = json!(failed);
    Ok(Response::json(200, &answer))
}

fn add(counts: &mut BTreeMap<String, u32>, more: &[KeyCount]) {
    for count in more {
        *counts.entry(count.key_id.clone()).or_default() += count.values;
    }
}

/// Every key of the ring, and every key that is gone and still needed.
fn view(platform: &impl Platform, counts: &BTreeMap<String, u32>, whole_deployment: bool) -> Value {
    let ring = &platform.config().key_ring;
    let ids: Vec<&str> = ring.ids().collect();
    let gone = counts.keys().map(String::as_str).filter(|id| !ids.contains(id));
    let keys: Vec<_> = ids
        .iter()
        .copied()
        .chain(gone)
        .map(|id| {
            let values = counts.get(id).copied().unwrap_or(0);
            let primary = id == ring.primary_id();
            json!({
                "id": id,
                "primary": primary,
                "present": ids.contains(&id),
                "credentials": values,
                // One project cannot say what the others still need.
                "removable": whole_deployment && !primary && values == 0,
            })
        })
        .collect();
    let remaining: u32 =
        counts.iter().filter(|(id, _)| id.as_str() != ring.primary_id()).map(|(_, values)| values).sum();
    json!({ "keys": keys, "remaining": remaining })
}
