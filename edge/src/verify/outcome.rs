//! The question that verification answers, and the four ways in which it ends.
//!
//! A [`Verified`] can be made in `verify` alone.

use crate::credential::Credential;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::report::Report;
use latchkey_shared::verification_step::VerificationStep;
use latchkey_shared::{ErrorCode, FieldError, msg};

/// A credential that its provider has accepted. Cannot be made by hand.
#[derive(Debug)]
pub struct Verified {
    credential: Credential,
    report: Report,
}

impl Verified {
    /// Only `verify` may call this, and does so once: when every stage has passed.
    pub(super) fn new(credential: Credential, report: Report) -> Self {
        Self { credential, report }
    }

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
    pub offered: &'a ProjectProvider,
    /// The answers of the form.
    pub credential: Credential,
    /// What the session asks for.
    pub scopes: &'a [String],
    /// The id of the organisation that was linked before, if one was.
    pub known_organization: Option<String>,
    /// Is told what is right, as soon as it is known.
    pub passed: &'a dyn Fn(VerificationStep),
}

/// An ending for what the file does not foresee.
pub(crate) fn unexpected(provider: &Provider, log: String) -> Stop {
    let error = FieldError::whole(
        ErrorCode::ProviderUnexpected,
        msg!(
            "{provider} answered in a way that we do not know. Nothing was stored.",
            provider = &provider.name
        ),
        msg!("Try again. If it happens again, contact us with the request id."),
    );
    Box::new(Verification::Unexpected(error, log))
}
