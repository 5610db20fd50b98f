//! A small drawing of a place on the provider's screen: the address bar, the menu, the tab, the field, the button.
//!
//! It is plain HTML in our own look, and no picture of the vendor's. Its words stand on the vendor's screen, so they are never
//! translated. A screen reader hears one sentence with all of them.

use super::messages::PAGE_MESSAGES;
use latchkey_shared::guide::ScreenPlace;
use maud::{Markup, html};

pub(super) fn place_view(place: &ScreenPlace) -> Markup {
    let label = (PAGE_MESSAGES.on_screen)(&place.words().join(" › "));
    let page = place.heading.is_some()
        || place.tab.is_some()
        || place.field.is_some()
        || place.button.is_some()
        || place.corner.is_some()
        || !place.menu.is_empty();
    html! {
        div.place role="img" aria-label=(label) dir="ltr" lang="en" {
            span.bar {
                i {} i {} i {}
                (address_view(place.address.as_deref()))
            }
            @if page {
                span.screen {
                    @if !place.menu.is_empty() {
                        (menu_view(&place.menu))
                    }
                    (panel_view(place))
                }
            }
        }
    }
}

/// The address, with the part that counts between `**`.
fn address_view(address: Option<&str>) -> Markup {
    let parts: Vec<_> = address.unwrap_or_default().split("**").collect();
    html! {
        span.at {
            @for (at, part) in parts.into_iter().enumerate() {
                @if at == 1 { b { (part) } } @else { (part) }
            }
        }
    }
}

/// The entries on the way; the last one is the one to press.
fn menu_view(menu: &[String]) -> Markup {
    let last = menu.len() - 1;
    html! {
        span.menu {
            i {}
            @for (at, entry) in menu.iter().enumerate() {
                @if at == last { b.here { (entry) } } @else { b { (entry) } }
            }
            i {}
        }
    }
}

fn panel_view(place: &ScreenPlace) -> Markup {
    let ScreenPlace { corner, heading, tab, field, button, .. } = place;
    html! {
        span.panel {
            @if let Some(corner) = corner { span.row.end { b.press { (corner) } } }
            @if let Some(heading) = heading { b.title { (heading) } } @else { i.title {} }
            @if let Some(tab) = tab { span.row { i.tab {} b.tab { (tab) } i.tab {} } }
            @if let Some(field) = field { span.row { b { (field) } } span.box {} }
            @if let Some(button) = button { span.row { b.press { (button) } } } @else if field.is_none() { i.line {} i.line {} }
        }
    }
}
