//! `Idempotency-Key`: the same request sent again gets the first answer again, and acts once.
//!
//! What was asked is remembered as a keyed hash, because a body may hold a secret; answers that are kept hold none. An answer of ours
//! that is not the caller's doing (5xx) is not kept, so that trying again means something.

use super::auth::KeyCaller;
use crate::credential::hash::request_fingerprint;
use crate::error::{Error, Result};
use crate::http::problem::problem;
use crate::http::{Body, Request, Response};
use crate::ports::Platform;
use crate::store::protocol::{
    BeginIdempotentRequest, ConnectionInProject, FinishIdempotentRequest, IdempotencyState,
};
use latchkey_shared::ErrorCode;
use std::future::Future;

/// The longest idempotency key, in characters.
const KEY_MAX: usize = 200;

/// Runs `work` once for the request's idempotency key; without one, simply runs it. `made` answers for work that was done and
/// whose answer got lost.
///
/// # Errors
/// Those of `work`; 409 while the same request is under way; 422 when the key was used for another one.
pub async fn once<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &KeyCaller<'_, P::Store>,
    made: impl FnOnce(ConnectionInProject) -> Response,
    work: impl Future<Output = Result<Response>>,
) -> Result<Response> {
    let Some(once) = request.header("idempotency-key") else { return work.await };
    let plain =
        (1..=KEY_MAX).contains(&once.len()) && once.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if !plain {
        return Err(Error::on(
            "Idempotency-Key",
            ErrorCode::InvalidParameter,
            "The idempotency key is empty, too long, or not plain text.",
            format!("Use 1 to {KEY_MAX} visible ASCII characters, a UUID for example."),
        ));
    }
    let body = match &request.body {
        Body::Bytes(bytes) => bytes.as_slice(),
        Body::TooLarge => &[],
    };
    let fingerprint =
        request_fingerprint(platform.config(), [request.method.as_bytes(), request.path.as_bytes(), body]);
    let begin = BeginIdempotentRequest { key: caller.proof(), once: once.to_owned(), fingerprint };
    match caller.call(begin).await? {
        IdempotencyState::First => {}
        IdempotencyState::InFlight => {
            return Err(Error::new(
                ErrorCode::IdempotencyInFlight,
                "The same request is being answered right now.",
                "Wait a moment and send it again; it acts once.",
            )
            .retry_in(2));
        }
        IdempotencyState::Created(found) => return Ok(made(*found).with("idempotent-replayed", "true")),
        IdempotencyState::Mismatch => {
            return Err(Error::on(
                "Idempotency-Key",
                ErrorCode::IdempotencyMismatch,
                "This idempotency key was used for another request.",
                "Use a new key for each request.",
            ));
        }
        IdempotencyState::Finished { status, body } => {
            let kind = if status < 400 { "application/json" } else { "application/problem+json" };
            return Ok(Response::new(status, kind, body).with("idempotent-replayed", "true"));
        }
    }
    let answer = work.await;
    let kept = match &answer {
        Ok(response) => Some((response.status, response.body.clone())),
        // A kept refusal stands for several requests, so it names none of them.
        Err(error) if error.code.status() < 500 => {
            Some((error.code.status(), problem(error, "replayed", None).body))
        }
        Err(_) => None,
    };
    let finish = FinishIdempotentRequest { key: caller.proof(), once: once.to_owned(), answer: kept };
    // If this is not answered, the key leads to what was made; one that made nothing is free again after two minutes.
    let _ = caller.store().try_call(&finish).await;
    answer
}
