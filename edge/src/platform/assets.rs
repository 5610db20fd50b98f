//! Static files: the loader under a stable name, the widget under hashed names that are cached for ever. Compressed once, at
//! build time, at brotli's highest quality; the runtime passes the bytes on as they are.

use super::request::Address;
use worker::{EncodeBody, Env, Headers, Method, Request, Response, Result};

const LOADER: &str = "/connect.js";

/// Serves the file at this path, or nothing when the path is no file's.
pub(super) async fn serve(request: &Request, env: &Env) -> Result<Option<Response>> {
    let path = Address::of(request).path;
    let file = match path.strip_prefix("/assets/") {
        Some(name) if is_hashed(name) => path.clone(),
        None if path == LOADER => format!("/assets{LOADER}"),
        _ => return Ok(None),
    };
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Ok(None);
    }
    let accepts_brotli = request.headers().get("accept-encoding")?.is_some_and(|accepted| {
        accepted.split(',').any(|coding| coding.split(';').next().is_some_and(|name| name.trim() == "br"))
    });
    let assets = env.assets("ASSETS")?;
    let stored = format!("https://assets{file}{}", if accepts_brotli { ".br" } else { "" });
    let found = assets.fetch(stored, None).await?;
    if found.status_code() != 200 {
        return Ok(None);
    }
    let headers = Headers::new();
    headers.set("content-type", content_type(&file))?;
    headers.set(
        "cache-control",
        if path == LOADER { "public, max-age=300" } else { "public, max-age=31536000, immutable" },
    )?;
    headers.set("vary", "accept-encoding")?;
    headers.set("x-content-type-options", "nosniff")?;
    // Only the loader is for other origins.
    headers
        .set("cross-origin-resource-policy", if path == LOADER { "cross-origin" } else { "same-origin" })?;
    let mut response = Response::from_body(found.body().clone())?;
    if accepts_brotli {
        headers.set("content-encoding", "br")?;
        response = response.with_encode_body(EncodeBody::Manual);
    }
    Ok(Some(response.with_headers(headers)))
}

/// `<name>-<hash>.<extension>`: nothing else of the folder is served, the compressed copies least of all.
fn is_hashed(name: &str) -> bool {
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        plain(stem) && stem.contains('-') && matches!(extension, "js" | "wasm")
    })
}

fn content_type(file: &str) -> &'static str {
    if file.ends_with(".wasm") { "application/wasm" } else { "text/javascript; charset=utf-8" }
}
