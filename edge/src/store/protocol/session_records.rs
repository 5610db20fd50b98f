//! Sessions and their attempts: who is asked, where it stands, how it ended. No secret is among them.

use super::{CurrentConnection, ProjectView, Refusal};
use latchkey_shared::connect::{ConnectResponse, Prefill};
use latchkey_shared::i18n::Sentence;
use latchkey_shared::session::{EndOrganization, EndUser, SessionState};
use latchkey_shared::{ConnectionId, ErrorCode, FieldError, Mode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

positional! {
    /// Proves a session token, in the same way.
    #[derive(Clone, Debug)]
    pub struct SessionProof {
        /// Base62.
        pub id: String,
        /// As its prefix says.
        pub mode: Mode,
        /// SHA-256 of the secret, hex.
        pub hash: String,
    }
}

positional! {
    /// A session as its page sees it.
    #[derive(Clone, Debug)]
    pub struct SessionRow {
        /// Test or live.
        pub mode: Mode,
        /// Ids of the providers it offers.
        pub providers: Vec<String>,
        /// Origins that may embed it.
        pub origins: Vec<String>,
        /// Who was invited.
        pub end_user: EndUser,
        /// Which customer they belong to.
        pub organization: Option<EndOrganization>,
        /// The connection's name, if the backend chose one.
        pub connection_name: Option<String>,
        /// The connection's description, if the backend gave one.
        pub description: Option<String>,
        /// What it asks for.
        pub scopes: Vec<String>,
        /// Values to start with.
        pub prefill: Vec<Prefill>,
        /// Where it stands.
        pub state: SessionState,
        /// Milliseconds since 1970.
        pub expires: i64,
        /// The account whose key it changes; once done, the one that was linked.
        pub connection: Option<ConnectionId>,
        /// Where the hosted page leads when it is done.
        pub return_url: Option<String>,
        /// Where a page that cannot be used any more leads.
        pub refresh_url: Option<String>,
        /// BCP 47, as the backend sent it.
        pub locale: Option<String>,
        /// The backend's own; for nobody else.
        pub metadata: BTreeMap<String, String>,
        /// What was filled in so far.
        pub progress: Option<Progress>,
        /// When it was shared last. Milliseconds since 1970.
        pub shared: Option<i64>,
    }
}

/// What was filled in so far: never a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The provider's id.
    pub app: String,
    /// Values that the field parser has read, by field id.
    pub fields: BTreeMap<String, String>,
    /// Steps of the guide that are done.
    pub steps: Vec<String>,
}

positional! {
    /// A session with its project.
    #[derive(Clone, Debug)]
    pub struct SessionInProject {
        /// The session.
        pub session: SessionRow,
        /// Its account, if it has one that is still there.
        pub current: Option<Box<CurrentConnection>>,
        /// Whether the one who asked has the token that was shared.
        pub by_share: bool,
        /// Whose it is.
        pub project: ProjectView,
    }
}

impl SessionInProject {
    /// Why no attempt can be made with the session any more, at a time in milliseconds since 1970.
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

/// How an attempt ended: kept, so that repeating it answers the same. Holds no secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Recorded {
    /// Stored.
    Accepted(Box<ConnectResponse>),
    /// Not stored.
    #[serde(rename_all = "camelCase")]
    Refused {
        /// The problem's code.
        code: ErrorCode,
        /// This occurrence.
        detail: Sentence,
        /// On which fields.
        errors: Vec<FieldError>,
        /// Seconds.
        retry_after: Option<u32>,
    },
}

/// What a lease gives.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Lease {
    /// The attempt may go on.
    #[serde(rename_all = "camelCase")]
    Granted {
        /// The session.
        found: Box<SessionInProject>,
        /// The id of the organisation that this person linked last with this provider, if they did.
        known_organization: Option<String>,
    },
    /// The attempt has ended before; this is how.
    Recorded(Recorded),
}
