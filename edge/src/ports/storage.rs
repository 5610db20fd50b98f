//! Where data rests: immutable values in KV, and the objects that hold everything else.

use super::BlobKey;
use latchkey_shared::ProjectId;

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

/// Who is counted, and how many requests they may make in a window of the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The id of a key or of a session: no secret.
    pub caller: String,
    /// Requests in a window.
    pub limit: u32,
}

/// What is left to a caller after a request was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests in a window.
    pub limit: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// Seconds until all of them are there again.
    pub reset: u32,
}

/// A call of an object.
#[derive(Clone, Debug)]
pub struct StoreCall {
    /// The name of the operation, from `store::protocol`.
    pub operation: &'static str,
    /// The operation as JSON.
    pub body: String,
    /// Whom the object counts this call for; `None`: it counts nobody.
    pub limit: Option<RateLimit>,
}

/// What an object replies.
#[derive(Clone, Debug)]
pub struct StoreReply {
    /// As `store::protocol::reply` writes it.
    pub text: String,
    /// What is left to the caller that was counted.
    pub quota: Option<Quota>,
}

/// Reaches the objects. What they are asked and what they reply stands in `store::protocol`.
pub trait ProjectStore {
    /// Calls one operation of one object.
    async fn call(&self, target: Target, call: StoreCall) -> Result<StoreReply, PortError>;
}
