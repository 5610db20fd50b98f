//! Decides what a provider's response means: by the probe's rules first, then by the provider's, then by HTTP status.

use super::findings::{Extracted, Findings, Response};
use super::path::{NOTHING, text, texts, token};
use super::retry::{RETRY_DEFAULT, retry_after};
use super::{Failure, Verification, VerificationRequest, unexpected};
use crate::credential::shows;
use crate::ports::{FetchError, Incoming};
use latchkey_shared::collect::sort_few;
use latchkey_shared::field::shape;
use latchkey_shared::i18n::Sentence;
use latchkey_shared::probe::{CauseSign, Expectation, Pattern, Probe, ProbeEnding, ResponseRule};
use latchkey_shared::provider::Provider;
use latchkey_shared::{ErrorCode, FieldError, Secret, msg};
use serde_json::Value;
use std::collections::BTreeMap;

/// The outcome of one probe, if the verification goes on after it.
pub(super) enum ProbeOutcome {
    /// The response is as expected, and these are its findings.
    Passed(Extracted),
    /// The response is not as expected, but the probe is optional.
    Warned(FieldError),
    /// The key may not do what the probe tries.
    Denied,
    /// The response has no finding, and the report does not mention the probe.
    Ignored,
}

/// Classifies responses, with what is known so far.
#[derive(Clone, Copy)]
pub(super) struct Classifier<'a> {
    pub(super) request: &'a VerificationRequest<'a>,
    pub(super) findings: &'a Findings,
    /// The access token, if the key was exchanged for one.
    pub(super) secrets: &'a BTreeMap<String, Secret>,
}

impl Classifier<'_> {
    pub(super) fn classify(self, probe: &Probe, incoming: &Incoming) -> Result<ProbeOutcome, Failure> {
        let provider = self.request.offered.provider;
        let body: Option<Value> = serde_json::from_slice(&incoming.body).ok();
        let succeeded = (200..300).contains(&incoming.status);
        if succeeded
            && let Some(body) = &body
            && probe.expect.iter().all(|wanted| is_met(wanted, body))
        {
            let new = probe.token.as_ref().map(|path| token(body, path));
            if new.as_ref().is_none_or(Option::is_some) {
                let new = new.flatten();
                let shows =
                    |text: &str| self.reveals(text) || new.as_ref().is_some_and(|new| shows(text, new));
                let response = Response { body, headers: &incoming.headers };
                let mut extracted = self.findings.extract(probe, &response, |text| !shows(text));
                extracted.token = new;
                return Ok(ProbeOutcome::Passed(extracted));
            }
        }
        let code = |path: &Option<String>| code_at(body.as_ref(), path.as_deref(), |text| self.reveals(text));
        let (vendor_code, support_id) = (code(&provider.error_code), code(&provider.support_id));
        let response = ProbeResponse { incoming, body: body.as_ref(), vendor_code: vendor_code.as_deref() };
        let outcome = match self.find_rule(probe, &response) {
            Some(rule) => {
                let page = self.request.stored && response.is_page();
                let outcome = self.apply_rule(probe, rule, incoming, vendor_code);
                outcome.map_err(|failure| if page { not_of_provider(probe, failure) } else { failure })
            }
            // An earlier probe accepted the key, so a plain refusal concerns this right.
            None if response.denies(probe) => Ok(ProbeOutcome::Denied),
            None if incoming.status == 429 || incoming.status >= 500 => {
                Err(unavailable(provider, incoming.status, retry_after(provider, incoming, RETRY_DEFAULT)))
            }
            None => Err(unexpected(
                provider,
                format!(
                    "probe {}: unknown response, status {} ({})",
                    probe.id,
                    incoming.status,
                    vendor_code.unwrap_or_default()
                ),
            )),
        };
        let outcome = outcome.map_err(|failure| with_support_id(support_id, failure));
        // An optional probe never ends a verification, whatever the response is.
        if outcome.is_err() && probe.optional { Ok(optional_failed(provider, probe)) } else { outcome }
    }

    /// Whether the text holds a secret that was sent. Such a text is never repeated.
    fn reveals(self, text: &str) -> bool {
        self.request.credential.reveals(self.request.offered, text)
            || self.secrets.values().any(|secret| shows(text, secret))
    }

    /// The first rule of the provider's file that matches. Rules with a vendor code come first, because one status has several causes.
    fn find_rule<'a>(self, probe: &'a Probe, response: &ProbeResponse<'_>) -> Option<&'a ResponseRule>
    where
        Self: 'a,
    {
        let provider = self.request.offered.provider;
        // The provider's common rules concern the key as a whole. They do not apply to a probe of one capability, and a rule
        // about a secret field does not apply to a probe that sent no secret.
        let about_key = |rule: &&ResponseRule| {
            probe.secret || rule.field.as_deref().is_none_or(|field| !provider.is_secret(field))
        };
        let common = if probe.capabilities.is_empty() { provider.responses.as_slice() } else { &[] };
        // A page comes from a proxy or a firewall, so it accepts no key unless the rule names pages.
        let accepts = |rule: &ResponseRule| {
            rule.ending == ProbeEnding::Accepted || (rule.ending == ProbeEnding::Warned && !probe.optional)
        };
        let page = response.is_page();
        let fits = |rule: &&ResponseRule| {
            response.matches(&rule.pattern()) && (!page || !accepts(rule) || !rule.body.is_empty())
        };
        let all = || probe.responses.iter().chain(common.iter().filter(about_key)).filter(fits);
        all().find(|rule| !rule.vendor_code.is_empty()).or_else(|| all().next())
    }

    /// The outcome or failure that a rule names.
    fn apply_rule(
        self,
        probe: &Probe,
        rule: &ResponseRule,
        incoming: &Incoming,
        vendor_code: Option<String>,
    ) -> Result<ProbeOutcome, Failure> {
        let error = FieldError {
            field: rule.field.clone(),
            code: rule.code.unwrap_or(ErrorCode::ProviderUnexpected),
            message: Sentence::from(&rule.message),
            causes: self.likeliest_first(rule),
            fix: Sentence::from(&rule.fix),
            vendor_code,
            suggestion: None,
            choices: Vec::new(),
        };
        Err(Box::new(match rule.ending {
            ProbeEnding::Warned => return Ok(ProbeOutcome::Warned(error)),
            ProbeEnding::Denied => return Ok(ProbeOutcome::Denied),
            ProbeEnding::Ignored => return Ok(ProbeOutcome::Ignored),
            ProbeEnding::Accepted => return Ok(ProbeOutcome::Passed(Findings::without_any(probe))),
            ProbeEnding::Rejected => Verification::Rejected(error),
            ProbeEnding::Unavailable => {
                let provider = self.request.offered.provider;
                let wait = retry_after(provider, incoming, rule.retry_after.unwrap_or(RETRY_DEFAULT));
                Verification::Unavailable(error, wait)
            }
            ProbeEnding::Unexpected => Verification::Unexpected(
                error,
                format!("probe {}: status {}, which its file calls unexpected", probe.id, incoming.status),
            ),
        }))
    }

    /// The causes of a rule. One with a sign stands first if the sign is there, and last if it is not.
    fn likeliest_first(self, rule: &ResponseRule) -> Vec<Sentence> {
        let mut causes: Vec<_> = rule.causes.iter().collect();
        sort_few(&mut causes, |cause| match cause.sign {
            Some(CauseSign::Shape) if self.is_misshapen(rule) => 0,
            None => 1,
            Some(CauseSign::Shape) => 2,
        });
        causes.into_iter().map(|cause| Sentence::from(&cause.text)).collect()
    }

    /// Whether the value of the rule's field has none of the usual shapes.
    fn is_misshapen(self, rule: &ResponseRule) -> bool {
        let field = rule.field.as_deref().and_then(|id| self.request.offered.provider.field(id));
        let value = field.and_then(|field| Some((field, self.request.credential.value(&field.id)?)));
        // Exposed to be compared. Nothing of it is kept.
        value.is_some_and(|(field, value)| {
            !field.parse.shapes.iter().any(|shape| shape::fits(shape, value.expose()))
        })
    }
}

/// Adds the id that the vendor's support asks for to the text for the log.
fn with_support_id(id: Option<String>, mut failure: Failure) -> Failure {
    if let (Verification::Unexpected(_, log), Some(id)) = (failure.as_mut(), id) {
        log.push_str(&format!(", support id {id}"));
    }
    failure
}

/// The outcome of an optional probe that has no usable response: a warning if it reads the key's roles, else nothing.
pub(super) fn optional_failed(provider: &Provider, probe: &Probe) -> ProbeOutcome {
    if !probe.extract.contains_key("roles") {
        return ProbeOutcome::Ignored;
    }
    ProbeOutcome::Warned(FieldError::whole(
        ErrorCode::RightsUnknown,
        msg!("{provider} did not say what the key may do.", provider = &provider.name),
        msg!("Nothing to do if it has the rights the guide asks for."),
    ))
}

/// The vendor's code, or id, at a path of a body. A text that reveals a secret, or has another form, is not repeated.
pub(crate) fn code_at(
    body: Option<&Value>,
    path: Option<&str>,
    reveals: impl Fn(&str) -> bool,
) -> Option<String> {
    text(body?, path?, NOTHING).filter(|code| is_code(code) && !reveals(code))
}

/// Whether the text has the form of a vendor's code: at most 64 letters, digits, `_`, `-` and `.`.
fn is_code(code: &str) -> bool {
    code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

pub(crate) fn is_met(wanted: &Expectation, body: &Value) -> bool {
    texts(body, &wanted.path, NOTHING).iter().any(|found| {
        wanted.prefix.as_ref().is_none_or(|prefix| found.starts_with(prefix))
            && wanted.is.as_ref().is_none_or(|text| text == found)
    })
}

/// A response, with the parts that a rule can test.
pub(crate) struct ProbeResponse<'a> {
    pub(crate) incoming: &'a Incoming,
    pub(crate) body: Option<&'a Value>,
    pub(crate) vendor_code: Option<&'a str>,
}

impl ProbeResponse<'_> {
    pub(crate) fn matches(&self, rule: &Pattern<'_>) -> bool {
        let status = self.incoming.status;
        let named = |word: &String| match word.strip_suffix("xx") {
            Some(class) => class.parse() == Ok(status / 100),
            None => word.parse() == Ok(status),
        };
        (rule.status.is_empty() || rule.status.iter().any(named))
            && (rule.vendor_code.is_empty()
                || self.vendor_code.is_some_and(|code| rule.vendor_code.iter().any(|known| known == code)))
            && (rule.body.is_empty() || rule.body.iter().any(|kind| kind == self.body_kind()))
            && rule.body_has.iter().all(|wanted| self.body.is_some_and(|body| is_met(wanted, body)))
    }

    /// Whether the body is neither JSON nor empty. Such a response comes from a proxy or a firewall.
    fn is_page(&self) -> bool {
        !matches!(self.body_kind(), "json" | "empty")
    }

    /// Whether the provider denies the one right that the probe tries. A page comes from a proxy or a firewall instead.
    fn denies(&self, probe: &Probe) -> bool {
        !probe.capabilities.is_empty()
            && probe.capabilities.iter().all(|capability| capability.path.is_none())
            && matches!(self.incoming.status, 401 | 403)
            && !self.is_page()
    }

    pub(crate) fn body_kind(&self) -> &'static str {
        let start = self.incoming.body.trim_ascii_start();
        match start.first() {
            None => "empty",
            _ if self.body.is_some() => "json",
            Some(b'<') => "html",
            Some(_) => "other",
        }
    }
}

/// A refusal that the provider did not send, so nothing is known about the key.
fn not_of_provider(probe: &Probe, failure: Failure) -> Failure {
    match *failure {
        Verification::Rejected(error) => {
            Box::new(Verification::Unexpected(error, format!("probe {}: a page, no refusal", probe.id)))
        }
        _ => failure,
    }
}

/// The outcome of a probe without a response: a failure, unless the probe is optional.
pub(super) fn no_response(
    provider: &Provider,
    probe: &Probe,
    error: FetchError,
) -> Result<ProbeOutcome, Failure> {
    if probe.optional {
        return Ok(optional_failed(provider, probe));
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

fn unavailable(provider: &Provider, status: u16, wait: u32) -> Failure {
    let fix = msg!("Wait a moment and press Connect again. Nothing you typed is lost.");
    let name = &provider.name;
    let error = if status == 429 {
        let message = msg!("{provider} is limiting requests right now.", provider = name);
        FieldError::whole(ErrorCode::ProviderRateLimited, message, fix)
    } else {
        let message = msg!(
            "{provider} does not answer properly right now. This is not about your key.",
            provider = name
        );
        FieldError::whole(ErrorCode::ProviderUnavailable, message, fix)
    };
    Box::new(Verification::Unavailable(error, wait))
}
