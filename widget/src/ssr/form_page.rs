//! The page with the form: heading, form, guide, and the notices the boot script may have to show.

use super::document::{Document, render};
use super::guide_view::{Reader, guide_view};
use super::island::island;
use super::words::PAGE_WORDS;
use super::{FormPage, Parts, Place, shown};
use crate::form::{FormModel, FormParts, form_view};
use latchkey_shared::Mode;
use latchkey_shared::connect::Form;
use leptos::prelude::*;
use maud::{Markup, PreEscaped, html};

/// The complete document of the hosted or embedded form.
#[must_use]
pub fn form_page(page: &FormPage<'_>, parts: &Parts<'_>) -> String {
    let form = Form { fields: shown(&page.form.fields, page.white_label), ..page.form.clone() };
    let page = &FormPage { form: &form, ..*page };
    let title = (PAGE_WORDS.title)(&page.form.name);
    let body = body(page, &title);
    let title = [title.as_str(), " – ", page.product].concat();
    render(Document { place: page.place, title: &title, body, with_widget: true, with_boot: true }, parts)
}

fn body(page: &FormPage<'_>, title: &str) -> Markup {
    let reader = Reader {
        provider: &page.form.name,
        product: page.product,
        white_label: page.white_label,
        scopes: page.scopes,
        alone: false,
    };
    html! {
        main.page {
            header {
                @if page.mode == Mode::Test {
                    p.test {
                        strong.badge { (PAGE_WORDS.test_mode) }
                        (PAGE_WORDS.test_mode_hint)
                    }
                }
                h1 #latchkey-title { (title) }
                p.request {
                    ((PAGE_WORDS.request)(page.product, &page.form.name))
                    span #latchkey-for {}
                }
            }
            div.columns {
                div.left {
                    (notices(page.place))
                    div #latchkey-root { (PreEscaped(form(page.form))) }
                    p #latchkey-waiting .waiting role="status" hidden { (PAGE_WORDS.waiting) }
                }
                (guide_view(page.guide, reader))
            }
            @if !page.white_label {
                footer { (PAGE_WORDS.powered_by) }
            }
        }
        script type="application/json" id="latchkey" { (PreEscaped(island(page))) }
    }
}

/// The form, by the components that the browser takes over.
fn form(form: &Form) -> String {
    Owner::new().with(|| {
        let model = FormModel::new(form.fields.len());
        // Nobody acts on the server.
        form_view(FormParts { form, model: &model, tell: |_| () }).to_html()
    })
}

/// What the boot script unhides: it holds no sentence of its own.
fn notices(place: Place) -> Markup {
    let incomplete = match place {
        Place::Link => PAGE_WORDS.incomplete_link,
        Place::Embed => PAGE_WORDS.incomplete_frame,
    };
    html! {
        noscript { (boot_notice("latchkey-no-script", PAGE_WORDS.no_script, false, false)) }
        (boot_notice("latchkey-incomplete", incomplete, true, false))
        (boot_notice("latchkey-load-failed", PAGE_WORDS.load_failed, true, true))
        (boot_notice("latchkey-refused", PAGE_WORDS.refused, true, true))
        (boot_notice("latchkey-crashed", PAGE_WORDS.crashed, true, false))
    }
}

fn boot_notice(id: &str, (cause, fix): (&str, &str), hidden: bool, retry: bool) -> Markup {
    html! {
        div.alert id=(id) role="alert" hidden[hidden] {
            div {
                p.cause { (cause) }
                p.fix { (fix) }
                @if retry {
                    button type="button" data-retry { (PAGE_WORDS.retry) }
                }
            }
        }
    }
}
