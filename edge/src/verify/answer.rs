//! Says what a provider's answer means: the probe's own answers first, then the provider's, then what HTTP says.

use super::findings::{Findings, Learned};
use super::path::{NOTHING, text, texts};
use super::retry::{RETRY_DEFAULT, retry_after};
use super::{Question, Stop, Verification, unexpected};
use crate::ports::{FetchError, Incoming};
use latchkey_shared::i18n::Sentence;
use latchkey_shared::probe::{Expectation, Probe, ProbeEnding, ResponseRule};
use latchkey_shared::provider::Provider;
use latchkey_shared::{ErrorCode, FieldError, msg};
use serde_json::Value;

/// What an answer that lets verification go on means.
pub(super) enum Meaning {
    /// As expected, with what it tells.
    Accepts(Learned),
    /// Not as expected, but the probe is optional.
    Warns(FieldError),
    /// The key may not do what the probe asks.
    Denies,
    /// Nothing was learned.
    Ignored,
}

/// What an answer is judged by.
#[derive(Clone, Copy)]
pub(super) struct Judge<'a> {
    pub(super) question: &'a Question<'a>,
    pub(super) findings: &'a Findings,
}

impl Judge<'_> {
    pub(super) fn judge(self, probe: &Probe, incoming: &Incoming) -> Result<Meaning, Stop> {
        let provider = self.question.offered.provider;
        let body: Option<Value> = serde_json::from_slice(&incoming.body).ok();
        let succeeded = (200..300).contains(&incoming.status);
        if succeeded
            && let Some(body) = &body
            && probe.expect.iter().all(|wanted| is_met(wanted, body))
        {
            return Ok(Meaning::Accepts(self.findings.learn(probe, body, |text| !self.reveals(text))));
        }
        let code = |path: &Option<String>| {
            text(body.as_ref()?, path.as_deref()?, NOTHING)
                .filter(|code| is_code(code) && !self.reveals(code))
        };
        let (vendor_code, support_id) = (code(&provider.error_code), code(&provider.support_id));
        let answered = Answered { incoming, body: body.as_ref(), vendor_code: vendor_code.as_deref() };
        let meaning = match self.find(probe, &answered) {
            Some(answer) => act(provider, probe, answer, incoming, vendor_code),
            // The key was accepted before, so a plain refusal is about this.
            None if answered.denies(probe) => Ok(Meaning::Denies),
            None if incoming.status == 429 || incoming.status >= 500 => {
                Err(unavailable(provider, retry_after(provider, incoming, RETRY_DEFAULT)))
            }
            None => Err(unexpected(
                provider,
                format!(
                    "probe {} answered {} ({})",
                    probe.id,
                    incoming.status,
                    vendor_code.unwrap_or_default()
                ),
            )),
        };
        let meaning = meaning.map_err(|stop| with_support_id(support_id, stop));
        // What is optional never ends a verification, whatever is answered.
        if meaning.is_err() && probe.optional { Ok(unread(provider, probe)) } else { meaning }
    }

    /// A provider that answers with what it was sent is not repeated.
    fn reveals(self, text: &str) -> bool {
        self.question.credential.reveals(self.question.offered, text)
    }

    /// What the file says about an answer: what names the vendor's own code first, because a status stands for several causes.
    fn find<'a>(self, probe: &'a Probe, answered: &Answered<'_>) -> Option<&'a ResponseRule>
    where
        Self: 'a,
    {
        let provider = self.question.offered.provider;
        // What the provider's answers say is about the key as a whole: not about a part of what it may do, and nothing can be
        // said about a key that was not sent.
        let about_key = |answer: &&ResponseRule| {
            probe.secret || answer.field.as_deref().is_none_or(|field| !provider.is_secret(field))
        };
        let common = if probe.capabilities.is_empty() { provider.responses.as_slice() } else { &[] };
        let all = || probe.responses.iter().chain(common.iter().filter(about_key));
        let of_code = all().find(|answer| !answer.vendor_code.is_empty() && answered.is(answer));
        of_code.or_else(|| all().find(|answer| answered.is(answer)))
    }
}

/// Adds the id that the vendor's support asks for to what is logged.
fn with_support_id(id: Option<String>, mut stop: Stop) -> Stop {
    if let (Verification::Unexpected(_, log), Some(id)) = (stop.as_mut(), id) {
        log.push_str(&format!(", support id {id}"));
    }
    stop
}

/// What comes of an optional probe whose answer nobody foresaw: a warning, if it was to read what the key may do.
pub(super) fn unread(provider: &Provider, probe: &Probe) -> Meaning {
    if !probe.extract.contains_key("roles") {
        return Meaning::Ignored;
    }
    Meaning::Warns(FieldError::whole(
        ErrorCode::RightsUnknown,
        msg!("{provider} did not say what the key may do.", provider = &provider.name),
        msg!("Nothing to do if it has the rights the guide asks for."),
    ))
}

/// A code of a vendor's, and not some text an answer carries in its place.
fn is_code(code: &str) -> bool {
    code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

fn is_met(wanted: &Expectation, body: &Value) -> bool {
    texts(body, &wanted.path, NOTHING).iter().any(|found| {
        wanted.prefix.as_ref().is_none_or(|prefix| found.starts_with(prefix))
            && wanted.is.as_ref().is_none_or(|text| text == found)
    })
}

/// An answer, and what of it a provider file may ask for.
struct Answered<'a> {
    incoming: &'a Incoming,
    body: Option<&'a Value>,
    vendor_code: Option<&'a str>,
}

impl Answered<'_> {
    fn is(&self, answer: &ResponseRule) -> bool {
        let status = self.incoming.status;
        let named = |word: &String| match word.strip_suffix("xx") {
            Some(class) => class.parse() == Ok(status / 100),
            None => word.parse() == Ok(status),
        };
        (answer.status.is_empty() || answer.status.iter().any(named))
            && (answer.vendor_code.is_empty()
                || self.vendor_code.is_some_and(|code| answer.vendor_code.iter().any(|known| known == code)))
            && (answer.body.is_empty() || answer.body.iter().any(|kind| kind == self.body_kind()))
            && answer.body_has.iter().all(|wanted| self.body.is_some_and(|body| is_met(wanted, body)))
    }

    /// Whether it says that the key may not do the one thing the probe tries. A page of HTML is a proxy's or a firewall's.
    fn denies(&self, probe: &Probe) -> bool {
        !probe.capabilities.is_empty()
            && probe.capabilities.iter().all(|capability| capability.path.is_none())
            && matches!(self.incoming.status, 401 | 403)
            && self.body_kind() != "html"
    }

    fn body_kind(&self) -> &'static str {
        let start = self.incoming.body.trim_ascii_start();
        match start.first() {
            None => "empty",
            _ if self.body.is_some() => "json",
            Some(b'<') => "html",
            Some(_) => "other",
        }
    }
}

fn act(
    provider: &Provider,
    probe: &Probe,
    answer: &ResponseRule,
    incoming: &Incoming,
    vendor_code: Option<String>,
) -> Result<Meaning, Stop> {
    let error = FieldError {
        field: answer.field.clone(),
        code: answer.code,
        message: Sentence::from(&answer.message),
        fix: Sentence::from(&answer.fix),
        vendor_code,
    };
    Err(Box::new(match answer.ending {
        ProbeEnding::Warned => return Ok(Meaning::Warns(error)),
        ProbeEnding::Denied => return Ok(Meaning::Denies),
        ProbeEnding::Ignored => return Ok(Meaning::Ignored),
        ProbeEnding::Rejected => Verification::Rejected(error),
        ProbeEnding::Unavailable => {
            let wait = retry_after(provider, incoming, answer.retry_after.unwrap_or(RETRY_DEFAULT));
            Verification::Unavailable(error, wait)
        }
        ProbeEnding::Unexpected => Verification::Unexpected(
            error,
            format!("probe {} answered {}, which its file calls unexpected", probe.id, incoming.status),
        ),
    }))
}

/// What it means that no answer came.
pub(super) fn unanswered(provider: &Provider, probe: &Probe, error: FetchError) -> Result<Meaning, Stop> {
    if probe.optional {
        return Ok(unread(provider, probe));
    }
    let name = &provider.name;
    let why = match error {
        FetchError::TimedOut => msg!("{provider} did not answer in time.", provider = name),
        FetchError::TooLarge => msg!("{provider} answered with far more than it should.", provider = name),
        FetchError::Network => msg!("{provider} could not be reached.", provider = name),
    };
    Err(Box::new(Verification::Unavailable(
        FieldError::whole(
            ErrorCode::ProviderUnavailable,
            why,
            msg!("Check the domain, wait a moment, and press Connect again. Nothing you typed is lost."),
        ),
        RETRY_DEFAULT,
    )))
}

fn unavailable(provider: &Provider, wait: u32) -> Stop {
    let error = FieldError::whole(
        ErrorCode::ProviderUnavailable,
        msg!(
            "{provider} does not answer properly right now. This is not about your key.",
            provider = &provider.name
        ),
        msg!("Wait a moment and press Connect again. Nothing you typed is lost."),
    );
    Box::new(Verification::Unavailable(error, wait))
}
