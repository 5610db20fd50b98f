//! What travels between the widget and the edge.

use crate::field::Field;
use crate::report::Report;
use crate::session::{EndOrganization, EndUser, SessionState};

wire! {
    /// The form of one provider: what the widget needs to run it. The guide is not part of it (`guide.rs`).
    pub struct Form {
        /// The provider's id, as submitted.
        "app" app: String,
        /// The provider's name, for people.
        "name" name: String,
        /// Whether it changes the key of an account that is there.
        #[cfg_attr(feature = "serde", serde(default))]
        "update" update: bool,
        /// In order.
        "fields" fields: Vec<Field>,
    }

    /// Whose product the form belongs to.
    pub struct Branding {
        /// The product's name.
        "name" name: String,
    }

    /// The account whose key a session changes.
    pub struct ConnectionView {
        /// A UUID.
        "id" id: String,
        /// The provider's id.
        "app" app: String,
        /// Its name.
        "name" name: String,
        /// Rises with the credential.
        "version" version: u32,
        /// When its key was stored: ISO 8601, UTC.
        "storedAt" stored_at: String,
        /// What the key is called at the provider, if it told.
        "keyName" key_name: Option<String>,
    }

    /// What the page may know about its session. Comes after the token, never before.
    pub struct SessionView {
        /// Names the session, and allows nothing.
        "id" id: String,
        /// `test` or `live`.
        "mode" mode: crate::Mode,
        /// Open, leased or done.
        "state" state: SessionState,
        /// ISO 8601, UTC.
        "expiresAt" expires_at: String,
        /// The person who was invited.
        "endUser" end_user: EndUser,
        /// The customer they belong to.
        "organization" organization: Option<EndOrganization>,
    }

    /// A value to start with; never a secret.
    pub struct Prefill {
        /// The field's id.
        "field" field: String,
        /// Its value.
        "value" value: String,
    }

    /// What was stored, in short.
    pub struct ConnectionSummary {
        /// A UUID.
        "id" id: String,
        /// The provider's id.
        "app" app: String,
        /// A slug, unique in the project.
        "name" name: String,
        /// Rises when the credential changes.
        "version" version: u32,
    }

    /// The answer to an accepted attempt.
    pub struct ConnectResponse {
        /// What was stored.
        "connection" connection: ConnectionSummary,
        /// What was learned.
        "report" report: Report,
    }
}

#[cfg(all(feature = "serde", not(feature = "browser")))]
impl Form {
    /// The same in the language that is spoken now: what is sent to a person.
    #[must_use]
    pub fn into_said(self) -> Self {
        Self { fields: self.fields.into_iter().map(Field::into_said).collect(), ..self }
    }
}

#[cfg(not(feature = "browser"))]
impl ConnectResponse {
    /// The same in the language that is spoken now: what is sent to a person.
    #[must_use]
    pub fn into_said(self) -> Self {
        Self { report: self.report.into_said(), ..self }
    }
}

/// What the widget submits.
///
/// `{"attemptId": "…", "app": "okta", "fields": {"instanceUrl": {"text": "…"}, …}}`
#[cfg(feature = "serde")]
#[derive(Debug, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectRequest {
    /// Made by the page for each attempt; repeating an attempt returns its recorded result.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[0-9A-Za-z-]{8,64}$")))]
    pub attempt_id: String,
    /// The provider's id.
    pub app: String,
    /// The answers, by field id.
    pub fields: std::collections::BTreeMap<String, FieldValue>,
}

/// An answer: in clear, or sealed to the edge's key (RFC 9180).
#[cfg(feature = "serde")]
#[derive(Debug, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum FieldValue {
    /// In clear.
    Text {
        /// What was typed.
        text: crate::Secret,
    },
    /// Sealed in the browser.
    Sealed {
        /// The key it was sealed to.
        kid: String,
        /// The encapsulated key, base64url.
        enc: String,
        /// The ciphertext, base64url.
        ct: String,
    },
}
