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
        return Ok(Tried::new(TaskEnding::Refused { error, sent: begun.task.sent }, Vec::new()));
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
    if rotate.lost == LostAnswer::NeedsNewKey
        && let Some(ending) = not_accepted(begun).await?
    {
        return Ok(Tried::new(ending, ran));
    }
    // What an earlier rotation left comes first, so that nothing is lost if this one is refused.
    for did in end_older(begun, rotate).await? {
        let ending = did.stopped().filter(|stopped| stopped.state == StepState::Unreachable).map(|stopped| {
            let error = stopped.error.clone().unwrap_or_else(|| lost(begun));
            later(error, stopped.retry_in.unwrap_or_default(), begun.task.sent)
        });
        ran.push(did);
        if let Some(ending) = ending {
            return Ok(Tried::new(ending, ran));
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

fn later(error: FieldError, wait: u32, sent: bool) -> TaskEnding {
    TaskEnding::Later { error, wait, sent, ended: false }
}

/// Why nothing is sent with a key that the provider does not accept right now: using a dead key there may end a newer one.
async fn not_accepted<P: Platform>(begun: &Try<'_, P>) -> Result<Option<TaskEnding>> {
    let name = &begun.provider.name;
    Ok(match verified(begun, begun.credential.clone(), true).await? {
        Verification::Accepted(_) => None,
        Verification::Rejected(error) => {
            let cause = format!(
                "{name} does not accept the key now, so it was not replaced. {}",
                error.message.said()
            );
            let fix = "Check the account with POST …/verify. If it needs a new key, ask for one with POST …/relink.";
            let error = FieldError {
                vendor_code: error.vendor_code,
                ..task_error(ErrorCode::RotationRefused, &cause, fix)
            };
            Some(TaskEnding::Refused { error, sent: false })
        }
        Verification::Unavailable(error, _) | Verification::Unexpected(error, _) => {
            Some(later(error, LOST_WAIT, false))
        }
    })
}

/// What a try without a new key means.
async fn not_rotated<P: Platform>(begun: &Try<'_, P>, rotate: &Rotate, did: &Ran) -> Result<TaskEnding> {
    let Some(stopped) = did.stopped() else {
        let error = task_error(ErrorCode::ProviderUnexpected, "No step made a new key.", "Tell us about it.");
        return Ok(TaskEnding::Refused { error, sent: begun.task.sent });
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
    Ok(later(error, stopped.retry_in.unwrap_or_default(), sent))
}

/// The old key is refused. If a new one may have been made before, nobody has a key that works.
fn refused<P: Platform>(begun: &Try<'_, P>, error: FieldError) -> TaskEnding {
    let sent = begun.task.sent;
    if sent && begun.is_dead(error.code) {
        TaskEnding::Lost(lost(begun))
    } else {
        TaskEnding::Refused { error, sent }
    }
}

/// Why the try cannot go on, if what an earlier try made could not be deleted.
fn not_cleaned<P: Platform>(begun: &Try<'_, P>, cleaned: &Ran) -> Option<TaskEnding> {
    let stopped = cleaned.stopped()?;
    let error = stopped.error.clone().unwrap_or_else(|| lost(begun));
    Some(match stopped.state {
        StepState::Failed => refused(begun, error),
        _ => later(error, stopped.retry_in.unwrap_or_default(), true),
    })
}

/// The new key was in an answer that nobody has, and the old one may be dead.
async fn old_key_after_loss<P: Platform>(begun: &Try<'_, P>) -> Result<TaskEnding> {
    look_at_old_key(begun, false).await
}

/// Whether the old key still works says whether it was replaced. `at_once`: a request may still be under way, so that a key
/// that works now says nothing yet.
async fn look_at_old_key<P: Platform>(begun: &Try<'_, P>, at_once: bool) -> Result<TaskEnding> {
    let later = |error| Ok(later(error, LOST_WAIT, true));
    match verified(begun, begun.credential.clone(), true).await? {
        Verification::Rejected(error) if begun.is_dead(error.code) => Ok(TaskEnding::Lost(lost(begun))),
        Verification::Accepted(_) if !at_once => {
            let error = task_error(
                ErrorCode::ProviderUnavailable,
                &format!(
                    "{} did not answer. The key was not replaced, and still works.",
                    begun.provider.name
                ),
                "Try again with POST …/rotate.",
            );
            Ok(TaskEnding::Refused { error, sent: false })
        }
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
            "Create a new key in {name}, delete the lost one there, and connect the account again, with POST …/relink."
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
                let overlap = rotate.overlaps().then(|| begun.now() + begun.overlap());
                let connection = Box::new(connection);
                return (TaskEnding::Rotated { connection, unfinished, overlap }, true);
            }
            Err(why) => error = task_error(why.code, &why.detail.to_string(), ""),
        }
    }
    (given_up(begun, rotate, error), true)
}

/// The new key could not be stored.
fn given_up<P: Platform>(begun: &Try<'_, P>, rotate: &Rotate, error: FieldError) -> TaskEnding {
    match rotate.lost {
        LostAnswer::Retry => later(error, LOST_WAIT, true),
        LostAnswer::NeedsNewKey => TaskEnding::Lost(lost(begun)),
    }
}

/// Ends the keys that were replaced, with the key in use, which is never among them.
async fn end_older<P: Platform>(begun: &Try<'_, P>, rotate: &'static Rotate) -> Result<Vec<Ran>> {
    let in_use = begun.report().and_then(|report| report.key?.id);
    let mut ran = Vec::new();
    for key in begun.task.older.iter().rev() {
        // Compared right before it is sent. A key that cannot be told from the one in use is left.
        if in_use.as_ref().is_none_or(|in_use| in_use == key) {
            continue;
        }
        let did = begun.run_about(&rotate.finish, &begun.credential, Some(key)).await?;
        let stopped = did.stopped().is_some();
        ran.push(did);
        if stopped {
            break;
        }
    }
    Ok(ran)
}

/// One try of ending the old keys, with the new one.
///
/// # Errors
/// If our storage fails.
pub(super) async fn finish<P: Platform>(begun: &Try<'_, P>) -> Result<Tried> {
    let ran = match begun.provider.rotate.as_ref().filter(|rotate| !rotate.finish.is_empty()) {
        Some(rotate) => end_older(begun, rotate).await?,
        None => {
            return Ok(Tried::new(TaskEnding::Refused { error: no_call(begun), sent: false }, Vec::new()));
        }
    };
    let known = begun.report().is_some_and(|report| report.key.is_some_and(|key| key.id.is_some()));
    let ending = match ran.iter().filter_map(Ran::stopped).next_back() {
        Some(stopped) => {
            let error = stopped.error.clone().unwrap_or_else(|| by_hand(begun));
            match stopped.state {
                StepState::Failed => TaskEnding::Refused { error, sent: false },
                _ => later(error, stopped.retry_in.unwrap_or_default(), false),
            }
        }
        None if !known || begun.task.older.is_empty() => {
            TaskEnding::Refused { error: by_hand(begun), sent: false }
        }
        None => TaskEnding::Done,
    };
    Ok(Tried::new(ending, ran))
}

/// A key was replaced that does not end by itself, and no call ends it.
fn no_call<P: Platform>(begun: &Try<'_, P>) -> FieldError {
    let name = &begun.provider.name;
    task_error(
        ErrorCode::RevokeNotPermitted,
        &format!("A key of this account was replaced, and may still work. {name} has no call that ends it."),
        &format!("End it by hand in {name}."),
    )
}

/// The old key cannot be told from the one in use.
fn by_hand<P: Platform>(begun: &Try<'_, P>) -> FieldError {
    let name = &begun.provider.name;
    task_error(
        ErrorCode::RevokeNotPermitted,
        &format!(
            "The key was replaced. {name} does not say which key is which, so the old one was not ended."
        ),
        &format!("End the old key by hand in {name}."),
    )
}
