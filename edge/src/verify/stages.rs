//! In which order the probes of a provider are asked, and what each adds.
//!
//! What is required comes first, one after the other: the organisation before the secret is sent anywhere, the key before
//! anything is asked about it. The optional ones follow together; one that needs what another finds waits for it.

use super::answer::{self, Meaning};
use super::findings::Findings;
use super::origins::Origins;
use super::request::{Materials, build};
use super::{PATIENCE_MS, Question, Stop, report};
use crate::ports::{Clock, Fetch};
use futures_util::future::join_all;
use latchkey_shared::FieldError;
use latchkey_shared::i18n::Sentence;
use latchkey_shared::probe::Probe;
use latchkey_shared::provider::Provider;
use latchkey_shared::report::{Check, CheckState, Report};
use latchkey_shared::verification_step::VerificationStep;

/// What the probes that were asked so far add up to.
struct Run<'a> {
    question: &'a Question<'a>,
    findings: Findings,
    origins: Origins,
    /// By the probe's place in the file, which is the order they are shown in.
    checks: Vec<(usize, Check)>,
    warnings: Vec<FieldError>,
}

pub(super) async fn run(
    fetch: &impl Fetch,
    clock: &impl Clock,
    question: &Question<'_>,
) -> Result<(Report, Origins), Stop> {
    let started = clock.now_ms();
    let mut run = Run {
        question,
        findings: Findings::default(),
        origins: Origins::of(question.offered, &question.credential),
        checks: Vec::new(),
        warnings: Vec::new(),
    };
    for stage in order(question.offered.provider) {
        let late = clock.now_ms() - started > PATIENCE_MS;
        let answers = join_all(stage.iter().map(|(_, probe)| async {
            if late && probe.optional {
                Ok(answer::unread(question.offered.provider, probe))
            } else {
                run.ask(fetch, probe).await
            }
        }))
        .await;
        for ((at, probe), meaning) in stage.into_iter().zip(answers) {
            let meaning = meaning?;
            let passed = matches!(meaning, Meaning::Accepts(_)) && !probe.optional;
            run.add(at, probe, meaning)?;
            if passed {
                (question.passed)(if probe.secret { VerificationStep::Key } else { VerificationStep::Host });
            }
        }
    }
    let Run { findings, mut checks, warnings, origins, .. } = run;
    checks.sort_by_key(|(at, _)| *at);
    let checks = checks.into_iter().map(|(_, check)| check).collect();
    let report = report::make(question, clock.now_ms(), findings, checks, warnings)?;
    (question.passed)(VerificationStep::Rights);
    Ok((report, origins))
}

/// The probes in the order they are asked in, each with its place in the file; those of one stage are asked together.
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

impl Run<'_> {
    async fn ask(&self, fetch: &impl Fetch, probe: &Probe) -> Result<Meaning, Stop> {
        let provider = self.question.offered.provider;
        if !self.findings.hold(&probe.when) {
            return Ok(Meaning::Ignored);
        }
        let materials = Materials {
            offered: self.question.offered,
            credential: &self.question.credential,
            origins: &self.origins,
            findings: &self.findings,
        };
        let Some(outgoing) = build(&materials, probe)? else {
            if probe.optional {
                return Ok(answer::unread(provider, probe));
            }
            return Err(super::unexpected(
                provider,
                format!("probe {}: a placeholder has no value", probe.id),
            ));
        };
        match fetch.fetch(outgoing).await {
            Ok(incoming) => {
                answer::Judge { question: self.question, findings: &self.findings }.judge(probe, &incoming)
            }
            Err(error) => answer::unanswered(provider, probe, error),
        }
    }

    fn add(&mut self, at: usize, probe: &Probe, meaning: Meaning) -> Result<(), Stop> {
        let offered = self.question.offered;
        let state = match meaning {
            Meaning::Accepts(learned) => {
                if let Some(canonical) = &probe.canonical {
                    self.origins.replace(offered, &canonical.field, learned.canonical.as_deref())?;
                }
                self.findings.add(learned);
                let warning = report::too_few_rights(offered.provider, probe, &self.findings);
                let state = if warning.is_some() { CheckState::Warned } else { CheckState::Passed };
                self.warnings.extend(warning);
                state
            }
            Meaning::Warns(warning) => {
                self.warnings.push(warning);
                CheckState::Skipped
            }
            Meaning::Denies => {
                self.findings.deny(probe);
                CheckState::Warned
            }
            Meaning::Ignored => return Ok(()),
        };
        // What the key may do is listed by itself.
        if probe.capabilities.is_empty() && !probe.quiet {
            self.checks
                .push((at, Check { id: probe.id.clone(), title: Sentence::from(&probe.title), state }));
        }
        Ok(())
    }
}
