//! The gallery: every service that can be connected, by its kind, each with a link to its guide. Public, and found by search engines.
//!
//! It is a list of links, so it works without a script. `extras/choices.js` adds the search and the arrow keys.

use super::brand_view::{footer, marks};
use super::document::{Document, Public, render};
use super::mark_view::{Service, mark};
use super::messages::{HUB, PAGE_MESSAGES};
use super::service_list::{groups, kind, search_box, words};
use super::{GalleryPage, Parts, Place};
use maud::html;

/// The complete document.
#[must_use]
pub fn gallery_page(page: &GalleryPage<'_>, parts: &Parts<'_>) -> String {
    let product = page.product.unwrap_or(HUB);
    let messages = &PAGE_MESSAGES.front;
    let lead = (messages.gallery)(product, &page.services.len().to_string());
    let body = html! {
        main.page.front.gallery {
            header {
                (marks(page.brand, product, None))
                h1 #latchkey-title { (messages.all) }
                p.request { (lead) }
            }
            (search_box())
            nav aria-labelledby="latchkey-title" {
                @for (category, services) in groups(page.services) {
                    section {
                        h2 { (kind(category)) }
                        ul.choices {
                            @for service in services {
                                (entry(&service))
                            }
                        }
                    }
                }
            }
            (footer(page.brand))
        }
    };
    let title = [&messages.all.text(), " – ", product].concat();
    let document = Document {
        place: Place::Link,
        title: &title,
        body,
        with_widget: false,
        with_boot: true,
        code: None,
        brand: page.brand,
        public: Some(Public { description: &lead, address: page.address }),
    };
    render(document, parts)
}

/// A service with the way to its guide. Descriptions are English in every language.
pub(super) fn entry(service: &Service<'_>) -> maud::Markup {
    html! {
        li {
            a href={ "/guides/" (service.id) } data-words=[words(service)] {
                (mark(service))
                span {
                    (service.name)
                    small.about lang="en" { (service.description) }
                }
            }
        }
    }
}
