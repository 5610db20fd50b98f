//! The front page of a deployment: what it is, how each service is connected, and where its documentation is. Public, without a script.

use super::brand_view::{footer, marks};
use super::document::{Document, Public, render};
use super::gallery_page::entry;
use super::messages::{HUB, PAGE_MESSAGES};
use super::{FrontPage, Parts, Place};
use maud::html;

/// The services that the front page names itself. The gallery has them all.
const FEW: usize = 8;

/// The complete document.
#[must_use]
pub fn front_page(page: &FrontPage<'_>, parts: &Parts<'_>) -> String {
    let messages = &PAGE_MESSAGES.front;
    let name = page.product.unwrap_or(HUB);
    let what = (messages.what)(name);
    let body = html! {
        main.page.front {
            header {
                (marks(page.brand, name, None))
                h1 #latchkey-title { (name) }
                p.request { (what) }
            }
            section aria-labelledby="latchkey-services" {
                h2 #latchkey-services { (messages.services) }
                ul.choices {
                    @for service in page.services.iter().take(FEW) {
                        (entry(service))
                    }
                }
                @if page.services.len() > FEW {
                    p {
                        a href="/providers" { ((messages.all_of)(&page.services.len().to_string())) }
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
        public: Some(Public { description: &what, address: page.address }),
    };
    render(document, parts)
}
