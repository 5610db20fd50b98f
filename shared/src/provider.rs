//! The format of a provider file, `shared/providers/<id>.toml`. Compiled into compact data by `shared/catalogue`.
//!
//! Keys are spelt as on the wire. What a key means stands beside it here; `catalogue/build.rs` refuses unknown keys,
//! placeholders that name no field, and links that are not https.

use crate::field::{Field, ParseKind};
use crate::guide::Guide;
use crate::probe::{Answer, Probe, RateLimit, Rights};
use crate::simulation::{Simulated, TestValue};
use crate::{ErrorCode, FieldError, Mode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything Latchkey knows about one provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provider {
    /// The file's name without `.toml`.
    pub id: String,
    /// For people.
    pub name: String,
    /// What kind of service it is, such as `identity`.
    pub categories: Vec<String>,
    /// How the key authenticates, as the App Connections API calls it.
    pub method: String,
    /// What the form asks, in order.
    pub fields: Vec<Field>,
    /// How to find it.
    pub guide: Guide,
    /// Headers of every request that carries the secret; `{<field>}` stands for a value.
    pub secret_headers: BTreeMap<String, String>,
    /// Where an error body holds the provider's own code, such as `errorCode`.
    pub error_code: Option<String>,
    /// How the provider says when to try again.
    pub rate_limit: Option<RateLimit>,
    /// The requests of a verification, in order.
    pub probes: Vec<Probe>,
    /// What answers mean, whichever probe they answer; asked after the probe's own.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// Which roles are enough for what the guide asks.
    pub rights: Option<Rights>,
    /// The optional field that names a push channel, if the provider has them.
    pub event_hook: Option<EventHookField>,
    /// The magic values of test mode.
    #[serde(default)]
    pub test_values: Vec<TestValue>,
    /// The simulated provider: what it answers, first match first.
    #[serde(default)]
    pub simulation: Vec<Simulated>,
}

/// A field whose answer names a push channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventHookField {
    /// The field.
    pub field: String,
    /// What the report says until the channel is registered.
    pub message: String,
}

/// Every answer of the form, read and in order of the form; optional ones may be empty.
pub type Values = BTreeMap<String, String>;

impl Provider {
    /// The field with this id.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// Whether the value of this field must never be shown again; true for what is no field.
    #[must_use]
    pub fn is_secret(&self, id: &str) -> bool {
        self.field(id).is_none_or(|field| field.secret)
    }

    /// Test mode takes only the documented values: an error for each field that holds another.
    #[must_use]
    pub fn untestable(&self, values: &Values) -> Vec<FieldError> {
        let documented = |field: &Field, value: &str| {
            self.test_values.iter().filter_map(|test| test.fields.get(&field.id)).any(|pattern| {
                let pattern = match field.parse.kind {
                    ParseKind::Host => format!("https://{pattern}"),
                    _ => pattern.clone(),
                };
                pattern.strip_suffix('*').map_or(pattern == value, |prefix| value.starts_with(prefix))
            })
        };
        self.fields
            .iter()
            .filter(|field| field.parse.kind != ParseKind::Text)
            .filter(|field| {
                values.get(&field.id).is_some_and(|value| !value.is_empty() && !documented(field, value))
            })
            .map(|field| {
                FieldError::on(
                    &field.id,
                    ErrorCode::TestValueRequired,
                    format!("Test mode does not take a real {}.", field.label),
                    format!(
                        "Use a test value: GET /api/v1/providers/{} with a test key lists them.",
                        self.id
                    ),
                )
            })
            .collect()
    }

    /// The magic values with their free suffixes filled in, as they may be typed. Empty in live mode.
    #[must_use]
    pub fn listed_test_values(&self, mode: Mode) -> Vec<TestValue> {
        if mode == Mode::Live {
            return Vec::new();
        }
        let fill = |id: &str, pattern: &str| {
            let Some(prefix) = pattern.strip_suffix('*') else { return pattern.to_owned() };
            let length = self.field(id).and_then(|field| field.parse.length).unwrap_or(0) as usize;
            format!("{prefix}{}", "0".repeat(length.saturating_sub(prefix.len())))
        };
        let filled = |test: &TestValue| TestValue {
            fields: test.fields.iter().map(|(id, pattern)| (id.clone(), fill(id, pattern))).collect(),
            ..test.clone()
        };
        self.test_values.iter().map(filled).collect()
    }
}
