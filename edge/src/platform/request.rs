//! Reads the runtime's request into plain values, and makes its response of plain values. `http.js` does the work. It
//! refuses to keep a body that is too long.

use crate::http::query::Query;
use crate::http::{BODY_MAX, Body, Request, Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_shared::collect::collect_btree;
use std::cell::Cell;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::{Error, Result};

#[wasm_bindgen(module = "/src/platform/http.js")]
extern "C" {
    fn read(request: &web_sys::Request, body_max: u32) -> js_sys::Promise;
    #[wasm_bindgen(catch)]
    fn respond(
        status: u16,
        headers: &str,
        body: &[u8],
        asset: &JsValue,
    ) -> std::result::Result<web_sys::Response, JsValue>;
}

/// Reads the request. A body longer than [`BODY_MAX`] is not kept.
pub(super) async fn request(incoming: &web_sys::Request) -> Result<Request> {
    let parts: js_sys::Array = JsFuture::from(read(incoming, BODY_MAX as u32)).await?.unchecked_into();
    let text = |at| parts.get(at).as_string().ok_or_else(|| Error::from("a part of the request is missing"));
    let (method, url, headers, body) = (text(0)?, text(1)?, text(2)?, parts.get(3));
    let Address { origin, path, query } = Address::of(&url);
    Ok(Request {
        quota: Cell::default(),
        body: if body.is_null() {
            Body::TooLarge
        } else {
            Body::Bytes(js_sys::Uint8Array::from(body).to_vec())
        },
        method,
        origin: origin.to_owned(),
        path: path.to_owned(),
        query: Query::parse(query),
        headers: collect_btree(pairs(&headers)),
    })
}

/// Headers from their lines, with names in lower case.
pub(super) fn pairs(lines: &str) -> Vec<(String, String)> {
    let mut words = lines.split('\n').map(str::to_owned);
    let mut pairs = Vec::new();
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        pairs.push((name.to_ascii_lowercase(), value));
    }
    pairs
}

/// The parts of a request's URL. The runtime has already parsed the URL, so splitting it is enough. A parser would add the
/// tables of international domain names to the Worker.
pub(super) struct Address<'a> {
    /// Scheme, host and port.
    pub(super) origin: &'a str,
    /// The path with its first slash, percent-encoded.
    pub(super) path: &'a str,
    /// The part behind the question mark.
    pub(super) query: &'a str,
}

impl<'a> Address<'a> {
    pub(super) fn of(url: &'a str) -> Self {
        let (before, query) = url.split_once('?').unwrap_or((url, ""));
        let host = before.find("://").map_or(0, |at| at + 3);
        let path = before.get(host..).and_then(|rest| rest.find('/')).map_or(before.len(), |at| host + at);
        let (origin, path) = before.split_at_checked(path).unwrap_or((before, ""));
        Self { origin, path, query }
    }
}

/// The function that reports progress to the client, if it waits for progress (`lines.js`).
pub(super) fn report_progress(incoming: &web_sys::Request) -> Option<js_sys::Function> {
    js_sys::Reflect::get(incoming, &"reportProgress".into()).ok()?.dyn_into().ok()
}

/// Makes the runtime's response.
pub(super) fn response(response: &Response) -> Result<web_sys::Response> {
    // `entry.js` takes this header away, and asks for the rest. Texts of a request may be in it, so it is base64url.
    let rest = response.rest.as_ref().map(|rest| URL_SAFE_NO_PAD.encode(rest));
    let mut headers: Vec<_> = response.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    headers.extend(rest.as_deref().map(|rest| ("latchkey-rest", rest)));
    if headers.iter().any(|(_, value)| value.contains('\n')) {
        return Err(Error::from("a header contains a line break"));
    }
    Ok(respond(response.status, &lines(&headers), response.body.as_bytes(), &JsValue::UNDEFINED)?)
}

/// Makes a response with the bytes of a static file.
pub(super) fn asset(headers: &[(&str, &str)], file: &web_sys::Response) -> Result<web_sys::Response> {
    Ok(respond(200, &lines(headers), &[], file)?)
}

/// Headers as lines: name and value in turns.
fn lines(headers: &[(&str, &str)]) -> String {
    headers.iter().flat_map(|(name, value)| [name, "\n", value, "\n"]).collect()
}
