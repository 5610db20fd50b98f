//! One try of ending the key of an account at its provider.
//!
//! What we made there is removed first, while the key still works; then the key ends itself. A provider that refuses is told to
//! the caller, and the account is forgotten. A provider that does not answer, or in a way that nobody understands, is
//! asked again (ARCHITECTURE, invariant 11).

use crate::connections::hooks::remove as remove_hook;
use crate::connections::task_try::{Tried, Try, task_error};
use crate::error::Result;
use crate::health::signal::RefusalKind;
use crate::ports::Platform;
use crate::procedures::StepState;
use crate::store::protocol::TaskEnding;
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

/// One try of a revocation.
///
/// # Errors
/// If our storage fails.
pub(super) async fn revoke<P: Platform>(begun: &Try<'_, P>) -> Result<Tried> {
    let provider = begun.provider;
    let rotate = provider.rotate.as_ref();
    let mut procedures: Vec<&'static [Step]> = Vec::new();
    // What an unfinished rotation left is removed too.
    if begun.task.sent {
        procedures.extend(rotate.map(|rotate| rotate.clean.as_slice()));
    }
    if begun.task.replaced {
        procedures.extend(rotate.map(|rotate| rotate.finish.as_slice()));
    }
    procedures.extend(provider.revoke.as_ref().map(|revoke| revoke.steps.as_slice()));
    let (mut ran, mut left) = (Vec::new(), Vec::new());
    // The push channel first, while the key can remove it.
    let mut next = remove_hook(begun.platform, begun.store, begun.mode, begun.found).await?;
    let mut procedures = procedures.into_iter();
    loop {
        let did = match next.take() {
            Some(removed) => removed,
            None => match procedures.next() {
                Some(steps) => begun.run(steps, &begun.credential).await?,
                None => break,
            },
        };
        if let Some(stopped) = did.stopped() {
            let error = stopped.error.clone();
            if stopped.state == StepState::Unreachable {
                let error = error.unwrap_or_else(|| by_hand(provider));
                let wait = stopped.retry_in.unwrap_or_default();
                ran.push(did);
                return Ok(Tried::new(TaskEnding::Later { error, wait, sent: begun.task.sent }, ran));
            }
            // After an earlier try, a key that is refused is one that was ended then.
            let ended = begun.task.tries > 0
                && error
                    .as_ref()
                    .is_some_and(|error| RefusalKind::of(error.code, false) == Some(RefusalKind::Dead));
            if !ended {
                left.push(format!("; {} was left", stopped.step));
            }
        }
        ran.push(did);
    }
    if provider.revoke.is_none() {
        left.push("; the key was left".to_owned());
    }
    Ok(Tried::new(TaskEnding::Forgotten(left.concat().trim_start_matches("; ").to_owned()), ran))
}
