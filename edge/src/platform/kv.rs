//! KV, as the store of immutable values.
#![allow(clippy::disallowed_types, reason = "this is the one file that talks to KV")]

use super::CREDENTIALS;
use super::within::within;
use crate::ports::{BlobStore, PortError};
use crate::vault::BlobKey;
use std::time::Duration;
use worker::{Env, KvStore, Result};

/// The namespace of sealed credentials.
pub(super) struct Kv(KvStore);

impl Kv {
    pub(super) fn new(env: &Env) -> Result<Self> {
        env.kv(CREDENTIALS).map(Self)
    }
}

/// The key may be told, the value not; KV's own messages hold no value.
fn failed(error: impl std::fmt::Display) -> PortError {
    PortError::Failed(format!("kv: {error}"))
}

/// Longer than KV usually takes, and short enough for a lease of sixty seconds to hold three requests and one write.
const TIME_LIMIT: Duration = Duration::from_secs(8);

impl BlobStore for Kv {
    async fn put(&self, key: &BlobKey, value: &str) -> std::result::Result<(), PortError> {
        let put = self.0.put(&key.to_string(), value).map_err(failed)?;
        within(TIME_LIMIT, async { put.execute().await.map_err(failed) }).await
    }

    async fn get(&self, key: &BlobKey) -> std::result::Result<Option<String>, PortError> {
        within(TIME_LIMIT, async { self.0.get(&key.to_string()).text().await.map_err(failed) }).await
    }

    async fn delete(&self, key: &BlobKey) -> std::result::Result<(), PortError> {
        within(TIME_LIMIT, async { self.0.delete(&key.to_string()).await.map_err(failed) }).await
    }
}
