//! One try of replacing the key of an account by a new one with the same rights.
//!
//! Order: the store notes that a request is sent that makes a key; the request; the new key is verified, written to KV, and
//! committed as a new version; then the old key is ended. The new key is in memory only until it is written. If its answer
//! is lost, or the Worker is killed with it in its memory, the file of the provider says what is done: what the lost try
//! made is deleted and the old key is asked again, or the old key is looked at, and the account needs a new one if it is
//! dead. A rotation that is refused changes nothing.

use crate::connections::task_try::{Tried, Try, task_error};
use crate::connections::verify_in_mode::verify_in;
use crate::connections::write::{Write, write};
use crate::credential::Credential;
use crate::crypto::entropy::Entropy;
use crate::error::Result;
use crate::health::signal::RefusalKind;
use crate::ports::{BlobKey, Platform};
use crate::procedures::{Ran, StepState};
use crate::store::protocol::{SendTask, TaskEnding};
use crate::store::refusals::CallerKind;
use crate::verify::{Verification, VerificationRequest, Verified};
use latchkey_shared::collect::collect_btree;
use latchkey_shared::procedure::{LostAnswer, Rotate};
use latchkey_shared::{ErrorCode, FieldError, Secret};

/// How often a new key is verified, and written, before it is given up.
const TRIES: usize = 3;

/// The seconds after which a lost answer is looked at again. By then no request is under way anymore.
const LOST_WAIT: u32 = 60;

/// One try of a rotation.
///
/// # Errors
/// If our storage fails.
pub(super) async fn rotate<P: Platform>(begun: &Try<'_, P>) -> Result<Tried> {
    let Some(rotate) = &begun.provider.rotate else {
        let cause = format!("{} has no call that replaces a key.", begun.provider.name);
        let error =
            task_error(ErrorCode::RotationNotOffered, &cause, "Ask for a new key with POST …/relink.");
        return Ok(Tried::new(TaskEnding::Refused(error), Vec::new()));
    };
    let mut ran = Vec::new();
    if begun.task.sent {
        match rotate.lost {
            LostAnswer::NeedsNewKey => return Ok(Tried::new(old_key_after_loss(begun).await?, ran)),
            LostAnswer::Retry => {
                let cleaned = begun.run(&rotate.clean, &begun.credential).await?;
                if let Some(ending) = not_cleaned(begun, &cleaned) {
                    return Ok(Tried::new(ending, vec![cleaned]));
                }
                ran.push(cleaned);
            }
        }
    }
    let id = begun.found.connection.id;
    let blob =
        BlobKey::from_random(begun.platform.entropy().bytes16(), begun.mode, begun.found.project.id, id);
    let send = SendTask { lease: begun.lease.clone(), blob: blob.clone() };
    let noted = begun.store.send_twice(&send).await;
    noted.map_err(|error| error.for_caller(CallerKind::Owner))?;
    let mut did = begun.run(&rotate.steps, &begun.credential).await?;
    let (ending, written) = match did.new_key.take() {
        Some((field, key)) => stored(begun, rotate, &blob, field, key).await,
        None => (not_rotated(begun, rotate, &did).await?, false),
    };
    ran.push(did);
    let unused = (!matches!(ending, TaskEnding::Rotated { .. })).then_some((blob.blob, written));
    Ok(Tried { unused, ..Tried::new(ending, ran) })
}

/// What a try without a new key means.
async fn not_rotated<P: Platform>(begun: &Try<'_, P>, rotate: &Rotate, did: &Ran) -> Result<TaskEnding> {
    let Some(stopped) = did.stopped() else {
        let error = task_error(ErrorCode::ProviderUnexpected, "No step made a new key.", "Tell us about it.");
        return Ok(TaskEnding::Refused(error));
    };
    let error = stopped.error.clone().unwrap_or_else(|| lost(begun));
    if stopped.state == StepState::Failed {
        return Ok(refused(begun, error));
    }
    let makes = rotate.steps.iter().any(|step| step.id == stopped.step && step.new_key.is_some());
    let sent = begun.task.sent || (makes && stopped.perhaps_done);
    if makes && stopped.perhaps_done && rotate.lost == LostAnswer::NeedsNewKey {
        return look_at_old_key(begun, true).await;
    }
    Ok(TaskEnding::Later { error, wait: stopped.retry_in.unwrap_or_default(), sent })
}

/// The old key is refused. If a new one may have been made before, nobody has a key that works.
fn refused<P: Platform>(begun: &Try<'_, P>, error: FieldError) -> TaskEnding {
    let dead = RefusalKind::of(error.code, false) == Some(RefusalKind::Dead);
    if dead && begun.task.sent { TaskEnding::Lost(lost(begun)) } else { TaskEnding::Refused(error) }
}

/// Why the try cannot go on, if what an earlier try made could not be deleted.
fn not_cleaned<P: Platform>(begun: &Try<'_, P>, cleaned: &Ran) -> Option<TaskEnding> {
    let stopped = cleaned.stopped()?;
    let error = stopped.error.clone().unwrap_or_else(|| lost(begun));
    Some(match stopped.state {
        StepState::Failed => refused(begun, error),
        _ => TaskEnding::Later { error, wait: stopped.retry_in.unwrap_or_default(), sent: true },
    })
}

/// The new key was in an answer that nobody has, and the old one may be dead.
async fn old_key_after_loss<P: Platform>(begun: &Try<'_, P>) -> Result<TaskEnding> {
    look_at_old_key(begun, false).await
}

/// Whether the old key still works says whether it was replaced. `at_once`: a request may still be under way, so that a key
/// that works now says nothing yet.
async fn look_at_old_key<P: Platform>(begun: &Try<'_, P>, at_once: bool) -> Result<TaskEnding> {
    let later = |error| Ok(TaskEnding::Later { error, wait: LOST_WAIT, sent: true });
    match verified(begun, begun.credential.clone(), true).await? {
        Verification::Rejected(error) if RefusalKind::of(error.code, false) == Some(RefusalKind::Dead) => {
            Ok(TaskEnding::Lost(lost(begun)))
        }
        Verification::Accepted(_) if !at_once => Ok(TaskEnding::Refused(task_error(
            ErrorCode::ProviderUnavailable,
            &format!("{} did not answer. The key was not replaced, and still works.", begun.provider.name),
            "Try again with POST …/rotate.",
        ))),
        Verification::Accepted(_) => later(task_error(
            ErrorCode::ProviderUnavailable,
            &format!("{} did not say whether it replaced the key.", begun.provider.name),
            "Nothing to do: whether the old key still works is looked at in a minute.",
        )),
        Verification::Rejected(error)
        | Verification::Unavailable(error, _)
        | Verification::Unexpected(error, _) => later(error),
    }
}

fn lost<P: Platform>(begun: &Try<'_, P>) -> FieldError {
    let name = &begun.provider.name;
    task_error(
        ErrorCode::RotationLost,
        &format!(
            "{name} replaced the key, but its answer with the new one was lost, so nobody has it. The old key is dead."
        ),
        &format!(
            "Create a new key in {name}, delete the lost one there, and link the account again, with POST …/relink."
        ),
    )
}

/// Verifies a credential with the provider.
async fn verified<P: Platform>(
    begun: &Try<'_, P>,
    credential: Credential,
    stored: bool,
) -> Result<Verification> {
    let request = VerificationRequest {
        offered: &begun.offered,
        credential,
        scopes: &[],
        known_organization: begun.report().and_then(|report| Some(report.organization?.id)),
        on_step: &|_| (),
        stored,
    };
    verify_in(begun.mode, begun.platform, begun.store, request).await
}

/// Verifies the new key and writes it. Returns what became of it, and whether the blob may have been written.
async fn stored<P: Platform>(
    begun: &Try<'_, P>,
    rotate: &Rotate,
    blob: &BlobKey,
    field: &'static str,
    key: Secret,
) -> (TaskEnding, bool) {
    let mut error = lost(begun);
    let mut accepted: Option<Box<Verified>> = None;
    for _ in 0..TRIES {
        let values = begun.credential.values().map(|(id, value)| (id.to_owned(), value.clone()));
        let mut values = collect_btree(values);
        values.insert(field.to_owned(), key.clone());
        let credential = match Credential::read(&begun.offered, values) {
            Ok(credential) => credential,
            Err(errors) => {
                error = errors.into_iter().next().unwrap_or(error);
                break;
            }
        };
        match verified(begun, credential, false).await {
            Ok(Verification::Accepted(found)) => {
                accepted = Some(found);
                break;
            }
            Ok(
                Verification::Rejected(why)
                | Verification::Unavailable(why, _)
                | Verification::Unexpected(why, _),
            ) => error = why,
            Err(why) => error = task_error(why.code, &why.detail.to_string(), ""),
        }
    }
    let Some(accepted) = accepted else { return (given_up(begun, rotate, error), false) };
    let row = &begun.found.connection;
    for _ in 0..TRIES {
        let new = Write {
            key: blob,
            provider: begun.provider,
            verified: &accepted,
            version: row.version + 1,
            name: row.name.clone(),
            description: row.description.clone(),
        };
        match write(begun.platform, new).await {
            Ok(connection) => {
                let unfinished = !rotate.finish.is_empty();
                return (TaskEnding::Rotated { connection: Box::new(connection), unfinished }, true);
            }
            Err(why) => error = task_error(why.code, &why.detail.to_string(), ""),
        }
    }
    (given_up(begun, rotate, error), true)
}

/// The new key could not be stored.
fn given_up<P: Platform>(begun: &Try<'_, P>, rotate: &Rotate, error: FieldError) -> TaskEnding {
    match rotate.lost {
        LostAnswer::Retry => TaskEnding::Later { error, wait: LOST_WAIT, sent: true },
        LostAnswer::NeedsNewKey => TaskEnding::Lost(lost(begun)),
    }
}

/// One try of ending the old key, with the new one.
///
/// # Errors
/// If our storage fails.
pub(super) async fn finish<P: Platform>(begun: &Try<'_, P>) -> Result<Tried> {
    let steps = begun.provider.rotate.as_ref().map(|rotate| rotate.finish.as_slice()).unwrap_or_default();
    let did = begun.run(steps, &begun.credential).await?;
    let ending = match did.stopped() {
        None => TaskEnding::Done,
        Some(stopped) => {
            let error = stopped.error.clone().unwrap_or_else(|| lost(begun));
            match stopped.state {
                StepState::Failed => TaskEnding::Refused(error),
                _ => TaskEnding::Later { error, wait: stopped.retry_in.unwrap_or_default(), sent: false },
            }
        }
    };
    Ok(Tried::new(ending, vec![did]))
}
