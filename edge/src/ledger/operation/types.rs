//! What operations carry and answer: proofs, sessions, recorded endings, connections. No secret is among them.

use crate::vault::BlobKey;
use latchkey_shared::connect::{ConnectResponse, Prefill};
use latchkey_shared::offer::HostOptIns;
use latchkey_shared::report::Report;
use latchkey_shared::session::{EndOrganization, EndUser, SessionState};
use latchkey_shared::{ConnectionId, ErrorCode, FieldError, KeyScope, Mode, ProjectId};
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
    /// How its pages look: checked JSON, or empty. Only where a page or its owner asks; other calls have no use for a logo.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub branding: String,
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
    /// Host names of its own for pages and API, the one that links are made with first.
    pub domains: Vec<String>,
}

/// What a page without a session may know about a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectBrand {
    /// The product's name.
    pub name: String,
    /// Whether its pages show this name only.
    pub white_label: bool,
    /// How its pages look: checked JSON, or empty.
    pub branding: String,
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

/// The account of a session, as it is now.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentConnection {
    /// The provider's id.
    pub app: String,
    /// A slug.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Rises with the credential.
    pub version: u32,
    /// What of the credential is no secret.
    pub credentials: BTreeMap<String, String>,
    /// When this version was stored. Milliseconds since 1970.
    pub stored: i64,
    /// What the key is called at the provider, if it told.
    pub key_name: Option<String>,
    /// The provider's id of the organisation.
    pub organization: Option<String>,
}

/// A session with its project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    /// The id of the key that wraps it.
    pub key_id: String,
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
    /// Rises with every change of the row.
    pub revision: u32,
}

/// Which connections a page holds; none: any.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionFilter {
    /// The provider's id.
    pub app: Option<String>,
    /// The backend's own id of the person who linked it.
    pub end_user: Option<String>,
    /// The whole name.
    pub name: Option<String>,
    /// The health.
    pub health: Option<String>,
}

/// What a page is sorted by; equal ones by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionSort {
    /// When it was made.
    Created,
    /// When it was changed.
    Updated,
    /// Its name.
    Name,
}

/// The versions of a connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// Milliseconds since 1970.
    pub created: i64,
    /// When the key ends, ISO 8601, if its provider told.
    pub expires_at: Option<String>,
    /// Newest first.
    pub versions: Vec<VersionRow>,
}

/// One version of a credential. Times are milliseconds since 1970.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionRow {
    /// The number.
    pub version: u32,
    /// `credentialsHash`.
    pub hash: String,
    /// When it was stored.
    pub created: i64,
    /// When it was opened last.
    pub used: Option<i64>,
    /// When another took its place.
    pub ended: Option<i64>,
    /// Until when its sealed value is kept.
    pub kept_until: Option<i64>,
}

/// An API key, without its secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyRow {
    /// Base62.
    pub id: String,
    /// Test or live.
    pub mode: Mode,
    /// For people.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<KeyScope>,
    /// Milliseconds since 1970.
    pub created: i64,
    /// The same, to the minute.
    pub used: Option<i64>,
}

/// One deed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Rises with time.
    pub id: i64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// The id of the key that was used, or `owner`.
    pub actor: String,
    /// What was done, such as `connection.delete`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// A name, or empty.
    pub detail: String,
}

/// A page of deeds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins.
    pub next: Option<i64>,
}

/// What became of a request with an idempotency key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Once {
    /// Go on: nobody used the key before.
    First,
    /// The same request is under way.
    UnderWay,
    /// Another request used the key.
    OtherRequest,
    /// The same request made this, and how it was answered is not known.
    Made(Box<ConnectionInProject>),
    /// The same request was answered like this.
    Answered {
        /// The status.
        status: u16,
        /// The body.
        body: String,
    },
}

/// How many values a key wraps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyCount {
    /// The key's id; empty for values stored before this was counted.
    pub key_id: String,
    /// Of connections and of versions that are still kept.
    pub values: u32,
}

/// A value that another key wraps than the primary one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToRewrap {
    /// Where it is.
    pub key: BlobKey,
    /// Its provider.
    pub app: String,
    /// The version it is the credential of.
    pub version: u32,
    /// The key that wraps it.
    pub key_id: String,
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
    /// What it is sorted by, as text.
    pub at: String,
    /// A UUID.
    pub id: ConnectionId,
}
