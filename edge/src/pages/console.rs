//! `/console/…`: the operator's pages, which a Worker of its own renders out of answers of the API. The router asks for those.

use crate::access::console::cookie;
use crate::error::{Error, Result};
use crate::http::{Request, Response, language};
use crate::ports::{Clock, Platform};
use latchkey_console::route::{Page, Route, encoded};
use latchkey_shared::Mode;
use latchkey_shared::i18n::{Phrases, within};
use serde_json::{Value, json};

/// The policy of the console's pages: their own files only. The connect form may open in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; \
    trusted-types 'none'; frame-ancestors 'none'";

/// `GET /console`: leads to the accounts of a mode that the browser is signed in to, or to the sign-in.
///
/// # Errors
/// None.
pub async fn home(_: &impl Platform, request: &Request) -> Result<Response> {
    let signed_in = [Mode::Test, Mode::Live].into_iter().find(|mode| cookie(request, *mode).is_some());
    Ok(match signed_in {
        Some(mode) => moved(&Route::new(mode, Page::Accounts).address()),
        None => moved("/console/sign-in"),
    })
}

/// `GET /console/sign-in`.
///
/// # Errors
/// 404 without the Worker that renders.
pub async fn sign_in(platform: &impl Platform, request: &Request) -> Result<Response> {
    let phrases = language::of(platform, request, None).await;
    let data = json!({
        "path": "/console/sign-in",
        "next": request.query.get("next"),
        "access": platform.config().access.is_some(),
    });
    rendered(platform, request, data, phrases).await
}

/// The document of a page: its address, who is signed in, and the answers of its calls.
///
/// # Errors
/// 404 without the Worker that renders.
pub async fn document(
    platform: &impl Platform,
    request: &Request,
    address: &str,
    mut who: Value,
    answers: Vec<Value>,
) -> Result<Response> {
    if let Some(who) = who.as_object_mut() {
        let providers =
            latchkey_catalogue::index().iter().map(|entry| json!({ "id": entry.id, "name": entry.name }));
        who.insert("providers".to_owned(), providers.collect());
        who.insert("origin".to_owned(), request.origin.clone().into());
    }
    // Test mode has a clock of its own.
    let now = who["now"].as_str().and_then(latchkey_console::time::read);
    let now = now.unwrap_or_else(|| platform.clock().now_ms());
    let phrases = language::of(platform, request, None).await;
    let data = json!({ "path": address, "now": now, "who": who, "answers": answers });
    rendered(platform, request, data, phrases).await
}

/// The address of the request, as the console writes it.
#[must_use]
pub fn address(request: &Request) -> String {
    match request.query.text() {
        "" => request.path.clone(),
        query => [&request.path, "?", query].concat(),
    }
}

/// Leads to the sign-in, and back to this address afterwards.
#[must_use]
pub fn to_sign_in(address: &str) -> Response {
    moved(&["/console/sign-in?next=", &encoded(address)].concat())
}

async fn rendered(
    platform: &impl Platform,
    request: &Request,
    mut data: Value,
    phrases: Option<&'static Phrases>,
) -> Result<Response> {
    let (language, words) =
        within(phrases, || (latchkey_shared::i18n::language(), latchkey_shared::i18n::part("console")));
    data["language"] = language.into();
    data["words"] = words.cloned().unwrap_or_default();
    data["theme"] = theme(request).into();
    let made = platform.console_page(&data.to_string()).await;
    let html = made.map_err(|wrong| Error::fault(wrong.to_string()))?.ok_or_else(Error::not_found)?;
    Ok(Response::new(200, "text/html; charset=utf-8", html)
        .with("content-security-policy", POLICY)
        .with("content-language", language)
        .with("vary", "accept-language, cookie")
        .with("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()")
        .with("strict-transport-security", "max-age=31536000")
        .with("cross-origin-opener-policy", "same-origin")
        .with("cross-origin-resource-policy", "same-origin")
        .with("x-frame-options", "DENY"))
}

/// The colors that the person chose. The console's script sets the cookie.
fn theme(request: &Request) -> &'static str {
    let cookies = request.header("cookie").unwrap_or_default();
    let chosen = cookies.split(';').find_map(|pair| pair.trim().strip_prefix("latchkey-theme="));
    match chosen {
        Some("light") => "light",
        Some("dark") => "dark",
        _ => "",
    }
}

fn moved(place: &str) -> Response {
    let mut response = Response::new(303, "text/plain; charset=utf-8", String::new());
    response.headers.retain(|(name, _)| *name != "content-type");
    response.with("location", place)
}
