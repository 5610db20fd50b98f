//! The document that every page shares: the head, and the boot script at the end of the body.

use super::{Brand, Parts, Place};
use latchkey_shared::i18n;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The parts that differ from page to page.
pub(super) struct Document<'a> {
    pub(super) place: Place,
    pub(super) title: &'a str,
    pub(super) body: Markup,
    /// Whether the page needs the form's program, and preloads it.
    pub(super) with_widget: bool,
    /// Whether the page needs the boot script.
    pub(super) with_boot: bool,
    /// The error code of a page without a form.
    pub(super) code: Option<&'a str>,
    /// Whose page it is.
    pub(super) brand: Brand<'a>,
    /// For search engines. Without it, they are asked to leave the page out.
    pub(super) public: Option<Public<'a>>,
}

/// What search engines show of a page.
#[derive(Clone, Copy)]
pub(super) struct Public<'a> {
    /// What the page is, in a sentence.
    pub(super) description: &'a str,
    /// Its own address, `https://…`.
    pub(super) address: &'a str,
}

/// Renders a whole document.
pub(super) fn render(document: Document<'_>, parts: &Parts<'_>) -> String {
    let Document { place, title, body, with_widget, with_boot, code, brand, public } = document;
    // The boot script fetches both once somebody types.
    let (parser, seal) = (with_widget.then_some(parts.parser), with_widget.then_some(parts.seal));
    html! {
        (DOCTYPE)
        html lang=(i18n::language()) dir=[right_to_left()] data-place=(place.as_str()) data-parser=[parser] data-seal=[seal]
            data-code=[code] data-extras=[with_boot.then_some(parts.extras_js)] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                @if let Some(Public { description, address }) = public {
                    meta name="description" content=(description);
                    link rel="canonical" href=(address);
                } @else {
                    meta name="robots" content="noindex";
                }
                link rel="icon" href="data:,";
                @if with_widget {
                    link rel="modulepreload" href=(parts.widget_js);
                    link rel="preload" as="fetch" crossorigin type="application/wasm" href=(parts.widget_wasm);
                }
                style { (PreEscaped(if with_widget { parts.css } else { parts.pages_css })) }
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

/// The page's direction, if its language is written from right to left.
fn right_to_left() -> Option<&'static str> {
    (i18n::language() == "ar").then_some("rtl")
}
