//! The messages between the widget and the edge.

use crate::field::Field;
use crate::report::Report;
use crate::session::{EndOrganization, EndUser, SessionState};

wire! {
    /// The form of one provider, as the widget needs it. The guide is not part of it (`guide.rs`).
    pub struct Form {
        /// The provider's id, as submitted.
        "app" app: String,
        /// The provider's name, for people.
        "name" name: String,
        /// Whether the form updates the key of an existing account.
        #[cfg_attr(feature = "serde", serde(default))]
        "update" update: bool,
        /// The fields, in order.
        "fields" fields: Vec<Field>,
    }

    /// The product that the form belongs to.
    pub struct Branding {
        /// The product's name.
        "name" name: String,
    }

    /// The account whose key a session updates.
    pub struct ConnectionView {
        /// A UUID.
        "id" id: String,
        /// The provider's id.
        "app" app: String,
        /// Its name.
        "name" name: String,
        /// Rises with the credential.
        "version" version: u32,
        /// The time when its key was stored: ISO 8601, UTC.
        "storedAt" stored_at: String,
        /// The key's name at the provider, if the provider reports it.
        "keyName" key_name: Option<String>,
    }

    /// The session, as its page sees it. The page gets it only with the session's token.
    pub struct SessionView {
        /// The session's id. It is not secret and permits nothing.
        "id" id: String,
        /// `test` or `live`.
        "mode" mode: crate::Mode,
        /// The session's state.
        "state" state: SessionState,
        /// ISO 8601, UTC.
        "expiresAt" expires_at: String,
        /// The person who was invited.
        "endUser" end_user: EndUser,
        /// The customer they belong to.
        "organization" organization: Option<EndOrganization>,
    }

    /// A value that the form starts with. Never a secret.
    pub struct Prefill {
        /// The field's id.
        "field" field: String,
        /// Its value.
        "value" value: String,
    }

    /// The stored account, in short.
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

    /// The response to an accepted attempt.
    pub struct ConnectResponse {
        /// The stored account.
        "connection" connection: ConnectionSummary,
        /// The result of the verification.
        "report" report: Report,
    }
}

#[cfg(all(feature = "serde", not(feature = "browser")))]
impl Form {
    /// The value in the current language, for a response to a person.
    #[must_use]
    pub fn into_said(self) -> Self {
        Self { fields: self.fields.into_iter().map(Field::into_said).collect(), ..self }
    }
}

#[cfg(not(feature = "browser"))]
impl ConnectResponse {
    /// The value in the current language, for a response to a person.
    #[must_use]
    pub fn into_said(self) -> Self {
        Self { report: self.report.into_said(), ..self }
    }
}

/// The request that the widget submits.
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
    /// The field values, by field id.
    pub fields: std::collections::BTreeMap<String, FieldValue>,
}

/// A field value: in clear, or sealed to the edge's key (HPKE, RFC 9180).
#[cfg(feature = "serde")]
#[derive(Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(untagged))]
pub enum FieldValue {
    /// In clear.
    Text {
        /// The text as typed.
        text: crate::Secret,
    },
    /// Sealed in the browser.
    Sealed {
        /// The layout that it was sealed with: `sealing.format` of `GET connect`.
        #[cfg_attr(feature = "schema", schemars(default))]
        format: Option<String>,
        /// The id of the key that it was sealed to.
        kid: String,
        /// The encapsulated key, base64url.
        enc: String,
        /// The ciphertext, base64url.
        ct: String,
    },
}

/// Read by hand: a derived reader of an enum without a tag says neither which member is wrong nor what is wanted there.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for FieldValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> serde::de::Visitor<'de> for Members {
            type Value = FieldValue;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut members: A) -> Result<FieldValue, A::Error> {
                let (mut text, mut format, mut kid, mut enc, mut ct) = (None, None, None, None, None);
                while let Some(name) = members.next_key::<String>()? {
                    match name.as_str() {
                        "text" => text = Some(members.next_value()?),
                        "format" => format = members.next_value()?,
                        "kid" => kid = Some(members.next_value()?),
                        "enc" => enc = Some(members.next_value()?),
                        "ct" => ct = Some(members.next_value()?),
                        _ => _ = members.next_value::<serde::de::IgnoredAny>()?,
                    }
                }
                match (text, kid, enc, ct) {
                    (Some(text), ..) => Ok(FieldValue::Text { text }),
                    (None, Some(kid), Some(enc), Some(ct)) => Ok(FieldValue::Sealed { format, kid, enc, ct }),
                    _ => Err(serde::de::Error::invalid_type(serde::de::Unexpected::Map, &self)),
                }
            }
        }

        deserializer.deserialize_map(Members)
    }
}
