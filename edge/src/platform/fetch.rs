//! Sends requests to providers and webhook endpoints. `http.js` does the work, so that a request crosses into JavaScript once and its response
//! crosses back once. It follows no redirect, waits ten seconds for headers and body together, and reads no more of the
//! body than the request allows.

use super::request::pairs;
use crate::ports::{Fetch, FetchError, Incoming, Outgoing};
use latchkey_shared::collect::collect_btree;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use zeroize::Zeroizing;

const TIME_LIMIT_MS: u32 = 10_000;

#[wasm_bindgen(module = "/src/platform/http.js")]
extern "C" {
    fn ask(
        method: &str,
        url: &str,
        headers: &str,
        body: Option<&str>,
        body_max: u32,
        cut: bool,
        wanted: &str,
        time_limit: u32,
    ) -> js_sys::Promise;
}

/// The real network.
pub(super) struct Network;

impl Fetch for Network {
    async fn fetch(&self, request: Outgoing) -> Result<Incoming, FetchError> {
        let headers = lines(&request).ok_or(FetchError::Network)?;
        // Exposed to be sent to the provider. `verify/request.rs` has checked the host.
        let body = request.body.as_ref().map(|body| body.expose());
        let body_max = u32::try_from(request.body_max).unwrap_or(u32::MAX);
        let result = ask(
            &request.method,
            &request.url,
            &headers,
            body,
            body_max,
            request.cut,
            &request.wanted.join("\n"),
            TIME_LIMIT_MS,
        );
        let result = JsFuture::from(result).await.map_err(|_| FetchError::Network)?;
        read(&result).ok_or_else(|| match result.as_string().as_deref() {
            Some("timeout") => FetchError::TimedOut,
            Some("length") => FetchError::TooLarge,
            _ => FetchError::Network,
        })
    }
}

/// The headers as lines: name and value in turns. `None` if one contains a line break.
fn lines(request: &Outgoing) -> Option<Zeroizing<String>> {
    let mut lines = Zeroizing::new(String::new());
    for (name, value) in &request.headers {
        // Exposed for the same reason.
        let value = value.expose();
        if name.contains('\n') || value.contains('\n') {
            return None;
        }
        for text in [name.as_str(), "\n", value, "\n"] {
            lines.push_str(text);
        }
    }
    Some(lines)
}

fn read(result: &JsValue) -> Option<Incoming> {
    let parts = result.dyn_ref::<js_sys::Array>()?;
    Some(Incoming {
        status: parts.get(0).as_f64()? as u16,
        headers: collect_btree(pairs(&parts.get(1).as_string()?)),
        body: js_sys::Uint8Array::from(parts.get(2)).to_vec(),
    })
}
