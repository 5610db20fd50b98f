//! Asks no more than whether a stored key still works: the probes that the provider's file names for that.

use super::outcome::{Failure, VerificationRequest};
use super::stages;
use crate::ports::Fetch;

/// What a light check found.
#[derive(Debug)]
pub enum Life {
    /// The key works. If the response names its end, in milliseconds since 1970, that is its end now.
    Alive(Option<i64>),
    /// The ending of a verification, other than accepted.
    Failed(Failure),
}

/// Asks whether a stored key still works. `None`: the provider's file names no probes for that.
pub async fn alive(fetch: &impl Fetch, request: &VerificationRequest<'_>) -> Option<Life> {
    let check = request.offered.provider.check.as_ref()?;
    Some(match stages::run_only(fetch, request, &check.probes).await {
        Ok(ends) => Life::Alive(ends),
        Err(failure) => Life::Failed(failure),
    })
}
