//! A page without inputs, for a session that cannot be used. It says why, and links to the next step if the session has an
//! address for it.

use super::brand_view::{footer, marks};
use super::document::{Document, render};
use super::messages::PAGE_MESSAGES;
use super::{DeadEnd, Notice, Parts, Place};
use maud::html;

/// The complete document.
///
/// It has the boot script in a frame, which sends its size and error code to the host page, and where a reload may help.
#[must_use]
pub fn notice_page(notice: &Notice<'_>, parts: &Parts<'_>) -> String {
    let [title, cause, fix] = (PAGE_MESSAGES.dead_end)(notice.end);
    let framed = notice.place == Place::Embed;
    let retry = notice.end == DeadEnd::Unavailable;
    // A frame cannot show another site, so the link opens in the whole window.
    let target = framed.then_some("_top");
    // A new link does not help when there is nothing left to do. In a frame, the host page is the way back.
    let refresh = notice.refresh_url.filter(|_| notice.end != DeadEnd::Used && !retry);
    let back = notice.return_url.filter(|_| !framed && refresh.is_none());
    let body = html! {
        main.page.notice {
            header {
                (marks(notice.brand, notice.product.unwrap_or_default(), None))
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
            // A page without a product has no footer.
            @if notice.product.is_some() {
                (footer(notice.brand))
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
        // Also where nothing is left to press: the tab forgets the token of a session that has ended.
        with_boot: true,
        code: Some(notice.code),
        brand: notice.brand,
        public: None,
    };
    render(document, parts)
}
