//! Decides how a step of a procedure ended: by the step's own rules first, then by the provider's common ones, then by HTTP status.
//!
//! An answer that nobody can read, an outage and a time limit say nothing about what the provider did: such a step may be tried
//! again, and may have been done.

use super::{Procedure, StepState};
use crate::credential::shows as shows_secret;
use crate::ports::{FetchError, Incoming};
use crate::verify::Verification;
use crate::verify::findings::{Findings, Response, found};
use crate::verify::path::value;
use crate::verify::response::{ProbeResponse, code_at, is_met};
use crate::verify::retry::{RETRY_DEFAULT, retry_after};
use latchkey_shared::i18n::Sentence;
use latchkey_shared::probe::{ProbeEnding, ResponseRule};
use latchkey_shared::procedure::{Step, StepEnding, StepResponse};
use latchkey_shared::provider::Provider;
use latchkey_shared::{ErrorCode, FieldError, Secret};
use serde_json::Value;
use std::collections::BTreeMap;

/// The longest new key, in characters: the longest that a form takes.
const KEY_MAX: usize = 512;

/// What a step ended with.
pub(super) struct Ended {
    pub(super) state: StepState,
    pub(super) error: Option<FieldError>,
    pub(super) retry_in: Option<u32>,
    pub(super) perhaps_done: bool,
    pub(super) ruled: bool,
    pub(super) refusal: Option<ErrorCode>,
    pub(super) found: BTreeMap<String, Vec<String>>,
    pub(super) values: BTreeMap<String, Value>,
    pub(super) new_key: Option<(&'static str, Secret)>,
    pub(super) log: Option<String>,
}

impl Ended {
    /// An ending without an error.
    pub(super) fn in_state(state: StepState) -> Self {
        Self {
            state,
            error: None,
            retry_in: None,
            perhaps_done: false,
            ruled: false,
            refusal: None,
            found: BTreeMap::new(),
            values: BTreeMap::new(),
            new_key: None,
            log: None,
        }
    }

    fn failed(error: FieldError) -> Self {
        Self { error: Some(error), ..Self::in_state(StepState::Failed) }
    }

    /// The step needs something that we do not know about this key.
    pub(super) fn incomplete(provider: &Provider, step: &Step) -> Self {
        let log = format!("step {}: a placeholder has no value", step.id);
        let cause = format!("{} did not tell everything that this request needs.", provider.name);
        let fix = "Check the account now, and try again; or do it by hand at the provider.";
        Self { log: Some(log), ..Self::failed(error(ErrorCode::ProviderUnexpected, &cause, fix)) }
    }

    /// The request may not be sent.
    pub(super) fn unsendable(provider: &Provider, failure: Verification) -> Self {
        let cause = format!("The request to {} may not be sent to the account’s host.", provider.name);
        let fix = "Allow the host in the project again, or do it by hand at the provider.";
        let log = if let Verification::Unexpected(_, log) = failure { Some(log) } else { None };
        Self { log, ..Self::failed(error(ErrorCode::HostNotAllowed, &cause, fix)) }
    }

    /// The key could not be exchanged for an access token, so the provider did nothing.
    pub(super) fn without_token(provider: &Provider, failure: Verification) -> Self {
        let again = |error: FieldError| FieldError { fix: Sentence::from(&TRY_AGAIN.to_owned()), ..error };
        match failure {
            Verification::Unavailable(error, wait) => Self::unreachable(again(error), wait),
            Verification::Rejected(error) => Self::failed(error),
            Verification::Unexpected(_, log) => {
                let cause = format!("{} answered in a way that we do not know.", provider.name);
                let error = error(ErrorCode::ProviderUnexpected, &cause, TRY_AGAIN);
                Self { log: Some(log), ..Self::unreachable(error, RETRY_DEFAULT) }
            }
            Verification::Accepted(_) => Self::in_state(StepState::Done),
        }
    }

    /// There was no answer.
    pub(super) fn without_answer(provider: &Provider, why: FetchError) -> Self {
        let name = &provider.name;
        let cause = match why {
            FetchError::TimedOut => format!("{name} did not answer in time."),
            FetchError::TooLarge => format!("{name} answered with far more than it should."),
            FetchError::Network => format!("{name} could not be reached."),
        };
        let error = error(ErrorCode::ProviderUnavailable, &cause, TRY_AGAIN);
        Self { perhaps_done: true, ..Self::unreachable(error, RETRY_DEFAULT) }
    }

    fn unreachable(error: FieldError, wait: u32) -> Self {
        Self { error: Some(error), retry_in: Some(wait), ..Self::in_state(StepState::Unreachable) }
    }
}

const TRY_AGAIN: &str = "Nothing to do: it is tried again by itself.";

fn error(code: ErrorCode, cause: &str, fix: &str) -> FieldError {
    FieldError::whole(code, Sentence::from(&cause.to_owned()), Sentence::from(&fix.to_owned()))
}

/// The ending of a step that was answered. `secrets` are those that were sent beside the credential's.
pub(super) fn ended(
    procedure: &Procedure<'_>,
    secrets: &BTreeMap<String, Secret>,
    findings: &Findings,
    step: &'static Step,
    incoming: &Incoming,
) -> Ended {
    let provider = procedure.offered.provider;
    let body: Option<Value> = serde_json::from_slice(&incoming.body).ok();
    let reveals = |text: &str| reveals(procedure, secrets, text);
    let vendor_code = code_at(body.as_ref(), provider.error_code.as_deref(), reveals);
    let response = ProbeResponse { incoming, body: body.as_ref(), vendor_code: vendor_code.as_deref() };
    let with_code = |mut ended: Ended| {
        if let Some(error) = &mut ended.error {
            error.vendor_code.clone_from(&vendor_code);
        }
        ended
    };
    // A rule with a vendor's code comes first, because one status has several causes.
    let own = |coded: bool| {
        let mut rules = step.responses.iter().filter(move |rule| rule.vendor_code.is_empty() != coded);
        rules.find(|rule| response.matches(&rule.pattern()))
    };
    let common = |coded: bool| {
        let mut rules = provider.responses.iter().filter(move |rule| rule.vendor_code.is_empty() != coded);
        rules.find(|rule| response.matches(&rule.pattern()))
    };
    let of_common = |rule: &ResponseRule| with_code(of_common(provider, rule, &response));
    let of_own = |rule: &StepResponse| match rule.ending {
        StepEnding::Done => accepted(procedure, secrets, findings, step, &incoming.headers, body.as_ref()),
        StepEnding::Skipped => {
            let refusal = common(true).or_else(|| common(false));
            let refusal =
                refusal.filter(|rule| rule.ending == ProbeEnding::Rejected).and_then(|rule| rule.code);
            Ended { refusal, ..Ended::in_state(StepState::Skipped) }
        }
        StepEnding::Failed => with_code(Ended::failed(of_rule(rule))),
        StepEnding::Retry => {
            let wait = retry_after(provider, incoming, rule.retry_after.unwrap_or(RETRY_DEFAULT));
            with_code(Ended::unreachable(of_rule(rule), wait))
        }
    };
    let ruled = |rule: &StepResponse| Ended { ruled: true, ..of_own(rule) };
    if let Some(rule) = own(true) {
        return ruled(rule);
    }
    if let Some(rule) = common(true) {
        return of_common(rule);
    }
    if let Some(rule) = own(false) {
        return ruled(rule);
    }
    let succeeded = (200..300).contains(&incoming.status);
    if succeeded && step.expect.iter().all(|wanted| is_met(wanted, body.as_ref().unwrap_or(&Value::Null))) {
        return accepted(procedure, secrets, findings, step, &incoming.headers, body.as_ref());
    }
    common(false).map_or_else(|| with_code(unknown(provider, step, incoming)), of_common)
}

/// The ending that a common rule of the provider names.
fn of_common(provider: &Provider, rule: &ResponseRule, response: &ProbeResponse<'_>) -> Ended {
    let message = Sentence::from(&rule.message);
    let code = rule.code.unwrap_or(ErrorCode::ProviderUnexpected);
    match rule.ending {
        // A page comes from a proxy or a firewall, so it is no refusal of the provider.
        ProbeEnding::Rejected if matches!(response.body_kind(), "json" | "empty") => {
            Ended::failed(FieldError::whole(code, message, Sentence::from(&rule.fix)))
        }
        ProbeEnding::Rejected => Ended {
            perhaps_done: true,
            ..Ended::unreachable(FieldError::whole(code, message, Sentence::from(&rule.fix)), RETRY_DEFAULT)
        },
        _ => {
            let default = rule.retry_after.unwrap_or(RETRY_DEFAULT);
            let wait = retry_after(provider, response.incoming, default);
            let error = FieldError::whole(code, message, Sentence::from(&TRY_AGAIN.to_owned()));
            // Whoever limits the rate did nothing.
            let perhaps_done = code != ErrorCode::ProviderRateLimited;
            Ended { perhaps_done, ..Ended::unreachable(error, wait) }
        }
    }
}

/// The ending of a response that the provider's file does not name.
fn unknown(provider: &Provider, step: &Step, incoming: &Incoming) -> Ended {
    let status = incoming.status;
    let (code, does) = if status == 429 {
        (ErrorCode::ProviderRateLimited, "is limiting requests right now")
    } else if status >= 500 {
        (ErrorCode::ProviderUnavailable, "does not answer properly right now")
    } else {
        (ErrorCode::ProviderUnexpected, "answered in a way that we do not know")
    };
    let error = error(code, &format!("{} {does}.", provider.name), TRY_AGAIN);
    let wait = retry_after(provider, incoming, RETRY_DEFAULT);
    let log = format!("step {}: unknown response, status {status}", step.id);
    Ended { perhaps_done: status != 429, log: Some(log), ..Ended::unreachable(error, wait) }
}

fn of_rule(rule: &StepResponse) -> FieldError {
    let code = rule.code.unwrap_or(ErrorCode::ProviderUnexpected);
    FieldError::whole(code, Sentence::from(&rule.message), Sentence::from(&rule.fix))
}

/// The ending of a step that the provider did: what its body says.
fn accepted(
    procedure: &Procedure<'_>,
    secrets: &BTreeMap<String, Secret>,
    findings: &Findings,
    step: &'static Step,
    headers: &BTreeMap<String, String>,
    body: Option<&Value>,
) -> Ended {
    let provider = procedure.offered.provider;
    let mut ended = Ended::in_state(StepState::Done);
    let body = body.unwrap_or(&Value::Null);
    if let Some(key) = &step.new_key {
        let text = value(body, &key.path).and_then(Value::as_str);
        let usable = |text: &&str| !text.is_empty() && text.len() <= KEY_MAX;
        let Some(text) = text.filter(usable) else {
            let cause = format!("{} answered, but the answer has no new key.", provider.name);
            let error = error(ErrorCode::ProviderUnexpected, &cause, TRY_AGAIN);
            let log = format!("step {}: no new key in the answer", step.id);
            return Ended { perhaps_done: true, log: Some(log), ..Ended::unreachable(error, RETRY_DEFAULT) };
        };
        ended.new_key = Some((&key.field, Secret::new(text.to_owned())));
    }
    let known = |name: &str| findings.one(name).map(str::to_owned);
    let new_key = ended.new_key.as_ref().map(|(_, key)| key.clone());
    // Exposed to be compared. Nothing of it is kept.
    let shows = |text: &str| {
        reveals(procedure, secrets, text)
            || new_key.as_ref().is_some_and(|key| text.contains(key.expose()) || shows_secret(text, key))
    };
    for (name, extraction) in &step.extract {
        if name.starts_with("json.") {
            let found = value(body, &extraction.path);
            let found = found.filter(|found| !is_nothing(found) && !shows(&found.to_string()));
            if let Some(found) = found {
                ended.values.insert(name.clone(), found.clone());
            }
            continue;
        }
        let response = Response { body, headers };
        let found =
            found(extraction, &extraction.path, &response, &known).into_iter().filter(|text| !shows(text));
        let found: Vec<String> = match &extraction.map {
            map if map.is_empty() => found.collect(),
            map => found.filter_map(|text| map.get(&text).cloned()).collect(),
        };
        if !found.is_empty() {
            ended.found.insert(name.clone(), found);
        }
    }
    ended
}

/// Whether a value says as little as if it were missing.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Whether a text holds a secret that was sent.
fn reveals(procedure: &Procedure<'_>, secrets: &BTreeMap<String, Secret>, text: &str) -> bool {
    // Exposed to be compared.
    let ours = secrets.values().any(|secret| text.contains(secret.expose()) || shows_secret(text, secret));
    ours || procedure.credential.reveals(procedure.offered, text)
}
