//! The guide as a page of its own: public, without a session and without a form.

use super::brand_view::{footer, marks};
use super::document::{Document, Public, render};
use super::guide_view::{Reader, guide_view};
use super::messages::{HUB, PAGE_MESSAGES};
use super::{GuidePage, Parts, Place, shown};
use latchkey_shared::field::Field;
use latchkey_shared::i18n::lang_of;
use maud::{Markup, html};

/// The complete document.
#[must_use]
pub fn guide_page(page: &GuidePage<'_>, parts: &Parts<'_>) -> String {
    let product = page.product.unwrap_or(HUB);
    let reader = Reader {
        provider: page.service.name,
        product,
        white_label: page.white_label,
        scopes: &[],
        alone: true,
    };
    let title = (PAGE_MESSAGES.guide_title)(page.service.name);
    let request = (PAGE_MESSAGES.guide_request)(product, page.service.name);
    let body = html! {
        main.page.alone {
            header {
                (marks(page.brand, product, Some(&page.service)))
                h1 #latchkey-title { (title) }
                p.request { (request) }
            }
            section.asked aria-labelledby="latchkey-asked" {
                h2 #latchkey-asked { (PAGE_MESSAGES.asked) }
                ul {
                    @for field in shown(page.fields, page.white_label) {
                        (asked(&field))
                    }
                }
            }
            (guide_view(page.guide, reader))
            (footer(page.brand))
        }
    };
    let title = [title.as_str(), " – ", product].concat();
    // The copy buttons need the boot script.
    render(
        Document {
            place: Place::Link,
            title: &title,
            body,
            with_widget: false,
            with_boot: true,
            code: None,
            brand: page.brand,
            public: Some(Public { description: &request, address: page.address }),
        },
        parts,
    )
}

fn asked(field: &Field) -> Markup {
    html! {
        li {
            p.step {
                span lang=[lang_of(&field.label)] { (field.label) } " "
                @if field.optional {
                    span.optional { (PAGE_MESSAGES.optional) }
                }
            }
            @if let Some(help) = &field.help {
                p lang=[lang_of(help)] { (help) }
            }
            @if let Some(example) = &field.placeholder {
                p { (PAGE_MESSAGES.example) " " code { (example) } }
            }
        }
    }
}
