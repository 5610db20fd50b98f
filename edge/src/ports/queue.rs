//! The messages of the queue of checks. They hold ids, and nothing else.

use latchkey_shared::ProjectId;

/// A batch of checks that is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckMessage {
    /// The project.
    pub project: ProjectId,
    /// The batch within its project's object.
    pub batch: i64,
}
