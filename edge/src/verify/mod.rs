//! Verification: asks the provider what a credential is worth, as the provider's file says, and ends in one of four ways.
//!
//! Only [`verify`] makes a [`Verified`], and only a [`Verified`] can be sealed. A secret goes to no host that its field's
//! rule does not allow; redirects are not followed; bodies are parsed, never echoed. Bounded in calls by the build of the
//! catalogue, in time by the ports and by `PATIENCE_MS`.

mod answer;
mod findings;
mod origins;
mod outcome;
mod path;
mod preview;
mod report;
mod request;
mod retry;
pub mod simulator;
mod stages;

pub use outcome::{Question, Verification, Verified};
pub(crate) use outcome::{Stop, unexpected};
pub use preview::{Preview, preview};

use crate::credential::Credential;
use crate::ports::{Clock, Fetch};

/// How long a verification may have taken for optional probes to be asked still, in milliseconds. What was asked then has
/// ten seconds more, which is well within an attempt's lease.
const PATIENCE_MS: i64 = 20_000;

/// Asks the provider, stage by stage.
pub async fn verify(fetch: &impl Fetch, clock: &impl Clock, question: Question<'_>) -> Verification {
    match stages::run(fetch, clock, &question).await {
        Ok((report, origins)) => {
            // What was verified is what is kept: later calls go to the host that the organisation named, as these did.
            let moved =
                |credential: Credential, (field, origin): (String, String)| credential.at(&field, origin);
            let credential = origins.into_iter().fold(question.credential, moved);
            Verification::Accepted(Box::new(Verified::new(credential, report)))
        }
        Err(stop) => *stop,
    }
}
