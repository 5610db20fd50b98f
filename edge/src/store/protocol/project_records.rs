//! Projects, their API keys and their audit log. No record holds a secret: of an API key there is only a hash.

use super::{ConnectionInProject, ConsoleMember};
use latchkey_shared::audit::{ActorType, AddressForm, AuditAction, AuditOutcome};
use latchkey_shared::project_provider::HostOptIns;
use latchkey_shared::{KeyScope, Mode, ProjectId};
use serde::{Deserialize, Serialize};

positional! {
    /// Proves that the caller has an API key, or the token of a console session, which stands for one.
    #[derive(Clone, Debug)]
    pub struct KeyProof {
        /// The random part of the key's id, in base62.
        pub id: String,
        /// The mode in the key's prefix.
        pub mode: Mode,
        /// SHA-256 of the secret, in hex.
        pub hash: String,
        /// The network address that the request came from, where it is known.
        pub address: Option<String>,
        /// Whether it is a console session's token, and not an API key.
        pub console: Option<bool>,
    }
}

positional! {
    /// The idempotency key of a request that creates something in one operation.
    #[derive(Clone, Debug)]
    pub struct Once {
        /// The idempotency key.
        pub key: String,
        /// A keyed hash of the request and its caller.
        pub fingerprint: String,
    }
}

positional! {
    /// A project, as every caller in it may see it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ProjectView {
        /// A UUID.
        pub id: ProjectId,
        /// The product's name.
        pub name: String,
        /// The UUID of the owner.
        pub org_id: String,
        /// Origins that may embed the form.
        pub allowed_origins: Vec<String>,
        /// The settings of the operator.
        pub settings: ProjectSettings,
        /// The branding of its pages: checked JSON, or empty. Only pages and the owner of the deployment get it.
        pub branding: String,
        /// Milliseconds since 1970.
        pub created: i64,
        /// Rises with each change.
        pub revision: Option<i64>,
        /// How far its test clock is ahead, in milliseconds.
        pub test_ahead: Option<i64>,
        /// When it is deleted for good, if it was marked for that. Milliseconds since 1970.
        pub ends: Option<i64>,
    }
}

impl ProjectView {
    /// The time in a mode of this project, of a clock that is at `now`. Both in milliseconds since 1970.
    #[must_use]
    pub fn now_in(&self, mode: Mode, now: i64) -> i64 {
        now + self.test_ahead.filter(|_| mode == Mode::Test).unwrap_or(0)
    }
}

/// The settings of a project's operator.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProjectSettings {
    /// Whether its pages leave out the name of Latchkey.
    pub white_label: bool,
    /// Hosts of customers that the operator allowed, by provider.
    pub hosts: HostOptIns,
    /// The project's own host names for pages and API. Links use the first one.
    pub domains: Vec<String>,
    /// What is done for its accounts without being asked.
    pub care: Care,
    /// How its audit log is kept.
    pub audit: AuditSettings,
    /// Who may sign in to its console by Cloudflare Access.
    pub console_members: Vec<ConsoleMember>,
}

/// How the audit log of a project is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AuditSettings {
    /// For how many days.
    pub days: u32,
    /// How it has the addresses of clients.
    pub addresses: AddressForm,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self { days: 400, addresses: AddressForm::Hash }
    }
}

/// What is done for the accounts of a project without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Care {
    /// Whether accounts are checked by themselves.
    pub checks: bool,
    /// The time between two checks of an account, in seconds.
    pub check_every_seconds: u32,
    /// The age, in days, at which a key that can be rotated is rotated. `None`: never by itself.
    pub rotate_every_days: Option<u32>,
    /// Whether a session for a new key is made by itself when an account needs one.
    pub relink: bool,
}

positional! {
    /// A change of [`Care`]. Fields that are `None` keep their value.
    #[derive(Clone, Debug, Default)]
    pub struct CareChanges {
        /// Whether accounts are checked by themselves.
        pub checks: Option<bool>,
        /// The time between two checks of an account, in seconds.
        pub check_every_seconds: Option<u32>,
        /// The age at which a key is rotated, in days; 0: never.
        pub rotate_every_days: Option<u32>,
        /// Whether a session for a new key is made by itself.
        pub relink: Option<bool>,
    }
}

impl CareChanges {
    /// The care after these changes.
    #[must_use]
    pub fn apply(&self, care: Care) -> Care {
        Care {
            checks: self.checks.unwrap_or(care.checks),
            check_every_seconds: self.check_every_seconds.unwrap_or(care.check_every_seconds),
            rotate_every_days: match self.rotate_every_days {
                None => care.rotate_every_days,
                Some(days) => Some(days).filter(|days| *days > 0),
            },
            relink: self.relink.unwrap_or(care.relink),
        }
    }
}

impl Default for Care {
    fn default() -> Self {
        Self { checks: true, check_every_seconds: 86_400, rotate_every_days: None, relink: false }
    }
}

positional! {
    /// The part of a project that is public: a page without a session may show it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ProjectBrand {
        /// The product's name.
        pub name: String,
        /// Whether its pages leave out the name of Latchkey.
        pub white_label: bool,
        /// The branding of its pages: checked JSON, or empty.
        pub branding: String,
    }
}

positional! {
    /// An API key, without its secret.
    #[derive(Clone, Debug)]
    pub struct ApiKeyRow {
        /// Base62.
        pub id: String,
        /// Test or live.
        pub mode: Mode,
        /// For people.
        pub name: String,
        /// What the key may do.
        pub scopes: Vec<KeyScope>,
        /// Milliseconds since 1970.
        pub created: i64,
        /// When it was last used, to the minute. Milliseconds since 1970.
        pub used: Option<i64>,
        /// When it expires. Milliseconds since 1970.
        pub expires: Option<i64>,
        /// The ranges of addresses that it may be used from. `None` allows all.
        pub addresses: Option<Vec<String>>,
        /// The id of the key that made it, or `owner`. It is not known of the first keys.
        pub made_by: Option<String>,
    }
}

positional! {
    /// A key that was revoked.
    #[derive(Clone, Debug)]
    pub struct RevokedApiKey {
        /// The key as it was.
        pub key: ApiKeyRow,
        /// How many open sessions were revoked with it.
        pub sessions: u32,
    }
}

positional! {
    /// Who acts, for the audit log.
    #[derive(Clone, Debug)]
    pub struct Actor {
        /// The kind.
        pub kind: ActorType,
        /// The id of the API key or session, in base62; or empty.
        pub id: String,
        /// The backend's id of the person whom a session is for; of a person in the console, who signed in.
        pub end_user: Option<String>,
    }
}

impl Actor {
    /// An actor without an id.
    #[must_use]
    pub fn of(kind: ActorType) -> Self {
        Self { kind, id: String::new(), end_user: None }
    }

    /// An API key, by its id.
    #[must_use]
    pub fn api_key(id: &str) -> Self {
        Self { id: id.to_owned(), ..Self::of(ActorType::ApiKey) }
    }

    /// A person in the console, by the id of their session.
    #[must_use]
    pub fn console(id: &str, name: &str) -> Self {
        Self { kind: ActorType::Console, id: id.to_owned(), end_user: Some(name.to_owned()) }
    }
}

positional! {
    /// One entry of the audit log.
    #[derive(Clone, Debug)]
    pub struct AuditEntry {
        /// Rises with time.
        pub id: i64,
        /// Milliseconds since 1970.
        pub at: i64,
        /// Who acted.
        pub actor: Actor,
        /// What was done.
        pub action: AuditAction,
        /// The id of the thing that was acted on.
        pub subject: String,
        /// More about it, such as a name; or empty.
        pub detail: String,
        /// The mode, if it does not concern the whole project.
        pub mode: Option<Mode>,
        /// How it ended.
        pub outcome: AuditOutcome,
        /// The client's address, in the form that the project chose.
        pub from: Option<String>,
        /// The id of the request.
        pub request: Option<String>,
        /// The values of settings before and after, as JSON.
        pub changes: Option<String>,
        /// The hash of the entry before.
        pub prev: String,
        /// The hash of this entry, in hex.
        pub hash: String,
    }
}

positional! {
    /// Which entries of the audit log are wanted. What is `None` leaves out nothing.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct AuditFilter {
        /// About this subject.
        pub subject: Option<String>,
        /// By this actor: its id, or its kind if it has none.
        pub actor: Option<String>,
        /// With this action.
        pub action: Option<AuditAction>,
        /// That ended so.
        pub outcome: Option<AuditOutcome>,
        /// At this time or later. Milliseconds since 1970.
        pub since: Option<i64>,
        /// Before this time. Milliseconds since 1970.
        pub until: Option<i64>,
    }
}

positional! {
    /// A checkpoint of the audit log.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AuditCheckpoint {
        /// The number of its entry.
        pub seq: i64,
        /// The hash of its entry.
        pub hash: String,
        /// When it was signed. Milliseconds since 1970.
        pub at: i64,
        /// The signature, in base64url.
        pub signature: String,
    }
}

positional! {
    /// Where an audit log stands.
    #[derive(Clone, Debug)]
    pub struct AuditHead {
        /// The project.
        pub project: ProjectId,
        /// The number of the newest entry; 0 if there is none.
        pub seq: i64,
        /// Its hash.
        pub hash: String,
        /// The number of the oldest entry that is kept.
        pub oldest: i64,
        /// How many entries of the chain are kept.
        pub records: i64,
        /// For how many days entries are kept.
        pub days: u32,
        /// The newest checkpoint.
        pub checkpoint: Option<AuditCheckpoint>,
        /// The checkpoint from which the kept entries go on, if older ones were deleted.
        pub start: Option<AuditCheckpoint>,
    }
}

positional! {
    /// An export that was begun.
    #[derive(Clone, Debug)]
    pub struct AuditExport {
        /// Where the log stands. The export ends there.
        pub head: AuditHead,
        /// The newest checkpoints, oldest first.
        pub checkpoints: Vec<AuditCheckpoint>,
        /// The numbers of its entries are larger.
        pub low: i64,
        /// The numbers of its entries are smaller.
        pub high: i64,
    }
}

positional! {
    /// How the next piece of an export is made.
    #[derive(Clone, Debug)]
    pub struct AuditRest {
        /// The project.
        pub project: ProjectId,
        /// The mode of the key that began it.
        pub mode: Mode,
        /// Which entries it has.
        pub filter: AuditFilter,
        /// Their numbers are larger.
        pub low: i64,
        /// Their numbers are smaller.
        pub high: i64,
        /// Whether it is CSV.
        pub csv: bool,
        /// The last line.
        pub last: String,
    }
}

/// The columns of an export as CSV.
pub const AUDIT_COLUMNS: [&str; 16] = [
    "seq",
    "at",
    "mode",
    "actorType",
    "actor",
    "endUserId",
    "action",
    "subject",
    "detail",
    "changes",
    "outcome",
    "from",
    "requestId",
    "prev",
    "hash",
    "version",
];

positional! {
    /// A piece of an export.
    #[derive(Clone, Debug)]
    pub struct AuditPart {
        /// Its lines.
        pub text: String,
        /// The number of its last entry, if there is more.
        pub next: Option<i64>,
    }
}

positional! {
    /// A page of the audit log.
    #[derive(Clone, Debug)]
    pub struct AuditPage {
        /// Newest first.
        pub entries: Vec<AuditEntry>,
        /// The id of the last entry, if another page follows.
        pub next: Option<i64>,
    }
}

/// The state of a request with an idempotency key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IdempotencyState {
    /// Nobody used the key before. The request may run.
    First,
    /// The same request is running.
    InFlight,
    /// Another request used the key.
    Mismatch,
    /// The same request created this connection, but its response is not known.
    Created(Box<ConnectionInProject>),
    /// The same request got this response.
    Finished {
        /// The status of the response.
        status: u16,
        /// The body of the response.
        body: String,
        /// The headers that are repeated, each as `name: value` on a line.
        headers: Option<String>,
    },
}
