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

/// Sends an operation of `store` to where it runs, and brings its answer back. Both are texts (`store::protocol`).
pub trait ProjectStore {
    /// Calls `operation`.
    async fn call(&self, target: Target, operation: &'static str, body: String) -> Result<String, PortError>;
}
