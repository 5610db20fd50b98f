//! What may be asked of a ledger, and what it answers. Declared once; both sides of the call compile it.

mod types;

pub use types::*;

use crate::vault::BlobKey;
use latchkey_shared::simulation::Past;
use latchkey_shared::{ConnectionId, ProjectId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// One thing that may be asked.
pub trait Operation: Serialize + DeserializeOwned {
    /// Names it on the wire.
    const NAME: &'static str;
    /// What is answered when it is not refused.
    type Reply: Serialize + DeserializeOwned;
}

/// The answer to an operation.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reply<T> {
    /// It was done.
    Done(T),
    /// It was refused, and nothing was changed.
    Refused(Refusal),
}

/// Why an operation is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refusal {
    /// The key or token is not known here, or of the other mode.
    Unknown,
    /// The project exists already.
    Exists,
    /// Not there, or not this mode's.
    NotFound,
    /// The session's time is over.
    Expired,
    /// The session has linked its account.
    Used,
    /// Another attempt holds the session, for so many seconds more.
    Busy(u32),
    /// The name is another connection's.
    NameTaken,
    /// An origin is not among the project's.
    OriginNotAllowed,
    /// The intent was swept, or the session is held by another attempt: this write may not become visible.
    Superseded,
}

macro_rules! operations {
    ($( $(#[$meta:meta])* $name:ident ($wire:literal) -> $reply:ty { $( $(#[$fmeta:meta])* $field:ident : $ty:ty ),* $(,)? } )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name { $( $(#[$fmeta])* pub $field: $ty, )* }

        impl Operation for $name {
            const NAME: &'static str = $wire;
            type Reply = $reply;
        }
    )*};
}

operations! {
    /// Makes the project this object is for.
    CreateProject("create-project") -> ProjectView {
        /// Its id.
        id: ProjectId,
        /// The product's name.
        name: String,
        /// The owner's UUID.
        org_id: String,
        /// Origins that may embed the form.
        allowed_origins: Vec<String>,
        /// What its operator chose.
        settings: ProjectSettings,
        /// Its first keys.
        keys: Vec<KeyProof>,
    }

    /// Writes a project into the registry.
    RegisterProject("register-project") -> () {
        /// Its id.
        id: ProjectId,
        /// What a page without a session may know.
        brand: ProjectBrand,
    }

    /// What a page without a session may know about a project of the registry.
    FindBrand("find-brand") -> Option<ProjectBrand> {
        /// Its id.
        id: ProjectId,
    }

    /// Remembers what happened to a simulated key, and answers everything that had happened to it before.
    NoteSimulatedKey("note-simulated-key") -> Vec<Past> {
        /// The provider's id.
        app: String,
        /// A hash of the key.
        key: String,
        /// What happens to it now.
        past: Past,
    }

    /// Every project of the registry.
    ListProjects("list-projects") -> Vec<(ProjectId, String)> {}

    /// The key's project.
    DescribeProject("describe-project") -> ProjectView {
        /// Who asks.
        key: KeyProof,
    }

    /// Makes a connect session.
    OpenSession("open-session") -> ProjectView {
        /// Who asks.
        key: KeyProof,
        /// The token of the session.
        proof: SessionProof,
        /// What it is for.
        session: SessionRow,
        /// Origins that may embed it, a subset of the project's; `None`: the project's. Test mode adds this machine's own,
        /// unless the list is empty, which means that nobody may embed it.
        allowed_origins: Option<Vec<String>>,
    }

    /// Reads a session by its id alone: what the first HTML needs.
    PeekSession("peek-session") -> SessionInProject {
        /// Base62.
        id: String,
    }

    /// Reads a session by its token.
    ReadSession("read-session") -> SessionInProject {
        /// Who asks.
        proof: SessionProof,
    }

    /// Gives the session to one attempt for sixty seconds, and notes the blob it may write. Repeating a lease of the same
    /// attempt is allowed: only one commit can win.
    LeaseSession("lease-session") -> Lease {
        /// Who asks.
        proof: SessionProof,
        /// Made by the page.
        attempt: String,
        /// The provider that is to be linked.
        app: String,
        /// What may be written.
        key: BlobKey,
    }

    /// Records how an attempt ended without a connection, and opens the session again.
    SettleAttempt("settle-attempt") -> Recorded {
        /// Who asks.
        proof: SessionProof,
        /// Which.
        attempt: String,
        /// The blob that is not needed any more.
        blob: String,
        /// Whether its value may have been written.
        written: bool,
        /// How it ended.
        outcome: Recorded,
    }

    /// Makes a connection visible and ends the session, if the attempt still holds it.
    CommitAttempt("commit-attempt") -> Recorded {
        /// Who asks.
        proof: SessionProof,
        /// Which.
        attempt: String,
        /// What was verified and written.
        connection: NewConnection,
    }

    /// How an attempt ended, if it has.
    RecordedAttempt("recorded-attempt") -> Option<Recorded> {
        /// Who asks.
        proof: SessionProof,
        /// Which.
        attempt: String,
    }

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
    }

    /// Makes a begun connection visible. Repeating it answers the same.
    CommitConnection("commit-connection") -> ConnectionInProject {
        /// Who asks.
        key: KeyProof,
        /// What was verified and written.
        connection: NewConnection,
    }

    /// A page of the mode's connections, in order of creation.
    ListConnections("list-connections") -> ConnectionPage {
        /// Who asks.
        key: KeyProof,
        /// Only this provider's.
        app: Option<String>,
        /// Where the page begins.
        after: Option<PagePoint>,
        /// At most so many.
        limit: u32,
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

    /// Takes a connection out, notes its blob to be swept, and answers what it was.
    DeleteConnection("delete-connection") -> ConnectionInProject {
        /// Who asks.
        key: KeyProof,
        /// Its provider.
        app: String,
        /// Its id.
        id: ConnectionId,
    }
}
