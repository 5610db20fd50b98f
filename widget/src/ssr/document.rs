//! The document every page shares: head, and the boot script at the end of the body.

use super::{Brand, Parts, Place};
use latchkey_shared::phrase;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// What differs from page to page.
pub(super) struct Document<'a> {
    pub(super) place: Place,
    pub(super) title: &'a str,
    pub(super) body: Markup,
    /// Whether the form's program is needed, and shall be fetched while the page is still being read.
    pub(super) with_widget: bool,
    /// Whether the boot script is needed.
    pub(super) with_boot: bool,
    /// The code of a dead end.
    pub(super) code: Option<&'a str>,
    /// Whose page it is.
    pub(super) brand: Brand<'a>,
}

/// Renders a whole document.
pub(super) fn render(document: Document<'_>, parts: &Parts<'_>) -> String {
    let Document { place, title, body, with_widget, with_boot, code, brand } = document;
    // Fetched by the boot script once somebody types.
    let seal = with_widget.then_some(parts.seal);
    html! {
        (DOCTYPE)
        html lang=(phrase::language()) dir=[right_to_left()] data-place=(place.as_str()) data-seal=[seal] data-code=[code]
            data-extras=[with_boot.then_some(parts.extras_js)] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                link rel="icon" href="data:,";
                @if with_widget {
                    link rel="modulepreload" href=(parts.widget_js);
                    link rel="preload" as="fetch" crossorigin type="application/wasm" href=(parts.widget_wasm);
                }
                style { (PreEscaped(parts.css)) }
                @if !brand.style.is_empty() {
                    style { (PreEscaped(brand.style)) }
                }
            }
            body {
                (body)
                @if with_boot {
                    script { (PreEscaped(parts.boot_js)) }
                }
            }
        }
    }
    .into_string()
}

/// Which way the page reads, where it is not the usual one.
fn right_to_left() -> Option<&'static str> {
    (phrase::language() == "ar").then_some("rtl")
}
