//! The document every page shares: head, and the boot script at the end of the body.

use super::words::PAGE_WORDS;
use super::{Parts, Place};
use leptos::prelude::*;

/// What differs from page to page.
pub(super) struct Document<'a, Body> {
    pub(super) place: Place,
    pub(super) title: &'a str,
    pub(super) body: Body,
    /// Whether the form's program is needed, and shall be fetched while the page is still being read.
    pub(super) with_widget: bool,
    /// Whether the boot script is needed.
    pub(super) with_boot: bool,
}

/// Renders a whole document. Call it inside an [`Owner`].
pub(super) fn render<Body: IntoView>(document: Document<'_, Body>, parts: &Parts<'_>) -> String {
    let Document { place, title, body, with_widget, with_boot } = document;
    let preloads = with_widget.then(|| {
        view! {
            <link rel="modulepreload" href=parts.widget_js.to_owned() />
            <link
                rel="preload"
                r#as="fetch"
                crossorigin
                r#type="application/wasm"
                href=parts.widget_wasm.to_owned()
            />
        }
    });
    // Fetched by the boot script once somebody types.
    let seal = with_widget.then(|| [parts.seal_js, parts.seal_wasm].join(" "));
    let boot = with_boot.then(|| view! { <script inner_html=parts.boot_js.to_owned()></script> });
    let html = view! {
        <html lang=PAGE_WORDS.language data-place=place.as_str() data-seal=seal>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title>{title.to_owned()}</title>
                <meta name="referrer" content="no-referrer" />
                <meta name="color-scheme" content="light dark" />
                <meta name="robots" content="noindex" />
                <link rel="icon" href="data:," />
                {preloads}
                <style inner_html=parts.css.to_owned()></style>
            </head>
            <body>{body} {boot}</body>
        </html>
    };
    ["<!DOCTYPE html>", &html.to_html()].concat()
}
