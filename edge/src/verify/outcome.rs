//! The input of a verification, and the four ways in which it ends.
//!
//! Only `verify` can make a [`Verified`].

use crate::credential::Credential;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::report::Report;
use latchkey_shared::verification_step::VerificationStep;
use latchkey_shared::{ErrorCode, FieldError, msg};

/// A credential that its provider has accepted. No code outside `verify` can make one.
#[derive(Debug)]
pub struct Verified {
    credential: Credential,
    report: Report,
}

impl Verified {
    /// Only `verify` calls this, once, when every stage has passed.
    pub(super) fn new(credential: Credential, report: Report) -> Self {
        Self { credential, report }
    }

    /// The accepted credential.
    #[must_use]
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// What the provider says about the key.
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
    /// The provider cannot be reached or limits requests. Try again after this many seconds.
    Unavailable(FieldError, u32),
    /// A response that the provider's file does not name. The text is for the log: probe and status, never the body.
    Unexpected(FieldError, String),
}

/// An ending of a verification other than `Accepted`.
pub(crate) type Failure = Box<Verification>;

/// The input of a verification.
pub struct VerificationRequest<'a> {
    /// The provider, as the project offers it.
    pub offered: &'a ProjectProvider,
    /// The field values, parsed.
    pub credential: Credential,
    /// The ids of the scopes that the session asks for.
    pub scopes: &'a [String],
    /// The provider's id of the organization that was linked before, if one was.
    pub known_organization: Option<String>,
    /// Whether the credential is stored already. Then a refusal counts only if the provider itself sent it: a page comes from a
    /// proxy or a firewall.
    pub stored: bool,
    /// Called with each step, as soon as it has passed.
    pub on_step: &'a dyn Fn(VerificationStep),
}

/// The failure for a response that the provider's file does not name. `log` goes to the log only.
pub(crate) fn unexpected(provider: &Provider, log: String) -> Failure {
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
