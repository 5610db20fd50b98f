//! Verification as data: the requests, what an accepted response has, and what every other response means.

use crate::{ErrorCode, template};
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
    /// Secret headers of this request in the place of the provider's. Empty: none.
    pub secret_headers: Option<SecretHeaders>,
    /// The path in the body to a short-lived access token. From then on `{token}` is a secret that secret headers may name. It is never
    /// stored, and no finding.
    pub token: Option<String>,
    /// The word that it shares with the probes that stand for one another. The first that is accepted ends the group.
    pub one_of: Option<String>,
    /// Whether the verification continues after a refusal.
    #[serde(default)]
    pub optional: bool,
    /// Whether people do not see it in the checklist.
    #[serde(default)]
    pub quiet: bool,
    /// The probe runs only if this is true. Beside findings it may name `shape.<field>`: the number of the first shape that the
    /// field's value has, from 0, or `none`.
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
        texts.flat_map(template::names).chain(self.when.keys().map(String::as_str))
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
    /// `application/x-www-form-urlencoded`. A member that is nothing but a field without a value is left out.
    Form(BTreeMap<String, String>),
}

/// Headers with placeholders for secrets, by name.
pub type SecretHeaders = BTreeMap<String, SecretHeader>;

/// The value of a header that carries a secret. A text that is nothing but fields without a value leaves the header out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretHeader {
    /// A text with placeholders.
    Text(String),
    /// Basic authentication (RFC 7617).
    Basic {
        /// The user, with placeholders. It has no colon.
        user: String,
        /// The password, with placeholders.
        password: String,
    },
}

impl SecretHeader {
    /// Every text in it that may hold placeholders.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let (text, password) = match self {
            Self::Text(text) => (text, None),
            Self::Basic { user, password } => (user, Some(password)),
        };
        std::iter::once(text.as_str()).chain(password.map(String::as_str))
    }
}

/// In TOML, a text or a table. In bytes, the text or user, and the password if there is one.
impl<'de> Deserialize<'de> for SecretHeader {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Basic {
            user: String,
            password: String,
        }
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a secret header is a text, or a table of `user` and `password`")]
        enum Spelt {
            Text(String),
            Basic(Basic),
        }
        if deserializer.is_human_readable() {
            return Ok(match Spelt::deserialize(deserializer)? {
                Spelt::Text(text) => Self::Text(text),
                Spelt::Basic(Basic { user, password }) => Self::Basic { user, password },
            });
        }
        Ok(match <(String, Option<String>)>::deserialize(deserializer)? {
            (text, None) => Self::Text(text),
            (user, Some(password)) => Self::Basic { user, password },
        })
    }
}

impl Serialize for SecretHeader {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let (text, password) = match self {
            Self::Text(text) if serializer.is_human_readable() => return serializer.serialize_str(text),
            Self::Basic { user, password } if serializer.is_human_readable() => {
                let mut table = serializer.serialize_map(Some(2))?;
                table.serialize_entry("user", user)?;
                table.serialize_entry("password", password)?;
                return table.end();
            }
            Self::Text(text) => (text, None),
            Self::Basic { user, password } => (user, Some(password)),
        };
        (text, password).serialize(serializer)
    }
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
            Self::Form(members) => texts.extend(members.values().map(String::as_str)),
        }
        texts
    }
}

/// Where a finding is in a response, and how its texts are read.
///
/// A path is member names separated by dots. `[]` goes through every item of a list, `[member=text]` through the items whose
/// member has that text (it may be `{identity.id}`), and `[member=text]!` works only if exactly one item matches. Paths separated by
/// a space are joined. Of paths separated by `|`, the first that leads to a value counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extraction {
    /// The path into the body. Empty if there is a `header`.
    pub path: String,
    /// The response header, in lower case.
    pub header: Option<String>,
    /// What separates the texts if one text holds a list. Spaces around each are removed.
    pub split: Option<String>,
    /// The meaning of each text. A text that is not in it is ignored. Empty: texts as they are.
    pub map: BTreeMap<String, String>,
}

/// In TOML, the path as a text, or a table.
impl<'de> Deserialize<'de> for Extraction {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            #[serde(default)]
            path: String,
            header: Option<String>,
            split: Option<String>,
            #[serde(default)]
            map: BTreeMap<String, String>,
        }
        #[derive(Deserialize)]
        #[serde(
            untagged,
            expecting = "an extraction is a path, or a table of `path` or `header`, `split` and `map`"
        )]
        enum Spelt {
            Path(String),
            Table(Table),
        }
        if deserializer.is_human_readable() {
            return Ok(match Spelt::deserialize(deserializer)? {
                Spelt::Path(path) => Self { path, ..Self::default() },
                Spelt::Table(Table { path, header, split, map }) => Self { path, header, split, map },
            });
        }
        let (path, header, split, map) = Deserialize::deserialize(deserializer)?;
        Ok(Self { path, header, split, map })
    }
}

impl Serialize for Extraction {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let Self { path, header, split, map } = self;
        if !serializer.is_human_readable() {
            return (path, header, split, map).serialize(serializer);
        }
        if header.is_none() && split.is_none() && map.is_empty() {
            return serializer.serialize_str(path);
        }
        let mut table = serializer.serialize_map(None)?;
        if !path.is_empty() {
            table.serialize_entry("path", path)?;
        }
        for (key, value) in [("header", header), ("split", split)] {
            if let Some(value) = value {
                table.serialize_entry(key, value)?;
            }
        }
        if !map.is_empty() {
            table.serialize_entry("map", map)?;
        }
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
    /// Stable, for machines. `None` for `accepted` only.
    pub code: Option<ErrorCode>,
    /// What happened, in a short sentence.
    #[serde(default)]
    pub message: String,
    /// Why it may have happened, the likeliest first.
    #[serde(default)]
    pub causes: Vec<Cause>,
    /// What to do about it.
    #[serde(default)]
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
    /// The verification continues with a warning. After a required probe: the key works, and the provider does not say more.
    Warned,
    /// The verification continues: the key may not do what the probe tries. Only for probes with capabilities.
    Denied,
    /// The verification continues without a warning. Only for optional probes.
    Ignored,
    /// The response is a success without findings.
    Accepted,
}

/// How a provider says when to try again, if it sends no `Retry-After`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    /// The response header with the time.
    pub reset_header: String,
    /// How the header tells the time.
    #[serde(default)]
    pub reset: Reset,
    /// The unit of an epoch in milliseconds: 1000 for seconds, which is the default, or 1 for milliseconds.
    pub unit_ms: Option<u32>,
    /// The limits whose rest the provider tells with each response. A check leaves the larger half of each to others.
    #[serde(default)]
    pub shares: Vec<RateShare>,
}

/// How a header tells when a limit begins again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reset {
    /// A time since 1970, in the unit of the rule.
    #[default]
    Epoch,
    /// The seconds to wait. They may have decimals.
    Seconds,
    /// An HTTP date (RFC 9110, section 5.6.7).
    Date,
}

/// The response headers of one limit, in lower case.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RateShare {
    /// How many requests it allows. Without it, fewer than ten left are few.
    pub limit: Option<String>,
    /// How many of them are left.
    pub remaining: String,
    /// When it begins again, if not as `resetHeader` says. Told in the same way.
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
