//! The document around a page: its head, its files, and the data that the browser starts from. It has no inline script and no inline
//! style, so the policy of the page allows neither.

use super::Files;
use serde_json::Value;

/// What differs from page to page.
pub(super) struct Document<'a> {
    /// The title of the tab.
    pub(super) title: &'a str,
    /// The language.
    pub(super) language: &'static str,
    /// `light`, `dark`, or empty for the system's.
    pub(super) theme: &'a str,
    /// The page.
    pub(super) body: &'a str,
    /// What the browser's program starts from, on a page that has one.
    pub(super) data: Option<&'a Value>,
}

/// The whole document.
pub(super) fn write(page: &Document<'_>, files: &Files<'_>) -> String {
    let mut out = String::with_capacity(page.body.len() + 4096);
    let theme = matches!(page.theme, "light" | "dark").then_some(page.theme);
    out.push_str("<!doctype html><html lang=\"");
    out.push_str(page.language);
    out.push('"');
    if page.language == "ar" {
        out.push_str(" dir=\"rtl\"");
    }
    if let Some(theme) = theme {
        out.extend([" data-theme=\"", theme, "\""]);
    }
    out.extend([" data-wasm=\"", &escaped(files.wasm), "\">"]);
    out.push_str("<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    out.extend(["<title>", &escaped(page.title), "</title>"]);
    out.push_str(
        "<meta name=\"referrer\" content=\"no-referrer\"><meta name=\"color-scheme\" content=\"light dark\">",
    );
    out.push_str("<meta name=\"robots\" content=\"noindex\"><link rel=\"icon\" href=\"/favicon.ico\">");
    out.extend(["<link rel=\"stylesheet\" href=\"", &escaped(files.css), "\">"]);
    if page.data.is_some() {
        out.extend([
            "<link rel=\"preload\" as=\"fetch\" crossorigin type=\"application/wasm\" href=\"",
            &escaped(files.wasm),
            "\">",
        ]);
        out.push_str("<script src=\"/connect.js\" async></script>");
    }
    out.extend([
        "<script type=\"module\" src=\"",
        &escaped(files.js),
        "\"></script></head><body><div id=\"console\">",
    ]);
    out.push_str(page.body);
    out.push_str("</div>");
    if let Some(data) = page.data {
        out.push_str("<script type=\"application/json\" id=\"console-data\">");
        // Nothing in the data can end the element.
        out.push_str(&data.to_string().replace('<', "\\u003c"));
        out.push_str("</script>");
    }
    out.push_str("</body></html>\n");
    out
}

/// A text in HTML, also inside of an attribute.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
