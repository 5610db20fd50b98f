//! Tasks: what is to be done at a provider about a key, as a connection's row keeps it; and the operations on them.
//!
//! A task has a lease while somebody works on it. It settles only while the lease is its own, so that a task that was taken
//! over is not settled twice.

use super::{Actor, ConnectionInProject, ConnectionRow, KeyProof, NewConnection, Operation};
use crate::ports::BlobKey;
use latchkey_shared::connection::TaskKind;
use latchkey_shared::{ConnectionId, FieldError, Mode};
use serde::{Deserialize, Serialize};

/// A task, as the row keeps it. Times are milliseconds since 1970.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// What is to be done.
    pub kind: TaskKind,
    /// Since when.
    pub since: i64,
    /// When it was last tried.
    pub tried: Option<i64>,
    /// When it is tried next. `None`: not by itself.
    pub next: Option<i64>,
    /// How often it was tried.
    pub tries: u32,
    /// The lease of whoever works on it.
    pub lease: Option<String>,
    /// The name of the key that a rotation makes. Each try has the same.
    pub name: String,
    /// The provider's id of the key that is to be replaced.
    pub old_key: Option<String>,
    /// Whether a request that makes a new key was sent whose answer nobody has.
    pub sent: bool,
    /// The provider's ids of keys that were replaced, and are still to be ended. At most [`OLDER_MAX`].
    #[serde(default)]
    pub older: Vec<String>,
    /// Whether a request that ends the key was sent whose answer nobody has.
    #[serde(default)]
    pub ended: bool,
    /// Why it is not done.
    pub error: Option<FieldError>,
    /// Who wanted it.
    pub by: Actor,
}

/// The most replaced keys that one task is to end.
pub const OLDER_MAX: usize = 8;

impl Task {
    /// Keeps in mind that a replaced key is still to be ended.
    pub fn is_to_end(&mut self, key: Option<String>) {
        let Some(key) = key.filter(|key| !self.older.contains(key)) else { return };
        self.older.push(key);
        if self.older.len() > OLDER_MAX {
            self.older.remove(0);
        }
    }

    /// Keeps in mind what an earlier task left at the provider.
    #[must_use]
    pub fn after(self, before: Option<Self>) -> Self {
        let Some(before) = before else { return self };
        let name = if before.sent { before.name } else { self.name };
        Self { name, sent: before.sent, older: before.older, ..self }
    }

    /// Whether the credential may not be changed, because it is being ended or replaced.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.next.is_some() && self.kind != TaskKind::EndOldKey
    }

    /// Whether the credential is not given out, because it is being ended.
    #[must_use]
    pub fn hides(&self) -> bool {
        self.holds() && self.kind == TaskKind::Revoke
    }
}

impl ConnectionRow {
    /// What is to be done at the provider, if anything is.
    #[must_use]
    pub fn current_task(&self) -> Option<Task> {
        serde_json::from_str(self.task.as_deref()?).ok()
    }
}

/// What became of a task.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TaskEnding {
    /// The account is to be forgotten. The text says what the provider did not do.
    Forgotten(String),
    /// It is tried again, at the earliest after so many seconds. `sent`: a new key may have been made.
    Later {
        /// Why it is not done.
        error: FieldError,
        /// The seconds.
        wait: u32,
        /// Whether a new key may have been made.
        sent: bool,
        /// Whether the key may have been ended.
        ended: bool,
    },
    /// It is not tried again, because the provider would refuse it again. The account stays as it is.
    Refused {
        /// Why.
        error: FieldError,
        /// Whether a new key may have been made.
        sent: bool,
    },
    /// The key was replaced, and the new one was verified and written.
    Rotated {
        /// The connection with the new key.
        connection: Box<NewConnection>,
        /// Whether the old key is still to be ended.
        unfinished: bool,
        /// Until when the old key works beside the new one, if it ends by itself. Milliseconds since 1970.
        overlap: Option<i64>,
    },
    /// The key was replaced, and nobody has the new one.
    Lost(FieldError),
    /// Nothing is left to do.
    Done,
}

positional! {
    /// A task that is due.
    #[derive(Clone, Debug)]
    pub struct DueTask {
        /// The mode of its connection.
        pub mode: Mode,
        /// The connection.
        pub found: ConnectionInProject,
    }
}

operations! {
    /// Begins a task for an API key, and returns the connection with it. A repeated call with the same lease returns the same.
    BeginTask("begin-task") -> ConnectionInProject {
        /// Who calls.
        key: KeyProof,
        /// The connection's provider.
        app: String,
        /// The connection's id.
        id: ConnectionId,
        /// `If-Match`: the revisions that the connection may have.
        if_match: Option<String>,
        /// What is to be done.
        kind: TaskKind,
        /// Whether the provider can do it.
        offered: bool,
        /// Whether a task that another request works on is taken over.
        force: bool,
        /// The lease of this try, chosen by the caller.
        lease: String,
    }

    /// Leases the tasks that are due. Only the edge itself calls this.
    TakeTasks("take-tasks") -> Vec<DueTask> {
        /// The lease of these tries, chosen by the caller.
        lease: String,
        /// The most tasks.
        limit: u32,
    }

    /// Notes, right before it is sent, a request that makes a new key, and the blob that the key may be written to. Only the
    /// edge itself calls this.
    SendTask("send-task") -> () {
        /// The lease of this try.
        lease: String,
        /// The blob that may be written. It names the connection.
        blob: BlobKey,
    }

    /// Ends a try. Returns the connection, unless it is forgotten. Without the lease it changes nothing. Only the edge itself
    /// calls this.
    SettleTask("settle-task") -> Option<ConnectionInProject> {
        /// The connection's provider.
        app: String,
        /// The connection's id.
        id: ConnectionId,
        /// The lease of this try.
        lease: String,
        /// What became of it.
        ending: TaskEnding,
        /// A blob that was not needed, and whether it may have been written.
        unused: Option<(String, bool)>,
    }
}
