//! The messages between the Worker and its objects: operations, their replies, and refusals.
//!
//! The Worker and the object both compile these types, so each message is declared once. A subject has two files:
//! `session.rs` declares the operations on sessions, and `session_records.rs` the records that they take and return. A new
//! operation goes into the first, a new type into the second. `operations!` declares an operation: its name on the wire,
//! the type of its reply, and its fields. It refuses to know how an operation runs.

macro_rules! operations {
    ($( $(#[$meta:meta])* $name:ident ($wire:literal) -> $reply:ty { $( $(#[$fmeta:meta])* $field:ident : $ty:ty ),* $(,)? } )*) => {$(
        positional! {
            $(#[$meta])*
            #[derive(Clone, Debug)]
            pub struct $name { $( $(#[$fmeta])* pub $field: $ty, )* }
        }

        impl Operation for $name {
            const NAME: &'static str = $wire;
            type Reply = $reply;
        }
    )*};
}

mod check_batch;
mod connection;
mod connection_records;
mod console;
mod console_records;
mod event;
mod hook;
mod project;
mod project_records;
mod registry;
mod session;
mod session_records;
mod status;
mod task;
mod test_clock;
mod vault;
mod webhook;
mod webhook_records;

pub use check_batch::*;
pub use connection::*;
pub use connection_records::*;
pub use console::*;
pub use console_records::*;
pub use event::*;
pub use hook::*;
pub use project::*;
pub use project_records::*;
pub use registry::*;
pub use session::*;
pub use session_records::*;
pub use status::*;
pub use task::*;
pub use test_clock::*;
pub use vault::*;
pub use webhook::*;
pub use webhook_records::*;

use latchkey_shared::KeyScope;
use latchkey_shared::console::ConsoleRole;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// An operation that a store can run.
pub trait Operation: Serialize + DeserializeOwned {
    /// Its name on the wire: that of the type, in lower case with hyphens.
    const NAME: &'static str;
    /// What the store returns when it does not refuse.
    type Reply: Serialize + DeserializeOwned;
}

/// The reply to an operation as text: `+` and the JSON of the reply, or `-` and the JSON of a refusal. A refusal has the
/// same type for all operations, so it is written and read here.
pub(crate) mod reply {
    use super::Refusal;

    /// The text for an operation that was done, from the JSON of its reply.
    pub(crate) fn done(mut reply: Vec<u8>) -> Result<String, String> {
        reply.insert(0, b'+');
        String::from_utf8(reply).map_err(|error| error.to_string())
    }

    /// The text for an operation that was refused and changed nothing.
    pub(crate) fn refused(refusal: &Refusal) -> serde_json::Result<String> {
        Ok(format!("-{}", serde_json::to_string(refusal)?))
    }

    /// Reads the text: the JSON of the reply, or the refusal.
    pub(crate) fn read(mut text: String) -> serde_json::Result<Result<String, Refusal>> {
        match text.strip_prefix('-') {
            Some(refusal) => serde_json::from_str(refusal).map(Err),
            None => {
                text.drain(..text.len().min(1));
                Ok(Ok(text))
            }
        }
    }
}

/// What has reached its limit (`shared/src/limits.rs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Limit {
    /// The attempts of a session.
    Attempts,
    /// The attempts with a shared link.
    SharedAttempts,
    /// The sessions of a mode.
    Sessions,
    /// The connections of a mode.
    Connections,
    /// The values of a mode that are being written or deleted.
    Writes,
    /// The webhook endpoints of a mode.
    WebhookEndpoints,
    /// The size of the database.
    Storage,
}

/// Why a store refuses an operation. `store/refusals.rs` has the sentences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refusal {
    /// The key or token is unknown, or belongs to the other mode.
    Unknown,
    /// The project exists already.
    Exists,
    /// The key lacks this scope.
    Forbidden(KeyScope),
    /// The role of the console session does not have this scope.
    RoleLacks(ConsoleRole, KeyScope),
    /// The link that signs in to the console is not known, or belongs to the other mode.
    UnknownLink,
    /// The link that signs in to the console was used.
    LinkUsed,
    /// The link that signs in to the console has expired.
    LinkExpired,
    /// The person is not a member of the project's console, or not in this mode.
    NotAMember,
    /// The connection was changed since the caller read it.
    Changed,
    /// The project was deleted, and can be restored until this time. Milliseconds since 1970.
    ProjectDeleted(i64),
    /// The project still has connections, or as many API keys as it may have.
    InUse,
    /// It does not exist, or belongs to the other mode.
    NotFound,
    /// The session has expired.
    Expired,
    /// The session has already linked its account.
    Used,
    /// The session was revoked.
    Revoked,
    /// The connection that the session was to update was deleted.
    Gone,
    /// A shared token may not do this.
    Shared,
    /// The project has no such event in this mode.
    NoSuchEvent,
    /// A new session names a connection that does not exist, or that belongs to another provider.
    NoSuchConnection,
    /// Another attempt holds the session, for this many more seconds.
    Busy(u32),
    /// Another check of the connection is running, for at most this many more seconds.
    Checking(u32),
    /// The connection was checked too often. The caller must wait for this many seconds.
    TooManyChecks(u32),
    /// The webhook endpoint was tested too often. The caller must wait for this many seconds.
    TooManyTests(u32),
    /// The signing keys of the webhook endpoint were replaced already, and those before sign for this many more seconds.
    SecretReplaced(u32),
    /// The connection is suspended.
    Suspended,
    /// The key of the connection is being ended or replaced.
    Ending,
    /// We replaced the key of the connection, so nobody edits it by hand.
    Managed,
    /// The provider cannot replace the key.
    RotationNotOffered,
    /// The key of the connection does not work now, so it is not used to replace itself.
    DoesNotWork,
    /// Nobody linked the connection: a backend made it.
    NobodyLinked,
    /// Another connection has this name.
    NameTaken,
    /// Another project has this host name.
    DomainTaken(String),
    /// An origin is not allowed by the project.
    OriginNotAllowed,
    /// A sealed value was already sent with another attempt.
    Reused,
    /// The API key has expired.
    KeyExpired,
    /// The API key may not be used from the address of the request.
    AddressNotAllowed,
    /// The change of a key, or the key that a key makes, would allow more. The text is the member of the request.
    Wider(String),
    /// The idempotency key was used for another request.
    OtherRequest,
    /// The caller made too many requests and must wait for this many seconds.
    Limited(u32),
    /// The provider refused too many keys of this session or address. The caller must wait for this many seconds.
    TooManyFailures(u32),
    /// There are as many of something as there may be.
    LimitReached(Limit),
    /// The session would live longer than any may. It may live for this many more seconds.
    SessionTooLong(i64),
    /// A new session is larger than allowed.
    SessionTooLarge,
    /// The key is a live key, and this exists in test mode only.
    TestOnly,
    /// The test clock would be too far ahead. It may be moved by this many more seconds.
    TooFarAhead(i64),
    /// The intent was swept, or another attempt holds the session, so this write may not become visible.
    Superseded,
}
