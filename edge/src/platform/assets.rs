//! Static files: those that others name under a stable name, the rest under hashed names that are cached for ever. Compressed once,
//! at build time, at brotli's highest quality; the runtime passes the bytes on as they are.

use super::request::{Address, method};
use worker::{EncodeBody, Env, Headers, Request, Response, Result};

/// What the reference's page may do: its own programs and styles, and nobody else's.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file, and how it is served.
struct File {
    stored: String,
    content_type: &'static str,
    /// Whether its name says what it holds, so that it may be kept for ever.
    hashed: bool,
    /// Whether pages of other origins may use it.
    shared: bool,
}

/// The file at this path.
fn file(path: &str) -> Option<File> {
    let named = |name: &str, content_type, shared| File {
        stored: format!("/assets/{name}"),
        content_type,
        hashed: false,
        shared,
    };
    Some(match path {
        "/connect.js" => named("connect.js", "text/javascript; charset=utf-8", true),
        "/openapi.json" => named("openapi.json", "application/json", true),
        // Not `.html`: the runtime would answer a redirect.
        "/docs" => named("docs.page", "text/html; charset=utf-8", false),
        _ => File {
            stored: path.to_owned(),
            content_type: hashed(path.strip_prefix("/assets/")?)?,
            hashed: true,
            shared: false,
        },
    })
}

/// Serves the file at this path, or nothing when the path is no file's.
pub(super) async fn serve(request: &Request, env: &Env) -> Result<Option<Response>> {
    let Some(file) = file(&Address::of(request).path) else { return Ok(None) };
    if !matches!(method(request).as_str(), "GET" | "HEAD") {
        return Ok(None);
    }
    let accepts_brotli = request.headers().get("accept-encoding")?.is_some_and(|accepted| {
        accepted.split(',').any(|coding| coding.split(';').next().is_some_and(|name| name.trim() == "br"))
    });
    let assets = env.assets("ASSETS")?;
    let stored = format!("https://assets{}{}", file.stored, if accepts_brotli { ".br" } else { "" });
    let found = assets.fetch(stored, None).await?;
    if found.status_code() != 200 {
        return Ok(None);
    }
    let headers = Headers::new();
    let kept = if file.hashed { "public, max-age=31536000, immutable" } else { "public, max-age=300" };
    for (name, value) in [
        ("content-type", file.content_type),
        ("cache-control", kept),
        ("vary", "accept-encoding"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", if file.shared { "cross-origin" } else { "same-origin" }),
    ] {
        headers.set(name, value)?;
    }
    if file.content_type == "application/json" {
        headers.set("access-control-allow-origin", "*")?;
    }
    if file.content_type.starts_with("text/html") {
        headers.set("content-security-policy", DOCS_POLICY)?;
        headers.set("referrer-policy", "no-referrer")?;
        headers.set("strict-transport-security", "max-age=31536000")?;
    }
    let mut response = Response::from_body(found.body().clone())?;
    if accepts_brotli {
        headers.set("content-encoding", "br")?;
        response = response.with_encode_body(EncodeBody::Manual);
    }
    Ok(Some(response.with_headers(headers)))
}

/// The content type of `<name>-<hash>.<extension>`: nothing else of the folder is served, the compressed copies least of all.
fn hashed(name: &str) -> Option<&'static str> {
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let (stem, extension) = name.rsplit_once('.')?;
    if !plain(stem) || !stem.contains('-') {
        return None;
    }
    match extension {
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        _ => None,
    }
}
