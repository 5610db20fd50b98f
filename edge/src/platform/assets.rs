//! Static files: those that other sites name under stable names, the rest under hashed names that are cached for ever.
//! Compressed once, at build time, at brotli's highest quality; the runtime passes the bytes on as they are.

use worker::{EncodeBody, Env, Headers, Method, Request, Response, Result};

/// Stable names, and the file behind each: the loader, what it loads where the hashed name is gone, the types of both,
/// and the page that preloads what the form's frame needs.
const STABLE: [(&str, &str); 5] = [
    ("/connect.js", "/assets/connect.js"),
    ("/embed.js", "/assets/embed.js"),
    ("/connect.d.ts", "/assets/connect.d.ts"),
    ("/connect-react.d.ts", "/assets/connect-react.d.ts"),
    ("/preload", PRELOAD),
];

const PRELOAD: &str = "/assets/preload.html";

/// The preloading page runs nothing and shows nothing, so anyone may frame it.
const PRELOAD_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";

/// Serves the file at this path, or nothing when the path is no file's.
pub(super) async fn serve(request: &Request, env: &Env) -> Result<Option<Response>> {
    let path = request.path();
    let stable = STABLE.iter().find(|(name, _)| *name == path);
    let file = match (stable, path.strip_prefix("/assets/")) {
        (Some((_, file)), _) => *file,
        (None, Some(name)) if is_hashed(name) => &path,
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
    headers.set("content-type", content_type(file))?;
    headers.set(
        "cache-control",
        if stable.is_some() { "public, max-age=300" } else { "public, max-age=31536000, immutable" },
    )?;
    headers.set("vary", "accept-encoding")?;
    headers.set("x-content-type-options", "nosniff")?;
    // Other origins load the loader, and import what it loads.
    let for_others = stable.is_some() || file.starts_with("/assets/embed-");
    headers.set("cross-origin-resource-policy", if for_others { "cross-origin" } else { "same-origin" })?;
    if for_others {
        headers.set("access-control-allow-origin", "*")?;
    }
    if file == PRELOAD {
        headers.set("content-security-policy", PRELOAD_POLICY)?;
    }
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
    match file.rsplit_once('.') {
        Some((_, "wasm")) => "application/wasm",
        Some((_, "html")) => "text/html; charset=utf-8",
        Some((_, "ts")) => "text/plain; charset=utf-8",
        _ => "text/javascript; charset=utf-8",
    }
}
