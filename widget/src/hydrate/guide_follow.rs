//! The guide follows the form: it marks the steps of the field in focus, and its links follow what is typed.
//!
//! It was rendered by the Worker and is no part of the form; all it offers are data attributes.

use super::dom;
use super::page::Page;
use latchkey_shared::deep_link::fill;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What stays visible above a step that was scrolled to, in pixels: the heading of its section.
const MARGIN: i32 = 48;

/// Marks the steps that serve a field; if asked to, brings them into the guide's own view, out of folded background too.
pub(super) fn mark(page: &Page, at: usize, scroll: bool) {
    let Some(field) = page.form.fields.get(at) else { return };
    let mut steps = dom::all("[data-for]");
    steps.retain(|step| {
        let serves = step.get_attribute("data-for").as_ref() == Some(&field.id);
        _ = step.toggle_attribute_with_force("data-current", serves);
        serves
    });
    if let (true, Some(first), Some(last)) = (scroll, steps.first(), steps.last()) {
        if let Ok(Some(background)) = first.closest(".background") {
            _ = background.set_attribute("open", "");
        }
        bring_into_view(first.unchecked_ref(), last.unchecked_ref());
    }
}

/// Scrolls the guide, and never the page: where the guide does not scroll by itself, nothing moves.
fn bring_into_view(first: &HtmlElement, last: &HtmlElement) {
    for guide in dom::all(".guide") {
        let above = first.offset_top() - guide.scroll_top();
        let end = last.offset_top() + last.offset_height() - guide.scroll_top();
        if above < 0 || end > guide.client_height() {
            guide.set_scroll_top(first.offset_top() - MARGIN);
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
