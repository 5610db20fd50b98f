//! Requests that a handler refuses before it calls the store of its caller: for a body, a parameter or an id.
//!
//! Their secret is not checked by then. So that nobody works for a stranger with a wrong one, and none goes uncounted, it is checked
//! here, and its refusal takes precedence.

use super::auth;
use crate::error::Error;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{ProjectByApiKey, SessionByToken};

/// Checks and counts the caller of a request that ends with `error`. Returns the refusal: of the caller, or else `error` itself.
pub(crate) async fn refused(platform: &impl Platform, request: &Request, error: Error) -> Error {
    let status = error.code.status();
    // A caller that the store has counted has a quota. 401, 403 and 429 are about the caller already.
    if request.quota.get().is_some() || !matches!(status, 400..500) || matches!(status, 401 | 403 | 429) {
        return error;
    }
    let refusal = if let Ok(caller) = auth::key_caller(platform, request) {
        caller.call(ProjectByApiKey { key: caller.proof() }).await.err()
    } else if let Ok(caller) = auth::session_caller(platform, request) {
        caller.call(SessionByToken { proof: caller.proof(), opens: None }).await.err()
    } else {
        None
    };
    refusal.filter(|refusal| matches!(refusal.code.status(), 401 | 403 | 429)).unwrap_or(error)
}
