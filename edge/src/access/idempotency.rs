//! `Idempotency-Key`: a request that is sent again runs once, and gets the first response again.
//!
//! [`run_once`] keeps the response of a request that takes several operations. [`once`] is for a request that creates a token
//! in one operation. Its response has a secret, so no response is kept: the secret is made from the id and the caller's own
//! secret, and a repeat makes it again.
//!
//! The request is kept only as a keyed hash, because its body may hold a secret. The responses that are kept hold none. A
//! response of 5xx is not kept, nor a refusal because of a limit, so that the request can be tried again.

use super::auth::{self, KeyCaller};
use crate::credential::hash::{repeatable_secret, request_fingerprint};
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::http::problem::problem;
use crate::http::{Body, Request, Response};
use crate::ports::Platform;
use crate::store::protocol::{
    BeginIdempotentRequest, ConnectionInProject, FinishIdempotentRequest, IdempotencyState, Once, Refusal,
};
use crate::store::refusals::{CallerKind, refused};
use latchkey_shared::ErrorCode;
use latchkey_shared::token::{RoutedId, TokenSecret};
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
    let Some(idempotency_key) = idempotency_key(request)? else { return work.await };
    let fingerprint = fingerprint(platform, request, &request.method);
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
        IdempotencyState::Created(found) => return Ok(created(*found).with(REPLAYED, "true")),
        IdempotencyState::Mismatch => return Err(refused(&Refusal::OtherRequest, CallerKind::ApiKey)),
        IdempotencyState::Finished { status, body, headers } => {
            let kind = if status < 400 { "application/json" } else { "application/problem+json" };
            let response = repeat_headers(Response::new(status, kind, body), headers.as_deref());
            return Ok(response.with(REPLAYED, "true"));
        }
    }
    let outcome = work.await;
    // Several requests may get a kept refusal, so it has no request id.
    let refused = outcome.as_ref().err();
    let refused = refused.filter(|error| error.code.status() < 500 && !passes(error.code));
    let refused = refused.map(|error| problem(error, "replayed", None));
    let kept = outcome.as_ref().ok().or(refused.as_ref());
    let finish = FinishIdempotentRequest {
        key: caller.proof(),
        idempotency_key: idempotency_key.to_owned(),
        response: kept.map(|response| (response.status, response.body.clone())),
        headers: kept.map(headers_to_repeat),
    };
    // If this has no reply, the key still leads to the connection that was created. A key whose request created nothing is
    // free again after two minutes.
    let _ = caller.store().try_call(&finish).await;
    outcome
}

/// The header of a response that is repeated.
pub const REPLAYED: &str = "idempotent-replayed";

/// The headers that a repeat has too, beside those that every response has. Headers of the request itself, such as its id and
/// its quota, are added by the router.
const REPEATED: [&str; 4] = ["etag", "retry-after", "allow", "www-authenticate"];

fn headers_to_repeat(response: &Response) -> String {
    let kept = response.headers.iter().filter(|(name, _)| REPEATED.contains(name));
    kept.map(|(name, value)| [name, ": ", value, "\n"].concat()).collect()
}

fn repeat_headers(response: Response, headers: Option<&str>) -> Response {
    let lines = headers.unwrap_or_default().lines().filter_map(|line| line.split_once(": "));
    lines.fold(response, |response, (name, value)| match REPEATED.iter().find(|known| **known == name) {
        Some(name) => response.with(name, value),
        None => response,
    })
}

/// The request's idempotency key, if it has one.
fn idempotency_key(request: &Request) -> Result<Option<&str>> {
    let key = request.header("idempotency-key");
    let plain = |key: &str| {
        (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
    };
    if key.is_none_or(plain) {
        return Ok(key);
    }
    Err(Error::on(
        "Idempotency-Key",
        ErrorCode::InvalidParameter,
        "The idempotency key is empty, too long, or has other characters than visible ASCII.",
        format!("Use 1 to {KEY_MAX} visible ASCII characters, a UUID for example."),
    ))
}

fn fingerprint(platform: &impl Platform, request: &Request, first: &str) -> String {
    let body = match &request.body {
        Body::Bytes(bytes) => bytes.as_slice(),
        Body::TooLarge => &[],
    };
    request_fingerprint(platform.config(), [first.as_bytes(), request.path.as_bytes(), body])
}

/// The idempotency key of a request that creates a token in one operation. `caller` is the id of the caller: another caller
/// never gets the token.
///
/// # Errors
/// If the key is not valid.
pub fn once(platform: &impl Platform, request: &Request, caller: &str) -> Result<Option<Once>> {
    let key = idempotency_key(request)?.map(str::to_owned);
    Ok(key.map(|key| Once { key, fingerprint: fingerprint(platform, request, caller) }))
}

/// The secret of the token with this id. With an idempotency key it follows from the caller's own secret, that key and the
/// id, so that a repeat makes the same; else it is random.
///
/// # Errors
/// If the request carries no key or token.
pub fn token_secret(
    platform: &impl Platform,
    request: &Request,
    once: Option<&Once>,
    id: &RoutedId,
) -> Result<TokenSecret> {
    let made = match once {
        Some(once) => {
            let caller = auth::secret(request)?.map(|secret| secret.to_bytes().to_vec());
            let caller = caller.unwrap_or_else(|| platform.config().admin_token.expose().as_bytes().to_vec());
            let id = id.to_string();
            repeatable_secret(platform.config(), [&caller, once.key.as_bytes(), id.as_bytes()])
        }
        None => None,
    };
    Ok(TokenSecret::from_random(made.unwrap_or_else(|| platform.entropy().bytes32())))
}
