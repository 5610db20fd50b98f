//! The steps of a verification, which the page shows while it runs.

/// A step of a verification, as people see it. A passed step implies that the steps before it passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerificationStep {
    /// The provider was reached, and the account's host is one of its own.
    Host,
    /// The key was accepted.
    Key,
    /// The key's rights were read, as far as the provider allows, and the verification is accepted.
    Rights,
}

impl VerificationStep {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Key => "key",
            Self::Rights => "rights",
        }
    }
}
