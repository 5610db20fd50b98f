//! The few calls to the browser's own interfaces.

use js_sys::Promise;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, HtmlElement};

pub(super) fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The element with this id, if it is of this kind.
pub(super) fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Every element that matches.
pub(super) fn all(selector: &str) -> Vec<Element> {
    let Some(found) = document().and_then(|document| document.query_selector_all(selector).ok()) else {
        return Vec::new();
    };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

/// Hides an element, or shows it.
pub(super) fn set_hidden(id: &str, hidden: bool) {
    if let Some(element) = by_id::<Element>(id) {
        _ = element.toggle_attribute_with_force("hidden", hidden);
    }
}

/// A promise of `undefined` after a while. Without a window, it never comes.
pub(super) fn after(milliseconds: i32) -> Promise {
    Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    })
}

/// Waits.
pub(super) async fn sleep(milliseconds: i32) {
    _ = JsFuture::from(after(milliseconds)).await;
}

/// Moves the focus after the page has changed, so that screen readers announce the element together with its message.
pub(super) fn focus_soon(id: String) {
    spawn_local(async move {
        sleep(0).await;
        if let Some(element) = by_id::<HtmlElement>(&id) {
            _ = element.focus();
        }
    });
}

/// A fresh id for an attempt; `None` outside a secure context.
pub(super) fn random_uuid() -> Option<String> {
    Some(web_sys::window()?.crypto().ok()?.random_uuid())
}
