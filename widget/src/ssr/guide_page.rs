//! The guide as a page of its own: public, without a session and without a form.

use super::document::{Document, render};
use super::guide_view::{Reader, guide_view};
use super::words::PAGE_WORDS;
use super::{GuidePage, Parts, Place, shown};
use leptos::prelude::*;

/// The complete document.
#[must_use]
pub fn guide_page(page: &GuidePage<'_>, parts: &Parts<'_>) -> String {
    Owner::new().with(|| {
        let product = page.product.unwrap_or(PAGE_WORDS.hub);
        let reader =
            Reader { provider: page.name, product, white_label: page.white_label, scopes: &[], alone: true };
        let fields = shown(page.fields, page.white_label).into_iter().map(|field| {
            let optional = if field.optional || field.deduced { PAGE_WORDS.optional } else { "" };
            view! {
                <li>
                    <p class="step">{field.label} <span class="optional">{optional}</span></p>
                    {field.help.map(|help| view! { <p>{help}</p> })}
                    {field.placeholder.map(|example| view! { <p>{PAGE_WORDS.example} <code>{example}</code></p> })}
                </li>
            }
        });
        let fields = fields.collect::<Vec<_>>();
        let title = (PAGE_WORDS.guide_title)(page.name);
        let footer = (!page.white_label).then(|| view! { <footer>{PAGE_WORDS.powered_by}</footer> });
        let body = view! {
            <main class="page alone">
                <header>
                    <h1 id="latchkey-title">{title.clone()}</h1>
                    <p class="request">{(PAGE_WORDS.guide_request)(product, page.name)}</p>
                </header>
                <section class="asked" aria-labelledby="latchkey-asked">
                    <h2 id="latchkey-asked">{PAGE_WORDS.asked}</h2>
                    <ul>{fields}</ul>
                </section>
                {guide_view(page.guide, reader)}
                {footer}
            </main>
        };
        let title = [title.as_str(), " – ", product].concat();
        // The boot script lets the copy buttons work.
        render(
            Document { place: Place::Link, title: &title, body, with_widget: false, with_boot: true },
            parts,
        )
    })
}
