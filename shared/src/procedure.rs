//! Procedures as data: what we do at a provider besides verifying a key, such as ending it, replacing it, and registering an event
//! hook. A procedure is a list of steps; a step is one request, and what each of its responses means.
//!
//! Requests are written as in a probe. The engine of the edge runs them in the order of the file.

use crate::ErrorCode;
use crate::probe::{Body, Condition, Expectation, Extraction, Pattern, SecretHeaders};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One step of a procedure.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Its name in the answer.
    pub id: String,
    /// What a step that is done has done, in a few words.
    pub title: String,
    /// `DELETE {<host field>}/path`, with `GET`, `POST`, `PUT`, `PATCH` or `DELETE`. `{<name>}` stands for a field that is not secret, a
    /// finding, or a value that the procedure gives. A part in square brackets is left out if its placeholder has no value.
    pub request: String,
    /// Headers of this request alone, beside `accept` and `user-agent`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body. A text that is one placeholder of a `json.<word>`, or of a number, becomes that value; without a value the member is
    /// left out.
    pub body: Option<Body>,
    /// Whether the provider's secret headers are sent.
    #[serde(default)]
    pub secret: bool,
    /// Secret headers of this request in the place of the provider's. Empty: none.
    pub secret_headers: Option<SecretHeaders>,
    /// Whether the procedure continues after a failure.
    #[serde(default)]
    pub optional: bool,
    /// The step is skipped unless this is true.
    #[serde(default)]
    pub when: Condition,
    /// The step is skipped if this is true.
    #[serde(default)]
    pub unless: Condition,
    /// What the body must have, besides a 2xx status.
    #[serde(default)]
    pub expect: Vec<Expectation>,
    /// The findings in the body, by name: `note.<word>` and `hook.<word>` are texts, `json.<word>` is the value as it is.
    #[serde(default)]
    pub extract: BTreeMap<String, Extraction>,
    /// Where the body has a new key. It is a secret, and never a finding.
    pub new_key: Option<NewKey>,
    /// What responses mean. The first match counts, before `expect` too.
    #[serde(default)]
    pub responses: Vec<StepResponse>,
}

/// Where a response has a new key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewKey {
    /// The secret field that it is for.
    pub field: String,
    /// The members that lead to it, separated by dots.
    pub path: String,
}

/// What a response to a step means. It must meet every condition that is given.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepResponse {
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
    /// How the step ends.
    pub ending: StepEnding,
    /// Stable, for machines. For `retry` and `failed`.
    pub code: Option<ErrorCode>,
    /// The cause, in plain words. For `retry` and `failed`.
    #[serde(default)]
    pub message: String,
    /// What to do about it. For `retry` and `failed`.
    #[serde(default)]
    pub fix: String,
    /// The seconds to wait before the next try, if the response does not say.
    pub retry_after: Option<u32>,
}

impl StepResponse {
    /// The conditions on the response.
    #[must_use]
    pub fn pattern(&self) -> Pattern<'_> {
        let Self { status, vendor_code, body, body_has, .. } = self;
        Pattern { status, vendor_code, body, body_has }
    }
}

/// How a response ends its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepEnding {
    /// What the step does is done, or was done before.
    Done,
    /// There is nothing to do.
    Skipped,
    /// The provider did nothing. Try again later.
    Retry,
    /// The provider refuses, and would refuse again.
    Failed,
}

/// How a key is ended at its provider, by itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Revoke {
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// How a key is replaced by a new one with the same rights.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rotate {
    /// What a missing answer to the step with the new key means.
    pub lost: LostAnswer,
    /// What deletes the new key of an earlier try, whose answer was lost. It runs before the next try.
    #[serde(default)]
    pub clean: Vec<Step>,
    /// The steps that make the new key, with the old one. Exactly one has `newKey`.
    pub steps: Vec<Step>,
    /// What ends the old key, with the new one. It runs when the new one is stored. Empty: the old key ends by itself.
    #[serde(default)]
    pub finish: Vec<Step>,
}

impl Rotate {
    /// Whether the old key works for a while beside the new one.
    #[must_use]
    pub fn overlaps(&self) -> bool {
        let names = |text: &str| text.contains("{overlap.ms}");
        self.steps.iter().chain(&self.finish).any(|step| {
            names(&step.request) || step.body.as_ref().is_some_and(|body| names(&format!("{body:?}")))
        })
    }
}

/// What is done when nobody received the answer that has the new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LostAnswer {
    /// The old key still works: try again with it.
    Retry,
    /// The old key may be dead, and using it again may do harm: the account needs a new key.
    NeedsNewKey,
}
