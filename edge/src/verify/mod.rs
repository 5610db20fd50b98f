//! Verification: sends the requests of a provider's file with a credential, and ends in one of four ways.
//!
//! Only [`verify`] makes a [`Verified`], and only a [`Verified`] can be sealed. A secret goes to no host that its field's
//! rule does not allow. Redirects are not followed. Bodies are parsed and never echoed. The build of the catalogue limits
//! the number of requests; the ports and `PATIENCE_MS` limit the time.

mod alive;
mod choice;
pub(crate) mod findings;
pub(crate) mod origins;
mod outcome;
pub(crate) mod path;
mod preview;
mod report;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod retry;
mod share;
pub mod simulator;
mod stages;

pub use alive::{Life, alive};
pub(crate) use outcome::{Failure, unexpected};
pub use outcome::{Verification, VerificationRequest, Verified};
pub use preview::{Preview, preview, preview_procedures};
pub(crate) use response::is_met;
pub(crate) use share::Watched;
pub(crate) use stages::exchange;

use crate::credential::Credential;
use crate::ports::{Clock, Fetch};

/// After this time, in milliseconds, no optional probe is started. Probes that run by then have ten seconds more, which is well
/// within an attempt's lease.
const PATIENCE_MS: i64 = 20_000;

/// Verifies a credential with its provider, stage by stage.
pub async fn verify(
    fetch: &impl Fetch,
    clock: &impl Clock,
    request: VerificationRequest<'_>,
) -> Verification {
    match stages::run(fetch, clock, &request).await {
        Ok((report, settled)) => {
            // The credential keeps the host that was verified, and what the key opens, so that later requests go to the same.
            let with =
                |credential: Credential, (field, value): (String, String)| credential.with(&field, value);
            let credential = settled.into_iter().fold(request.credential, with);
            Verification::Accepted(Box::new(Verified::new(credential, report)))
        }
        Err(failure) => *failure,
    }
}
