//! A connection as the App Connections API shows it, without the secret part of its credential, and what is known about it.

use crate::report::Report;
use crate::session::{EndOrganization, EndUser};
use crate::{ErrorCode, FieldError};
use std::collections::BTreeMap;

/// One entry of `GET /api/v1/app-connections`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AppConnection {
    /// A UUID.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uuid")))]
    pub id: String,
    /// A slug, unique in the project.
    pub name: String,
    /// A UUID.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uuid")))]
    pub project_id: String,
    /// For people.
    pub description: Option<String>,
    /// Rises when the credential changes; the first is 1.
    pub version: u32,
    /// A UUID: the owner of the project.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uuid")))]
    pub org_id: String,
    /// ISO 8601, UTC, milliseconds.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub created_at: String,
    /// ISO 8601, UTC, milliseconds.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub updated_at: String,
    /// Whether Latchkey replaced the key that was typed by one that nobody outside knows. Nobody edits it by hand then.
    pub is_platform_managed_credentials: bool,
    /// HMAC-SHA-256 in hex: equal means that the credential is unchanged.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[0-9a-f]{64}$")))]
    pub credentials_hash: String,
    /// The provider's id.
    pub app: String,
    /// How it authenticates, such as `api-token`.
    pub method: String,
    /// The fields of the credential that are no secrets.
    pub credentials: BTreeMap<String, String>,
    /// More about the account.
    pub details: ConnectionDetails,
}

string_enum! {
    /// The state of an account.
    pub enum HealthState {
        /// The key works.
        Healthy = "healthy",
        /// The key works, and ends soon.
        Expiring = "expiring",
        /// The key works, but a right that it had is gone.
        Degraded = "degraded",
        /// The service refuses our requests for now: a rule for addresses is the likely cause, or the key's owner is suspended.
        Blocked = "blocked",
        /// The service refused the key twice, or reported that it has ended.
        NeedsNewKey = "needs_new_key",
        /// For three intervals no check could find out whether the key works.
        Unknown = "unknown",
    }
}

impl HealthState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Healthy, Self::Expiring, Self::Degraded, Self::Blocked, Self::NeedsNewKey, Self::Unknown];
}

string_enum! {
    /// The color of a key. The first that applies counts: yellow, red, green, gray.
    pub enum Freshness {
        /// Used within the last three days.
        Green = "green",
        /// Not used within the last three days.
        Gray = "gray",
        /// Ends within seven days.
        Red = "red",
        /// Suspicious: the key has another owner than when it was linked, or was used after it had ended.
        Yellow = "yellow",
    }
}

string_enum! {
    /// Whose key it is.
    pub enum KeyType {
        /// A person's.
        Personal = "personal",
        /// A service account's.
        Service = "service",
        /// An agent's.
        Agent = "agent",
        /// The service does not say.
        Unknown = "unknown",
    }
}

impl KeyType {
    /// Every type.
    pub const ALL: [Self; 4] = [Self::Personal, Self::Service, Self::Agent, Self::Unknown];
}

impl Freshness {
    /// Every color.
    pub const ALL: [Self; 4] = [Self::Green, Self::Gray, Self::Red, Self::Yellow];
}

string_enum! {
    /// The state of a push channel.
    pub enum HookState {
        /// There is none yet.
        None = "none",
        /// It is registered and verified.
        Registered = "registered",
        /// It is registered, but the service has not verified it.
        Unverified = "unverified",
        /// The key may not register it.
        NotPermitted = "not_permitted",
        /// Registering it failed.
        Failed = "failed",
    }
}

/// What is known about an account.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionDetails {
    /// The person who linked it. Null: a backend did.
    pub end_user: Option<EndUser>,
    /// The customer that the person belongs to.
    pub organization: Option<EndOrganization>,
    /// The metadata of the connect session that linked it.
    pub metadata: BTreeMap<String, String>,
    /// The connect session that linked it.
    pub session_id: Option<String>,
    /// Its health.
    pub health: ConnectionHealth,
    /// The color of its key.
    pub freshness: Freshness,
    /// The key itself.
    pub key: ConnectionKey,
    /// When the key ends, if it is not used or replaced before. Null: unknown, or never.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub expires_at: Option<String>,
    /// The last use that Latchkey knows of: its own last accepted check, or when the credential was last opened.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub last_used_at: Option<String>,
    /// The warnings of the last accepted check.
    pub warnings: Vec<FieldError>,
    /// Since when and why it is suspended. Null: it is not. The credential of a suspended account is not given out.
    pub suspended: Option<Suspension>,
    /// What is to be done at the service. Null: nothing. While its key is to be ended, the account cannot be changed, and its
    /// credential is not given out.
    pub task: Option<ConnectionTask>,
    /// The push channel at the service. Null: unknown, or not wanted.
    pub hook: Option<ConnectionHook>,
    /// The report of the last accepted check. Only the response for a single account has it.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub report: Option<Report>,
}

string_enum! {
    /// What is to be done about a key at its service.
    pub enum TaskKind {
        /// The key is to be ended, and the account forgotten.
        Revoke = "revoke",
        /// The key is to be replaced by a new one.
        Rotate = "rotate",
        /// The key is to be replaced by one that nobody outside knows.
        TakeOver = "take_over",
        /// The key was replaced, and the old one is to be ended.
        EndOldKey = "end_old_key",
    }
}

/// Something that is to be done at the service, and could not be done yet.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionTask {
    /// What.
    pub kind: TaskKind,
    /// Since when.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub since: String,
    /// When it was last tried. Null: not yet.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub tried_at: Option<String>,
    /// When it is tried next. Null: not by itself, because the service would refuse again.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub next_try_at: Option<String>,
    /// Why it is not done, for machines.
    pub code: Option<ErrorCode>,
    /// Why it is not done, in plain words.
    pub message: Option<String>,
    /// What to do about it.
    pub fix: Option<String>,
}

/// A suspension of an account.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Suspension {
    /// Since when.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub since: String,
    /// Why, as the caller said it.
    pub reason: Option<String>,
}

/// The health of an account.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionHealth {
    /// The state.
    pub state: HealthState,
    /// The cause, for machines.
    pub code: Option<ErrorCode>,
    /// The cause, in plain words.
    pub message: Option<String>,
    /// What to do about it.
    pub fix: Option<String>,
    /// When the state began.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub since: String,
    /// When the last check ended, whatever it said.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub checked_at: String,
    /// When the service last accepted the key.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub last_healthy_at: String,
    /// When the next check is due. Null: the key is not used again until you check it or replace it.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub next_check_at: Option<String>,
}

/// A key, without any part of it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionKey {
    /// The service's id of the key.
    pub id: Option<String>,
    /// Its name at the service.
    pub name: Option<String>,
    /// Whose key it is.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: KeyType,
    /// The service's own names of its roles.
    pub roles: Vec<String>,
    /// When it was created.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub created_at: Option<String>,
}

/// A push channel at the service.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionHook {
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: HookState,
}
