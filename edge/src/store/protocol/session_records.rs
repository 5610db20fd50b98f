//! Sessions, and the leases and outcomes of their attempts. No record holds a secret: of a token there is only a hash.

use super::{CurrentConnection, ProjectView, Refusal};
use crate::ports::BlobKey;
use latchkey_shared::connect::{ConnectResponse, Prefill};
use latchkey_shared::i18n::Sentence;
use latchkey_shared::session::{EndOrganization, EndUser, SessionState};
use latchkey_shared::{ConnectionId, ErrorCode, FieldError, Mode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

positional! {
    /// Proves that the caller has a session token.
    #[derive(Clone, Debug)]
    pub struct SessionProof {
        /// The session's id, in base62.
        pub id: String,
        /// The mode in the token's prefix.
        pub mode: Mode,
        /// SHA-256 of the secret, in hex.
        pub hash: String,
    }
}

positional! {
    /// A stored session.
    #[derive(Clone, Debug)]
    pub struct SessionRow {
        /// Test or live.
        pub mode: Mode,
        /// The ids of the providers that it offers.
        pub providers: Vec<String>,
        /// Origins that may embed it.
        pub origins: Vec<String>,
        /// The person who was invited.
        pub end_user: EndUser,
        /// The customer that this person belongs to.
        pub organization: Option<EndOrganization>,
        /// The name of the new connection, if the backend chose one.
        pub connection_name: Option<String>,
        /// The description of the new connection, if the backend gave one.
        pub description: Option<String>,
        /// The scopes that the key must have.
        pub scopes: Vec<String>,
        /// Values that the form starts with.
        pub prefill: Vec<Prefill>,
        /// Its state.
        pub state: SessionState,
        /// Milliseconds since 1970.
        pub expires: i64,
        /// The connection that it updates. When it is done: the connection that was linked.
        pub connection: Option<ConnectionId>,
        /// Where the hosted page leads when the session is done.
        pub return_url: Option<String>,
        /// Where the hosted page leads when the session cannot be used anymore.
        pub refresh_url: Option<String>,
        /// BCP 47, as the backend sent it.
        pub locale: Option<String>,
        /// Data of the backend. Nobody else gets it.
        pub metadata: BTreeMap<String, String>,
        /// The values that were entered so far.
        pub progress: Option<Progress>,
        /// When it was last shared. Milliseconds since 1970.
        pub shared: Option<i64>,
        /// When it was made. Milliseconds since 1970.
        pub created: Option<i64>,
        /// The id of the API key that made it.
        pub made_by: Option<String>,
        /// When it was done. Milliseconds since 1970.
        pub ended: Option<i64>,
        /// The name that the connection had when the session was done.
        pub linked_name: Option<String>,
        /// Whether the key is replaced right after it was linked, by one that nobody outside knows.
        pub take_over: Option<bool>,
        /// Why the last attempt was refused.
        pub refusal: Option<LastRefusal>,
    }
}

/// Why the last attempt of a session was refused. It has no value of a person, only names that we know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRefusal {
    /// The code.
    pub code: ErrorCode,
    /// The field's id, if it is about one.
    pub field: Option<String>,
    /// When. Milliseconds since 1970.
    pub at: i64,
}

/// The `made_by` of a session that was made because an account needed a new key. No API key has this id.
pub const MADE_BY_ITSELF: &str = "itself";

impl SessionRow {
    /// An open session for a person, without providers and anything else.
    #[must_use]
    pub fn new(mode: Mode, end_user: EndUser, expires: i64) -> Self {
        Self {
            mode,
            providers: Vec::new(),
            origins: Vec::new(),
            end_user,
            organization: None,
            connection_name: None,
            description: None,
            scopes: Vec::new(),
            prefill: Vec::new(),
            state: SessionState::Open,
            expires,
            connection: None,
            return_url: None,
            refresh_url: None,
            locale: None,
            metadata: BTreeMap::new(),
            progress: None,
            shared: None,
            created: None,
            made_by: None,
            ended: None,
            linked_name: None,
            take_over: None,
            refusal: None,
        }
    }
}

positional! {
    /// A session that was made, by this request or by an earlier one with the same idempotency key.
    #[derive(Clone, Debug)]
    pub struct OpenedSession {
        /// Its project.
        pub project: ProjectView,
        /// The session's id, in base62.
        pub id: String,
        /// When it expires. Milliseconds since 1970.
        pub expires: i64,
    }
}

positional! {
    /// A session that was changed.
    #[derive(Clone, Debug)]
    pub struct ChangedSession {
        /// Its project.
        pub project: ProjectView,
        /// The session as it is now.
        pub session: SessionRow,
    }
}

positional! {
    /// Which sessions a list has. A filter that is `None` excludes nothing.
    #[derive(Clone, Debug, Default)]
    pub struct SessionFilter {
        /// `open`, `leased`, `done`, `revoked` or `expired`.
        pub state: Option<String>,
        /// A provider that it offers.
        pub provider: Option<String>,
        /// The backend's id of the person.
        pub end_user: Option<String>,
        /// The connection that it updates or linked.
        pub connection: Option<String>,
        /// The id of the API key that made it.
        pub made_by: Option<String>,
    }
}

positional! {
    /// A page of sessions.
    #[derive(Clone, Debug)]
    pub struct SessionPage {
        /// The sessions, each with its id in base62.
        pub sessions: Vec<(String, SessionRow)>,
        /// Whether another page follows.
        pub more: bool,
    }
}

/// The values that were entered so far, without secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The provider's id.
    pub app: String,
    /// Values that the field parser accepted, by field id.
    pub fields: BTreeMap<String, String>,
    /// The steps of the guide that are done.
    pub steps: Vec<String>,
}

positional! {
    /// A session with its project.
    #[derive(Clone, Debug)]
    pub struct SessionInProject {
        /// The session.
        pub session: SessionRow,
        /// The connection of the session, if there is one.
        pub current: Option<Box<CurrentConnection>>,
        /// Whether the caller has the shared token.
        pub by_share: bool,
        /// Its project.
        pub project: ProjectView,
        /// The newest accounts of the session's person, each with its provider and the time when it was made, if the session offers several
        /// providers and its own token asks. Milliseconds since 1970.
        pub accounts: Option<Vec<(String, i64)>>,
    }
}

/// For how long after its end a session's token says which account was linked, and repeats the result of an attempt: a
/// quarter of an hour, in milliseconds. It is for a page whose response was lost.
pub const RESULT_KEPT_MS: i64 = 15 * 60_000;

impl SessionInProject {
    /// The key in KV that an attempt writes to: `key`, but below the connection that the session updates, if it updates one.
    #[must_use]
    pub fn key_to_write(&self, key: BlobKey) -> BlobKey {
        BlobKey { connection: self.session.connection.unwrap_or(key.connection), ..key }
    }

    /// Id, provider and name of the connection that was linked, as they were at the end. `None` when the session is not
    /// done, when the time is over, or when the connection was deleted.
    #[must_use]
    pub fn linked(&self, now: i64) -> Option<(ConnectionId, &str, &str)> {
        let session = &self.session;
        session.ended.filter(|ended| ended + RESULT_KEPT_MS > now)?;
        Some((session.connection?, &self.current.as_ref()?.app, session.linked_name.as_deref()?))
    }

    /// Why no attempt can be made with the session anymore, at a time in milliseconds since 1970.
    #[must_use]
    pub fn ended(&self, now: i64) -> Option<Refusal> {
        match self.session.state {
            SessionState::Done => Some(Refusal::Used),
            SessionState::Revoked => Some(Refusal::Revoked),
            _ if self.session.expires <= now => Some(Refusal::Expired),
            _ if self.session.connection.is_some() && self.current.is_none() => Some(Refusal::Gone),
            _ => None,
        }
    }
}

/// The recorded outcome of an attempt. It is kept, so that a repeated attempt gets the same outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Recorded {
    /// The connection was stored.
    Accepted(Box<ConnectResponse>),
    /// Nothing was stored.
    #[serde(rename_all = "camelCase")]
    Refused {
        /// The problem's code.
        code: ErrorCode,
        /// What happened.
        detail: Sentence,
        /// What is wrong, by field.
        errors: Vec<FieldError>,
        /// After how many seconds to try again.
        retry_after: Option<u32>,
    },
}

/// The reply to a lease.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Lease {
    /// The attempt may go on.
    #[serde(rename_all = "camelCase")]
    Granted {
        /// The session.
        found: Box<SessionInProject>,
        /// The id of the organization that this person last linked with this provider, if there is one.
        known_organization: Option<String>,
    },
    /// The attempt has already ended, with this outcome.
    Recorded(Recorded),
}
