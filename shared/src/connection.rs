//! A connection as the App Connections API shows it: the secret part of its credential never comes back.

use std::collections::BTreeMap;

/// One entry of `GET /api/v1/app-connections`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub struct AppConnection {
    /// A UUID.
    pub id: String,
    /// A slug, unique in the project.
    pub name: String,
    /// A UUID.
    pub project_id: String,
    /// For people.
    pub description: Option<String>,
    /// Rises when the credential changes; the first is 1.
    pub version: u32,
    /// A UUID: the owner of the project.
    pub org_id: String,
    /// ISO 8601, UTC, milliseconds.
    pub created_at: String,
    /// ISO 8601, UTC, milliseconds.
    pub updated_at: String,
    /// Always false: Latchkey never changes a customer's credential by itself.
    pub is_platform_managed_credentials: bool,
    /// HMAC-SHA-256 in hex: equal means that the credential is unchanged.
    pub credentials_hash: String,
    /// The provider's id.
    pub app: String,
    /// How it authenticates, such as `api-token`.
    pub method: String,
    /// The fields of the credential that are no secrets.
    pub credentials: BTreeMap<String, String>,
}
