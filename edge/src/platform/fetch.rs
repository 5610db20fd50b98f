//! The network: manual redirects, ten seconds for headers and body together, no more body than the request allows. The work is done in
//! `http.js`, so that a request crosses into JavaScript once and back once.

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
        wanted: &str,
        time_limit: u32,
    ) -> js_sys::Promise;
}

/// Every provider there is.
pub(super) struct Network;

impl Fetch for Network {
    async fn fetch(&self, request: Outgoing) -> Result<Incoming, FetchError> {
        let headers = lines(&request).ok_or(FetchError::Network)?;
        // Exposed to be sent to the provider: `verify/request.rs` has checked the host.
        let body = request.body.as_ref().map(|body| body.expose());
        let body_max = u32::try_from(request.body_max).unwrap_or(u32::MAX);
        let answer = ask(
            &request.method,
            &request.url,
            &headers,
            body,
            body_max,
            &request.wanted.join("\n"),
            TIME_LIMIT_MS,
        );
        let answer = JsFuture::from(answer).await.map_err(|_| FetchError::Network)?;
        read(&answer).ok_or_else(|| match answer.as_string().as_deref() {
            Some("timeout") => FetchError::TimedOut,
            Some("length") => FetchError::TooLarge,
            _ => FetchError::Network,
        })
    }
}

/// The headers, name and value in turns; nothing when one of them is no header.
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

fn read(answer: &JsValue) -> Option<Incoming> {
    let parts = answer.dyn_ref::<js_sys::Array>()?;
    Some(Incoming {
        status: parts.get(0).as_f64()? as u16,
        headers: collect_btree(pairs(&parts.get(1).as_string()?)),
        body: js_sys::Uint8Array::from(parts.get(2)).to_vec(),
    })
}
