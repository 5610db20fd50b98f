//! What may be asked of a store, and what it answers. Declared once; both sides of the call compile it.

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

mod connection;
mod connection_records;
mod project;
mod project_records;
mod session;
mod session_records;
mod vault;

pub use connection::*;
pub use connection_records::*;
pub use project::*;
pub use project_records::*;
pub use session::*;
pub use session_records::*;
pub use vault::*;

use latchkey_shared::KeyScope;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// One thing that may be asked.
pub trait Operation: Serialize + DeserializeOwned {
    /// Names it on the wire.
    const NAME: &'static str;
    /// What is answered when it is not refused.
    type Reply: Serialize + DeserializeOwned;
}

/// The reply to an operation as it travels: a sign, and the JSON of a reply or of a refusal. Only the latter is the same for all
/// operations, so it is written and read in one place.
pub(crate) mod reply {
    use super::Refusal;

    /// It was done; this is the JSON of its reply.
    pub(crate) fn done(mut reply: Vec<u8>) -> Result<String, String> {
        reply.insert(0, b'+');
        String::from_utf8(reply).map_err(|error| error.to_string())
    }

    /// It was refused, and nothing was changed.
    pub(crate) fn refused(refusal: &Refusal) -> serde_json::Result<String> {
        Ok(format!("-{}", serde_json::to_string(refusal)?))
    }

    /// The JSON of the reply, or the refusal.
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
    /// The session was taken back.
    Revoked,
    /// The account that the session was to change is not there any more.
    Gone,
    /// A token that was shared may not do this.
    Shared,
    /// The session was to change an account that is not there, or is another provider's.
    NoSuchConnection,
    /// Another attempt holds the session, for so many seconds more.
    Busy(u32),
    /// The name is another connection's.
    NameTaken,
    /// This host name is another project's.
    DomainTaken(String),
    /// An origin is not among the project's.
    OriginNotAllowed,
    /// A sealed answer came with another attempt before.
    Reused,
    /// The caller made too many requests; they have to wait for so many seconds.
    Limited(u32),
    /// The provider refused too many keys of this session or address; they have to wait for so many seconds.
    TooManyFailures(u32),
    /// The intent was swept, or the session is held by another attempt: this write may not become visible.
    Superseded,
}
