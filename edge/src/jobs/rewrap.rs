//! The use case: re-wraps values from older keys of the ring to the primary key, a batch at a time.
//!
//! The order for each value is: record the intent, write the new value, replace the blob in the row, delete the old value
//! later. A value that fails is found again by the next batch, and does not delay the others.

use crate::crypto::entropy::Entropy;
use crate::error::Result;
use crate::ports::{BlobKey, BlobStore, Log, Platform};
use crate::store::client::StoreClient;
use crate::store::protocol::{
    Actor, BeginRewrap, CountKeys, KeyCount, KeyProof, ListValuesToRewrap, Operation, ReplaceBlob,
    ValueToRewrap,
};
use crate::vault::{Binding, rewrap};
use latchkey_shared::audit::ActorType;

/// The result of a batch.
#[derive(Debug, Default)]
pub struct Batch {
    /// The number of values that the primary key wraps now.
    pub rewrapped: u32,
    /// The values that failed.
    pub failed: Vec<ValueToRewrap>,
    /// How many values each key wraps after the batch.
    pub counts: Vec<KeyCount>,
}

/// Re-wraps at most `limit` values of a project, for an actor and the proof of its API key, if it is one.
///
/// # Errors
/// If the store refuses or does not reply.
pub async fn rewrap_batch<P: Platform>(
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    (actor, key): (ActorType, Option<KeyProof>),
    limit: u32,
) -> Result<Batch> {
    let ring = &platform.config().key_ring;
    let list = ListValuesToRewrap {
        key: key.clone(),
        primary: ring.primary_id().to_owned(),
        known: ring.ids().map(str::to_owned).collect(),
        limit,
    };
    let waiting = store.call(list).await?;
    let actor = match &key {
        Some(key) if key.console == Some(true) => ActorType::Console,
        _ => actor,
    };
    let by = Actor { id: key.as_ref().map(|key| key.id.clone()).unwrap_or_default(), ..Actor::of(actor) };
    let (mut rewrapped, mut failed) = (0, Vec::new());
    for value in waiting {
        match rewrap_value(platform, store, &value, &by).await {
            Ok(()) => rewrapped += 1,
            Err(why) => {
                platform.log().fault("rewrap", &format!("{}: {why}", value.key));
                failed.push(value);
            }
        }
    }
    let counts = store.call(CountKeys { key }).await?;
    Ok(Batch { rewrapped, failed, counts })
}

async fn rewrap_value<P: Platform>(
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    value: &ValueToRewrap,
    by: &Actor,
) -> std::result::Result<(), String> {
    let provider = platform.provider(&value.app).await.map_err(|error| error.to_string())?;
    let provider = provider.ok_or("the catalogue does not have its provider")?;
    let sealed = platform.blobs().get(&value.key).await.map_err(|error| error.to_string())?;
    let sealed = sealed.ok_or("the value is not in KV")?;
    let to = BlobKey::from_random(
        platform.entropy().bytes16(),
        value.key.mode,
        value.key.project,
        value.key.connection,
    );
    let binding = |key| Binding { key, version: value.version, provider: &provider.id };
    let ring = &platform.config().key_ring;
    let rewrapped = rewrap(ring, platform.entropy(), &binding(&value.key), &binding(&to), &sealed)
        .map_err(|error| error.to_string())?;
    let failed = |operation: &str| format!("{operation} was refused or had no reply");
    store.try_call(&BeginRewrap { blob: to.clone() }).await.map_err(|_| failed(BeginRewrap::NAME))?;
    platform.blobs().put(&to, &rewrapped).await.map_err(|error| error.to_string())?;
    let replace = ReplaceBlob {
        from: value.key.blob.clone(),
        to,
        version: value.version,
        key_id: ring.primary_id().to_owned(),
        sealed: rewrapped,
        by: Some(by.clone()),
    };
    store.send_twice(&replace).await.map(drop).map_err(|_| failed(ReplaceBlob::NAME))
}
