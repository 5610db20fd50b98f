//! A GET of the API in the same process, for a page of the console that is rendered in the Worker.
//!
//! It goes the way of a request over HTTP: the same table, the same authentication, the same limits. So a page shows nothing that
//! the API would refuse its person. It refuses to do anything but read.

use super::dispatch;
use crate::access::console;
use crate::error::{Error, Result};
use crate::http::query::Query;
use crate::http::{Body, Request, Response};
use crate::ports::Platform;
use latchkey_shared::Mode;
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;

/// The answer to `GET path` (with its query) for the person whose browser asks for `page`, by the cookie of a mode. The caller is
/// our own handler of that page, so the header `latchkey-console` is added here: a page that is opened at the top level cannot send
/// it, and the cookie comes from our own site only (`SameSite=Strict`).
///
/// # Errors
/// Those of the endpoint.
pub async fn api_get(platform: &impl Platform, page: &Request, mode: Mode, path: &str) -> Result<Value> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut headers = page.headers.clone();
    for name in ["authorization", "content-type", "if-none-match", "origin"] {
        headers.remove(name);
    }
    headers.insert("accept".to_owned(), "application/json".to_owned());
    headers.insert(console::HEADER.to_owned(), mode.as_str().to_owned());
    let request = Request {
        method: "GET".to_owned(),
        origin: page.origin.clone(),
        path: path.to_owned(),
        query: Query::parse(query),
        headers,
        body: Body::Bytes(Vec::new()),
        quota: Default::default(),
    };
    // Boxed, because the handler of a page, which calls this, is itself dispatched.
    let answered: Pin<Box<dyn Future<Output = Result<Response>> + '_>> =
        Box::pin(dispatch(platform, &request));
    let response = answered.await?;
    serde_json::from_str(&response.body).map_err(|error| Error::fault(format!("{path} has no JSON: {error}")))
}
