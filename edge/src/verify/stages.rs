//! Runs the probes of a provider in order, and collects what each adds to the report.
//!
//! Required probes run first, one after the other: the organization before the secret is sent, the key before its rights.
//! Optional probes then run together. One that needs a finding of another runs after it.

use super::findings::Findings;
use super::origins::Origins;
use super::request::{RequestInputs, build};
use super::response::{self, ProbeOutcome};
use super::{Failure, PATIENCE_MS, Verification, VerificationRequest, choice, report};
use crate::ports::{Clock, Fetch};
use crate::time::{ProviderTime, from_any};
use futures_util::future::join_all;
use latchkey_shared::collect::sort_few;
use latchkey_shared::field::shape;
use latchkey_shared::i18n::Sentence;
use latchkey_shared::probe::Probe;
use latchkey_shared::provider::Provider;
use latchkey_shared::report::{Check, CheckState, Report};
use latchkey_shared::verification_step::VerificationStep;
use latchkey_shared::{FieldError, Secret};
use std::collections::BTreeMap;

/// The state of one verification.
struct Run<'a> {
    request: &'a VerificationRequest<'a>,
    findings: Findings,
    origins: Origins,
    /// The access token, once a probe got it.
    secrets: BTreeMap<String, Secret>,
    /// The groups of probes that stand for one another, by their word.
    groups: BTreeMap<&'a str, Group>,
    /// Each with the probe's index in the file, which is the order that people see.
    checks: Vec<(usize, Check)>,
    warnings: Vec<FieldError>,
    /// The values of fields that were found out, by field id.
    chosen: Vec<(String, String)>,
}

/// What the probes of a group ended with so far.
#[derive(Default)]
struct Group {
    accepted: bool,
    failure: Option<Failure>,
}

/// Field values as the verification settled them, by field id: origins, and what the key opens.
type Settled = Vec<(String, String)>;

/// Runs only the probes with these ids. Returns the end of the key, if a response names it.
pub(super) async fn run_only(
    fetch: &impl Fetch,
    request: &VerificationRequest<'_>,
    ids: &[String],
) -> Result<Option<i64>, Failure> {
    let run = some(fetch, request, |probe| ids.contains(&probe.id)).await.map_err(|(_, failure)| failure)?;
    Ok(match run.findings.one("key.expiresAt").map(from_any) {
        Some(ProviderTime::At(ms)) => Some(ms),
        _ => None,
    })
}

/// Exchanges the key for an access token. Nothing is sent if the provider's file has no probe for that.
///
/// # Errors
/// The probe that failed, and how.
pub(crate) async fn exchange(
    fetch: &impl Fetch,
    request: &VerificationRequest<'_>,
) -> Result<BTreeMap<String, Secret>, (&'static Probe, Failure)> {
    Ok(some(fetch, request, |probe| probe.token.is_some()).await?.secrets)
}

/// Runs some of the required probes.
async fn some<'a>(
    fetch: &impl Fetch,
    request: &'a VerificationRequest<'a>,
    wanted: impl Fn(&Probe) -> bool,
) -> Result<Run<'a>, (&'static Probe, Failure)> {
    let mut run = Run::new(request);
    for (at, probe) in request.offered.provider.probes.iter().enumerate() {
        if wanted(probe) {
            run.required(fetch, at, probe).await.map_err(|failure| (probe, failure))?;
        }
    }
    Ok(run)
}

/// Runs all stages. Returns the report and the values that were settled.
pub(super) async fn run(
    fetch: &impl Fetch,
    clock: &impl Clock,
    request: &VerificationRequest<'_>,
) -> Result<(Report, Settled), Failure> {
    let started = clock.now_ms();
    let mut run = Run::new(request);
    for stage in order(request.offered.provider) {
        if let [(at, probe)] = stage.as_slice()
            && !probe.optional
        {
            if run.required(fetch, *at, probe).await? {
                (request.on_step)(if probe.secret { VerificationStep::Key } else { VerificationStep::Host });
            }
            continue;
        }
        let late = clock.now_ms() - started > PATIENCE_MS;
        let outcomes = join_all(stage.iter().map(|(_, probe)| async {
            if late {
                Ok(response::optional_failed(request.offered.provider, probe))
            } else {
                run.run_probe(fetch, probe).await
            }
        }))
        .await;
        for ((at, probe), outcome) in stage.into_iter().zip(outcomes) {
            run.add(at, probe, outcome?)?;
        }
    }
    let Run { findings, mut checks, warnings, origins, chosen, .. } = run;
    sort_few(&mut checks, |(at, _)| *at);
    let checks = checks.into_iter().map(|(_, check)| check).collect();
    let report = report::make(request, clock.now_ms(), findings, checks, warnings)?;
    (request.on_step)(VerificationStep::Rights);
    Ok((report, origins.into_iter().chain(chosen).collect()))
}

/// Of two failures of a group, the one that counts. A provider that was not reached may have accepted the key, so that counts before
/// a refusal; for a stored key, an answer that is not understood does so too. Of equals, the last.
fn graver(first: Option<Failure>, last: Failure, stored: bool) -> Failure {
    let weight = |failure: &Failure| match **failure {
        Verification::Unavailable(..) => 3,
        Verification::Unexpected(..) if stored => 2,
        Verification::Rejected(_) => 1,
        _ => 0,
    };
    match first {
        Some(first) if weight(&first) > weight(&last) => first,
        _ => last,
    }
}

/// The stages in order. Each has its probes with their index in the file; the probes of one stage run together.
pub(super) fn order(provider: &'static Provider) -> Vec<Vec<(usize, &'static Probe)>> {
    let (mut optional, required): (Vec<_>, Vec<_>) =
        provider.probes.iter().enumerate().partition(|(_, probe)| probe.optional);
    let mut stages: Vec<_> = required.into_iter().map(|probe| vec![probe]).collect();
    while !optional.is_empty() {
        let waits = |probe: &Probe| {
            optional.iter().any(|(_, other)| {
                other.id != probe.id && probe.needs().any(|name| other.extract.contains_key(name))
            })
        };
        let (waiting, ready): (Vec<_>, Vec<_>) =
            optional.iter().copied().partition(|(_, probe)| waits(probe));
        // The build of the catalogue refuses probes that wait for each other.
        if ready.is_empty() {
            break;
        }
        optional = waiting;
        stages.push(ready);
    }
    stages
}

/// Which shape each value has, for conditions: the number of the first, from 0, or `none`. It is no part of a value.
fn shapes(request: &VerificationRequest<'_>) -> Findings {
    let mut findings = Findings::default();
    for field in request.offered.fields().iter().filter(|field| !field.parse.shapes.is_empty()) {
        // Exposed to be compared. Nothing of it is kept.
        let value = request.credential.value(&field.id).map_or("", |value| value.expose());
        let number = field.parse.shapes.iter().position(|shape| shape::fits(shape, value));
        let text = number.map_or("none".to_owned(), |number| number.to_string());
        findings.set(&["shape.", &field.id].concat(), vec![text]);
    }
    findings
}

impl<'a> Run<'a> {
    fn new(request: &'a VerificationRequest<'a>) -> Self {
        Self {
            request,
            findings: shapes(request),
            origins: Origins::of(request.offered, &request.credential),
            secrets: BTreeMap::new(),
            groups: BTreeMap::new(),
            checks: Vec::new(),
            warnings: Vec::new(),
            chosen: Vec::new(),
        }
    }

    /// Runs a required probe, unless another one of its group was accepted. Returns whether it was accepted itself.
    async fn required(
        &mut self,
        fetch: &impl Fetch,
        at: usize,
        probe: &'static Probe,
    ) -> Result<bool, Failure> {
        let Some(word) = probe.one_of.as_deref() else {
            let outcome = self.run_probe(fetch, probe).await?;
            self.add(at, probe, outcome)?;
            return Ok(true);
        };
        if self.groups.get(word).is_some_and(|group| group.accepted) {
            return Ok(false);
        }
        let outcome = self.run_probe(fetch, probe).await;
        let provider = self.request.offered.provider;
        let group = self.groups.entry(word).or_default();
        match outcome {
            // Its condition is not met.
            Ok(ProbeOutcome::Ignored) => {}
            Ok(outcome) => {
                group.accepted = true;
                self.add(at, probe, outcome)?;
                return Ok(true);
            }
            Err(failure) => group.failure = Some(graver(group.failure.take(), failure, self.request.stored)),
        }
        let after = provider.probes.get(at + 1..).unwrap_or_default();
        if after.iter().any(|other| other.one_of.as_deref() == Some(word)) {
            return Ok(false);
        }
        Err(group.failure.take().unwrap_or_else(|| {
            super::unexpected(provider, format!("group {word}: the condition of no probe is met"))
        }))
    }

    async fn run_probe(&self, fetch: &impl Fetch, probe: &Probe) -> Result<ProbeOutcome, Failure> {
        let provider = self.request.offered.provider;
        if !self.findings.satisfy(&probe.when) {
            return Ok(ProbeOutcome::Ignored);
        }
        let inputs = RequestInputs {
            offered: self.request.offered,
            credential: &self.request.credential,
            origins: &self.origins,
            findings: &self.findings,
            secrets: &self.secrets,
        };
        let Some(outgoing) = build(&inputs, probe)? else {
            if probe.optional {
                return Ok(response::optional_failed(provider, probe));
            }
            return Err(super::unexpected(
                provider,
                format!("probe {}: a placeholder has no value", probe.id),
            ));
        };
        match fetch.fetch(outgoing).await {
            Ok(incoming) => {
                let (findings, secrets) = (&self.findings, &self.secrets);
                response::Classifier { request: self.request, findings, secrets }.classify(probe, &incoming)
            }
            Err(error) => response::no_response(provider, probe, error),
        }
    }

    fn add(&mut self, at: usize, probe: &Probe, outcome: ProbeOutcome) -> Result<(), Failure> {
        let offered = self.request.offered;
        let state = match outcome {
            ProbeOutcome::Passed(mut extracted) => {
                if let Some(token) = extracted.token.take() {
                    self.secrets.insert("token".to_owned(), token);
                }
                if let Some(canonical) = &probe.canonical {
                    let named = extracted.canonical.as_deref();
                    self.origins.replace(offered, &canonical.field, named, self.request.stored)?;
                }
                if let Some(choices) = &probe.choices {
                    let listed = std::mem::take(&mut extracted.choices);
                    if let Some(value) = choice::chosen(self.request, choices, listed)? {
                        // Later requests name it as they name a value of the form.
                        self.findings.set(&choices.field, vec![value.clone()]);
                        self.chosen.push((choices.field.clone(), value));
                    }
                }
                self.findings.add(extracted);
                let warning = report::too_few_rights(offered.provider, probe, &self.findings);
                let state = if warning.is_some() { CheckState::Warned } else { CheckState::Passed };
                self.warnings.extend(warning);
                state
            }
            ProbeOutcome::Warned(warning) => {
                self.warnings.push(warning);
                if probe.optional { CheckState::Skipped } else { CheckState::Warned }
            }
            ProbeOutcome::Denied => {
                self.findings.deny(probe);
                CheckState::Warned
            }
            ProbeOutcome::Ignored => return Ok(()),
        };
        // Capabilities have a list of their own in the report.
        if probe.capabilities.is_empty() && !probe.quiet {
            self.checks
                .push((at, Check { id: probe.id.clone(), title: Sentence::from(&probe.title), state }));
        }
        Ok(())
    }
}
