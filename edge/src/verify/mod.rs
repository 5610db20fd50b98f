//! Verification: asks the provider what a credential is worth, as the provider's file says, and ends in one of four ways.
//!
//! Only [`verify`] makes a [`Verified`], and only a [`Verified`] can be sealed. A secret goes to no host that its field's
//! rule does not allow; redirects are not followed; bodies are parsed, never echoed. Bounded in calls by the build of the
//! catalogue, in time by the ports and by `PATIENCE_MS`.

mod answer;
mod findings;
mod origins;
mod passed;
mod path;
mod preview;
mod report;
mod request;
mod retry;
mod stages;

pub use passed::Passed;
pub use preview::{Preview, preview};

use crate::credential::Credential;
use crate::ports::{Clock, Fetch};
use latchkey_shared::offer::Offer;
use latchkey_shared::provider::Provider;
use latchkey_shared::report::Report;
use latchkey_shared::{ErrorCode, FieldError};

/// How long a verification may have taken for optional probes to be asked still, in milliseconds. What was asked then has
/// ten seconds more, which is well within an attempt's lease.
const PATIENCE_MS: i64 = 20_000;

/// A credential that its provider has accepted. Cannot be made by hand.
#[derive(Debug)]
pub struct Verified {
    credential: Credential,
    report: Report,
}

impl Verified {
    /// What was accepted.
    #[must_use]
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// What was learned.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }
}

/// How a verification ends. Nothing is stored on the last three.
#[derive(Debug)]
pub enum Verification {
    /// The key works.
    Accepted(Box<Verified>),
    /// A field is wrong.
    Rejected(FieldError),
    /// Try again, after so many seconds.
    Unavailable(FieldError, u32),
    /// An answer we do not know. The text is for the log: probe and status, never the body.
    Unexpected(FieldError, String),
}

/// What stops a verification before it is accepted: any ending but the first.
pub(crate) type Stop = Box<Verification>;

/// What is asked of a provider.
pub struct Question<'a> {
    /// The provider, as the project offers it.
    pub offer: &'a Offer,
    /// The answers of the form.
    pub credential: Credential,
    /// What the session asks for.
    pub scopes: &'a [String],
    /// The id of the organisation that was linked before, if one was.
    pub known_organization: Option<String>,
    /// Is told what is right, as soon as it is known.
    pub passed: &'a dyn Fn(Passed),
}

/// Asks the provider, stage by stage.
pub async fn verify(fetch: &impl Fetch, clock: &impl Clock, question: Question<'_>) -> Verification {
    match stages::run(fetch, clock, &question).await {
        Ok((report, origins)) => {
            // What was verified is what is kept: later calls go to the host that the organisation named, as these did.
            let moved =
                |credential: Credential, (field, origin): (String, String)| credential.at(&field, origin);
            let credential = origins.into_iter().fold(question.credential, moved);
            Verification::Accepted(Box::new(Verified { credential, report }))
        }
        Err(stop) => *stop,
    }
}

/// An ending for what the file does not foresee.
pub(crate) fn unexpected(provider: &Provider, log: String) -> Stop {
    let error = FieldError::whole(
        ErrorCode::ProviderUnexpected,
        format!("{} gave an answer that we do not know. Nothing was stored.", provider.name),
        "Try again. If it happens again, tell us the request id.".to_owned(),
    );
    Box::new(Verification::Unexpected(error, log))
}
