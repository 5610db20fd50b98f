//! Operations on connections, and on requests with an idempotency key.

use super::{
    ConnectionCounts, ConnectionFilter, ConnectionInProject, ConnectionPage, ConnectionRow, ConnectionSort,
    DescriptionChange, History, IdempotencyState, KeyProof, NewConnection, Operation, PagePoint, ProjectView,
};
use crate::health::Signal;
use crate::ports::BlobKey;
use latchkey_shared::{ConnectionId, ErrorCode, Mode};

/// Operations of an API key on one connection: `key`, `app` and `id` are their first fields.
macro_rules! connection_operations {
    ($( $(#[$meta:meta])* $name:ident ($wire:literal) -> $reply:ty { $($fields:tt)* } )*) => {
        operations! {$(
            $(#[$meta])*
            $name($wire) -> $reply {
                /// Who calls.
                key: KeyProof,
                /// The connection's provider.
                app: String,
                /// The connection's id.
                id: ConnectionId,
                $($fields)*
            }
        )*}
    };
}

connection_operations! {
    /// Returns a connection.
    FindConnection("find-connection") -> ConnectionInProject {}

    /// Returns a connection whose credential is going to be opened, and writes into the audit log who opens it.
    OpenConnection("open-connection") -> ConnectionInProject {}

    /// Returns the versions of a connection.
    ListVersions("list-versions") -> History {}

    /// Returns the connection as it was before its credential was last changed, if that version is still kept.
    FindKeptVersion("find-kept-version") -> Option<ConnectionRow> {
        /// `If-Match`: the revisions that the connection may have.
        if_match: Option<String>,
    }

    /// Changes the name or the description of a connection, not its credential.
    UpdateConnection("update-connection") -> ConnectionInProject {
        /// `If-Match`: the revisions that the connection may have.
        if_match: Option<String>,
        /// The new name.
        name: Option<String>,
        /// The new description.
        description: Option<DescriptionChange>,
    }

    /// Suspends a connection: its credential is not opened until it is resumed. A repeated call changes the reason only.
    SuspendConnection("suspend-connection") -> ConnectionInProject {
        /// `If-Match`: the revisions that the connection may have.
        if_match: Option<String>,
        /// Why, for people.
        reason: Option<String>,
    }

    /// Resumes a connection.
    ResumeConnection("resume-connection") -> ConnectionInProject {
        /// `If-Match`: the revisions that the connection may have.
        if_match: Option<String>,
    }

    /// Begins a check of a connection, writes into the audit log who checks it, and returns the connection whose credential is
    /// going to be opened. A repeated call with the same lease returns the same.
    BeginCheck("begin-check") -> ConnectionInProject {
        /// The header `If-Match`.
        if_match: Option<String>,
        /// The lease of this check, chosen by the caller.
        lease: String,
    }

    /// Ends a check, and changes the health of the connection by what the check found. Refused if the credential was changed
    /// meanwhile. A repeated call changes nothing more.
    SettleCheck("settle-check") -> ConnectionInProject {
        /// The lease of this check.
        lease: String,
        /// What the check found. `None`: the provider was not asked.
        signal: Option<Signal>,
    }

    /// Deletes a connection, schedules its values in KV for deletion, and returns the connection as it was.
    DeleteConnection("delete-connection") -> ConnectionInProject {
        /// `If-Match`: the revisions that the connection may have.
        if_match: Option<String>,
    }
}

operations! {
    /// Reserves a name and records the blob that may be written.
    BeginConnection("begin-connection") -> ProjectView {
        /// Who calls.
        key: KeyProof,
        /// The blob that may be written.
        blob: BlobKey,
        /// The name to reserve.
        name: String,
    }

    /// Gives up a write that was begun, so that a later commit is refused. Returns the connection if it is already visible.
    AbandonConnection("abandon-connection") -> Option<ConnectionInProject> {
        /// Who calls.
        key: KeyProof,
        /// The blob that was to be written.
        blob: BlobKey,
        /// The provider's id.
        app: String,
        /// Whether the blob may have been written.
        written: bool,
        /// The error code, if the provider refused the key.
        refused: Option<ErrorCode>,
        /// The field that the error is on.
        field: Option<String>,
    }

    /// Makes a connection visible that was begun. A repeated commit returns the same.
    CommitConnection("commit-connection") -> ConnectionInProject {
        /// Who calls.
        key: KeyProof,
        /// The connection, verified and written.
        connection: NewConnection,
        /// The idempotency key of the request.
        idempotency_key: Option<String>,
        /// Whether the key is replaced at once, by one that nobody outside knows.
        take_over: Option<bool>,
    }

    /// Returns a page of the connections of the key's mode.
    ListConnections("list-connections") -> ConnectionPage {
        /// Who calls.
        key: KeyProof,
        /// Which connections.
        filter: ConnectionFilter,
        /// The order.
        sort: ConnectionSort,
        /// Whether the largest comes first.
        descending: bool,
        /// The last entry of the page before.
        after: Option<PagePoint>,
        /// The most entries of a page.
        limit: u32,
    }

    /// Counts the connections of the key's mode, by what they are.
    CountConnections("count-connections") -> ConnectionCounts {
        /// Who calls.
        key: KeyProof,
        /// Which connections.
        filter: ConnectionFilter,
    }

    /// Returns a page of an export that was begun. No key is looked at.
    ReadConnectionPart("read-connection-part") -> ConnectionPage {
        /// The mode of the key that began it.
        mode: Mode,
        /// Which connections.
        filter: ConnectionFilter,
        /// The order.
        sort: ConnectionSort,
        /// Whether the largest comes first.
        descending: bool,
        /// The last entry of the page before.
        after: Option<PagePoint>,
    }

    /// Returns a connection by its name.
    FindConnectionByName("find-connection-by-name") -> ConnectionInProject {
        /// Who calls.
        key: KeyProof,
        /// The connection's provider.
        app: String,
        /// The connection's name.
        name: String,
    }

    /// Records the blob that a changed credential may be written to, and returns the connection as it is.
    BeginUpdate("begin-update") -> ConnectionInProject {
        /// Who calls.
        key: KeyProof,
        /// The connection's provider.
        app: String,
        /// The blob that may be written. It names the connection.
        blob: BlobKey,
        /// `If-Match`: the revisions that the connection may have.
        if_match: Option<String>,
        /// The new name.
        name: Option<String>,
    }

    /// Gives the connection its changed credential, if nobody changed it meanwhile. A repeated commit returns the same.
    CommitUpdate("commit-update") -> ConnectionInProject {
        /// Who calls.
        key: KeyProof,
        /// The revision that was read when the update began.
        revision: u32,
        /// The connection, verified and written.
        connection: NewConnection,
        /// The earlier version that a rollback restores.
        restores: Option<u32>,
    }

    /// Begins a request with an idempotency key.
    BeginIdempotentRequest("begin-idempotent-request") -> IdempotencyState {
        /// Who calls.
        key: KeyProof,
        /// The idempotency key.
        idempotency_key: String,
        /// A keyed hash of the request.
        fingerprint: String,
    }

    /// Keeps the response to a request with an idempotency key. Without a response, forgets that the request began.
    FinishIdempotentRequest("finish-idempotent-request") -> () {
        /// Who calls.
        key: KeyProof,
        /// The idempotency key.
        idempotency_key: String,
        /// Status and body.
        response: Option<(u16, String)>,
        /// The headers to repeat, each as `name: value` on a line.
        headers: Option<String>,
    }
}
