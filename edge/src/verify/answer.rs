//! Says what a provider's answer means: the probe's own answers first, then the provider's, then what HTTP says.

use super::extract::{Findings, text};
use super::{RETRY_DEFAULT, Stop, Verification, describe, retry_after, unexpected};
use crate::ports::{FetchError, Incoming};
use latchkey_shared::probe::{Answer, AnswerEnding, Probe};
use latchkey_shared::provider::Provider;
use latchkey_shared::{ErrorCode, FieldError};
use serde_json::Value;

/// What an answer that lets verification go on means.
pub(super) enum Meaning {
    /// As expected, with the body.
    Accepts(Value),
    /// Not as expected, but the probe is optional.
    Warns(FieldError),
}

pub(super) fn judge(provider: &Provider, probe: &Probe, incoming: &Incoming) -> Result<Meaning, Stop> {
    let body: Option<Value> = serde_json::from_slice(&incoming.body).ok();
    let succeeded = (200..300).contains(&incoming.status);
    if succeeded
        && let Some(body) = &body
        && probe
            .expect
            .iter()
            .all(|wanted| text(body, &wanted.path).is_some_and(|found| found.starts_with(&wanted.prefix)))
    {
        return Ok(Meaning::Accepts(body.clone()));
    }
    let vendor_code = provider
        .error_code
        .as_deref()
        .and_then(|path| text(body.as_ref()?, path))
        .filter(|code| is_code(code));
    let answers = probe.answers.iter().chain(&provider.answers);
    let found = answers
        .into_iter()
        .find(|answer| matches(answer, incoming.status, succeeded, vendor_code.as_deref()));
    let meaning = match found {
        Some(answer) => act(provider, probe, answer, incoming, vendor_code),
        None if incoming.status == 429 || incoming.status >= 500 => {
            Err(unavailable(provider, retry_after(provider, incoming)))
        }
        None => Err(unexpected(
            provider,
            format!("probe {} answered {} ({})", probe.id, incoming.status, vendor_code.unwrap_or_default()),
        )),
    };
    // What is optional never ends a verification, whatever is answered.
    if meaning.is_err() && probe.optional { Ok(unread(provider)) } else { meaning }
}

/// The warning of an optional probe whose answer nobody foresaw.
fn unread(provider: &Provider) -> Meaning {
    Meaning::Warns(FieldError::whole(
        ErrorCode::RightsUnknown,
        format!("{} did not say what the key may do.", provider.name),
        "Nothing to do now; it is asked again later.",
    ))
}

/// A code of a vendor's, and not some text an answer carries in its place.
fn is_code(code: &str) -> bool {
    code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

fn matches(answer: &Answer, status: u16, succeeded: bool, vendor_code: Option<&str>) -> bool {
    let named = |word: &str| match word {
        "body" => succeeded,
        class if class.ends_with("xx") => class.starts_with(char::from(b'0' + (status / 100) as u8)),
        exact => exact.parse() == Ok(status),
    };
    (answer.status.is_empty() || answer.status.iter().any(|word| named(word)))
        && (answer.vendor_code.is_empty()
            || vendor_code.is_some_and(|code| answer.vendor_code.iter().any(|known| known == code)))
}

fn act(
    provider: &Provider,
    probe: &Probe,
    answer: &Answer,
    incoming: &Incoming,
    vendor_code: Option<String>,
) -> Result<Meaning, Stop> {
    let error = FieldError {
        field: answer.field.clone(),
        code: answer.code,
        message: answer.message.clone(),
        fix: answer.fix.clone(),
        vendor_code,
    };
    Err(Box::new(match answer.ending {
        AnswerEnding::Warned => return Ok(Meaning::Warns(error)),
        AnswerEnding::Rejected => Verification::Rejected(error),
        AnswerEnding::Unavailable => Verification::Unavailable(error, retry_after(provider, incoming)),
        AnswerEnding::Unexpected => Verification::Unexpected(
            error,
            format!("probe {} answered {}, which its file calls unexpected", probe.id, incoming.status),
        ),
    }))
}

/// What it means that no answer came.
pub(super) fn unanswered(provider: &Provider, probe: &Probe, error: FetchError) -> Result<Meaning, Stop> {
    let message = format!("{} {}.", provider.name, describe(error));
    if probe.optional {
        return Ok(unread(provider));
    }
    let fix = "Check the domain, wait a moment, and press Connect again. Nothing you typed is lost.";
    Err(Box::new(Verification::Unavailable(
        FieldError::whole(ErrorCode::ProviderUnavailable, message, fix),
        RETRY_DEFAULT,
    )))
}

fn unavailable(provider: &Provider, wait: u32) -> Stop {
    let error = FieldError::whole(
        ErrorCode::ProviderUnavailable,
        format!("{} does not answer properly right now. This is not about your key.", provider.name),
        "Wait a moment and press Connect again. Nothing you typed is lost.",
    );
    Box::new(Verification::Unavailable(error, wait))
}

/// The warning that no role is among those that are enough, once this probe has read them.
pub(super) fn too_few_rights(provider: &Provider, probe: &Probe, findings: &Findings) -> Option<FieldError> {
    let rights = provider.rights.as_ref().filter(|rights| rights.probe == probe.id)?;
    let enough = findings.roles.iter().any(|role| rights.enough.contains(role));
    (!enough).then(|| FieldError::whole(ErrorCode::InsufficientRights, &rights.message, &rights.fix))
}
