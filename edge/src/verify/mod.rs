//! Verification: asks the provider what a credential is worth, as the provider's file says, and ends in one of four ways.
//!
//! Only [`verify`] makes a [`Verified`], and only a [`Verified`] can be sealed. A secret goes to no host that its field's
//! rule does not allow; redirects are not followed; bodies are parsed, never echoed.

mod answer;
mod extract;
mod request;

use crate::credential::Credential;
use crate::ports::{Fetch, FetchError, Incoming};
use answer::Meaning;
use extract::Findings;
use latchkey_shared::probe::Probe;
use latchkey_shared::provider::Provider;
use latchkey_shared::report::{Check, CheckState, EventHook, Report};
use latchkey_shared::{ErrorCode, FieldError};
use request::Origins;

/// A credential that its provider has accepted. Cannot be made by hand.
#[derive(Debug)]
pub struct Verified {
    credential: Credential,
    report: Report,
}

impl Verified {
    /// What was accepted.
    #[must_use]
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// What was learned.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }
}

/// How a verification ends. Nothing is stored on the last three.
#[derive(Debug)]
pub enum Verification {
    /// The key works.
    Accepted(Box<Verified>),
    /// A field is wrong.
    Rejected(FieldError),
    /// Try again, after so many seconds.
    Unavailable(FieldError, u32),
    /// An answer we do not know. The text is for the log: probe and status, never the body.
    Unexpected(FieldError, String),
}

/// What stops a verification before it is accepted: any ending but the first.
pub(crate) type Stop = Box<Verification>;

/// Asks the provider, probe by probe.
pub async fn verify(fetch: &impl Fetch, provider: &'static Provider, credential: Credential) -> Verification {
    match run(fetch, provider, &credential).await {
        Ok(report) => Verification::Accepted(Box::new(Verified { credential, report })),
        Err(stop) => *stop,
    }
}

async fn run(
    fetch: &impl Fetch,
    provider: &'static Provider,
    credential: &Credential,
) -> Result<Report, Stop> {
    let mut findings = Findings::default();
    let mut origins = Origins::of(provider, credential);
    let mut checks = Vec::new();
    let mut warnings = Vec::new();
    for probe in &provider.probes {
        match ask(fetch, provider, probe, credential, &origins, &findings).await? {
            Meaning::Accepts(body) => {
                findings.take(probe, &body);
                if let Some(canonical) = &probe.canonical {
                    origins.replace(
                        provider,
                        &canonical.field,
                        extract::text(&body, &canonical.path).as_deref(),
                    )?;
                }
                let warning = answer::too_few_rights(provider, probe, &findings);
                let state = if warning.is_some() { CheckState::Warned } else { CheckState::Passed };
                checks.push(check(probe, state));
                warnings.extend(warning);
            }
            Meaning::Warns(warning) => {
                checks.push(check(probe, CheckState::Skipped));
                warnings.push(warning);
            }
        }
    }
    let (identity, organization, roles) = findings.into_report();
    Ok(Report {
        checks,
        identity,
        organization,
        roles,
        warnings,
        event_hook: event_hook(provider, credential),
    })
}

async fn ask(
    fetch: &impl Fetch,
    provider: &'static Provider,
    probe: &Probe,
    credential: &Credential,
    origins: &Origins,
    findings: &Findings,
) -> Result<Meaning, Stop> {
    let outgoing = request::build(provider, probe, credential, origins, findings)?;
    match fetch.fetch(outgoing).await {
        Ok(incoming) => answer::judge(provider, probe, &incoming),
        Err(error) => answer::unanswered(provider, probe, error),
    }
}

fn check(probe: &Probe, state: CheckState) -> Check {
    Check { id: probe.id.clone(), title: probe.title.clone(), state }
}

fn event_hook(provider: &Provider, credential: &Credential) -> Option<EventHook> {
    let hook = provider.event_hook.as_ref()?;
    let name = credential.value(&hook.field).filter(|_| !provider.is_secret(&hook.field))?;
    // Exposed because the provider's file says that this field is no secret.
    Some(EventHook {
        name: name.expose().to_owned(),
        status: "not_registered".into(),
        message: hook.message.clone(),
    })
}

/// An ending for what the file does not foresee.
pub(crate) fn unexpected(provider: &Provider, log: String) -> Stop {
    let error = FieldError::whole(
        ErrorCode::ProviderUnexpected,
        format!("{} gave an answer that we do not know. Nothing was stored.", provider.name),
        "Try again. If it happens again, tell us the request id.".to_owned(),
    );
    Box::new(Verification::Unexpected(error, log))
}

/// How long to wait when the provider does not say, in seconds.
pub(crate) const RETRY_DEFAULT: u32 = 30;

pub(crate) fn retry_after(provider: &Provider, incoming: &Incoming) -> u32 {
    const LONGEST: i64 = 900;
    let header = |name: &str| incoming.headers.get(name).map(|text| text.trim());
    if let Some(seconds) = header("retry-after").and_then(|text| text.parse::<i64>().ok()) {
        return seconds.clamp(1, LONGEST) as u32;
    }
    // Compared with the answer's own date, not with our clock. A header sent twice arrives joined by a comma and does not
    // parse, which is what Okta's own clients demand (OKTA-112507).
    let waits = provider.rate_limit.as_ref().and_then(|limit| {
        let reset: i64 = header(&limit.reset_header)?.parse().ok()?;
        let now = crate::time::from_http_date(header("date")?)?;
        Some((reset.checked_mul(i64::from(limit.unit_ms))?.checked_sub(now)? + 1000) / 1000)
    });
    waits.map_or(RETRY_DEFAULT, |seconds| seconds.clamp(1, LONGEST) as u32)
}

/// Whether the provider did not answer because of us or because of the network.
pub(crate) fn describe(error: FetchError) -> &'static str {
    match error {
        FetchError::TimedOut => "did not answer in time",
        FetchError::TooLarge => "answered with far more than it should",
        FetchError::Network => "could not be reached",
    }
}
