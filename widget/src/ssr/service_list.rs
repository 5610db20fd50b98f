//! What lists of services share: the search, the groups by kind, and the words by which a service is found.

use super::mark_view::Service;
use super::messages::PAGE_MESSAGES;
use maud::{Markup, html};

/// The search, which the script shows where the list is long.
pub(super) fn search_box() -> Markup {
    let (search, found) = PAGE_MESSAGES.search;
    html! {
        div #latchkey-search .search data-found=(found) hidden {
            label for="latchkey-query" { (search) }
            div.entry {
                input #latchkey-query type="search" autocomplete="off" autocapitalize="none" spellcheck="false";
            }
            p role="status" {}
        }
    }
}

/// The other words by which people search for it.
pub(super) fn words(service: &Service<'_>) -> Option<String> {
    (!service.aliases.is_empty()).then(|| service.aliases.join(" "))
}

/// The services by their kind, in the order of the kinds.
pub(super) fn groups<'a>(providers: &[Service<'a>]) -> Vec<(&'a str, Vec<Service<'a>>)> {
    let (known, _) = PAGE_MESSAGES.kinds;
    // All kinds without a name are one group, the last.
    let kind_of = |service: &Service<'_>| {
        known.iter().position(|(id, _)| *id == service.category()).unwrap_or(known.len())
    };
    let mut groups = Vec::new();
    for at in 0..=known.len() {
        let of: Vec<_> = providers.iter().filter(|service| kind_of(service) == at).copied().collect();
        if !of.is_empty() {
            groups.push((known.get(at).map_or("", |(id, _)| *id), of));
        }
    }
    groups
}

/// The name of a kind of service. One that the table does not have is "Other services".
pub(super) fn kind(category: &str) -> String {
    let (known, other) = PAGE_MESSAGES.kinds;
    known.iter().find(|(id, _)| *id == category).map_or(other, |(_, name)| *name).text()
}
