//! The parts of a product's own look on every page: its mark beside the service's, its texts, and the footer with its links. The colors
//! are in its style sheet.

use super::Brand;
use super::mark_view::{Service, letter, mark};
use super::messages::PAGE_MESSAGES;
use maud::{Markup, html};

/// Who is connecting what: the product's logo or letter, joined with the mark of the service. In front of the heading, which says it in
/// words.
pub(super) fn marks(brand: Brand<'_>, product: &str, service: Option<&Service<'_>>) -> Markup {
    html! {
        div.marks {
            @if let Some(picture) = brand.logo {
                img.logo src=(picture) alt=(product);
            } @else if !product.is_empty() {
                (letter(product))
            }
            @if let Some(service) = service {
                span.joint aria-hidden="true" {}
                (mark(service))
            }
        }
    }
}

/// A text of the product, with the provider's name filled in.
pub(super) fn say(text: &str, provider: &str) -> String {
    text.replace("{provider}", provider)
}

/// The footer, if it has any content. Its links open another tab, so that nothing that was typed is lost.
pub(super) fn footer(brand: Brand<'_>) -> Markup {
    let support = brand.support.map(|support| {
        let scheme = if support.starts_with("https://") { "" } else { "mailto:" };
        [scheme, support].concat()
    });
    let addresses = [brand.terms, brand.privacy, support.as_deref()];
    let links: Vec<_> = PAGE_MESSAGES
        .links
        .iter()
        .zip(addresses)
        .filter_map(|(word, address)| Some((word, address?)))
        .collect();
    html! {
        @if !links.is_empty() || !brand.hide_powered_by {
            footer {
                @for (word, address) in links {
                    a.foot href=(address) target="_blank" rel="noopener noreferrer" {
                        (word)
                        span.unseen { (PAGE_MESSAGES.new_tab) }
                    }
                    " "
                }
                @if !brand.hide_powered_by {
                    (PAGE_MESSAGES.powered_by)
                }
            }
        }
    }
}
