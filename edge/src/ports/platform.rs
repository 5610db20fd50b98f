//! One of each port, for one request.

use super::{BlobStore, Clock, Fetch, HostCache, Log, ProjectStore};
use crate::config::Config;
use crate::crypto::entropy::Entropy;
use latchkey_shared::i18n::Phrases;
use latchkey_shared::verification_step::VerificationStep;

/// One of each, for one request.
pub trait Platform {
    /// KV.
    type Blobs: BlobStore;
    /// The Durable Objects.
    type Store: ProjectStore;
    /// The real network. Test mode never asks for it.
    type Live: Fetch;
    /// The time.
    type Clock: Clock;
    /// Randomness.
    type Entropy: Entropy;
    /// The log.
    type Log: Log;

    /// KV.
    fn blobs(&self) -> &Self::Blobs;
    /// The Durable Objects.
    fn store(&self) -> &Self::Store;
    /// The real network.
    fn live(&self) -> &Self::Live;
    /// The time.
    fn clock(&self) -> &Self::Clock;
    /// Randomness.
    fn entropy(&self) -> &Self::Entropy;
    /// The log.
    fn log(&self) -> &Self::Log;
    /// The sentences of a language; none when they cannot be had, and then English is spoken.
    async fn phrases(&self, language: &'static str) -> Option<&'static Phrases>;
    /// Tells whoever waits for the request what was found to be right so far. Nobody need be waiting.
    fn step_passed(&self, _step: VerificationStep) {}
    /// The deployment's secrets and settings.
    fn config(&self) -> &Config;
    /// Which project each host name belonged to, for as long as the isolate remembers.
    fn host_cache(&self) -> &HostCache;
}
