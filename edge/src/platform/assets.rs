//! Serves static files. Files that other pages link to have stable names. The others have hashed names and are cached for
//! ever. The build compresses each file once, at the highest quality of Brotli; this sends the stored bytes.

use super::calls::Files;
use super::request;
use crate::http::{Request, Response};
use worker::{Env, Error, Result};

/// The policy of the API reference: it may use only its own scripts and styles.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The policy of the page that preloads: it shows nothing, so any page may frame it.
const PRELOAD_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; \
    base-uri 'none'; form-action 'none'";

/// The policy of a picture that is opened by itself.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

const SCRIPT: &str = "text/javascript; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// A file, and how it is served.
struct File {
    stored: String,
    content_type: &'static str,
    /// Whether its name has a hash of its content, so that it may be cached for ever.
    hashed: bool,
    /// Whether pages of other origins may use it.
    shared: bool,
    /// The Content-Security-Policy, if it is a page or a picture.
    policy: Option<&'static str>,
    /// Whether there is a compressed copy of it.
    compressed: bool,
}

/// The file at this path.
fn file(path: &str) -> Option<File> {
    let named = |name: &str, content_type| File {
        stored: name.to_owned(),
        content_type,
        hashed: false,
        shared: true,
        policy: None,
        compressed: true,
    };
    Some(match path {
        "/connect.js" => named("connect.js", SCRIPT),
        // Address and integrity of the pinned script.
        "/connect.json" => named("connect.json", "application/json"),
        // The loader loads this if the hashed name does not exist anymore.
        "/embed.js" => named("embed.js", SCRIPT),
        "/connect.d.ts" => named("connect.d.ts", "text/plain; charset=utf-8"),
        "/connect-react.d.ts" => named("connect-react.d.ts", "text/plain; charset=utf-8"),
        "/openapi.json" => named("openapi.json", "application/json"),
        "/preload" => File { policy: Some(PRELOAD_POLICY), ..named("preload.page", HTML) },
        // Not `.html`, because the runtime would redirect.
        "/docs" => File { policy: Some(DOCS_POLICY), shared: false, ..named("docs.page", HTML) },
        _ => {
            let name = path.strip_prefix("/assets/")?;
            let content_type = hashed(name)?;
            let picture = content_type.starts_with("image/");
            File {
                content_type,
                hashed: true,
                policy: picture.then_some(PICTURE_POLICY),
                compressed: !picture,
                // Pages of other origins load the pinned script, and import the script that the loader loads.
                shared: name.starts_with("embed-") || name.starts_with("connect-"),
                ..named(name, "")
            }
        }
    })
}

/// Whether a file may be at the path of the request.
pub(super) fn is_file(request: &Request) -> bool {
    file(&request.path).is_some()
}

/// Serves the file at the path of the request, if there is one.
pub(super) async fn serve(request: &Request, env: &Env) -> Result<Option<web_sys::Response>> {
    let served = matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    let Some(file) = file(&request.path).filter(|_| served) else { return Ok(None) };
    let accepts_brotli = file.compressed && request.header("accept-encoding").is_some_and(accepts_brotli);
    let stored = format!("{}{}", file.stored, if accepts_brotli { ".br" } else { "" });
    let found = Files::new(env)?.get(&stored).await.map_err(|error| Error::from(error.to_string()))?;
    let Some(found) = found else { return Ok(None) };
    if request.method == "OPTIONS" {
        return request::response(&Response::done().with("allow", "GET, HEAD, OPTIONS")).map(Some);
    }
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
    if !file.shared && file.policy.is_some() {
        headers.extend([("cross-origin-opener-policy", "same-origin"), ("x-frame-options", "DENY")]);
    }
    if accepts_brotli {
        headers.push(("content-encoding", "br"));
    }
    request::asset(&headers, &found).map(Some)
}

/// Whether a header `Accept-Encoding` (RFC 9110, section 12.5.3) takes Brotli: it is named, and its weight is not zero.
fn accepts_brotli(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let refused = |part: &str| {
            part.strip_prefix("q=").is_some_and(|weight| weight.trim_matches(['0', '.']).is_empty())
        };
        named && !parts.any(refused)
    })
}

/// The content type of `<name>-<hash>.<extension>`. No other file of the folder is served, and no compressed copy.
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
        // The deployment's own logos.
        "svg" if stem.starts_with("logo-") => Some("image/svg+xml"),
        "png" if stem.starts_with("logo-") => Some("image/png"),
        "webp" if stem.starts_with("logo-") => Some("image/webp"),
        _ => None,
    }
}
