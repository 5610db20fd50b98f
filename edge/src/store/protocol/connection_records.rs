//! Connections as the store tells them, and what a page of them is chosen by. What is sealed is never opened here.

use super::ProjectView;
use crate::ports::BlobKey;
use latchkey_shared::ConnectionId;
use latchkey_shared::report::Report;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

positional! {
    /// A connection about to become visible.
    #[derive(Clone, Debug)]
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
}

positional! {
    /// A stored connection, without what is sealed.
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
}

positional! {
    /// The account of a session, as it is now.
    #[derive(Clone, Debug)]
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
}

positional! {
    /// Which connections a page holds; none: any.
    #[derive(Clone, Debug, Default)]
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

positional! {
    /// A page of connections, with the owner that each shows.
    #[derive(Clone, Debug)]
    pub struct ConnectionPage {
        /// In order of creation.
        pub connections: Vec<ConnectionRow>,
        /// The project they belong to.
        pub project: ProjectView,
        /// Where the next page begins.
        pub next: Option<PagePoint>,
    }
}

positional! {
    /// A connection with its project.
    #[derive(Clone, Debug)]
    pub struct ConnectionInProject {
        /// The connection.
        pub connection: ConnectionRow,
        /// Whose it is.
        pub project: ProjectView,
    }
}

/// The last entry of a page; stays right while others come and go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagePoint {
    /// What it is sorted by, as text.
    pub at: String,
    /// A UUID.
    pub id: ConnectionId,
}

positional! {
    /// The versions of a connection.
    #[derive(Clone, Debug)]
    pub struct History {
        /// Milliseconds since 1970.
        pub created: i64,
        /// When the key ends, ISO 8601, if its provider told.
        pub expires_at: Option<String>,
        /// Newest first.
        pub versions: Vec<VersionRow>,
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
        /// When it was opened last.
        pub used: Option<i64>,
        /// When another took its place.
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
        /// Of connections and of versions that are still kept.
        pub values: u32,
    }
}

positional! {
    /// A value that another key wraps than the primary one.
    #[derive(Clone, Debug)]
    pub struct ValueToRewrap {
        /// Where it is.
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
    /// A description that is to be set.
    #[derive(Clone, Debug)]
    pub struct DescriptionChange {
        /// For people; none takes it away.
        pub text: Option<String>,
    }
}
