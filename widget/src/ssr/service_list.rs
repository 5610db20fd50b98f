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

/// The services by their kind, in the order in which each kind comes first.
pub(super) fn groups<'a>(providers: &[Service<'a>]) -> Vec<(&'a str, Vec<Service<'a>>)> {
    let mut groups: Vec<(&str, Vec<Service<'_>>)> = Vec::new();
    let (known, _) = PAGE_MESSAGES.kinds;
    for provider in providers {
        // All kinds without a name are one group.
        let kind = known.iter().find(|(id, _)| *id == provider.category()).map_or("", |(id, _)| *id);
        match groups.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, group)) => group.push(*provider),
            None => groups.push((kind, vec![*provider])),
        }
    }
    groups
}

/// The name of a kind of service. One that the table does not have is "Other services".
pub(super) fn kind(category: &str) -> String {
    let (known, other) = PAGE_MESSAGES.kinds;
    known.iter().find(|(id, _)| *id == category).map_or(other, |(_, name)| *name).text()
}
