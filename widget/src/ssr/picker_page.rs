//! The page that offers several services: a list of links, so that it works before any script has loaded. Each link leads to
//! the form of one service, and the boot script adds the fragment with the token. The icons are initials, not vendors' logos.

use super::brand_view::{footer, letter_mark, marks};
use super::document::{Document, render};
use super::form_page::test_banner;
use super::messages::PAGE_MESSAGES;
use super::{Parts, PickerPage};
use latchkey_shared::Mode;
use maud::html;

/// The complete document. The boot script shows the search when the list is long.
#[must_use]
pub fn picker_page(page: &PickerPage<'_>, parts: &Parts<'_>) -> String {
    let (search, found) = PAGE_MESSAGES.search;
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
            div #latchkey-search .search data-found=(found) hidden {
                label for="latchkey-query" { (search) }
                div.entry {
                    input #latchkey-query type="search" autocomplete="off" autocapitalize="none" spellcheck="false";
                }
                p role="status" {}
            }
            nav aria-labelledby="latchkey-title" {
                ul.choices {
                    @for (id, name) in page.providers {
                        li {
                            a href={ "?app=" (id) } data-app {
                                (letter_mark(id, name))
                                (name)
                            }
                        }
                    }
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
    };
    render(document, parts)
}
