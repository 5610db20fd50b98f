//! `Idempotency-Key`: a request that is sent again runs once, and gets the first response again.
//!
//! The request is kept only as a keyed hash, because its body may hold a secret. The responses that are kept hold none. A
//! response of 5xx is not kept, nor a refusal because of a limit, so that the request can be tried again.

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

/// Whether the reason of a refusal passes without another request, so that the same request may be sent again.
fn passes(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::RateLimited | ErrorCode::TooManyAttempts | ErrorCode::LimitReached)
}

/// Runs `work` once for the request's idempotency key, or always if there is no key. `created` makes the response for work
/// that was done, but whose response was lost.
///
/// # Errors
/// Those of `work`; 409 while the same request is running; 422 if the key was used for another request.
pub async fn run_once<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &KeyCaller<'_, P::Store>,
    created: impl FnOnce(ConnectionInProject) -> Response,
    work: impl Future<Output = Result<Response>>,
) -> Result<Response> {
    let Some(idempotency_key) = request.header("idempotency-key") else { return work.await };
    let plain = (1..=KEY_MAX).contains(&idempotency_key.len())
        && idempotency_key.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if !plain {
        return Err(Error::on(
            "Idempotency-Key",
            ErrorCode::InvalidParameter,
            "The idempotency key is empty, too long, or has other characters than visible ASCII.",
            format!("Use 1 to {KEY_MAX} visible ASCII characters, a UUID for example."),
        ));
    }
    let body = match &request.body {
        Body::Bytes(bytes) => bytes.as_slice(),
        Body::TooLarge => &[],
    };
    let fingerprint =
        request_fingerprint(platform.config(), [request.method.as_bytes(), request.path.as_bytes(), body]);
    let begin = BeginIdempotentRequest {
        key: caller.proof(),
        idempotency_key: idempotency_key.to_owned(),
        fingerprint,
    };
    match caller.call(begin).await? {
        IdempotencyState::First => {}
        IdempotencyState::InFlight => {
            return Err(Error::new(
                ErrorCode::IdempotencyInFlight,
                "The same request is still running.",
                "Wait a moment, then send the request again. It runs only once.",
            )
            .retry_in(2));
        }
        IdempotencyState::Created(found) => return Ok(created(*found).with("idempotent-replayed", "true")),
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
    let outcome = work.await;
    let kept = match &outcome {
        Ok(response) => Some((response.status, response.body.clone())),
        // Several requests may get a kept refusal, so it has no request id.
        Err(error) if error.code.status() < 500 && !passes(error.code) => {
            Some((error.code.status(), problem(error, "replayed", None).body))
        }
        Err(_) => None,
    };
    let finish = FinishIdempotentRequest {
        key: caller.proof(),
        idempotency_key: idempotency_key.to_owned(),
        response: kept,
    };
    // If this has no reply, the key still leads to the connection that was created. A key whose request created nothing is
    // free again after two minutes.
    let _ = caller.store().try_call(&finish).await;
    outcome
}
