//! One try of ending the key of an account at its provider.
//!
//! What we made there is removed first, while the key still works; then the key ends itself. The account is forgotten if the provider's
//! file says what the answer means: the key is ended, is not known, or may not end itself. Every other answer, and none, is no such
//! word: the key may still work, so the provider is asked again (ARCHITECTURE, invariant 11). What is left is told.

use crate::connections::hooks;
use crate::connections::task_try::{Tried, Try, task_error};
use crate::error::Result;
use crate::health::signal::RefusalKind;
use crate::ports::Platform;
use crate::procedures::{Ran, StepResult, StepState};
use crate::store::protocol::{OLDER_MAX, TaskEnding};
use crate::time::iso;
use latchkey_shared::connection::HealthState;
use latchkey_shared::i18n::Sentence;
use latchkey_shared::procedure::Step;
use latchkey_shared::provider::Provider;
use latchkey_shared::{ErrorCode, FieldError};

/// The error of a provider without a call that ends a key.
pub(super) fn by_hand(provider: &Provider) -> FieldError {
    task_error(
        ErrorCode::RevokeNotPermitted,
        &format!("{} has no call that ends a key.", provider.name),
        &format!("End the key by hand in {}.", provider.name),
    )
}

/// A part of a revocation.
enum Part<'a> {
    /// Removes something that we made beside the key. A key is in it if the part is about that one.
    Beside(&'static [Step], Option<&'a String>),
    /// Removes the push channel.
    Hook,
    /// Ends the key.
    Key(&'static [Step]),
}

/// One try of a revocation.
///
/// # Errors
/// If our storage fails.
pub(super) async fn revoke<P: Platform>(begun: &Try<'_, P>) -> Result<Tried> {
    let (mut ran, parts) = parts(begun);
    for part in parts {
        let key = matches!(part, Part::Key(_));
        let mut did = match part {
            Part::Beside(steps, None) => begun.run(steps, &begun.credential).await?,
            Part::Beside(steps, old) => begun.run_about(steps, &begun.credential, old).await?,
            Part::Hook => {
                hooks::remove(begun.platform, begun.store, begun.mode, begun.found).await?.unwrap_or_default()
            }
            Part::Key(steps) => begun.run(steps, &begun.credential).await?,
        };
        // A failure that did not stop the others was optional.
        let stopped = did.stopped().is_some();
        let count = did.steps.len();
        let says = |(at, step): (usize, &mut StepResult)| {
            let counts = step.state == StepState::Skipped || (stopped && at + 1 == count);
            if counts { asked_again(begun, step, key) } else { None }
        };
        let again = did.steps.iter_mut().enumerate().find_map(says);
        ran.push(did);
        if let Some(ending) = again {
            return Ok(Tried::new(ending, ran));
        }
    }
    let failed = ran.iter().flat_map(|did| &did.steps).filter(|step| step.state == StepState::Failed);
    let left: Vec<_> = failed.map(|step| format!("{} was left", step.step)).collect();
    Ok(Tried::new(TaskEnding::Forgotten(left.join("; ")), ran))
}

/// The parts in their order, and what is left because no call removes it.
fn parts<'a, P: Platform>(begun: &'a Try<'_, P>) -> (Vec<Ran>, Vec<Part<'a>>) {
    let Try { provider, task, .. } = begun;
    let name = &provider.name;
    let (mut left, mut parts) = (Vec::new(), Vec::new());
    let mut leave = |step, cause: &str, fix: &str| {
        left.push(Ran {
            steps: vec![failed(step, task_error(ErrorCode::RevokeNotPermitted, cause, fix))],
            ..Ran::default()
        });
    };
    // What a rotation left is removed too.
    let known = begun.health().and_then(|health| Some(health.cause?.code)) == Some(ErrorCode::RotationLost);
    let lost = task.sent || known;
    let rotate = provider.rotate.as_ref();
    match rotate.map(|rotate| rotate.clean.as_slice()).filter(|steps| !steps.is_empty()) {
        Some(steps) if lost => parts.push(Part::Beside(steps, None)),
        None if lost => leave(
            "lost_key",
            &format!("{name} may have made a key whose answer was lost. No call finds it."),
            &format!("Look for a newer key with the name of this one in {name}, and end it by hand."),
        ),
        _ => {}
    }
    let in_use = begun.report().and_then(|report| report.key?.id);
    let overlap = begun.found.connection.overlap.filter(|until| *until > begun.now());
    match rotate.map(|rotate| rotate.finish.as_slice()).filter(|steps| !steps.is_empty()) {
        Some(finish) if in_use.is_some() => {
            let older = task.older.iter().filter(|key| Some(*key) != in_use.as_ref());
            parts.extend(older.map(|key| Part::Beside(finish, Some(key))));
        }
        _ if !task.older.is_empty() => leave(
            "old_key",
            &format!(
                "A key that was replaced may still work. {name} does not say which one it is, or has no call that ends it."
            ),
            &format!("End it by hand in {name}."),
        ),
        _ => {}
    }
    if task.older.len() >= OLDER_MAX {
        leave(
            "old_key",
            "More keys that were replaced may still work. Only the last ones are known.",
            &format!("Look for keys whose name begins with Latchkey in {name}, and end them by hand."),
        );
    }
    if let Some(until) = overlap.filter(|_| task.older.is_empty()) {
        leave(
            "old_key",
            &format!("The key that was replaced last works until {}.", iso(until)),
            &format!("Nothing to do: it ends by itself. To end it earlier, do it by hand in {name}."),
        );
    }
    parts.push(Part::Hook);
    match &provider.revoke {
        Some(revoke) => parts.push(Part::Key(&revoke.steps)),
        None => left.push(Ran { steps: vec![failed("key", by_hand(provider))], ..Ran::default() }),
    }
    (left, parts)
}

/// What was not done, as a step.
fn failed(step: &'static str, error: FieldError) -> StepResult {
    StepResult {
        step,
        title: "",
        state: StepState::Failed,
        error: Some(error),
        retry_in: None,
        perhaps_done: false,
        ruled: true,
        refusal: None,
    }
}

/// The ending of a try that is repeated, because what its last step says is no word of the provider about the step. `key`: the step
/// ends the key itself. A failure that the key's end explains is none anymore.
fn asked_again<P: Platform>(begun: &Try<'_, P>, last: &mut StepResult, key: bool) -> Option<TaskEnding> {
    let provider = begun.provider;
    let name = &provider.name;
    let wait = last.retry_in.unwrap_or_default();
    let ended = key && last.perhaps_done;
    let later = |error| Some(TaskEnding::Later { error, wait, sent: begun.task.sent, ended });
    let force = "With {\"force\": true}, the account is forgotten whatever the provider does.";
    match last.state {
        StepState::Unreachable => later(last.error.clone().unwrap_or_else(|| by_hand(provider))),
        StepState::Failed if !last.ruled => {
            let error = last.error.as_mut()?;
            let dead = begun.is_dead(error.code);
            // A request whose answer was lost has ended the key, or checks have found that it is dead.
            let confirmed = begun.health().is_some_and(|health| health.state == HealthState::NeedsNewKey);
            if key && dead && (begun.task.ended || confirmed) {
                (last.state, last.error) = (StepState::Skipped, None);
                return None;
            }
            // What stands beside the key does not keep it from its end, if the key is dead or has no right to this.
            let known = RefusalKind::of(error.code, begun.may_be_kept_out()) == Some(RefusalKind::Reduced);
            if !key && (dead || known) {
                return None;
            }
            error.fix = Sentence::from(&[&*error.fix.said(), force].join(" "));
            later(error.clone())
        }
        StepState::Skipped => {
            let refusal = last.refusal?;
            let dead = RefusalKind::of(refusal, false) == Some(RefusalKind::Dead);
            if !dead || !begun.may_be_kept_out() {
                return None;
            }
            let error = task_error(
                ErrorCode::RevokeNotPermitted,
                &format!(
                    "{name} does not accept the key from us. A rule for addresses, or an owner who is not active, is a likely cause. So the key may still work elsewhere."
                ),
                &format!("It is tried again by itself. Or end the key by hand in {name}. {force}"),
            );
            (last.state, last.error) = (StepState::Failed, Some(error.clone()));
            later(error)
        }
        _ => None,
    }
}
