//! What may be asked of a ledger, and what it answers. Declared once; both sides of the call compile it.

mod types;

pub use types::*;

use crate::vault::BlobKey;
use latchkey_shared::simulation::Past;
use latchkey_shared::{ConnectionId, KeyScope, ProjectId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Reads a member that is there, though it may be `null`.
///
/// # Errors
/// Those of reading it.
pub fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

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
    /// The key lacks this scope.
    Forbidden(KeyScope),
    /// What was to be changed has another version by now.
    Changed,
    /// The project still has connections.
    InUse,
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
    /// A sealed answer came with another attempt before.
    Reused,
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
        /// The encapsulated key of each sealed answer.
        #[serde(default)]
        sealed: Vec<String>,
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
    FindByName("find-by-name") -> ConnectionInProject {
        /// Who asks.
        key: KeyProof,
        /// Its provider.
        app: String,
        /// Its name.
        name: String,
    }

    /// Changes what is said about a connection, not its credential.
    ChangeConnection("change-connection") -> ConnectionInProject {
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
        /// The new description; none in it takes it away.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        description: Option<Option<String>>,
    }

    /// Notes the value that a changed credential may be written to, and answers the connection as it is.
    BeginChange("begin-change") -> ConnectionInProject {
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
    CommitChange("commit-change") -> ConnectionInProject {
        /// Who asks.
        key: KeyProof,
        /// The revision that was read when the change began.
        revision: u32,
        /// The wrapping key of the version before, when the ledger does not know it.
        key_id_before: Option<String>,
        /// What was verified and written.
        connection: NewConnection,
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
    ShowHistory("show-history") -> History {
        /// Who asks.
        key: KeyProof,
        /// Its provider.
        app: String,
        /// Its id.
        id: ConnectionId,
    }

    /// The project, for the deployment's owner.
    ReadProject("read-project") -> ProjectView {}

    /// Changes the project; what is none stays.
    ChangeProject("change-project") -> ProjectView {
        /// The product's name.
        name: Option<String>,
        /// Origins that may embed the form.
        allowed_origins: Option<Vec<String>>,
        /// What its operator chose.
        settings: Option<ProjectSettings>,
    }

    /// Ends the project; with connections only if forced.
    DeleteProject("delete-project") -> ProjectView {
        /// Whether connections end with it.
        force: bool,
    }

    /// Takes a project out of the registry.
    ForgetProject("forget-project") -> () {
        /// Its id.
        id: ProjectId,
    }

    /// Changes what the registry knows of a project.
    RebrandProject("rebrand-project") -> () {
        /// Its id.
        id: ProjectId,
        /// What a page without a session may know.
        brand: ProjectBrand,
    }

    /// Makes an API key of the asker's mode; without an asker, for the deployment's owner.
    MakeApiKey("make-api-key") -> ApiKeyRow {
        /// Who asks.
        by: Option<KeyProof>,
        /// The new key.
        new: KeyProof,
        /// For people.
        name: String,
        /// What it may do.
        scopes: Vec<KeyScope>,
    }

    /// Every API key of the asker's mode.
    ListApiKeys("list-api-keys") -> Vec<ApiKeyRow> {
        /// Who asks.
        key: KeyProof,
    }

    /// Ends an API key, and answers what it was.
    RevokeApiKey("revoke-api-key") -> ApiKeyRow {
        /// Who asks.
        key: KeyProof,
        /// Base62.
        id: String,
    }

    /// A page of the audit log, newest first.
    ListAudit("list-audit") -> AuditPage {
        /// Who asks.
        key: KeyProof,
        /// Only about this.
        subject: Option<String>,
        /// Where the page begins.
        before: Option<i64>,
        /// At most so many.
        limit: u32,
    }

    /// Begins a request with an idempotency key.
    BeginOnce("begin-once") -> Once {
        /// Who asks.
        key: KeyProof,
        /// The idempotency key.
        once: String,
        /// A keyed hash of what is asked.
        fingerprint: String,
    }

    /// Keeps the answer to such a request; without one, forgets that it began.
    FinishOnce("finish-once") -> () {
        /// Who asks.
        key: KeyProof,
        /// The idempotency key.
        once: String,
        /// Status and body.
        answer: Option<(u16, String)>,
    }

    /// How many values each wrapping key wraps. Without an asker, for the deployment's owner.
    CountKeys("count-keys") -> Vec<KeyCount> {
        /// Who asks.
        key: Option<KeyProof>,
    }

    /// Values that are not wrapped by the primary key.
    ListToRewrap("list-to-rewrap") -> Vec<ToRewrap> {
        /// Who asks; none: the deployment's owner.
        key: Option<KeyProof>,
        /// The id of the primary key.
        primary: String,
        /// Every id on the key ring.
        known: Vec<String>,
        /// At most so many.
        limit: u32,
    }

    /// Notes the value that is about to be written in another's place.
    NoteRewrap("note-rewrap") -> () {
        /// What may be written.
        blob: BlobKey,
    }

    /// Points at the re-wrapped value, if the version still pointed at the old one. Repeating it answers the same.
    SwingPointer("swing-pointer") -> bool {
        /// The blob of the old value.
        from: String,
        /// The new value.
        to: BlobKey,
        /// The version it is the credential of.
        version: u32,
        /// The key that wraps it now.
        key_id: String,
        /// The new value itself.
        sealed: String,
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
