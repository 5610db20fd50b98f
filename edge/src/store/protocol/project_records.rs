//! Projects, their keys, and what was done in them. Keys are told without their secret.

use super::ConnectionInProject;
use latchkey_shared::project_provider::HostOptIns;
use latchkey_shared::{KeyScope, Mode, ProjectId};
use serde::{Deserialize, Serialize};

positional! {
    /// Proves an API key: the random part of its id, its mode, and the hash of its secret.
    #[derive(Clone, Debug)]
    pub struct KeyProof {
        /// Base62.
        pub id: String,
        /// As its prefix says.
        pub mode: Mode,
        /// SHA-256 of the secret, hex.
        pub hash: String,
    }
}

positional! {
    /// What everyone in a project may know about it.
    #[derive(Clone, Debug, PartialEq)]
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
        pub branding: String,
        /// Milliseconds since 1970.
        pub created: i64,
    }
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

positional! {
    /// What a page without a session may know about a project.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ProjectBrand {
        /// The product's name.
        pub name: String,
        /// Whether its pages show this name only.
        pub white_label: bool,
        /// How its pages look: checked JSON, or empty.
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
        /// What it may do.
        pub scopes: Vec<KeyScope>,
        /// Milliseconds since 1970.
        pub created: i64,
        /// The same, to the minute.
        pub used: Option<i64>,
    }
}

positional! {
    /// One deed.
    #[derive(Clone, Debug)]
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
}

positional! {
    /// A page of deeds.
    #[derive(Clone, Debug)]
    pub struct AuditPage {
        /// Newest first.
        pub entries: Vec<AuditEntry>,
        /// Where the next page begins.
        pub next: Option<i64>,
    }
}

/// What became of a request with an idempotency key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IdempotencyState {
    /// Go on: nobody used the key before.
    First,
    /// The same request is under way.
    InFlight,
    /// Another request used the key.
    Mismatch,
    /// The same request made this, and how it was answered is not known.
    Created(Box<ConnectionInProject>),
    /// The same request was answered like this.
    Finished {
        /// The status.
        status: u16,
        /// The body.
        body: String,
    },
}
