//! HTTP without a server: a request of plain values in, a response of plain values out. Knows nothing of the runtime.

pub mod body;
pub mod language;
pub mod problem;
#[cfg(feature = "schema")]
pub(crate) mod schema;

use crate::ports::Quota;
use std::cell::Cell;
use std::collections::BTreeMap;

/// The longest body that is read, in bytes.
pub const BODY_MAX: usize = 64 * 1024;

/// What arrived as a body. Not printable: it may hold secrets.
pub enum Body {
    /// All of it.
    Bytes(Vec<u8>),
    /// More than [`BODY_MAX`]; it was not kept.
    TooLarge,
}

/// A request. Not printable: it carries tokens.
pub struct Request {
    /// Upper case.
    pub method: String,
    /// Scheme, host and port the request came to.
    pub origin: String,
    /// Without the query, still percent-encoded; no id or token of ours needs encoding.
    pub path: String,
    /// Decoded pairs of the query.
    pub query: BTreeMap<String, String>,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Body,
    /// What is left to the caller, once a store has counted the request.
    pub quota: Cell<Option<Quota>>,
}

impl Request {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// A response.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// In order of being set.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl Response {
    /// A JSON answer that nobody may keep.
    #[must_use]
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::new(status, "application/json", value.to_string())
    }

    /// It is done, and there is nothing to say.
    #[must_use]
    pub fn done() -> Self {
        let mut response = Self::new(204, "", String::new());
        response.headers.retain(|(name, _)| *name != "content-type");
        response
    }

    /// An answer that nobody may keep.
    #[must_use]
    pub fn new(status: u16, content_type: &str, body: String) -> Self {
        let headers = vec![
            ("content-type", content_type.to_owned()),
            ("cache-control", "no-store".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
            ("referrer-policy", "no-referrer".to_owned()),
        ];
        Self { status, headers, body }
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
