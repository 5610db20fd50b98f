//! HTTP requests and responses as plain values. It knows nothing of the runtime.

pub mod body;
pub mod csv;
pub mod etag;
pub mod language;
mod media;
mod place;
pub mod problem;
pub mod query;
#[cfg(feature = "schema")]
pub(crate) mod schema;
mod shape;
pub(crate) mod web_address;

use crate::ports::Quota;
use serde::Serialize;
use std::cell::Cell;
use std::collections::BTreeMap;

pub use latchkey_shared::limits::BODY_MAX;

/// The body of a request. It has no `Debug`, because it may hold secrets.
pub enum Body {
    /// The whole body.
    Bytes(Vec<u8>),
    /// The body was longer than [`BODY_MAX`] and was not kept.
    TooLarge,
}

/// A request. It has no `Debug`, because it carries tokens.
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// The scheme, host and port that the request was sent to.
    pub origin: String,
    /// The path without the query, percent-encoded. Latchkey's ids and tokens need no encoding.
    pub path: String,
    /// The query.
    pub query: query::Query,
    /// The headers, by name in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Body,
    /// The caller's remaining quota, set when a store has counted the request.
    pub quota: Cell<Option<Quota>>,
}

impl Request {
    /// The value of a header. `name` is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// A response.
#[derive(Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers, in the order in which they were added.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
    /// How the next piece of the body is made ([`crate::router::rest`]). `None`: the body is whole.
    pub rest: Option<String>,
}

impl Response {
    /// A JSON response with `cache-control: no-store`. Members come in the order of the type.
    #[must_use]
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        Self::new(status, "application/json", serde_json::to_string(value).unwrap_or_default())
    }

    /// An empty response: 204.
    #[must_use]
    pub fn done() -> Self {
        let mut response = Self::new(204, "", String::new());
        response.headers.retain(|(name, _)| *name != "content-type");
        response
    }

    /// A response with `cache-control: no-store` and the security headers.
    #[must_use]
    pub fn new(status: u16, content_type: &str, body: String) -> Self {
        let headers = vec![
            ("content-type", content_type.to_owned()),
            ("cache-control", "no-store".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
            ("referrer-policy", "no-referrer".to_owned()),
        ];
        Self { status, headers, body, rest: None }
    }

    /// The response, which browsers and caches may keep for so many seconds.
    #[must_use]
    pub fn kept(mut self, seconds: u32) -> Self {
        self.headers.retain(|(name, _)| *name != "cache-control");
        self.with("cache-control", format!("public, max-age={seconds}"))
    }

    /// The response with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
