//! `/link/<session id>` and `/embed/<session id>`: the first HTML already holds the form.
//!
//! The session's id is enough to know provider and product, and allows nothing else: what names the end user comes after the
//! token. A hosted page is never framed; an embedded one only by the session's origins; a page without inputs by anyone, so
//! that a dead end can say so.

use crate::error::{Error, Result};
use crate::http::Response;
use crate::index::{Asker, CallError, call};
use crate::ledger::operation::{PeekSession, Refusal, SessionInProject};
use crate::page;
use crate::ports::{Clock, Log, Platform, Target};
use crate::route_mac::is_our_session;
use latchkey_shared::offer::Offer;
use latchkey_shared::provider::Provider;
use latchkey_shared::session::SessionState;
use latchkey_shared::{ErrorCode, SessionId, base62};
use latchkey_widget::ssr::{FormPage, Notice, Parts, Place, form_page, notice_page};

pub(super) const PARTS: Parts<'static> = Parts {
    css: page::PAGE_CSS,
    boot_js: page::BOOT_JS,
    widget_js: page::WIDGET_JS,
    widget_wasm: page::WIDGET_WASM,
    seal: page::SEAL,
};

/// The hosted page.
///
/// # Errors
/// Only faults of ours; a dead end is a page too.
pub async fn link(platform: &impl Platform, id: &str) -> Result<Response> {
    page_at(platform, Place::Link, id).await
}

/// The page inside the iframe.
///
/// # Errors
/// Only faults of ours; a dead end is a page too.
pub async fn embed(platform: &impl Platform, id: &str) -> Result<Response> {
    page_at(platform, Place::Embed, id).await
}

async fn page_at(platform: &impl Platform, place: Place, id: &str) -> Result<Response> {
    let found = match peek(platform, id).await {
        Ok(found) => found,
        Err(error) => {
            let status = if error.code == ErrorCode::InvalidSessionToken { 404 } else { error.code.status() };
            if let Some(log) = &error.log {
                platform.log().fault("page", log);
            }
            return Ok(dead_end(place, status, &error, None));
        }
    };
    let ended = if found.session.state == SessionState::Done {
        Some(Refusal::Used)
    } else if found.session.expires <= platform.clock().now_ms() {
        Some(Refusal::Expired)
    } else {
        None
    };
    if let Some(refusal) = ended {
        let error = CallError::Refused(refusal).for_asker(Asker::Session);
        return Ok(dead_end(place, error.code.status(), &error, Some(&found)));
    }
    let provider = found.session.providers.iter().find_map(|id| latchkey_catalogue::find(id));
    let provider = provider.ok_or_else(|| Error::fault("a session offers no provider that exists"))?;
    let offer = Offer::new(provider, &found.project.settings.hosts);
    let html = form_page(
        &FormPage {
            place,
            session_id: id,
            mode: found.session.mode,
            form: &crate::api::connect::form(&offer),
            guide: &provider.guide,
            product: &found.project.name,
            scopes: &scopes(provider, &found.session.scopes),
            white_label: found.project.settings.white_label,
            origins: &found.session.origins,
        },
        &PARTS,
    );
    Ok(html_response(200, html, &ancestors(place, &found)))
}

/// The scopes a session selects, with their labels.
fn scopes(provider: &'static Provider, selected: &[String]) -> Vec<(String, String)> {
    let chosen = provider.scopes.iter().filter(|scope| selected.contains(&scope.id));
    chosen.map(|scope| (scope.id.clone(), scope.label.clone())).collect()
}

async fn peek(platform: &impl Platform, id: &str) -> Result<SessionInProject> {
    let unknown = || CallError::Refused(Refusal::Unknown).for_asker(Asker::Session);
    let id =
        SessionId::parse(id).ok().filter(|id| is_our_session(platform.config(), id)).ok_or_else(unknown)?;
    let asked = PeekSession { id: base62::encode(id.random) };
    call(platform.index(), Target::Project(id.project), &asked)
        .await
        .map_err(|error| error.for_asker(Asker::Session))
}

fn dead_end(place: Place, status: u16, error: &Error, found: Option<&SessionInProject>) -> Response {
    let fix = error.errors.first().map_or("", |error| error.fix.as_str());
    let product = found.map(|found| found.project.name.as_str());
    let notice = Notice { place, title: error.code.title(), message: &error.detail, fix, product };
    let ancestors = match (found, place) {
        (Some(found), _) => ancestors(place, found),
        (None, Place::Embed) => "*".to_owned(),
        (None, Place::Link) => "'none'".to_owned(),
    };
    html_response(status, notice_page(&notice, &PARTS), &ancestors)
}

fn ancestors(place: Place, found: &SessionInProject) -> String {
    match place {
        Place::Embed if !found.session.origins.is_empty() => found.session.origins.join(" "),
        _ => "'none'".to_owned(),
    }
}

pub(super) fn html_response(status: u16, html: String, ancestors: &str) -> Response {
    let policy = format!(
        "default-src 'none'; script-src '{}' 'self' 'wasm-unsafe-eval'; style-src '{}'; connect-src 'self'; img-src 'self' data:; \
         base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors {ancestors}",
        page::BOOT_HASH,
        page::CSS_HASH,
    );
    Response::new(status, "text/html; charset=utf-8", html)
        .with("content-security-policy", policy)
        .with("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()")
        .with("strict-transport-security", "max-age=31536000")
}
