//! Pages that were rendered before, in the memory of the isolate. All sessions of one look, provider and language have the same page
//! but for their id and the origins that may embed them, so it is rendered once.
//!
//! The key of a page is everything that it was rendered from, so no session ever gets another one's page. It holds nothing of a person:
//! names and prefilled values come with `GET connect`.

use crate::ports::Platform;
use latchkey_shared::i18n::language;
use latchkey_widget::ssr::FormPage;
use std::rc::Rc;

/// Stands for the session's id in a rendered page.
pub(super) const SESSION: &str = "the-id-of-the-session";
/// Stands for the origins in a rendered page.
pub(super) const ORIGIN: &str = "the-origins-of-the-session";

/// The page, rendered now or before, with [`SESSION`] and [`ORIGIN`] in it.
pub(super) fn page(
    platform: &impl Platform,
    page: &FormPage<'_>,
    branding: &str,
    render: impl FnOnce(&FormPage<'_>) -> String,
) -> Rc<str> {
    match key(page, branding) {
        Some(key) => kept(platform, key, || render(page)),
        None => render(page).into(),
    }
}

/// The page with this key, rendered now or before. The key must be everything that it is rendered from.
pub(super) fn kept(platform: &impl Platform, key: String, render: impl FnOnce() -> String) -> Rc<str> {
    let pages = &platform.isolate().rendered;
    if let Some(known) = pages.borrow_mut().get(&key) {
        return known;
    }
    let rendered: Rc<str> = render().into();
    pages.borrow_mut().put(key, rendered.clone());
    rendered
}

/// Everything that a page is rendered from. `None` if it has no text, which never happens.
fn key(page: &FormPage<'_>, branding: &str) -> Option<String> {
    let form = serde_json::to_value(page.form).ok()?;
    let parts = serde_json::json!([
        language(),
        page.place.as_str(),
        page.mode.as_str(),
        page.product,
        page.scopes,
        page.white_label,
        page.one_of_several,
        branding,
        form
    ]);
    Some(parts.to_string())
}

/// The page of one session.
pub(super) fn filled(page: &str, session: &str, origins: &[String]) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string().replace('<', "\\u003c");
    let list: Vec<_> = origins.iter().map(|origin| quoted(origin)).collect();
    page.replace(&quoted(ORIGIN), &list.join(",")).replace(&quoted(SESSION), &quoted(session))
}
