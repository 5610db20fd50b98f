//! Runs the procedures of a provider's file: ending a key, replacing it, registering an event hook.
//!
//! The steps run in the order of the file, each one request that is built and checked as a verification's is, so a secret goes only
//! to a host that its field's rule allows. It owns what each response means for its step. It refuses to store anything, and to
//! know what a procedure is for. Where the provider exchanges a key for an access token, each procedure does that first. A new key is a
//! [`Secret`] and nothing else: it is no finding, and no text of a result.

mod step;

use crate::credential::Credential;
use crate::ports::Fetch;
use crate::verify::findings::Findings;
use crate::verify::origins::Origins;
use crate::verify::request::{RequestInputs, Template, build_from};
use crate::verify::{VerificationRequest, exchange};
use latchkey_shared::probe::Probe;
use latchkey_shared::procedure::Step;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::{ErrorCode, FieldError, Secret};
use serde_json::Value;
use std::collections::BTreeMap;
use step::Ended;

/// A procedure, with everything that its requests need.
pub struct Procedure<'a> {
    /// The provider, as the project offers it.
    pub offered: &'a ProjectProvider,
    /// The credential that is sent. Its host is the verified one.
    pub credential: &'a Credential,
    /// The steps.
    pub steps: &'static [Step],
    /// What the steps may name beside the fields: findings of the report, such as `key.id`, and what we give, such as `hook.uri`. A
    /// name without a value is left out.
    pub given: BTreeMap<String, String>,
    /// Numbers among these, which a JSON body has as numbers.
    pub numbers: BTreeMap<String, i64>,
    /// Secrets of our own, such as `hook.secret`. They may be in the body of a step that is `secret`.
    pub secrets: BTreeMap<String, Secret>,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// It is done, or was done before.
    Done,
    /// There was nothing to do.
    Skipped,
    /// The provider refuses, and would refuse again.
    Failed,
    /// The provider did not answer, or not in a way that says what happened. It may be tried again.
    Unreachable,
}

/// The ending of one step.
#[derive(Clone, Debug)]
pub struct StepResult {
    /// The step's id.
    pub step: &'static str,
    /// What a step that is done has done.
    pub title: &'static str,
    /// How it ended.
    pub state: StepState,
    /// Why, unless it is done or skipped. Its fix says what to do.
    pub error: Option<FieldError>,
    /// The seconds to wait before the next try, if one may help.
    pub retry_in: Option<u32>,
    /// Whether the provider may have done it though no answer says so.
    pub perhaps_done: bool,
    /// Whether one of the step's own rules says so. A failure without one may have another cause than a refusal of the step.
    pub ruled: bool,
    /// The refusal that the provider's common rules see in an answer that a rule of the step skips.
    pub refusal: Option<ErrorCode>,
}

/// What a procedure did.
#[derive(Debug, Default)]
pub struct Ran {
    /// The steps that were taken, in order. After one that stopped the procedure there is none.
    pub steps: Vec<StepResult>,
    /// The findings of the steps, by name.
    pub found: BTreeMap<String, String>,
    /// The JSON values that steps extracted, by name.
    pub values: BTreeMap<String, Value>,
    /// The secret field and its new value, if a step extracted one.
    pub new_key: Option<(&'static str, Secret)>,
    /// For the log: what was not understood. It never has a body.
    pub log: Option<String>,
}

impl Ran {
    /// The step that stopped the procedure, if one did.
    #[must_use]
    pub fn stopped(&self) -> Option<&StepResult> {
        self.steps.last().filter(|last| matches!(last.state, StepState::Failed | StepState::Unreachable))
    }
}

impl Ran {
    /// Adds what a step ended with.
    fn note(&mut self, step: &'static str, title: &'static str, ended: Ended) {
        for (name, texts) in ended.found {
            if let Some(first) = texts.into_iter().next() {
                self.found.insert(name, first);
            }
        }
        self.values.extend(ended.values);
        self.new_key = ended.new_key.or(self.new_key.take());
        self.log = ended.log.or(self.log.take());
        let Ended { state, error, retry_in, perhaps_done, ruled, refusal, .. } = ended;
        self.steps.push(StepResult { step, title, state, error, retry_in, perhaps_done, ruled, refusal });
    }
}

/// Exchanges the key for an access token, as a verification does.
///
/// # Errors
/// The probe that failed, as the step that stopped the procedure.
async fn exchanged(
    fetch: &impl Fetch,
    procedure: &Procedure<'_>,
) -> Result<BTreeMap<String, Secret>, (&'static Probe, Ended)> {
    let request = VerificationRequest {
        offered: procedure.offered,
        credential: procedure.credential.clone(),
        scopes: &[],
        known_organization: None,
        stored: true,
        on_step: &|_| (),
    };
    let token = exchange(fetch, &request).await;
    token.map_err(|(probe, failure)| (probe, Ended::without_token(procedure.offered.provider, *failure)))
}

/// Runs the steps in order, until a required one fails or has no answer.
pub async fn run(fetch: &impl Fetch, procedure: &Procedure<'_>) -> Ran {
    let provider = procedure.offered.provider;
    let mut findings = Findings::default();
    for (name, text) in &procedure.given {
        findings.set(name, vec![text.clone()]);
    }
    for (name, number) in &procedure.numbers {
        findings.set(name, vec![number.to_string()]);
        findings.values.insert(name.clone(), Value::from(*number));
    }
    let origins = Origins::of(procedure.offered, procedure.credential);
    let mut ran = Ran::default();
    let mut secrets = procedure.secrets.clone();
    if provider.exchanges() && procedure.steps.iter().any(|step| step.secret) {
        match exchanged(fetch, procedure).await {
            Ok(token) => secrets.extend(token),
            Err((probe, ended)) => {
                ran.note(&probe.id, &probe.title, ended);
                return ran;
            }
        }
    }
    for step in procedure.steps {
        let inputs = RequestInputs {
            offered: procedure.offered,
            credential: procedure.credential,
            origins: &origins,
            findings: &findings,
            secrets: &secrets,
        };
        let wanted = step.unless.is_empty() || !findings.satisfy(&step.unless);
        let ended = if wanted && findings.satisfy(&step.when) {
            match build_from(&inputs, &Template::of_step(step)) {
                Ok(None) if step.optional => Ended::in_state(StepState::Skipped),
                Ok(None) => Ended::incomplete(provider, step),
                Err(failure) => Ended::unsendable(provider, *failure),
                Ok(Some(outgoing)) => match fetch.fetch(outgoing).await {
                    Ok(incoming) => step::ended(procedure, &secrets, &findings, step, &incoming),
                    Err(error) => Ended::without_answer(provider, error),
                },
            }
        } else {
            Ended::in_state(StepState::Skipped)
        };
        for (name, texts) in &ended.found {
            findings.set(name, texts.clone());
        }
        findings.values.extend(ended.values.clone());
        let stops = matches!(ended.state, StepState::Failed | StepState::Unreachable) && !step.optional;
        ran.note(&step.id, &step.title, ended);
        if stops {
            break;
        }
    }
    ran
}
