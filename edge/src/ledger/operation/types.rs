//! What operations carry and answer: proofs, sessions, recorded endings, connections. No secret is among them.

use crate::vault::BlobKey;
use latchkey_shared::connect::{ConnectResponse, Prefill};
use latchkey_shared::offer::HostOptIns;
use latchkey_shared::report::Report;
use latchkey_shared::session::{EndOrganization, EndUser, SessionState};
use latchkey_shared::{ConnectionId, ErrorCode, FieldError, Mode, ProjectId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Proves an API key: the random part of its id, its mode, and the hash of its secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeyProof {
    /// Base62.
    pub id: String,
    /// As its prefix says.
    pub mode: Mode,
    /// SHA-256 of the secret, hex.
    pub hash: String,
}

/// Proves a session token, in the same way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionProof {
    /// Base62.
    pub id: String,
    /// As its prefix says.
    pub mode: Mode,
    /// SHA-256 of the secret, hex.
    pub hash: String,
}

/// What everyone in a project may know about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectView {
    /// A UUID.
    pub id: ProjectId,
    /// The product's name.
    pub name: String,
    /// The owner's UUID.
    pub org_id: String,
    /// Origins that may embed the form.
    pub allowed_origins: Vec<String>,
    /// What its operator chose.
    pub settings: ProjectSettings,
    /// Milliseconds since 1970.
    pub created: i64,
}

/// What a project's operator chose.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProjectSettings {
    /// Whether its pages show its own name only.
    pub white_label: bool,
    /// Hosts of the customers' own, by provider.
    pub hosts: HostOptIns,
}

/// What a page without a session may know about a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectBrand {
    /// The product's name.
    pub name: String,
    /// Whether its pages show this name only.
    pub white_label: bool,
}

/// A session as its page sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
}

/// A session with its project.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionInProject {
    /// The session.
    pub session: SessionRow,
    /// Whose it is.
    pub project: ProjectView,
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
        detail: String,
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

/// A connection about to become visible.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewConnection {
    /// Where its sealed credential lies.
    pub key: BlobKey,
    /// The same, kept in the row for an hour, because KV may hide a new key for a while.
    pub sealed: String,
    /// The provider's id.
    pub app: String,
    /// How it authenticates.
    pub method: String,
    /// The name that is wanted.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// What of the credential is no secret.
    pub credentials: BTreeMap<String, String>,
    /// `credentialsHash`.
    pub hash: String,
    /// What verification learned.
    pub report: Report,
}

/// A stored connection, without what is sealed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionRow {
    /// A UUID.
    pub id: ConnectionId,
    /// The provider's id.
    pub app: String,
    /// How it authenticates.
    pub method: String,
    /// A slug, unique in project and mode.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Rises with the credential.
    pub version: u32,
    /// What of the credential is no secret.
    pub credentials: BTreeMap<String, String>,
    /// `credentialsHash`.
    pub hash: String,
    /// Milliseconds since 1970.
    pub created: i64,
    /// Milliseconds since 1970.
    pub updated: i64,
    /// Where its sealed credential lies.
    pub blob: String,
    /// The sealed credential, within the first hour.
    pub sealed: Option<String>,
}

/// A page of connections, with the owner that each shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionPage {
    /// In order of creation.
    pub connections: Vec<ConnectionRow>,
    /// The project they belong to.
    pub project: ProjectView,
    /// Where the next page begins.
    pub next: Option<PagePoint>,
}

/// A connection with its project.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConnectionInProject {
    /// The connection.
    pub connection: ConnectionRow,
    /// Whose it is.
    pub project: ProjectView,
}

/// The last entry of a page; stays right while others come and go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagePoint {
    /// Milliseconds since 1970.
    pub created: i64,
    /// A UUID.
    pub id: ConnectionId,
}
