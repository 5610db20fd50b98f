//! The guide follows the form: it marks the steps of the field in focus, and its links follow what is typed.
//!
//! It was rendered by the Worker and is no part of the form; all it offers are data attributes.

use super::deep_link::fill;
use super::dom;
use super::page::Page;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Marks the steps that serve a field, and brings the first of them into the guide's own view.
pub(super) fn mark(page: &Page, at: usize) {
    let Some(field) = page.form.fields.get(at) else { return };
    let mut first = true;
    for step in dom::all("[data-for]") {
        if step.get_attribute("data-for").as_ref() != Some(&field.id) {
            _ = step.remove_attribute("data-current");
            continue;
        }
        _ = step.set_attribute("data-current", "");
        if let (true, Some(step)) = (first, step.dyn_ref::<HtmlElement>()) {
            first = false;
            // Moves nothing where the guide does not scroll by itself.
            for guide in dom::all(".guide") {
                guide.set_scroll_top(step.offset_top() - 48);
            }
        }
    }
}

/// Lets each deep link lead where the answers say.
pub(super) fn links(page: &Page) {
    for link in dom::all("[data-template]") {
        let template = link.get_attribute("data-template").unwrap_or_default();
        let filled = fill(
            &template,
            &page.form.fields,
            |at| page.typed(at),
            |text| js_sys::encode_uri_component(text).into(),
        );
        match filled.or_else(|| link.get_attribute("data-fallback")) {
            Some(address) => {
                _ = link.set_attribute("href", &address);
                _ = link.remove_attribute("hidden");
            }
            None => _ = link.set_attribute("hidden", ""),
        }
    }
}
