//! The messages of the queues. They hold ids, and nothing else.

use latchkey_shared::ProjectId;

/// A batch of checks that is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckMessage {
    /// The project.
    pub project: ProjectId,
    /// The batch within its project's object.
    pub batch: i64,
}

/// Events that are to be sent to a webhook endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookMessage {
    /// The project.
    pub project: ProjectId,
    /// The endpoint.
    pub endpoint: String,
    /// The lease under which they are sent.
    pub lease: i64,
}
