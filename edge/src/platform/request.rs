//! Turns the runtime's request into plain values and plain values into its response. Keeps no more of a body than allowed.

use crate::http::{BODY_MAX, Body, Request, Response};
use futures_util::StreamExt;
use latchkey_shared::sorted;
use wasm_bindgen::JsCast;
use worker::{Headers, Result};

/// Reads the request. A body past [`BODY_MAX`] is not kept.
pub(super) async fn read(mut incoming: worker::Request) -> Result<Request> {
    let Address { origin, path, query } = Address::of(&incoming);
    let headers =
        sorted::map(incoming.headers().entries().map(|(name, value)| (name.to_ascii_lowercase(), value)));
    let method = method(&incoming);
    let has_body = !matches!(method.as_str(), "GET" | "HEAD");
    Ok(Request {
        body: if has_body { body(&mut incoming).await? } else { Body::Bytes(Vec::new()) },
        method,
        origin,
        path,
        query: sorted::map(form_urlencoded::parse(query.as_bytes()).into_owned()),
        headers,
    })
}

/// The parts of a request's address. The runtime has parsed it already, so that cutting is enough: a parser of our own would
/// bring the tables of international domain names along.
pub(super) struct Address {
    /// Scheme, host and port.
    pub(super) origin: String,
    /// Still percent-encoded, with its first slash.
    pub(super) path: String,
    /// What stands behind the question mark.
    pub(super) query: String,
}

impl Address {
    pub(super) fn of(request: &worker::Request) -> Self {
        let url = request.inner().url();
        let (before, query) = url.split_once('?').unwrap_or((&url, ""));
        let host = before.find("://").map_or(0, |at| at + 3);
        let path = before.get(host..).and_then(|rest| rest.find('/')).map_or(before.len(), |at| host + at);
        let (origin, path) = before.split_at_checked(path).unwrap_or((before, ""));
        Self { origin: origin.to_owned(), path: path.to_owned(), query: query.to_owned() }
    }
}

/// The method as it was sent: the runtime crate takes one that it does not know for `GET`.
pub(super) fn method(incoming: &worker::Request) -> String {
    incoming.inner().method()
}

/// What tells the client how far its request is, where it waits for lines (`lines.js`).
pub(super) fn tell(incoming: &worker::Request) -> Option<js_sys::Function> {
    js_sys::Reflect::get(incoming.inner(), &"tell".into()).ok()?.dyn_into().ok()
}

/// How much of a body that is too large is read and thrown away, in bytes: a client that is still writing when the answer
/// comes may see a broken connection instead of the answer.
const DISCARD_MAX: usize = 8 << 20;

async fn body(incoming: &mut worker::Request) -> Result<Body> {
    if incoming.inner().body().is_none() {
        return Ok(Body::Bytes(Vec::new()));
    }
    let mut stream = incoming.stream()?;
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        length += chunk.len();
        if length <= BODY_MAX {
            bytes.extend(chunk);
        } else if length > DISCARD_MAX {
            break;
        }
    }
    Ok(if length > BODY_MAX { Body::TooLarge } else { Body::Bytes(bytes) })
}

/// Writes the response.
pub(super) fn write(response: Response) -> Result<worker::Response> {
    let headers = Headers::new();
    for (name, value) in &response.headers {
        headers.set(name, value)?;
    }
    Ok(worker::Response::ok(response.body)?.with_status(response.status).with_headers(headers))
}
