//! The front page of a deployment: what it is, how each service is connected, and where its documentation is. Public, without a script.

use super::brand_view::{footer, letter_mark, marks};
use super::document::{Document, render};
use super::messages::{HUB, PAGE_MESSAGES};
use super::{FrontPage, Parts, Place};
use maud::html;

/// The complete document.
#[must_use]
pub fn front_page(page: &FrontPage<'_>, parts: &Parts<'_>) -> String {
    let messages = &PAGE_MESSAGES.front;
    let name = page.product.unwrap_or(HUB);
    let body = html! {
        main.page.front {
            header {
                (marks(page.brand, name, None))
                h1 #latchkey-title { (name) }
                p.request { ((messages.what)(name)) }
            }
            section aria-labelledby="latchkey-services" {
                h2 #latchkey-services { (messages.services) }
                ul.choices {
                    @for (id, name) in page.providers {
                        li {
                            a href={ "/guides/" (id) } {
                                (letter_mark(id, name))
                                span { ((PAGE_MESSAGES.guide_title)(name)) }
                            }
                        }
                    }
                }
            }
            section aria-labelledby="latchkey-received" {
                h2 #latchkey-received { (messages.received) }
                p { (messages.received_body) }
            }
            @if page.docs {
                section aria-labelledby="latchkey-developers" {
                    h2 #latchkey-developers { (messages.developers) }
                    p.ways {
                        a.way href="/docs" { (messages.reference) }
                        a href="/openapi.json" { "OpenAPI" }
                        a href="/healthz" { (messages.health) }
                    }
                }
            }
            (footer(page.brand))
        }
    };
    let document = Document {
        place: Place::Link,
        title: name,
        body,
        with_widget: false,
        with_boot: false,
        code: None,
        brand: page.brand,
    };
    render(document, parts)
}
