//! Turns the runtime's request into plain values and plain values into its response. Reads no more of a body than allowed.

use crate::http::{BODY_MAX, Body, Request, Response};
use futures_util::StreamExt;
use worker::{Headers, Result};

/// Reads the request. A body past [`BODY_MAX`] is not read to its end.
pub(super) async fn read(mut incoming: worker::Request) -> Result<Request> {
    let url = incoming.url()?;
    let headers =
        incoming.headers().entries().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    let method = incoming.method().as_ref().to_owned();
    let has_body = !matches!(method.as_str(), "GET" | "HEAD");
    Ok(Request {
        body: if has_body { body(&mut incoming).await? } else { Body::Bytes(Vec::new()) },
        method,
        origin: url.origin().ascii_serialization(),
        path: url.path().to_owned(),
        query: url.query_pairs().into_owned().collect(),
        headers,
    })
}

async fn body(incoming: &mut worker::Request) -> Result<Body> {
    let declared = incoming.headers().get("content-length")?.and_then(|text| text.parse::<usize>().ok());
    if declared.is_some_and(|length| length > BODY_MAX) {
        return Ok(Body::TooLarge);
    }
    if incoming.inner().body().is_none() {
        return Ok(Body::Bytes(Vec::new()));
    }
    let mut stream = incoming.stream()?;
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        bytes.extend(chunk?);
        if bytes.len() > BODY_MAX {
            return Ok(Body::TooLarge);
        }
    }
    Ok(Body::Bytes(bytes))
}

/// Writes the response.
pub(super) fn write(response: Response) -> Result<worker::Response> {
    let headers = Headers::new();
    for (name, value) in &response.headers {
        headers.set(name, value)?;
    }
    Ok(worker::Response::ok(response.body)?.with_status(response.status).with_headers(headers))
}
