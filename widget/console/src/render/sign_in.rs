//! The page that signs in: with an API key that has the scope `console`, or by a link that works once. It needs no program, only the
//! script that every page has.

use super::Files;
use super::document::{Document, escaped, write};
use crate::answers::{text as text_at, truth};
use latchkey_shared::i18n::text;
use serde_json::Value;

pub(super) fn page(data: &Value, language: &'static str, files: &Files<'_>) -> String {
    let title = text("Sign in to the console");
    let mut body = String::new();
    body.push_str("<main class=\"sign-in\"><div class=\"sign-in-card\"><span class=\"project-mark\" aria-hidden=\"true\">L</span>");
    body.extend(["<h1>", &escaped(&title), "</h1>"]);
    body.extend(["<p class=\"intro\">", &escaped(&text("Use an API key that has the scope console. The browser keeps a session of its own, and never the key.")), "</p>"]);
    body.extend([
        "<form id=\"sign-in\" novalidate data-wrong=\"",
        &escaped(&text("Enter a key.")),
        "\" data-lost=\"",
        &escaped(&text("The service does not answer. Check your connection, and try again.")),
        "\" data-link=\"",
        &escaped(&text("Signing you in by the link…")),
        if truth(data, "access") { "\" data-access data-next=\"" } else { "\" data-next=\"" },
        &escaped(text_at(data, "next")),
        "\">",
    ]);
    body.extend([
        "<div class=\"field\"><label for=\"key\">", &escaped(&text("API key")), "</label>",
        "<input id=\"key\" type=\"password\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\" data-1p-ignore aria-describedby=\"sign-in-error\" placeholder=\"lk_…\"></div>",
        "<div role=\"alert\" id=\"sign-in-error\"></div>",
        "<button type=\"submit\" class=\"button primary\">", &escaped(&text("Sign in")), "</button></form>",
    ]);
    if truth(data, "access") {
        body.extend([
            "<p class=\"fix\">",
            &escaped(&text("With Cloudflare Access, open this page with ?project= and the id of your project behind its address.")),
            "</p>",
        ]);
    }
    body.extend(["<p class=\"fix\">", &escaped(&text("No key? Ask an admin for a link under “Signed in”, or make one with the deployment’s admin token.")), "</p>"]);
    body.extend([
        "<noscript><p class=\"note bad\">",
        &escaped(&text("The console needs JavaScript. Allow it for this page.")),
        "</p></noscript></div></main>",
    ]);
    write(
        &Document { title: &title, language, theme: text_at(data, "theme"), body: &body, data: None },
        files,
    )
}
