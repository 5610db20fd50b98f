//! A page without inputs: the session is unknown, over or used, and nothing may be typed.

use super::document::{Document, render};
use super::{Notice, Parts, Place};
use leptos::prelude::*;

/// The complete document of a page that only says something.
///
/// In a frame it carries the boot script, so that the page around it learns its size and that it was answered.
#[must_use]
pub fn notice_page(notice: &Notice<'_>, parts: &Parts<'_>) -> String {
    Owner::new().with(|| {
        let product = notice.product.map(|product| view! { <p class="request">{product.to_owned()}</p> });
        let body = view! {
            <main class="page notice">
                <header>
                    <h1 id="latchkey-title">{notice.title.to_owned()}</h1>
                    {product}
                </header>
                <div class="alert">
                    <div>
                        <p class="cause">{notice.message.to_owned()}</p>
                        <p class="fix">{notice.fix.to_owned()}</p>
                    </div>
                </div>
            </main>
        };
        let title = notice
            .product
            .map_or_else(|| notice.title.to_owned(), |product| [notice.title, " – ", product].concat());
        let with_boot = notice.place == Place::Embed;
        render(Document { place: notice.place, title: &title, body, with_widget: false, with_boot }, parts)
    })
}
