//! The use case: values that an older key of the ring wraps get new ones under the primary key, a batch at a time.
//!
//! Order for each: intent, new value, swung pointer, old value later. Whatever fails is found again by the next batch, and a value
//! whose key is gone holds no other up.

use crate::crypto::entropy::Entropy;
use crate::error::Result;
use crate::ports::{BlobKey, BlobStore, Log, Platform};
use crate::store::client::StoreClient;
use crate::store::protocol::{
    BeginRewrap, CountKeys, KeyCount, KeyProof, ListValuesToRewrap, ReplaceBlob, ValueToRewrap,
};
use crate::vault::{Binding, rewrap};

/// What a batch did, and where the vault stands after it.
#[derive(Debug)]
pub struct Batch {
    /// Values that got the primary key.
    pub rewrapped: u32,
    /// Values that could not be, each with its key's id.
    pub failed: Vec<ValueToRewrap>,
    /// How many values each key wraps now.
    pub counts: Vec<KeyCount>,
}

/// Re-wraps at most `limit` values of a project.
///
/// # Errors
/// When the store refuses or does not answer.
pub async fn rewrap_batch<P: Platform>(
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    key: Option<KeyProof>,
    limit: u32,
) -> Result<Batch> {
    let ring = &platform.config().key_ring;
    let asked = ListValuesToRewrap {
        key: key.clone(),
        primary: ring.primary_id().to_owned(),
        known: ring.ids().map(str::to_owned).collect(),
        limit,
    };
    let waiting = store.call(asked).await?;
    let (mut rewrapped, mut failed) = (0, Vec::new());
    for value in waiting {
        match one(platform, store, &value).await {
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

async fn one<P: Platform>(
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    value: &ValueToRewrap,
) -> std::result::Result<(), String> {
    let provider = latchkey_catalogue::find(&value.app).ok_or("its provider is gone")?;
    let sealed = platform.blobs().get(&value.key).await.map_err(|error| error.to_string())?;
    let sealed = sealed.ok_or("it is not in KV")?;
    let to = BlobKey::from_random(
        platform.entropy().bytes16(),
        value.key.mode,
        value.key.project,
        value.key.connection,
    );
    let binding = |key| Binding { key, version: value.version, provider: &provider.id };
    let ring = &platform.config().key_ring;
    let again = rewrap(ring, platform.entropy(), &binding(&value.key), &binding(&to), &sealed)
        .map_err(|error| error.to_string())?;
    let failed = |what: &str| format!("{what} was refused or had no reply");
    store.try_call(&BeginRewrap { blob: to.clone() }).await.map_err(|_| failed("the intent"))?;
    platform.blobs().put(&to, &again).await.map_err(|error| error.to_string())?;
    let replace = ReplaceBlob {
        from: value.key.blob.clone(),
        to,
        version: value.version,
        key_id: ring.primary_id().to_owned(),
        sealed: again,
    };
    store.send_twice(&replace).await.map(drop).map_err(|_| failed("the pointer"))
}
