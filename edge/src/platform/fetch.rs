//! The network: manual redirects, ten seconds for headers and body together, no more body than the request allows.

use crate::ports::{Fetch, FetchError, Incoming, Outgoing};
use futures_util::StreamExt;
use latchkey_shared::sorted;
use worker::{AbortSignal, Headers, Method, Request, RequestInit, RequestRedirect, Response};

const TIME_LIMIT_MS: u32 = 10_000;

/// Every provider there is.
pub(super) struct Network;

impl Fetch for Network {
    async fn fetch(&self, request: Outgoing) -> Result<Incoming, FetchError> {
        let signal: AbortSignal = web_sys::AbortSignal::timeout_with_u32(TIME_LIMIT_MS).into();
        let why = || if signal.aborted() { FetchError::TimedOut } else { FetchError::Network };
        let body_max = request.body_max;
        let request = build(&request).map_err(|_| FetchError::Network)?;
        let mut response =
            worker::Fetch::Request(request).send_with_signal(&signal).await.map_err(|_| why())?;
        let body = read(&mut response, body_max).await.map_err(|error| error.unwrap_or_else(why))?;
        let headers =
            sorted::map(response.headers().entries().map(|(name, value)| (name.to_ascii_lowercase(), value)));
        Ok(Incoming { status: response.status_code(), headers, body })
    }
}

fn build(request: &Outgoing) -> worker::Result<Request> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        // Exposed to be sent to the provider: `verify/request.rs` has checked the host.
        headers.set(name, value.expose())?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::from(request.method.clone()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual);
    // Exposed for the same reason.
    init.with_body(request.body.as_ref().map(|body| body.expose().into()));
    Request::new_with_init(&request.url, &init)
}

/// The body, or `None` when the connection broke.
async fn read(response: &mut Response, body_max: usize) -> Result<Vec<u8>, Option<FetchError>> {
    let mut body = Vec::new();
    // A redirect or an empty answer may have no stream.
    let Ok(mut stream) = response.stream() else { return Ok(body) };
    while let Some(chunk) = stream.next().await {
        body.extend(chunk.map_err(|_| None)?);
        if body.len() > body_max {
            return Err(Some(FetchError::TooLarge));
        }
    }
    Ok(body)
}
