//! Requests to providers and to webhook endpoints, as plain values. It refuses to follow redirects and to know what a response means.

use latchkey_shared::Secret;
use std::collections::BTreeMap;

/// A request to a provider or a webhook endpoint.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// `GET` or `POST`.
    pub method: String,
    /// Absolute, https; in a development run, `http` to this machine for a webhook endpoint.
    pub url: String,
    /// Names are in lower case. Values may be secret, so all are a [`Secret`].
    pub headers: BTreeMap<String, Secret>,
    /// The body. It may be secret too.
    pub body: Option<Secret>,
    /// The longest response body that is read, in bytes after decompression.
    pub body_max: usize,
    /// Whether a longer body is cut. If not, it is an error.
    pub cut: bool,
    /// The response headers to keep, in lower case.
    pub wanted: Vec<String>,
}

/// A provider's response. It is only parsed, never shown.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// The status.
    pub status: u16,
    /// The wanted headers that it has. Names are in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body, at most [`Outgoing::body_max`] bytes.
    pub body: Vec<u8>,
}

/// Why there is no response of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Headers and body did not arrive within ten seconds.
    #[error("no response within the time limit")]
    TimedOut,
    /// The body is longer than [`Outgoing::body_max`].
    #[error("the body is too large")]
    TooLarge,
    /// There was no connection, or it broke.
    #[error("the connection failed")]
    Network,
}

/// Sends requests to providers. It never follows a redirect.
pub trait Fetch {
    /// Sends the request and reads the whole response.
    async fn fetch(&self, request: Outgoing) -> Result<Incoming, FetchError>;
}
