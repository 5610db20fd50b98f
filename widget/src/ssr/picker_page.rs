//! The page that offers several services: a list of links, so that it works before any script has loaded. Each link leads to
//! the form of one service, and the boot script adds the fragment with the token. The icons are initials, not vendors' logos.
//!
//! A long list is grouped by the kind of service. `extras/choices.js` adds the search, the arrow keys, and which services this person
//! has connected already, which only the session's token tells.

use super::brand_view::{footer, marks};
use super::document::{Document, render};
use super::form_page::test_banner;
use super::mark_view::{Service, mark};
use super::messages::PAGE_MESSAGES;
use super::service_list::{groups, kind, search_box, words};
use super::{Parts, PickerPage};
use latchkey_shared::Mode;
use maud::{Markup, html};

/// More services than this are grouped. `extras/choices.js` searches from the same number on.
const FEW: usize = 6;

/// The complete document.
#[must_use]
pub fn picker_page(page: &PickerPage<'_>, parts: &Parts<'_>) -> String {
    let body = html! {
        main.page.picker {
            header {
                @if page.mode == Mode::Test {
                    (test_banner())
                }
                (marks(page.brand, page.product, None))
                h1 #latchkey-title { (PAGE_MESSAGES.choose) }
                p.request { ((PAGE_MESSAGES.choose_request)(page.product)) }
            }
            (search_box())
            nav aria-labelledby="latchkey-title" {
                @if page.providers.len() > FEW {
                    section #latchkey-recent hidden {
                        h2 { (PAGE_MESSAGES.recent) }
                        ul.choices {}
                    }
                }
                @if page.providers.len() > FEW {
                    @for (category, providers) in groups(page.providers) {
                        section {
                            h2 { (kind(category)) }
                            (list(&providers))
                        }
                    }
                } @else {
                    (list(page.providers))
                }
            }
            (footer(page.brand))
        }
    };
    let title = [&PAGE_MESSAGES.choose.text(), " – ", page.product].concat();
    let document = Document {
        place: page.place,
        title: &title,
        body,
        with_widget: false,
        with_boot: true,
        code: None,
        brand: page.brand,
        public: None,
    };
    render(document, parts)
}

fn list(providers: &[Service<'_>]) -> Markup {
    html! {
        ul.choices {
            @for service in providers {
                li {
                    a href={ "?app=" (service.id) } data-app data-words=[words(service)] {
                        (mark(service))
                        span {
                            (service.name)
                            small data-since=(PAGE_MESSAGES.outcome.on_day) hidden {}
                        }
                    }
                }
            }
        }
    }
}
