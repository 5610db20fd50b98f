//! Verification as data: the requests, what accepts, and what every other answer means.

use crate::ErrorCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names of findings, each with the texts of which one must be found; `*` stands for any.
pub type Condition = BTreeMap<String, Vec<String>>;

/// One request of a verification.
///
/// Probes run in stages: those without the secret first, then the required ones in order, then all optional ones together,
/// where one that needs what another finds comes after it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// Names it in the report.
    pub id: String,
    /// What it shows when it passes, in a few words.
    pub title: String,
    /// `GET {<host field>}/path` or `GET https://…`. `{<field>}` stands for a field that is no secret, `{<finding>}` for what
    /// an earlier probe found, such as `{identity.id}`.
    pub request: String,
    /// Headers of this request alone, beside `accept` and `user-agent`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// What is sent along.
    pub body: Option<Body>,
    /// Whether the provider's secret headers are sent. A probe without them runs before any that has them.
    #[serde(default)]
    pub secret: bool,
    /// Whether verification goes on when it is refused.
    #[serde(default)]
    pub optional: bool,
    /// Whether it stays out of the check-list that people see.
    #[serde(default)]
    pub quiet: bool,
    /// Asked only when this was found before.
    #[serde(default)]
    pub when: Condition,
    /// What the body must hold, besides a 2xx status.
    #[serde(default)]
    pub expect: Vec<Expectation>,
    /// What is found in the body, by name. `identity.id`, `identity.login`, `identity.name`, `identity.kind`, `organization.id`,
    /// `organization.name`, `organization.url`, `key.id`, `key.name`, `key.createdAt`, `key.expiresAt`, `roles` and `roleNames`
    /// go into the report; `note.<word>` is for conditions and requests only.
    #[serde(default)]
    pub extract: BTreeMap<String, Extraction>,
    /// What the key may do, if this answers it.
    #[serde(default)]
    pub capabilities: Vec<Capability>,
    /// A path to the origin that the organisation itself names. The host field stands for it from here on, if the
    /// field's rule allows it; otherwise the host is refused.
    pub canonical: Option<Canonical>,
    /// What answers that do not accept mean, first match first.
    #[serde(default)]
    pub responses: Vec<ResponseRule>,
}

impl Probe {
    /// The names that its request, its body and its condition stand on: fields, and findings of other probes.
    pub fn needs(&self) -> impl Iterator<Item = &str> {
        let body = self.body.iter().flat_map(Body::texts);
        let texts = std::iter::once(self.request.as_str()).chain(body);
        let named = |text| str::split(text, '{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
        texts.flat_map(named).chain(self.when.keys().map(String::as_str))
    }
}

/// The body of a request. In texts, `{<name>}` stands as in a request's URL, and for secrets too.
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

/// Where something is found in a body: a path, or a path with what its texts mean here.
///
/// A path is member names separated by dots; `[]` goes through every item of a list, `[member=text]` through those whose
/// member is that text (`{identity.id}` may stand there), and `[member=text]!` only if it is exactly one. Paths separated by
/// a space are joined, and of paths separated by `|` the first counts that leads somewhere.
#[derive(Clone, Debug)]
pub enum Extraction {
    /// Texts as they are.
    Path(String),
    /// Texts translated; one without a translation is not taken.
    Mapped {
        /// Where.
        path: String,
        /// What each text means.
        map: BTreeMap<String, String>,
    },
}

/// As a provider file spells it: a text, or a table. As bytes: the path and the map, which may be empty.
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

/// JSON inside of a provider file: itself, or as bytes its text.
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
    /// Where.
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
    /// For people: "Read users".
    pub title: String,
    /// Where the body says `true` or `false`; none: an accepting answer means that it may, one that ends `denied` that it
    /// may not.
    pub path: Option<String>,
}

/// Where an organisation says its own address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Canonical {
    /// The host field it replaces.
    pub field: String,
    /// A path into the body.
    pub path: String,
}

/// What the body of an accepting answer must hold. With neither `prefix` nor `is`, any text, number or truth will do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expectation {
    /// A path into the body, as of an [`Extraction`].
    pub path: String,
    /// How the text there begins.
    pub prefix: Option<String>,
    /// What the text there is.
    pub is: Option<String>,
}

/// What an answer means. Every condition that is given must hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseRule {
    /// Statuses, such as `404`, or classes of them, such as `5xx`.
    #[serde(default)]
    pub status: Vec<String>,
    /// The provider's own codes; empty: any.
    #[serde(default)]
    pub vendor_code: Vec<String>,
    /// What the body is: `html`, `empty`, `json` or `other`; empty: anything.
    #[serde(default)]
    pub body: Vec<String>,
    /// What the body holds.
    #[serde(default)]
    pub body_has: Vec<Expectation>,
    /// How verification ends.
    pub ending: ProbeEnding,
    /// The field it concerns.
    pub field: Option<String>,
    /// Stable, for machines.
    pub code: ErrorCode,
    /// The cause, in plain words.
    pub message: String,
    /// What to do about it.
    pub fix: String,
    /// How long to wait before trying again when the answer itself does not say, in seconds.
    pub retry_after: Option<u32>,
}

/// How an answer that does not accept ends its probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProbeEnding {
    /// The field is wrong.
    Rejected,
    /// Try again later.
    Unavailable,
    /// We do not know this.
    Unexpected,
    /// Goes on, with a warning; only for optional probes.
    Warned,
    /// Goes on: the key may not do what the probe asks; only for probes with capabilities.
    Denied,
    /// Goes on without a word: nothing was learned; only for optional probes.
    Ignored,
}

/// How a provider says when to try again, where it sends no `Retry-After`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    /// The header that holds the time.
    pub reset_header: String,
    /// Its unit, as a number of milliseconds: 1000 for epoch seconds, 1 for epoch milliseconds.
    pub unit_ms: u32,
}

/// Which roles are enough.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rights {
    /// The probe that reads them.
    pub probe: String,
    /// Any of these is enough.
    pub enough: Vec<String>,
    /// The warning's cause when none is held.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

/// Something to know about an accepted key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Warning {
    /// What must have been found.
    pub when: Condition,
    /// What must not have been found.
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
    /// Warn when a key ends within so many days.
    #[serde(default)]
    pub warn_days: u32,
    /// The field an ended key is on.
    pub field: String,
    /// How many days a key may rest before it ends; every use begins them anew. None: use does not matter.
    pub idle_days: Option<u32>,
    /// What to do about a key that has ended or will soon.
    pub fix: String,
}
