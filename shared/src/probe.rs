//! Verification as data: the requests, what an accepted response has, and what every other response means.

use crate::ErrorCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names of findings, each with a list of texts. The finding must be one of them; `*` is any text.
pub type Condition = BTreeMap<String, Vec<String>>;

/// One request of a verification.
///
/// Probes run in stages: those without the secret first, then the required ones in order, then all optional ones together. An
/// optional probe that needs a finding of another one runs after it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// Its name in the report.
    pub id: String,
    /// What a passed probe shows, in a few words.
    pub title: String,
    /// `GET {<host field>}/path` or `GET https://…`. `{<field>}` stands for a field that is not secret, `{<finding>}` for a
    /// finding of an earlier probe, such as `{identity.id}`.
    pub request: String,
    /// Headers of this request alone, beside `accept` and `user-agent`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Option<Body>,
    /// Whether the provider's secret headers are sent. Probes without them come first.
    #[serde(default)]
    pub secret: bool,
    /// Whether the verification continues after a refusal.
    #[serde(default)]
    pub optional: bool,
    /// Whether people do not see it in the checklist.
    #[serde(default)]
    pub quiet: bool,
    /// The probe runs only if this is true.
    #[serde(default)]
    pub when: Condition,
    /// What the body must have, besides a 2xx status.
    #[serde(default)]
    pub expect: Vec<Expectation>,
    /// The findings in the body, by name. `identity.id`, `identity.login`, `identity.name`, `identity.kind`, `organization.id`,
    /// `organization.name`, `organization.url`, `key.id`, `key.name`, `key.createdAt`, `key.expiresAt`, `roles` and `roleNames`
    /// go into the report; `note.<word>` is for conditions and requests only.
    #[serde(default)]
    pub extract: BTreeMap<String, Extraction>,
    /// What the key may do, if the response is accepted.
    #[serde(default)]
    pub capabilities: Vec<Capability>,
    /// The origin that the organization itself names. The host field stands for it from then on, if the field's rule allows it;
    /// otherwise the host is refused.
    pub canonical: Option<Canonical>,
    /// The things among which the key may work. With one, the field gets its id; with several, the person chooses.
    pub choices: Option<Choices>,
    /// What responses that are not accepted mean. The first match counts.
    #[serde(default)]
    pub responses: Vec<ResponseRule>,
}

impl Probe {
    /// The names that its request, its body and its condition need: fields, and findings of other probes.
    pub fn needs(&self) -> impl Iterator<Item = &str> {
        let body = self.body.iter().flat_map(Body::texts);
        let texts = std::iter::once(self.request.as_str()).chain(body);
        let named = |text| str::split(text, '{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
        texts.flat_map(named).chain(self.when.keys().map(String::as_str))
    }
}

/// The body of a request. Its texts have placeholders as a request's URL has, and for secrets too.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Body {
    /// `text/plain`.
    Text(String),
    /// `application/json`.
    Json(#[serde(with = "json")] serde_json::Value),
}

impl Body {
    /// Every text in it that may hold placeholders.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        fn collect<'a>(value: &'a serde_json::Value, texts: &mut Vec<&'a str>) {
            match value {
                serde_json::Value::String(text) => texts.push(text),
                serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
                serde_json::Value::Object(members) => {
                    members.values().for_each(|member| collect(member, texts));
                }
                _ => {}
            }
        }
        let mut texts = Vec::new();
        match self {
            Self::Text(text) => texts.push(text.as_str()),
            Self::Json(value) => collect(value, &mut texts),
        }
        texts
    }
}

/// Where a finding is in a body: a path, or a path with the meaning of each text there.
///
/// A path is member names separated by dots. `[]` goes through every item of a list, `[member=text]` through the items whose
/// member has that text (it may be `{identity.id}`), and `[member=text]!` works only if exactly one item matches. Paths separated by
/// a space are joined. Of paths separated by `|`, the first that leads to a value counts.
#[derive(Clone, Debug)]
pub enum Extraction {
    /// Texts as they are.
    Path(String),
    /// Texts by a map. A text that is not in the map is ignored.
    Mapped {
        /// The path.
        path: String,
        /// The meaning of each text.
        map: BTreeMap<String, String>,
    },
}

/// In TOML, a text or a table. In bytes, the path and the map, which may be empty.
impl<'de> Deserialize<'de> for Extraction {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Table {
            path: String,
            map: BTreeMap<String, String>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Spelt {
            Path(String),
            Table(Table),
        }
        let table = if deserializer.is_human_readable() {
            match Spelt::deserialize(deserializer)? {
                Spelt::Path(path) => return Ok(Self::Path(path)),
                Spelt::Table(table) => table,
            }
        } else {
            Table::deserialize(deserializer)?
        };
        let Table { path, map } = table;
        Ok(if map.is_empty() { Self::Path(path) } else { Self::Mapped { path, map } })
    }
}

impl Serialize for Extraction {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let empty = BTreeMap::new();
        let (path, map) = match self {
            Self::Path(path) if serializer.is_human_readable() => return serializer.serialize_str(path),
            Self::Path(path) => (path, &empty),
            Self::Mapped { path, map } => (path, map),
        };
        let mut table = serializer.serialize_struct("Table", 2)?;
        table.serialize_field("path", path)?;
        table.serialize_field("map", map)?;
        table.end()
    }
}

/// JSON in a file of the provider: in TOML itself, in bytes its text.
mod json {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
    use serde_json::Value;

    pub(super) fn serialize<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return value.serialize(serializer);
        }
        serde_json::to_string(value).map_err(ser::Error::custom)?.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        if deserializer.is_human_readable() {
            return Value::deserialize(deserializer);
        }
        serde_json::from_str(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl Extraction {
    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Path(path) | Self::Mapped { path, .. } => path,
        }
    }
}

/// Something a key may be able to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Capability {
    /// Stable, for machines; also the id of the scope that asks for it.
    pub id: String,
    /// The text that people read: "Read users".
    pub title: String,
    /// Where the body says `true` or `false`. Without it, an accepted response means that the key may, and one that ends `denied`
    /// that it may not.
    pub path: Option<String>,
}

/// Where a response has the organization's own origin.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Canonical {
    /// The host field it replaces.
    pub field: String,
    /// A path into the body.
    pub path: String,
}

/// Where a response lists the things (organizations, workspaces, sites) among which the key may work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Choices {
    /// The field that gets the id of one of them. It is a [`choice`](crate::field::Field::choice).
    pub field: String,
    /// The path to each of them.
    pub path: String,
    /// The path in it to its id.
    pub id: String,
    /// The path in it to its name, for people.
    pub name: String,
}

/// What the body of an accepted response must have. With neither `prefix` nor `is`, any text, number or boolean is enough.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expectation {
    /// A path, as in an [`Extraction`].
    pub path: String,
    /// How the text there begins.
    pub prefix: Option<String>,
    /// The text there.
    pub is: Option<String>,
}

/// What a response means. It must meet every condition that is given.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseRule {
    /// Statuses, such as `404`, or classes of them, such as `5xx`.
    #[serde(default)]
    pub status: Vec<String>,
    /// The provider's own codes; empty: any.
    #[serde(default)]
    pub vendor_code: Vec<String>,
    /// The kind of the body: `html`, `empty`, `json` or `other`; empty: any.
    #[serde(default)]
    pub body: Vec<String>,
    /// What the body must have.
    #[serde(default)]
    pub body_has: Vec<Expectation>,
    /// How the probe ends.
    pub ending: ProbeEnding,
    /// The field it concerns.
    pub field: Option<String>,
    /// Stable, for machines.
    pub code: ErrorCode,
    /// What happened, in a short sentence.
    pub message: String,
    /// Why it may have happened, the likeliest first.
    #[serde(default)]
    pub causes: Vec<Cause>,
    /// What to do about it.
    pub fix: String,
    /// The seconds to wait before the next try, if the response does not say.
    pub retry_after: Option<u32>,
}

/// A likely cause of a response.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cause {
    /// The cause, in a sentence.
    pub text: String,
    /// The sign that makes it the likeliest one.
    pub sign: Option<CauseSign>,
}

/// A sign that one cause of a response is likelier than the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CauseSign {
    /// The value of the rule's field has none of the shapes that the provider's keys have.
    Shape,
}

/// The conditions of a rule on a response. All that are not empty must be met.
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'a> {
    /// As in [`ResponseRule`], like the others.
    pub status: &'a [String],
    /// The provider's own codes.
    pub vendor_code: &'a [String],
    /// The kinds of the body.
    pub body: &'a [String],
    /// What the body must have.
    pub body_has: &'a [Expectation],
}

impl ResponseRule {
    /// The conditions on the response.
    #[must_use]
    pub fn pattern(&self) -> Pattern<'_> {
        let Self { status, vendor_code, body, body_has, .. } = self;
        Pattern { status, vendor_code, body, body_has }
    }
}

/// How a response that is not accepted ends its probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProbeEnding {
    /// The field is wrong.
    Rejected,
    /// Try again later.
    Unavailable,
    /// The response is unknown.
    Unexpected,
    /// The verification continues with a warning. Only for optional probes.
    Warned,
    /// The verification continues: the key may not do what the probe tries. Only for probes with capabilities.
    Denied,
    /// The verification continues without a warning. Only for optional probes.
    Ignored,
}

/// How a provider says when to try again, if it sends no `Retry-After`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    /// The response header with the time.
    pub reset_header: String,
    /// Its unit in milliseconds: 1000 for epoch seconds, 1 for epoch milliseconds.
    pub unit_ms: u32,
    /// The limits whose rest the provider tells with each response. A check leaves the larger half of each to others.
    #[serde(default)]
    pub shares: Vec<RateShare>,
}

/// The response headers of one limit, in lower case.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RateShare {
    /// How many requests it allows. Without it, fewer than ten left are few.
    pub limit: Option<String>,
    /// How many of them are left.
    pub remaining: String,
    /// When it begins again, if not as `resetHeader` says. In the same unit.
    pub reset: Option<String>,
}

/// What a check of a stored key asks, when nothing but its life is to be known.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LightCheck {
    /// The ids of the required probes that are sent. Each counts as a use of the key.
    pub probes: Vec<String>,
    /// The days after which a check sends every probe again, so that rights are looked at too.
    pub full_every_days: u32,
}

/// Which roles are enough.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rights {
    /// The probe that extracts `roles`.
    pub probe: String,
    /// The roles of which one is enough.
    pub enough: Vec<String>,
    /// The cause of the warning, if the key has none of them.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

/// A warning about an accepted key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Warning {
    /// The warning is shown only if this is true.
    pub when: Condition,
    /// The warning is not shown if this is true.
    #[serde(default)]
    pub unless: Condition,
    /// Stable, for machines.
    pub code: ErrorCode,
    /// The field it concerns.
    pub field: Option<String>,
    /// The cause, in plain words.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

/// When keys of this provider end.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expiry {
    /// Warn if a key ends within so many days.
    #[serde(default)]
    pub warn_days: u32,
    /// The field of the key that ends.
    pub field: String,
    /// The days after which an unused key ends. Every use starts them again. `None`: use makes no difference.
    pub idle_days: Option<u32>,
    /// What to do about a key that has ended or will end soon.
    pub fix: String,
}
