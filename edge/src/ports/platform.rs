//! The platform: one of each port, for one request.

use super::{
    AccessKey, BlobStore, CheckMessage, Clock, Fetch, Isolate, Log, PortError, ProjectStore, WebhookMessage,
};
use crate::config::Config;
use crate::crypto::entropy::Entropy;
use latchkey_shared::i18n::Phrases;
use latchkey_shared::provider::Provider;
use latchkey_shared::verification_step::VerificationStep;

/// One of each port, for one request.
pub trait Platform {
    /// KV.
    type Blobs: BlobStore;
    /// The Durable Objects.
    type Store: ProjectStore;
    /// The real network. Test mode never uses it.
    type Network: Fetch;
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
    fn network(&self) -> &Self::Network;
    /// The time.
    fn clock(&self) -> &Self::Clock;
    /// Randomness.
    fn entropy(&self) -> &Self::Entropy;
    /// The log.
    fn log(&self) -> &Self::Log;
    /// The sentences of a language. `None` if they cannot be read; the response is in English then.
    async fn phrases(&self, language: &'static str) -> Option<&'static Phrases>;
    /// A provider of the catalogue, whose data is read when it is first used. `None` if the catalogue has no such provider.
    async fn provider(&self, id: &str) -> Result<Option<&'static Provider>, PortError>;
    /// The document of a page of the console, out of its data. `None` if the deployment has no Worker that renders it.
    async fn console_page(&self, data: &str) -> Result<Option<String>, PortError>;
    /// Whether the deployment has a queue of checks.
    fn has_queue(&self) -> bool;
    /// Sends messages to the queue of checks. After an error it is not known which of them arrived.
    async fn send_checks(&self, messages: &[CheckMessage]) -> Result<(), PortError>;
    /// Whether the deployment has a queue of webhooks.
    fn has_webhook_queue(&self) -> bool;
    /// Sends messages to the queue of webhooks. After an error it is not known which of them arrived.
    async fn send_webhooks(&self, messages: &[WebhookMessage]) -> Result<(), PortError>;
    /// Whether a signature of RS256 (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518, section 3.3) over a text is right. The signature is in
    /// base64url.
    async fn is_rs256(&self, key: &AccessKey, signed: &str, signature: &str) -> bool;
    /// Reports a verification step that passed to the client, if it waits for progress.
    fn step_passed(&self, _step: VerificationStep) {}
    /// The deployment's secrets and settings.
    fn config(&self) -> &Config;
    /// The memory that the requests of an isolate share.
    fn isolate(&self) -> &Isolate;
}
