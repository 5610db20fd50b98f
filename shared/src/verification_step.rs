//! What a verification has found to be right so far, told while it goes on.

/// A part of a verification, as people see it. One that is told implies those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerificationStep {
    /// The provider was reached, and the account's host is one of its own.
    Host,
    /// The key was accepted.
    Key,
    /// Nothing that the key may not do, as far as it could be asked, stands in the way.
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
