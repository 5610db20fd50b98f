//! A page without inputs: the session is unknown, over, used or withdrawn, and nothing may be typed. Each says why in its own
//! words, and shows a way on where the session knows one.

use super::brand_view::{foot, logo};
use super::document::{Document, render};
use super::messages::PAGE_MESSAGES;
use super::{DeadEnd, Notice, Parts, Place};
use maud::html;

/// The complete document of a page that only says something.
///
/// It carries the boot script in a frame, so that the page around it learns its size and what happened, and where trying again
/// may help.
#[must_use]
pub fn notice_page(notice: &Notice<'_>, parts: &Parts<'_>) -> String {
    let [title, cause, fix] = (PAGE_MESSAGES.dead_end)(notice.end);
    let framed = notice.place == Place::Embed;
    let retry = notice.end == DeadEnd::Unavailable;
    // A frame cannot show another site; its window can.
    let target = framed.then_some("_top");
    // A new link does not help where there is nothing left to do, and the way back is the frame's own there.
    let refresh = notice.refresh_url.filter(|_| notice.end != DeadEnd::Used && !retry);
    let back = notice.return_url.filter(|_| !framed && refresh.is_none());
    let body = html! {
        main.page.notice {
            header {
                (logo(notice.brand, notice.product.unwrap_or_default()))
                h1 #latchkey-title { (title) }
                @if let Some(product) = notice.product {
                    p.request { (product) }
                }
            }
            div.alert.settled[notice.end == DeadEnd::Used] {
                div {
                    p.cause { (cause) }
                    p.fix { (fix) }
                    @if retry {
                        button type="button" data-reload { (PAGE_MESSAGES.retry) }
                    }
                }
            }
            @if let Some(address) = refresh {
                p { a.way href=(address) target=[target] rel="noreferrer" { (PAGE_MESSAGES.ask_again) } }
            }
            @if let Some(address) = back {
                p { a.way href=(address) rel="noreferrer" { ((PAGE_MESSAGES.go_back)(notice.product.unwrap_or_default())) } }
            }
            // A page of nobody's has no foot either.
            @if notice.product.is_some() {
                (foot(notice.brand))
            }
        }
    };
    let title =
        notice.product.map_or_else(|| title.text(), |product| [&title.text(), " – ", product].concat());
    let document = Document {
        place: notice.place,
        title: &title,
        body,
        with_widget: false,
        with_boot: framed || retry,
        code: Some(notice.code),
        brand: notice.brand,
    };
    render(document, parts)
}
