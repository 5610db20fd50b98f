//! Runs the probes of a provider in order, and collects what each adds to the report.
//!
//! Required probes run first, one after the other: the organization before the secret is sent, the key before its rights.
//! Optional probes then run together. One that needs a finding of another runs after it.

use super::findings::Findings;
use super::origins::Origins;
use super::request::{NO_SECRETS, RequestInputs, build};
use super::response::{self, ProbeOutcome};
use super::{Failure, PATIENCE_MS, VerificationRequest, choice, report};
use crate::ports::{Clock, Fetch};
use crate::time::{ProviderTime, from_any};
use futures_util::future::join_all;
use latchkey_shared::FieldError;
use latchkey_shared::i18n::Sentence;
use latchkey_shared::probe::Probe;
use latchkey_shared::provider::Provider;
use latchkey_shared::report::{Check, CheckState, Report};
use latchkey_shared::verification_step::VerificationStep;

/// The state of one verification.
struct Run<'a> {
    request: &'a VerificationRequest<'a>,
    findings: Findings,
    origins: Origins,
    /// Each with the probe's index in the file, which is the order that people see.
    checks: Vec<(usize, Check)>,
    warnings: Vec<FieldError>,
    /// The values of fields that were found out, by field id.
    chosen: Vec<(String, String)>,
}

/// Field values as the verification settled them, by field id: origins, and what the key opens.
type Settled = Vec<(String, String)>;

/// Runs only the probes with these ids. Returns the end of the key, if a response names it.
pub(super) async fn run_only(
    fetch: &impl Fetch,
    request: &VerificationRequest<'_>,
    ids: &[String],
) -> Result<Option<i64>, Failure> {
    let mut run = Run::new(request);
    for (at, probe) in request.offered.provider.probes.iter().enumerate() {
        if ids.contains(&probe.id) {
            let outcome = run.run_probe(fetch, probe).await?;
            run.add(at, probe, outcome)?;
        }
    }
    Ok(match run.findings.one("key.expiresAt").map(from_any) {
        Some(ProviderTime::At(ms)) => Some(ms),
        _ => None,
    })
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
        let late = clock.now_ms() - started > PATIENCE_MS;
        let outcomes = join_all(stage.iter().map(|(_, probe)| async {
            if late && probe.optional {
                Ok(response::optional_failed(request.offered.provider, probe))
            } else {
                run.run_probe(fetch, probe).await
            }
        }))
        .await;
        for ((at, probe), outcome) in stage.into_iter().zip(outcomes) {
            let outcome = outcome?;
            let passed = matches!(outcome, ProbeOutcome::Passed(_)) && !probe.optional;
            run.add(at, probe, outcome)?;
            if passed {
                (request.on_step)(if probe.secret { VerificationStep::Key } else { VerificationStep::Host });
            }
        }
    }
    let Run { findings, mut checks, warnings, origins, chosen, .. } = run;
    checks.sort_by_key(|(at, _)| *at);
    let checks = checks.into_iter().map(|(_, check)| check).collect();
    let report = report::make(request, clock.now_ms(), findings, checks, warnings)?;
    (request.on_step)(VerificationStep::Rights);
    Ok((report, origins.into_iter().chain(chosen).collect()))
}

/// The stages in order. Each has its probes with their index in the file; the probes of one stage run together.
pub(super) fn order(provider: &Provider) -> Vec<Vec<(usize, &Probe)>> {
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

impl<'a> Run<'a> {
    fn new(request: &'a VerificationRequest<'a>) -> Self {
        Self {
            request,
            findings: Findings::default(),
            origins: Origins::of(request.offered, &request.credential),
            checks: Vec::new(),
            warnings: Vec::new(),
            chosen: Vec::new(),
        }
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
            secrets: &NO_SECRETS,
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
            Ok(incoming) => response::Classifier { request: self.request, findings: &self.findings }
                .classify(probe, &incoming),
            Err(error) => response::no_response(provider, probe, error),
        }
    }

    fn add(&mut self, at: usize, probe: &Probe, outcome: ProbeOutcome) -> Result<(), Failure> {
        let offered = self.request.offered;
        let state = match outcome {
            ProbeOutcome::Passed(mut extracted) => {
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
                CheckState::Skipped
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
