//! The tokens and parts of every page at a glance, in light and dark, for those who change them. Only a development run shows it.
//!
//! Its sentences are samples for developers, so they are English. It has no script, and no part that the pages do not have.

use super::brand_view::marks;
use super::document::{Document, render};
use super::mark_view::{Service, mark};
use super::place_view::place_view;
use super::{Brand, Parts, Place};
use latchkey_shared::guide::ScreenPlace;
use maud::{Markup, html};

/// The colors of `css/tokens.css`.
const COLORS: [&str; 14] = [
    "ground",
    "card",
    "text",
    "muted",
    "line",
    "edge",
    "accent",
    "on-accent",
    "tint",
    "bad",
    "bad-ground",
    "odd",
    "odd-ground",
    "good",
];

/// The complete document.
#[must_use]
pub fn preview_page(parts: &Parts<'_>) -> String {
    let body = html! {
        main.page {
            header { h1 #latchkey-title { "Tokens and parts" } }
            @for scheme in ["light", "dark"] {
                section data-theme=(scheme) aria-label=(scheme) {
                    h2 { (scheme) }
                    (colors())
                    (type_scale())
                    (heads())
                    (fields(scheme))
                    (messages())
                    (guide())
                }
            }
        }
    };
    let document = Document {
        place: Place::Link,
        title: "Tokens and parts",
        body,
        with_widget: false,
        with_boot: false,
        code: None,
        brand: Brand::default(),
        public: None,
    };
    render(document, parts)
}

fn colors() -> Markup {
    html! {
        h3 { "Colors" }
        p.swatches {
            @for color in COLORS {
                span.swatch {
                    svg width="72" height="40" aria-hidden="true" {
                        rect width="72" height="40" rx="6" fill={ "var(--" (color) ")" } stroke="var(--edge)" {}
                    }
                    code { (color) }
                }
            }
        }
    }
}

fn type_scale() -> Markup {
    html! {
        h3 { "Type" }
        h1 { "Connect Okta" }
        p.request { "Example asks Ada for access to the Okta account of Acme." }
        h2 { "A heading of a part" }
        h3 { "A heading of a group" }
        p { "A paragraph with " code { "code" } ", " strong { "a word on a screen" } " and " a href="#" { "a link" } "." }
        p.help { "A hint below a label." }
    }
}

fn heads() -> Markup {
    html! {
        h3 { "Marks" }
        (marks(Brand::default(), "Example", Some(&service("okta", "Okta", None))))
        p.swatches {
            @for (id, name, color) in [("okta", "Okta", Some("191919")), ("harness", "Harness", None), ("launchdarkly", "LaunchDarkly", Some("ebff38")), ("gitlab", "GitLab", Some("fc6d26")), ("a", "A", None), ("b", "B", None), ("c", "C", None), ("d", "D", None)] {
                (mark(&service(id, name, color)))
            }
        }
    }
}

fn service<'a>(id: &'a str, name: &'a str, color: Option<&'a str>) -> Service<'a> {
    Service { id, name, categories: &[], aliases: &[], description: "", color, logo: None }
}

fn fields(scheme: &str) -> Markup {
    let id = |name: &str| [scheme, "-", name].concat();
    html! {
        h3 { "Fields and buttons" }
        div.field {
            label for=(id("empty")) { "Okta Domain URL " span.optional { "(optional)" } }
            p.help { "The address you see in the browser." }
            div.entry { input id=(id("empty")) placeholder="your-org.okta.com"; }
        }
        div.field {
            label for=(id("list")) { "Region" }
            div.entry { select id=(id("list")) { option { "Choose…" } option { "EU — api.eu.example.com" } } }
        }
        div.field {
            label for=(id("wrong")) { "API Token" }
            div.entry { input id=(id("wrong")) value="00T" aria-invalid="true"; button.reveal type="button" { "Show" } }
            div.error { div {
                p.cause { "Okta does not accept this API token." }
                ul.causes { li { "It was revoked, or nobody used it for 30 days." } li { "It belongs to another organization." } }
                p.fix { "Create a new token and paste it here." }
            } }
        }
        p.choices-of {
            button.primary type="button" { "Connect" }
            button.primary type="button" aria-busy="true" { "Checking…" }
            button type="button" { "I’m not the admin" }
            a.way href="#" { "Back to Example" }
        }
    }
}

fn messages() -> Markup {
    html! {
        h3 { "Messages" }
        p.note { "Changed to acme.okta.com." }
        div.warning { div { p.cause { "This looks like the ID of a token." } p.fix { "Copy the token itself." } } }
        details.before { summary { "You need an administrator’s account in Okta." } p { "What must be true." } }
    }
}

fn guide() -> Markup {
    let word = |word: &str| Some(word.to_owned());
    let place = ScreenPlace {
        address: word("https://**acme.okta.com**/admin"),
        menu: vec!["Security".to_owned(), "API".to_owned()],
        corner: word("Admin"),
        heading: None,
        tab: word("Tokens"),
        field: word("Name"),
        button: word("Create token"),
    };
    html! {
        h3 { "Guide" }
        ol.steps {
            li data-done { details { summary.step { "A step that is done" } } }
            li {
                details open {
                    summary.step { "The step that is open" }
                    div.inside { (place_view(&place)) p.go { a.deep href="#" { "Open API tokens in Okta" } button.tick type="button" { "Done" } } }
                }
            }
            li { details { summary.step { "A step after it" } } }
        }
    }
}
