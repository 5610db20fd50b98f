//! Calls to providers, as plain values. Refuses to follow redirects, and to know what a response means.

use latchkey_shared::Secret;
use std::collections::BTreeMap;

/// A request to a provider.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// `GET` or `POST`.
    pub method: String,
    /// Absolute, https.
    pub url: String,
    /// Names in lower case. Values may be secret, so all are held as such.
    pub headers: BTreeMap<String, Secret>,
    /// What is sent along; may be secret too.
    pub body: Option<Secret>,
    /// The longest answer that is read, in bytes, unpacked.
    pub body_max: usize,
    /// The headers of the answer that are wanted, in lower case.
    pub wanted: Vec<String>,
}

/// A provider's answer: never echoed, only parsed.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// The status.
    pub status: u16,
    /// Those that were wanted and are there; names in lower case.
    pub headers: BTreeMap<String, String>,
    /// At most [`Outgoing::body_max`].
    pub body: Vec<u8>,
}

/// Why a provider gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Not within ten seconds, headers and body together.
    #[error("no answer within the time limit")]
    TimedOut,
    /// A body of more than [`Outgoing::body_max`].
    #[error("the body is too large")]
    TooLarge,
    /// No connection, or it broke.
    #[error("the connection failed")]
    Network,
}

/// Asks a provider. Never follows a redirect.
pub trait Fetch {
    /// Sends the request and reads the whole answer.
    async fn fetch(&self, request: Outgoing) -> Result<Incoming, FetchError>;
}
