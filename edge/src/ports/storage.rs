//! Storage: immutable values in KV, and the Durable Objects that hold everything else.

use super::BlobKey;
use latchkey_shared::ProjectId;

/// Why a call to a service failed. The text is for the log and holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// The service returned an error, or could not be reached.
    #[error("{0}")]
    Failed(String),
    /// The service did not reply in time, so it is unknown whether it acted.
    #[error("no reply within the time limit")]
    TimedOut,
}

/// Immutable values by key. A key is written once, and never again with another value (ARCHITECTURE, invariant 3).
pub trait BlobStore {
    /// Writes a new value.
    async fn put(&self, key: &BlobKey, value: &str) -> Result<(), PortError>;
    /// Reads a value. A value written within the last minute or so may still read as missing.
    async fn get(&self, key: &BlobKey) -> Result<Option<String>, PortError>;
    /// Deletes a value. A missing value is no error.
    async fn delete(&self, key: &BlobKey) -> Result<(), PortError>;
}

/// Which object is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The object of one project. It is named only after a MAC was checked, or when the project is created.
    Project(ProjectId),
    /// The one object that lists the projects.
    Registry,
}

/// The caller that a call counts for, and its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The id of an API key or of a session. It is not secret.
    pub caller: String,
    /// The most requests in a minute of the clock.
    pub limit: u32,
    /// A hash of the network address that a wrong proof counts for. `None` if the address is not known.
    pub address: Option<String>,
}

/// The rest of a caller's quota, after a request was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The most requests in a minute of the clock.
    pub limit: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// Seconds until the next minute begins.
    pub reset: u32,
}

/// A call of an object.
#[derive(Clone, Debug)]
pub struct StoreCall {
    /// The name of the operation, from `store::protocol`.
    pub operation: &'static str,
    /// The operation as JSON.
    pub body: String,
    /// The caller that the call counts for, once its proof was right. `None` counts for nobody.
    pub limit: Option<RateLimit>,
}

/// The reply of an object.
#[derive(Clone, Debug)]
pub struct StoreReply {
    /// A text of `store::protocol::reply`.
    pub text: String,
    /// The rest of the counted caller's quota.
    pub quota: Option<Quota>,
}

/// Where a request came from, for the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The id of the request, as its response has it.
    pub request: String,
    /// The client's address, and a keyed hash of it. `None` if it is not known.
    pub address: Option<(String, String)>,
}

/// Calls the objects. `store::protocol` has the messages.
pub trait ProjectStore {
    /// Says where the request came from whose calls follow. Returns what was said before.
    fn asked_by(&self, asker: Option<Asker>) -> Option<Asker>;
    /// Calls one operation of one object.
    async fn call(&self, target: Target, call: StoreCall) -> Result<StoreReply, PortError>;
    /// Lets an object do what is due now, and waits for it. Returns whether more is due: then call again.
    async fn work(&self, target: Target) -> Result<bool, PortError>;
}
