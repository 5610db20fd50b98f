//! A page without inputs: the session is unknown, over or used, and nothing may be typed.

use super::document::{Document, render};
use super::{Notice, Parts, Place};
use maud::html;

/// The complete document of a page that only says something.
///
/// In a frame it carries the boot script, so that the page around it learns its size and that it was answered.
#[must_use]
pub fn notice_page(notice: &Notice<'_>, parts: &Parts<'_>) -> String {
    let body = html! {
        main.page.notice {
            header {
                h1 #latchkey-title { (notice.title) }
                @if let Some(product) = notice.product {
                    p.request { (product) }
                }
            }
            div.alert {
                div {
                    p.cause { (notice.message) }
                    p.fix { (notice.fix) }
                }
            }
        }
    };
    let title = notice
        .product
        .map_or_else(|| notice.title.to_owned(), |product| [notice.title, " – ", product].concat());
    let with_boot = notice.place == Place::Embed;
    render(Document { place: notice.place, title: &title, body, with_widget: false, with_boot }, parts)
}
