//! The links of the guide follow the entered values. Which step is open is the business of `extras/guide.js`.
//!
//! The Worker renders the guide, and it is not part of the form. This file works through its data attributes alone.

use super::dom;
use super::page::Page;
use super::parser::Program;

/// Fills the entered values into each deep link.
pub(super) fn fill_in(page: &Page, parser: &Program) {
    for link in dom::all("[data-template]") {
        let template = link.get_attribute("data-template").unwrap_or_default();
        match parser.filled(&template, page).or_else(|| link.get_attribute("data-fallback")) {
            Some(address) => {
                _ = link.set_attribute("href", &address);
                _ = link.remove_attribute("hidden");
            }
            None => _ = link.set_attribute("hidden", ""),
        }
    }
}
