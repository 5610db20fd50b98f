//! The use case of a backend that ends the key of an account, and forgets the account.
//!
//! It owns the answer: each step, and what to do by hand where the provider refuses, with a link to the place.

use crate::access::auth::KeyCaller;
use crate::connections::revoke::by_hand;
use crate::connections::task_try::new_lease;
use crate::connections::tasks::work;
use crate::error::Result;
use crate::ports::Platform;
use crate::procedures::{Ran, StepState};
use crate::store::client::CallError;
use crate::store::protocol::{BeginTask, ConnectionInProject, SettleTask, TaskEnding};
use crate::store::refusals::CallerKind;
use crate::verify::request::encode;
use latchkey_shared::connection::TaskKind;
use latchkey_shared::deep_link;
use latchkey_shared::i18n::Sentence;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::{ConnectionId, ErrorCode, FieldError};

/// A step of a revocation, for its answer.
pub(crate) struct RevokedStep {
    /// Its name.
    pub(crate) step: &'static str,
    /// How it ended.
    pub(crate) state: StepState,
    /// Why, unless it is done or skipped.
    pub(crate) error: Option<FieldError>,
}

/// What a revocation did.
pub(crate) struct Revocation {
    /// The steps, in order.
    pub(crate) steps: Vec<RevokedStep>,
    /// The account with its task, if it is not forgotten yet.
    pub(crate) left: Option<ConnectionInProject>,
}

/// Ends the key and forgets the account. `force` forgets it even if the provider does not answer.
///
/// # Errors
/// If the account does not exist or is being changed, or if our storage fails.
pub(crate) async fn end<P: Platform>(
    platform: &P,
    caller: &KeyCaller<'_, P::Store>,
    provider: &'static Provider,
    id: ConnectionId,
    if_match: Option<String>,
    force: bool,
) -> Result<Revocation> {
    let lease = new_lease(platform);
    let begin = BeginTask {
        key: caller.proof(),
        app: provider.id.clone(),
        id,
        if_match,
        kind: TaskKind::Revoke,
        offered: true,
        force,
        lease: lease.clone(),
    };
    let worded = |error: CallError| error.for_caller(CallerKind::ApiKey);
    let found = caller.store().send_twice(&begin).await.map_err(worded)?;
    let (tried, mut left) = work(platform, caller.store(), caller.mode(), &found, &lease).await?;
    if let Some(fault) = tried.fault.filter(|_| !force) {
        return Err(fault);
    }
    if force && left.is_some() {
        // The task was settled, so it is begun once more to be given up.
        caller.store().send_twice(&begin).await.map_err(worded)?;
        let ending = TaskEnding::Forgotten("forced; the provider did not end the key".to_owned());
        let settle = SettleTask { app: provider.id.clone(), id, lease, ending, unused: None };
        left = caller.store().send_twice(&settle).await.map_err(worded)?;
    }
    let mut steps: Vec<RevokedStep> = tried.ran.into_iter().flat_map(steps_of).collect();
    if steps.is_empty() {
        let error = match tried.ending {
            TaskEnding::Later { error, .. } => error,
            _ => by_hand(provider),
        };
        steps.push(RevokedStep { step: "key", state: StepState::Failed, error: Some(error) });
    }
    let offered = ProjectProvider::new(provider, &found.project.settings.hosts);
    let link = link(&offered, &found);
    for step in &mut steps {
        if let Some(error) = step.error.as_mut().filter(|error| error.code == ErrorCode::RevokeNotPermitted)
            && let Some(link) = &link
        {
            let fix = format!("{} {link}", error.fix.said());
            *error = FieldError { fix: Sentence::from(&fix), ..error.clone() };
        }
    }
    let state = if left.is_none() { StepState::Done } else { StepState::Skipped };
    steps.push(RevokedStep { step: "forget", state, error: None });
    Ok(Revocation { steps, left })
}

fn steps_of(ran: Ran) -> impl Iterator<Item = RevokedStep> {
    ran.steps.into_iter().map(|step| RevokedStep { step: step.step, state: step.state, error: step.error })
}

/// The page of the provider where keys are ended by hand: the link of the guide's step for the key.
fn link(offered: &ProjectProvider, found: &ConnectionInProject) -> Option<String> {
    let steps = offered.provider.guide.sections.iter().flat_map(|section| &section.steps);
    let of_key = |field: &Option<String>| field.as_deref().is_some_and(|id| offered.provider.is_secret(id));
    let link = steps.filter(|step| of_key(&step.field)).find_map(|step| step.link.as_ref())?;
    let fields = offered.fields();
    let typed = |at: usize| {
        let field = fields.get(at).map(|field| field.id.as_str()).unwrap_or_default();
        found.connection.credentials.get(field).cloned().unwrap_or_default()
    };
    deep_link::fill(&link.template, fields, typed, encode).or_else(|| link.fallback.clone())
}
