//! Connections as the store returns them, and the filter and order of a list. No record holds a secret in plain text.

use super::{ProjectView, ProviderEvent};
use crate::health::Policy;
use crate::ports::BlobKey;
use latchkey_shared::report::Report;
use latchkey_shared::{ConnectionId, Mode, ProjectId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

positional! {
    /// A connection that is about to become visible.
    #[derive(Clone, Debug)]
    pub struct NewConnection {
        /// The key of its sealed credential in KV.
        pub key: BlobKey,
        /// The sealed credential itself. The row keeps it for an hour, because KV may hide a new key for a while.
        pub sealed: String,
        /// The provider's id.
        pub app: String,
        /// How it authenticates.
        pub method: String,
        /// The wanted name.
        pub name: String,
        /// For people.
        pub description: Option<String>,
        /// The values of the credential that are not secret.
        pub credentials: BTreeMap<String, String>,
        /// `credentialsHash`.
        pub hash: String,
        /// The report of the verification.
        pub report: Report,
        /// The id of the key that wraps the sealed credential.
        pub key_id: String,
        /// What the provider's file says about the end of its keys.
        pub policy: Option<Policy>,
        /// Whether its provider can replace its key.
        pub rotates: Option<bool>,
        /// The name of its push channel, if one is wanted.
        pub hook: Option<String>,
        /// The hosts and the organization of the credential. `None`: nobody knows whose it is.
        pub place: Option<String>,
    }
}

positional! {
    /// A stored connection.
    #[derive(Clone, Debug, PartialEq)]
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
        /// Rises with each new credential.
        pub version: u32,
        /// The values of the credential that are not secret.
        pub credentials: BTreeMap<String, String>,
        /// `credentialsHash`.
        pub hash: String,
        /// Milliseconds since 1970.
        pub created: i64,
        /// Milliseconds since 1970.
        pub updated: i64,
        /// The key of its sealed credential in KV.
        pub blob: String,
        /// The sealed credential, during its first hour.
        pub sealed: Option<String>,
        /// Rises with each change of the row.
        pub revision: u32,
        // The rest is `None` from an object of an earlier deployment. Texts are JSON, which only a response reads.
        /// The person who linked it, as an `EndUser`. `None` also if a backend did.
        pub end_user: Option<String>,
        /// The customer of that person, as an `EndOrganization`.
        pub organization: Option<String>,
        /// The metadata of the session that linked it.
        pub metadata: Option<String>,
        /// The id of that session, as the API shows it.
        pub session: Option<String>,
        /// The report of its last accepted check.
        pub report: Option<String>,
        /// Its `Health`.
        pub health_record: Option<String>,
        /// When its credential was last opened. Milliseconds since 1970.
        pub used: Option<i64>,
        /// Its `SuspensionRecord`, if it is suspended.
        pub suspended: Option<String>,
        /// Its place within the interval between its checks (`health/phase.rs`).
        pub slot: Option<u32>,
        /// The longest interval between its checks that its provider allows, in seconds. 0: any.
        pub cap: Option<u32>,
        /// When it is checked next, if not at its usual turn. Milliseconds since 1970.
        pub check_at: Option<i64>,
        /// Its `Task`, if something is to be done at its provider.
        pub task: Option<String>,
        /// Whether we replaced its key by one that nobody outside knows.
        pub managed: Option<bool>,
        /// Its push channel, as a `ConnectionHook`.
        pub hook: Option<String>,
        /// Until when the key that was replaced last works beside its new one. Milliseconds since 1970.
        pub overlap: Option<i64>,
    }
}

impl ConnectionRow {
    /// Since when and why it is suspended, if it is.
    #[must_use]
    pub fn suspension(&self) -> Option<SuspensionRecord> {
        serde_json::from_str(self.suspended.as_deref()?).ok()
    }
}

/// A suspension, as the row keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspensionRecord {
    /// Since when. Milliseconds since 1970.
    pub since: i64,
    /// Why, for people.
    pub reason: Option<String>,
}

positional! {
    /// The connection of a session, as it is now.
    #[derive(Clone, Debug)]
    pub struct CurrentConnection {
        /// The provider's id.
        pub app: String,
        /// A slug.
        pub name: String,
        /// For people.
        pub description: Option<String>,
        /// Rises with each new credential.
        pub version: u32,
        /// The values of the credential that are not secret.
        pub credentials: BTreeMap<String, String>,
        /// When this version was stored. Milliseconds since 1970.
        pub stored: i64,
        /// The name of the key at the provider, if the provider returned one.
        pub key_name: Option<String>,
        /// The provider's id of the organization.
        pub organization: Option<String>,
    }
}

positional! {
    /// Which connections a list has. `None` matches all. A text with several values has commas between them.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ConnectionFilter {
        /// The providers' ids.
        pub app: Option<String>,
        /// The backend's id of the person who linked the connection.
        pub end_user: Option<String>,
        /// The whole name.
        pub name: Option<String>,
        /// The states of health.
        pub health: Option<String>,
        /// Words, each of which is a part of some text of the account.
        pub words: Option<String>,
        /// The types of the key.
        pub key_type: Option<String>,
        /// The colors of the key at the moment of the call.
        pub freshness: Option<String>,
        /// Whether it is suspended.
        pub suspended: Option<bool>,
        /// The key ends before this. Milliseconds since 1970.
        pub expires_before: Option<i64>,
    }
}

/// The order of a list. Equal entries are in the order in which they were linked. An entry without a value is behind all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionSort {
    /// By the time of creation.
    Created,
    /// By the time of the last change.
    Updated,
    /// By name.
    Name,
    /// By the provider's id.
    Provider,
    /// By the name of the person who linked it.
    EndUser,
    /// By the name of that person's customer.
    Organization,
    /// By health, the worst first.
    Health,
    /// By the name of the key at the provider.
    KeyName,
    /// By the last known use.
    LastUsed,
    /// By the end of the last check.
    Checked,
    /// By the end of the key.
    Expires,
}

impl ConnectionSort {
    /// Every order, with its name in the API.
    pub const ALL: [(&'static str, Self); 11] = [
        ("createdAt", Self::Created),
        ("updatedAt", Self::Updated),
        ("name", Self::Name),
        ("provider", Self::Provider),
        ("endUser", Self::EndUser),
        ("organization", Self::Organization),
        ("health", Self::Health),
        ("keyName", Self::KeyName),
        ("lastUsedAt", Self::LastUsed),
        ("checkedAt", Self::Checked),
        ("expiresAt", Self::Expires),
    ];

    /// Whether it is by a text, and not by a number.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self, Self::Name | Self::Provider | Self::EndUser | Self::Organization | Self::KeyName)
    }
}

positional! {
    /// A page of connections, with the project that they belong to.
    #[derive(Clone, Debug)]
    pub struct ConnectionPage {
        /// In the order that was asked for.
        pub connections: Vec<ConnectionRow>,
        /// The project they belong to.
        pub project: ProjectView,
        /// The last entry, if another page follows.
        pub next: Option<PagePoint>,
    }
}

positional! {
    /// A connection with its project.
    #[derive(Clone, Debug)]
    pub struct ConnectionInProject {
        /// The connection.
        pub connection: ConnectionRow,
        /// Its project.
        pub project: ProjectView,
    }
}

/// The last entry of a page. It still marks the place when other rows come or go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagePoint {
    /// The value of the sorted column, as text. Empty, if it has none.
    pub at: String,
    /// A UUID.
    pub id: ConnectionId,
    /// The number of its row in the list. `None` from a Worker of an earlier deployment.
    #[serde(default)]
    pub row: Option<i64>,
    /// When it was linked, in an order by a value that many have. Milliseconds since 1970.
    #[serde(default)]
    pub created: Option<i64>,
    /// Whether it has no value.
    #[serde(default)]
    pub empty: bool,
}

positional! {
    /// How many connections match, by what they are. `None`: more would have to be counted one by one than is allowed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ConnectionCounts {
        /// All that match.
        pub total: Option<i64>,
        /// By the provider's id, without the filter of providers.
        pub provider: Option<BTreeMap<String, i64>>,
        /// By health, without its filter.
        pub health: Option<BTreeMap<String, i64>>,
        /// By the type of the key, without its filter.
        pub key_type: Option<BTreeMap<String, i64>>,
        /// By the color of the key, without its filter.
        pub freshness: Option<BTreeMap<String, i64>>,
    }
}

/// What is left of an export of connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionExport {
    /// The project.
    pub project: ProjectId,
    /// The mode of the key that began it.
    pub mode: Mode,
    /// Which connections.
    pub filter: ConnectionFilter,
    /// The order.
    pub sort: ConnectionSort,
    /// Whether the largest comes first.
    pub descending: bool,
    /// The last entry that was sent.
    pub after: Option<PagePoint>,
}

positional! {
    /// The versions of a connection.
    #[derive(Clone, Debug)]
    pub struct History {
        /// Milliseconds since 1970.
        pub created: i64,
        /// When the key expires, in ISO 8601, if the provider returned it.
        pub expires_at: Option<String>,
        /// Newest first.
        pub versions: Vec<VersionRow>,
        /// What the provider reported about its key, newest first. Each has a time.
        pub provider_events: Option<Vec<ProviderEvent>>,
    }
}

positional! {
    /// One version of a credential. Times are milliseconds since 1970.
    #[derive(Clone, Debug)]
    pub struct VersionRow {
        /// The number.
        pub version: u32,
        /// `credentialsHash`.
        pub hash: String,
        /// When it was stored.
        pub created: i64,
        /// When it was last opened.
        pub used: Option<i64>,
        /// When another version replaced it.
        pub ended: Option<i64>,
        /// Until when its sealed value is kept.
        pub kept_until: Option<i64>,
    }
}

positional! {
    /// How many values a key wraps.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct KeyCount {
        /// The key's id; empty for values stored before this was counted.
        pub key_id: String,
        /// Current values, and those of versions that are still kept.
        pub values: u32,
    }
}

positional! {
    /// A value that an older key than the primary one wraps.
    #[derive(Clone, Debug)]
    pub struct ValueToRewrap {
        /// Its key in KV.
        pub key: BlobKey,
        /// Its provider.
        pub app: String,
        /// The version it is the credential of.
        pub version: u32,
        /// The key that wraps it.
        pub key_id: String,
    }
}

positional! {
    /// A new description.
    #[derive(Clone, Debug)]
    pub struct DescriptionChange {
        /// For people. `None` removes the description.
        pub text: Option<String>,
    }
}
