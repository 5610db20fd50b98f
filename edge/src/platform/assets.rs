//! Static files: those that others name under a stable name, the rest under hashed names that are cached for ever. Compressed once,
//! at build time, at brotli's highest quality; the runtime passes the bytes on as they are.

use super::calls::Files;
use super::request;
use crate::http::Request;
use worker::{Env, Error, Result};

/// What the reference's page may do: its own programs and styles, and nobody else's.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The preloading page runs nothing and shows nothing, so anyone may frame it.
const PRELOAD_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; \
    base-uri 'none'; form-action 'none'";

const SCRIPT: &str = "text/javascript; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// A file, and how it is served.
struct File {
    stored: String,
    content_type: &'static str,
    /// Whether its name says what it holds, so that it may be kept for ever.
    hashed: bool,
    /// Whether pages of other origins may use it.
    shared: bool,
    /// The policy of a page.
    policy: Option<&'static str>,
}

/// The file at this path.
fn file(path: &str) -> Option<File> {
    let named = |name: &str, content_type| File {
        stored: name.to_owned(),
        content_type,
        hashed: false,
        shared: true,
        policy: None,
    };
    Some(match path {
        "/connect.js" => named("connect.js", SCRIPT),
        // What the loader loads where the hashed name is gone.
        "/embed.js" => named("embed.js", SCRIPT),
        "/connect.d.ts" => named("connect.d.ts", "text/plain; charset=utf-8"),
        "/connect-react.d.ts" => named("connect-react.d.ts", "text/plain; charset=utf-8"),
        "/openapi.json" => named("openapi.json", "application/json"),
        "/preload" => File { policy: Some(PRELOAD_POLICY), ..named("preload.page", HTML) },
        // Not `.html`: the runtime would answer a redirect.
        "/docs" => File { policy: Some(DOCS_POLICY), shared: false, ..named("docs.page", HTML) },
        _ => {
            let name = path.strip_prefix("/assets/")?;
            File {
                content_type: hashed(name)?,
                hashed: true,
                // Pages of others import what the loader loads.
                shared: name.starts_with("embed-"),
                ..named(name, "")
            }
        }
    })
}

/// Serves the file at this path, or nothing when the path is no file's.
pub(super) async fn serve(request: &Request, env: &Env) -> Result<Option<web_sys::Response>> {
    let Some(file) = file(&request.path).filter(|_| matches!(request.method.as_str(), "GET" | "HEAD")) else {
        return Ok(None);
    };
    let accepts_brotli = request.header("accept-encoding").is_some_and(|accepted| {
        accepted.split(',').any(|coding| coding.split(';').next().is_some_and(|name| name.trim() == "br"))
    });
    let stored = format!("{}{}", file.stored, if accepts_brotli { ".br" } else { "" });
    let found = Files::new(env)?.get(&stored).await.map_err(|error| Error::from(error.to_string()))?;
    let Some(found) = found else { return Ok(None) };
    let kept = if file.hashed { "public, max-age=31536000, immutable" } else { "public, max-age=300" };
    let mut headers = vec![
        ("content-type", file.content_type),
        ("cache-control", kept),
        ("vary", "accept-encoding"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", if file.shared { "cross-origin" } else { "same-origin" }),
    ];
    if file.shared {
        headers.push(("access-control-allow-origin", "*"));
    }
    if let Some(policy) = file.policy {
        headers.extend([
            ("content-security-policy", policy),
            ("referrer-policy", "no-referrer"),
            ("strict-transport-security", "max-age=31536000"),
        ]);
    }
    if accepts_brotli {
        headers.push(("content-encoding", "br"));
    }
    request::asset(&headers, &found).map(Some)
}

/// The content type of `<name>-<hash>.<extension>`: nothing else of the folder is served, the compressed copies least of all.
fn hashed(name: &str) -> Option<&'static str> {
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let (stem, extension) = name.rsplit_once('.')?;
    if !plain(stem) || !stem.contains('-') {
        return None;
    }
    match extension {
        "js" => Some(SCRIPT),
        "css" => Some("text/css; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        _ => None,
    }
}
