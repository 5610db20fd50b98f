//! `/link/<session id>` and `/embed/<session id>`: the first HTML already has the form.
//!
//! The session's id is enough to know provider and product, and allows nothing else: the end user's name needs the token. A
//! hosted page is never framed, an embedded one only by the session's origins. When the session is unknown, anyone may frame
//! the embedded page, so that it can show the error.

use crate::access::hosts;
use crate::access::tokens::is_our_session;
use crate::brand::Brand;
use crate::connections::find_provider;
use crate::connections::session_view::form;
use crate::error::{Error, Result};
use crate::http::language;
use crate::http::{Request, Response};
use crate::pages::{parts, rendered, services};
use crate::ports::{Clock, Platform, Target};
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{Refusal, SessionById, SessionInProject};
use crate::store::refusals::CallerKind;
use latchkey_catalogue::Entry;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::{ErrorCode, SessionId, base62};
use latchkey_widget::ssr::{
    DeadEnd, FormPage, Notice, Parts, PickerPage, Place, form_page, notice_page, picker_page,
};

pub(super) const PARTS: Parts<'static> = Parts {
    css: parts::PAGE_CSS,
    pages_css: parts::PAGES_CSS,
    boot_js: parts::BOOT_JS,
    widget_js: parts::WIDGET_JS,
    widget_wasm: parts::WIDGET_WASM,
    parser: parts::PARSER,
    seal: parts::SEAL,
    extras_js: parts::EXTRAS_JS,
};

/// The hosted page.
///
/// # Errors
/// When the session is unknown or cannot be read: [`refusal`] makes a page of it. Other dead ends are pages already.
pub async fn link(platform: &impl Platform, request: &Request, id: &str) -> Result<Response> {
    page_at(platform, request, Place::Link, id).await
}

/// The page inside the iframe.
///
/// # Errors
/// As for [`link`].
pub async fn embed(platform: &impl Platform, request: &Request, id: &str) -> Result<Response> {
    page_at(platform, request, Place::Embed, id).await
}

async fn page_at(platform: &impl Platform, request: &Request, place: Place, id: &str) -> Result<Response> {
    let mut found = peek(platform, request, id).await?;
    // The console stands at the same origin, and opens forms too.
    let own = &request.origin;
    if place == Place::Embed && own.starts_with("https://") && !found.session.origins.contains(own) {
        found.session.origins.push(own.clone());
    }
    let (found, offered) = offered(platform, request, found).await?;
    let phrases = language::of(platform, request, found.session.locale.as_deref()).await;
    Ok(language::page(phrases, || page_of(platform, place, id, &found, offered)))
}

/// The page that shows an error of one of these pages. `None` for an error that is not for people: another path or method.
pub async fn refusal(platform: &impl Platform, request: &Request, error: &Error) -> Option<Response> {
    let place = match request.path.split('/').nth(1) {
        Some("link") => Place::Link,
        Some("embed") => Place::Embed,
        _ => return None,
    };
    if matches!(error.code, ErrorCode::NotFound | ErrorCode::MethodNotAllowed) {
        return None;
    }
    let phrases = language::of(platform, request, None).await;
    let page = language::page(phrases, || dead_end(place, error.code, None, &Brand::read("", false)));
    Some(match error.retry_after {
        Some(seconds) => page.with("retry-after", seconds.to_string()),
        None => page,
    })
}

/// What a session's page offers.
enum Offered {
    /// The form of one provider; whether there are others to choose from.
    One(&'static Entry, &'static Provider, bool),
    /// The choice between several.
    Several(Vec<&'static Entry>),
    /// Nothing that the catalogue still has.
    Nothing,
}

/// The session with what its page offers: the provider that the address names, or the only one.
async fn offered(
    platform: &impl Platform,
    request: &Request,
    found: SessionInProject,
) -> Result<(SessionInProject, Offered)> {
    let ids = found.session.providers.iter();
    let entries: Vec<_> = ids.filter_map(|id| latchkey_catalogue::entry(id)).collect();
    let several = entries.len() > 1;
    let chosen = match request.query.get("app") {
        Some(app) if several => entries.iter().find(|entry| entry.id == app),
        _ => entries.first().filter(|_| !several),
    };
    let provider = match chosen {
        Some(entry) => find_provider(platform, entry.id).await?.map(|provider| (*entry, provider)),
        None => None,
    };
    let offered = match provider {
        Some((entry, provider)) => Offered::One(entry, provider, several),
        None if entries.is_empty() => Offered::Nothing,
        None => Offered::Several(entries),
    };
    Ok((found, offered))
}

fn page_of(
    platform: &impl Platform,
    place: Place,
    id: &str,
    found: &SessionInProject,
    offered: Offered,
) -> Response {
    let brand = Brand::read(&found.project.branding, found.project.settings.white_label);
    if let Some(refusal) = found.ended(platform.clock().now_ms()) {
        let code = CallError::Refused(refusal).for_caller(CallerKind::SessionToken).code;
        return dead_end(place, code, Some(found), &brand);
    }
    let (entry, provider, several) = match offered {
        Offered::One(entry, provider, several) => (entry, provider, several),
        Offered::Nothing => return dead_end(place, ErrorCode::UnknownProvider, Some(found), &brand),
        Offered::Several(entries) => {
            let providers: Vec<_> = entries.into_iter().map(services::service).collect();
            let page = PickerPage {
                place,
                mode: found.session.mode,
                providers: &providers,
                product: &found.project.name,
                brand: brand.page(),
            };
            return html_response(200, picker_page(&page, &PARTS), &brand, &ancestors(place, found));
        }
    };
    let offered = ProjectProvider::new(provider, &found.project.settings.hosts);
    let page = FormPage {
        place,
        session_id: rendered::SESSION,
        mode: found.session.mode,
        form: &form(&offered, found),
        service: services::service(entry),
        guide: &provider.guide,
        product: &found.project.name,
        scopes: &scopes(provider, &found.session.scopes),
        white_label: found.project.settings.white_label,
        brand: brand.page(),
        origins: &[rendered::ORIGIN.to_owned()],
        one_of_several: several,
    };
    let html = rendered::page(platform, &page, &found.project.branding, |page| form_page(page, &PARTS));
    let html = rendered::filled(&html, id, &found.session.origins);
    html_response(200, html, &brand, &ancestors(place, found))
}

/// The scopes a session selects, with their labels.
fn scopes(provider: &'static Provider, selected: &[String]) -> Vec<(String, String)> {
    let chosen = provider.scopes.iter().filter(|scope| selected.contains(&scope.id));
    chosen.map(|scope| (scope.id.clone(), scope.label.clone())).collect()
}

async fn peek(platform: &impl Platform, request: &Request, id: &str) -> Result<SessionInProject> {
    let unknown = || CallError::Refused(Refusal::Unknown).for_caller(CallerKind::SessionToken);
    let id =
        SessionId::parse(id).ok().filter(|id| is_our_session(platform.config(), id)).ok_or_else(unknown)?;
    // At a project's own host name, sessions of other projects do not exist.
    if !hosts::site(platform, request).await?.has(id.project) {
        return Err(unknown());
    }
    let operation = SessionById { id: base62::encode(id.random) };
    StoreClient::new(platform.store(), Target::Project(id.project), CallerKind::SessionToken)
        .call(operation)
        .await
}

fn dead_end(place: Place, code: ErrorCode, found: Option<&SessionInProject>, brand: &Brand) -> Response {
    let (end, status) = match code {
        ErrorCode::InvalidSessionToken => (DeadEnd::Unknown, 404),
        ErrorCode::SessionExpired => (DeadEnd::Expired, code.status()),
        ErrorCode::SessionUsed => (DeadEnd::Used, code.status()),
        ErrorCode::SessionRevoked => (DeadEnd::Revoked, code.status()),
        ErrorCode::ConnectionGone => (DeadEnd::Gone, code.status()),
        ErrorCode::UnknownProvider => (DeadEnd::NoProvider, code.status()),
        ErrorCode::RateLimited => (DeadEnd::Unavailable, code.status()),
        _ => (DeadEnd::Unavailable, 503),
    };
    let notice = Notice {
        place,
        end,
        code: code.as_str(),
        product: found.map(|found| found.project.name.as_str()),
        refresh_url: found.and_then(|found| found.session.refresh_url.as_deref()),
        return_url: found.and_then(|found| found.session.return_url.as_deref()),
        brand: brand.page(),
    };
    let ancestors = match (found, place) {
        (Some(found), _) => ancestors(place, found),
        (None, Place::Embed) => "*".to_owned(),
        (None, Place::Link) => NOBODY.to_owned(),
    };
    html_response(status, notice_page(&notice, &PARTS), brand, &ancestors)
}

/// The page of a link that has expired, in a color scheme, for a frame of this origin.
pub(super) fn dead_end_of(product: &str, brand: &Brand, scheme: &str, origin: &str) -> Response {
    let notice = Notice {
        place: Place::Embed,
        end: DeadEnd::Expired,
        code: ErrorCode::SessionExpired.as_str(),
        product: Some(product),
        refresh_url: None,
        return_url: None,
        brand: brand.page(),
    };
    let html = notice_page(&notice, &Parts { boot_js: "", ..PARTS });
    let html = html.replacen("<html ", &["<html data-theme=\"", scheme, "\" "].concat(), 1);
    html_response(200, html, brand, origin)
}

/// `frame-ancestors` of a page that nobody may frame.
pub(super) const NOBODY: &str = "'none'";

fn ancestors(place: Place, found: &SessionInProject) -> String {
    match place {
        Place::Embed if !found.session.origins.is_empty() => found.session.origins.join(" "),
        _ => NOBODY.to_owned(),
    }
}

pub(super) fn html_response(status: u16, html: String, brand: &Brand, ancestors: &str) -> Response {
    let policy = format!(
        "default-src 'none'; script-src '{}' 'self' 'wasm-unsafe-eval'; style-src '{}' '{}'{}; connect-src 'self'; img-src 'self' data:; \
         base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors {ancestors}",
        parts::BOOT_HASH,
        parts::CSS_HASH,
        parts::PAGES_CSS_HASH,
        brand.style_source(),
    );
    let page = Response::new(status, "text/html; charset=utf-8", html)
        .with("content-security-policy", policy)
        .with("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()")
        .with("strict-transport-security", "max-age=31536000");
    if ancestors != NOBODY {
        return page;
    }
    // A page that nobody frames shares no window either: whoever opened it cannot reach into it.
    page.with("cross-origin-opener-policy", "same-origin")
        .with("cross-origin-resource-policy", "same-origin")
        .with("x-frame-options", "DENY")
}
