//! The few things that only a document can do: find, focus, open a dialog, copy, remember.

use super::say;
use crate::app::App;
use latchkey_shared::i18n::text;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, Element, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlTextAreaElement, Window,
};

#[wasm_bindgen]
extern "C" {
    /// The interface of `connect.js`.
    #[wasm_bindgen(js_namespace = Latchkey, js_name = open, catch)]
    async fn open_latchkey(options: &JsValue) -> Result<JsValue, JsValue>;
}

pub(super) fn window() -> Option<Window> {
    web_sys::window()
}

pub(super) fn document() -> Option<Document> {
    window()?.document()
}

pub(super) fn by_id(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// The first element that a selector finds.
pub(super) fn first(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok()?
}

/// Every element that a selector finds in another one.
pub(super) fn all(inside: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = inside.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// Runs something when what is drawn now stands in the document.
pub(super) fn later(work: impl FnOnce() + 'static) {
    set_timeout(work, std::time::Duration::ZERO);
}

/// Says that the program has taken the page over.
pub(super) fn ready() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        _ = root.set_attribute("data-ready", "");
    }
}

/// Opens a dialog over the page. The browser keeps the focus inside.
pub(super) fn open_dialog(id: &str) {
    let Some(dialog) = by_id(id).and_then(|found| found.dyn_into::<HtmlDialogElement>().ok()) else { return };
    fill_areas();
    if !dialog.open() {
        _ = dialog.show_modal();
    }
    let field = all(&dialog, "input:not([type=checkbox]), select, textarea").into_iter().next();
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        _ = field.focus();
    }
}

/// Puts the values of inputs of several lines in, which the document holds as an attribute.
pub(super) fn fill_areas() {
    let Some(root) = by_id("console") else { return };
    for area in all(&root, "textarea[data-value]") {
        let value = area.get_attribute("data-value").unwrap_or_default();
        _ = area.remove_attribute("data-value");
        if let Ok(area) = area.dyn_into::<HtmlTextAreaElement>() {
            area.set_value(&value);
        }
    }
}

pub(super) fn focus(id: &str) {
    if let Some(found) = by_id(id) {
        _ = found.focus();
    }
}

/// What is typed into a field.
pub(super) fn value_of(id: &str) -> String {
    by_id(id).map(|found| value(&found)).unwrap_or_default()
}

/// What is typed or chosen in an element.
pub(super) fn value(element: &Element) -> String {
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        return input.value();
    }
    if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        return area.value();
    }
    element.dyn_ref::<web_sys::HtmlSelectElement>().map(web_sys::HtmlSelectElement::value).unwrap_or_default()
}

/// Copies a text, and says so.
pub(super) fn copy(app: App, value: &str) {
    let Some(clipboard) = window().map(|window| window.navigator().clipboard()) else { return };
    let writing = clipboard.write_text(value);
    spawn_local(async move {
        match JsFuture::from(writing).await {
            Ok(_) => say(app, text("Copied."), false),
            Err(_) => {
                say(app, text("The browser did not let it be copied. Select it, and copy it by hand."), true)
            }
        }
    });
}

/// Leads to the sign-in, and back here afterwards.
pub(super) fn sign_in() {
    let Some(window) = window() else { return };
    let place = window.location();
    let here = [place.pathname().unwrap_or_default(), place.search().unwrap_or_default()].concat();
    _ = place.assign(&["/console/sign-in?next=", &crate::route::encoded(&here)].concat());
}

/// Shows the page in these colors, and remembers it for a year.
pub(super) fn theme(theme: &str) {
    let Some(document) = document() else { return };
    let Some(root) = document.document_element() else { return };
    _ = if theme.is_empty() {
        root.remove_attribute("data-theme")
    } else {
        root.set_attribute("data-theme", theme)
    };
    let age = if theme.is_empty() { "0" } else { "31536000" };
    let cookie =
        ["latchkey-theme=", theme, "; Path=/console; Max-Age=", age, "; SameSite=Strict; Secure"].concat();
    if let Ok(html) = document.dyn_into::<web_sys::HtmlDocument>() {
        _ = html.set_cookie(&cookie);
    }
}

/// Opens the connect form over the page, with the token of a session. When an account is linked, the page is loaded again.
pub(super) fn open_form(app: App, token: &str) {
    let options = js_sys::Object::new();
    // Cannot fail on a plain object.
    _ = js_sys::Reflect::set(&options, &"session".into(), &token.into());
    spawn_local(async move {
        if open_latchkey(&options).await.is_ok() {
            say(app, text("The account is linked."), false);
            super::navigation::go(app, &app.to(crate::route::Page::Accounts), true);
        }
    });
}
