//! Verification as data: the requests, what accepts, and what every other answer means.

use crate::ErrorCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One request of a verification.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// Names it in the report.
    pub id: String,
    /// What it shows when it passes, in a few words.
    pub title: String,
    /// `GET {<host field>}/path` or `GET https://…`. `{identity.id}` and `{organization.id}` stand for what an earlier
    /// probe learned.
    pub request: String,
    /// Whether the provider's secret headers are sent. A probe without them runs before any that has them.
    pub secret: bool,
    /// Whether verification goes on when it is refused.
    #[serde(default)]
    pub optional: bool,
    /// What the body must hold, besides a 2xx status.
    #[serde(default)]
    pub expect: Vec<Expectation>,
    /// What goes into the report: `identity.id`, `identity.login`, `identity.name`, `organization.id`,
    /// `organization.url`, `roles` and `roleNames`, each from a path into the body. Paths separated by a space are joined.
    #[serde(default)]
    pub extract: BTreeMap<String, String>,
    /// A path to the origin that the organisation itself names. The host field stands for it from here on, if the
    /// field's rule allows it; otherwise the host is refused.
    pub canonical: Option<Canonical>,
    /// What answers that do not accept mean, first match first.
    #[serde(default)]
    pub answers: Vec<Answer>,
}

/// Where an organisation says its own address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Canonical {
    /// The host field it replaces.
    pub field: String,
    /// A path into the body.
    pub path: String,
}

/// What the body of an accepting answer must hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expectation {
    /// A path into the body: member names separated by dots; `[]` goes through every item of a list, `[member=text]` through
    /// those whose member is that text.
    pub path: String,
    /// How the text there begins.
    pub prefix: String,
}

/// What an answer means.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Statuses, such as `404`, or classes of them, such as `5xx`; `body` stands for a 2xx whose body is not as expected.
    #[serde(default)]
    pub status: Vec<String>,
    /// The provider's own codes; empty: any.
    #[serde(default)]
    pub vendor_code: Vec<String>,
    /// How verification ends.
    pub ending: AnswerEnding,
    /// The field it concerns.
    pub field: Option<String>,
    /// Stable, for machines.
    pub code: ErrorCode,
    /// The cause, in plain words.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

/// How an answer that does not accept ends its probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AnswerEnding {
    /// The field is wrong.
    Rejected,
    /// Try again later.
    Unavailable,
    /// We do not know this.
    Unexpected,
    /// Goes on, with a warning; only for optional probes.
    Warned,
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
