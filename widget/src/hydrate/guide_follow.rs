//! The guide follows the form: it marks the steps of the field in focus, and its links follow the entered values.
//!
//! The Worker renders the guide, and it is not part of the form. This file works through its data attributes alone.

use super::dom;
use super::page::Page;
use latchkey_shared::deep_link::fill;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The space above a step that was scrolled to, in pixels, so that the heading of its section stays visible.
const MARGIN: i32 = 48;

/// Marks the steps that serve a field. With `scroll`, also scrolls the guide to them and opens the fold they are in.
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

/// Scrolls the guide and never the page. If the guide does not scroll by itself, nothing moves.
fn bring_into_view(first: &HtmlElement, last: &HtmlElement) {
    for guide in dom::all(".guide") {
        let above = first.offset_top() - guide.scroll_top();
        let end = last.offset_top() + last.offset_height() - guide.scroll_top();
        if above < 0 || end > guide.client_height() {
            guide.set_scroll_top(first.offset_top() - MARGIN);
        }
    }
}

/// Fills the entered values into each deep link.
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
