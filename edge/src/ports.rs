//! All the core asks of the outside: a few small traits, and [`Platform`], which holds one of each.
//!
//! The real ones are in `platform/`; the tests have their own (`tests/support`), over the same SQL and with faults.

use crate::vault::BlobKey;
use crate::verify::Passed;
use latchkey_shared::phrase::Phrases;
use latchkey_shared::{ProjectId, Secret};
use std::collections::BTreeMap;

/// Why an outside service did not do what it was asked. The text is for the log and holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// It answered that it could not, or could not be reached.
    #[error("{0}")]
    Failed(String),
    /// It did not answer in time: whether it acted is unknown.
    #[error("no answer in time")]
    TimedOut,
}

/// Immutable values by key: a key is written once, and never again with another value (DESIGN, invariant 3).
pub trait BlobStore {
    /// Writes a new value.
    async fn put(&self, key: &BlobKey, value: &str) -> Result<(), PortError>;
    /// Reads a value. A value written within the last minute or so may still read as missing.
    async fn get(&self, key: &BlobKey) -> Result<Option<String>, PortError>;
    /// Removes a value; one that is not there is no error.
    async fn delete(&self, key: &BlobKey) -> Result<(), PortError>;
}

/// Whose index is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The Durable Object of one project. Only ever named after a mac was checked, or when the project is made.
    Project(ProjectId),
    /// The one object that lists the projects.
    Registry,
}

/// Sends an operation of `ledger` to where it runs, and brings its answer back. Both are texts (`ledger::operation`).
pub trait ProjectIndex {
    /// Calls `operation`.
    async fn call(&self, target: Target, operation: &'static str, body: String) -> Result<String, PortError>;
}

/// A request to a provider.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// `GET` or `POST`.
    pub method: String,
    /// Absolute, https.
    pub url: String,
    /// Names in lower case. Values may be secret, so all are held as such.
    pub headers: BTreeMap<String, Secret>,
    /// What is sent along; may be secret too.
    pub body: Option<Secret>,
    /// The longest answer that is read, in bytes, unpacked.
    pub body_max: usize,
    /// The headers of the answer that are wanted, in lower case.
    pub wanted: Vec<String>,
}

/// A provider's answer: never echoed, only parsed.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// The status.
    pub status: u16,
    /// Those that were wanted and are there; names in lower case.
    pub headers: BTreeMap<String, String>,
    /// At most [`Outgoing::body_max`].
    pub body: Vec<u8>,
}

/// Why a provider gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Not within ten seconds, headers and body together.
    #[error("no answer within the time limit")]
    TimedOut,
    /// A body of more than [`Outgoing::body_max`].
    #[error("the body is too large")]
    TooLarge,
    /// No connection, or it broke.
    #[error("the connection failed")]
    Network,
}

/// Asks a provider. Never follows a redirect.
pub trait Fetch {
    /// Sends the request and reads the whole answer.
    async fn fetch(&self, request: Outgoing) -> Result<Incoming, FetchError>;
}

/// What time it is.
pub trait Clock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now_ms(&self) -> i64;
}

/// Randomness fit for keys.
pub trait Entropy {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);

    /// Sixteen random bytes.
    fn bytes16(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        bytes
    }

    /// Thirty-two random bytes.
    fn bytes32(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }
}

/// Where faults of ours are told in detail. What is written here holds no secret.
pub trait Log {
    /// A fault, under the id that the client was given.
    fn fault(&self, request_id: &str, detail: &str);
}

/// One of each, for one request.
pub trait Platform {
    /// KV.
    type Blobs: BlobStore;
    /// The Durable Objects.
    type Index: ProjectIndex;
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
    fn index(&self) -> &Self::Index;
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
    fn passed(&self, _passed: Passed) {}
    /// The deployment's secrets and settings.
    fn config(&self) -> &crate::config::Config;
}
