//! A connection as the App Connections API shows it, without the secret part of its credential.

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
    /// Always false: Latchkey never changes a customer's credential by itself.
    #[cfg_attr(feature = "schema", schemars(extend("const" = false)))]
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
}
