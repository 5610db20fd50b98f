//! Operations on connections, and on requests that shall act once.

use super::{
    ConnectionFilter, ConnectionInProject, ConnectionPage, ConnectionRow, ConnectionSort, DescriptionChange,
    History, IdempotencyState, KeyProof, NewConnection, Operation, PagePoint, ProjectView,
};
use crate::ports::BlobKey;
use latchkey_shared::{ConnectionId, ErrorCode};

operations! {
    /// Reserves a name and notes the blob that may be written.
    BeginConnection("begin-connection") -> ProjectView {
        /// Who asks.
        key: KeyProof,
        /// What may be written.
        blob: BlobKey,
        /// The name.
        name: String,
    }

    /// Gives up what was begun: a commit that comes later is refused. Answers the connection if it is visible already.
    AbandonConnection("abandon-connection") -> Option<ConnectionInProject> {
        /// Who asks.
        key: KeyProof,
        /// What was to be written.
        blob: BlobKey,
        /// The provider's id.
        app: String,
        /// Whether its value may have been.
        written: bool,
        /// As what the provider refused the key, if it did.
        refused: Option<ErrorCode>,
    }

    /// Makes a begun connection visible. Repeating it answers the same.
    CommitConnection("commit-connection") -> ConnectionInProject {
        /// Who asks.
        key: KeyProof,
        /// What was verified and written.
        connection: NewConnection,
        /// The idempotency key it came with.
        once: Option<String>,
    }

    /// A page of the mode's connections.
    ListConnections("list-connections") -> ConnectionPage {
        /// Who asks.
        key: KeyProof,
        /// Which.
        filter: ConnectionFilter,
        /// By what.
        sort: ConnectionSort,
        /// Largest first.
        descending: bool,
        /// Where the page begins.
        after: Option<PagePoint>,
        /// At most so many.
        limit: u32,
    }

    /// One connection, by its name.
    FindConnectionByName("find-connection-by-name") -> ConnectionInProject {
        /// Who asks.
        key: KeyProof,
        /// Its provider.
        app: String,
        /// Its name.
        name: String,
    }

    /// Changes what is said about a connection, not its credential.
    UpdateConnection("update-connection") -> ConnectionInProject {
        /// Who asks.
        key: KeyProof,
        /// Its provider.
        app: String,
        /// Its id.
        id: ConnectionId,
        /// The revision it must have.
        revision: Option<u32>,
        /// The new name.
        name: Option<String>,
        /// The new description.
        description: Option<DescriptionChange>,
    }

    /// Notes the value that a changed credential may be written to, and answers the connection as it is.
    BeginUpdate("begin-update") -> ConnectionInProject {
        /// Who asks.
        key: KeyProof,
        /// Its provider.
        app: String,
        /// What may be written.
        blob: BlobKey,
        /// The revision it must have.
        revision: Option<u32>,
        /// The new name.
        name: Option<String>,
    }

    /// Makes a changed credential the connection's, if nobody changed it meanwhile. Repeating it answers the same.
    CommitUpdate("commit-update") -> ConnectionInProject {
        /// Who asks.
        key: KeyProof,
        /// The revision that was read when the change began.
        revision: u32,
        /// What was verified and written.
        connection: NewConnection,
        /// The earlier version it brings back, if it does.
        restores: Option<u32>,
    }

    /// The connection as it was before the last change of its credential, if that version is still kept.
    FindKeptVersion("find-kept-version") -> Option<ConnectionRow> {
        /// Who asks.
        key: KeyProof,
        /// Its provider.
        app: String,
        /// Its id.
        id: ConnectionId,
        /// The revision it must have.
        revision: Option<u32>,
    }

    /// One connection, to be opened: it is noted who does.
    OpenConnection("open-connection") -> ConnectionInProject {
        /// Who asks.
        key: KeyProof,
        /// Its provider.
        app: String,
        /// Its id.
        id: ConnectionId,
    }

    /// The versions of a connection.
    ListVersions("list-versions") -> History {
        /// Who asks.
        key: KeyProof,
        /// Its provider.
        app: String,
        /// Its id.
        id: ConnectionId,
    }

    /// Begins a request with an idempotency key.
    BeginIdempotentRequest("begin-idempotent-request") -> IdempotencyState {
        /// Who asks.
        key: KeyProof,
        /// The idempotency key.
        once: String,
        /// A keyed hash of what is asked.
        fingerprint: String,
    }

    /// Keeps the answer to such a request; without one, forgets that it began.
    FinishIdempotentRequest("finish-idempotent-request") -> () {
        /// Who asks.
        key: KeyProof,
        /// The idempotency key.
        once: String,
        /// Status and body.
        answer: Option<(u16, String)>,
    }

    /// One connection.
    FindConnection("find-connection") -> ConnectionInProject {
        /// Who asks.
        key: KeyProof,
        /// Its provider.
        app: String,
        /// Its id.
        id: ConnectionId,
    }

    /// Takes a connection out, notes its blobs to be swept, and answers what it was.
    DeleteConnection("delete-connection") -> ConnectionInProject {
        /// Who asks.
        key: KeyProof,
        /// The revision it must have.
        revision: Option<u32>,
        /// Its provider.
        app: String,
        /// Its id.
        id: ConnectionId,
    }
}
