//! The page that offers several services: a list of links, so that it works before any script has loaded. Each link leads to
//! the form of one service, and the boot script adds the fragment with the token. The icons are initials, not vendors' logos.
//!
//! A long list is grouped by the kind of service. `extras/choices.js` adds the search, the arrow keys, and which services this person
//! has connected already, which only the session's token tells.

use super::brand_view::{footer, letter_mark, marks};
use super::document::{Document, render};
use super::form_page::test_banner;
use super::messages::PAGE_MESSAGES;
use super::{Choice, Parts, PickerPage};
use latchkey_shared::Mode;
use maud::{Markup, html};

/// More services than this are grouped. `extras/choices.js` searches from the same number on.
const FEW: usize = 6;

/// The complete document.
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
                @match groups(page.providers).as_slice() {
                    [] | [_] => (list(page.providers)),
                    groups => @for (category, providers) in groups {
                        section {
                            h2 { (kind(category)) }
                            (list(providers))
                        }
                    },
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

fn list(providers: &[Choice<'_>]) -> Markup {
    html! {
        ul.choices {
            @for Choice { id, name, .. } in providers {
                li {
                    a href={ "?app=" (id) } data-app {
                        (letter_mark(id, name))
                        span {
                            (name)
                            small data-since=(PAGE_MESSAGES.outcome.on_day) hidden {}
                        }
                    }
                }
            }
        }
    }
}

/// A long list by the kind of service, in the order in which each kind comes first. A short list is one group.
fn groups<'a>(providers: &[Choice<'a>]) -> Vec<(&'a str, Vec<Choice<'a>>)> {
    let mut groups: Vec<(&str, Vec<Choice<'_>>)> = Vec::new();
    let (known, _) = PAGE_MESSAGES.kinds;
    for provider in providers.iter().filter(|_| providers.len() > FEW) {
        // All kinds without a name are one group.
        let kind = known.iter().find(|(id, _)| *id == provider.category).map_or("", |(id, _)| *id);
        match groups.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, group)) => group.push(*provider),
            None => groups.push((kind, vec![*provider])),
        }
    }
    groups
}

/// The name of a kind of service. One that the table does not have is "Other services".
fn kind(category: &str) -> String {
    let (known, other) = PAGE_MESSAGES.kinds;
    known.iter().find(|(id, _)| *id == category).map_or(other, |(_, name)| *name).text()
}
