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

/// The complete document of the hosted or embedded form.
#[must_use]
pub fn form_page(page: &FormPage<'_>, parts: &Parts<'_>) -> String {
    let form = Form { fields: shown(&page.form.fields, page.white_label), ..page.form.clone() };
    let page = &FormPage { form: &form, ..*page };
    Owner::new().with(|| {
        let title = (PAGE_WORDS.title)(&page.form.name);
        let body = body(page, title.clone());
        let title = [title.as_str(), " – ", page.product].concat();
        render(Document { place: page.place, title: &title, body, with_widget: true, with_boot: true }, parts)
    })
}

fn body(page: &FormPage<'_>, title: String) -> impl IntoView + use<> {
    let model = FormModel::new(page.form.fields.len());
    // Nobody acts on the server.
    let form = form_view(FormParts { form: page.form, model: &model, tell: |_| () });
    let reader = Reader {
        provider: &page.form.name,
        product: page.product,
        white_label: page.white_label,
        scopes: page.scopes,
        alone: false,
    };
    let test_mode = (page.mode == Mode::Test).then(|| {
        view! {
            <p class="test">
                <strong class="badge">{PAGE_WORDS.test_mode}</strong>
                {PAGE_WORDS.test_mode_hint}
            </p>
        }
    });
    let footer = (!page.white_label).then(|| view! { <footer>{PAGE_WORDS.powered_by}</footer> });
    view! {
        <main class="page">
            <header>
                {test_mode}
                <h1 id="latchkey-title">{title}</h1>
                <p class="request">
                    {(PAGE_WORDS.request)(page.product, &page.form.name)}
                    <span id="latchkey-for"></span>
                </p>
            </header>
            <div class="columns">
                <div class="left">
                    {notices(page.place)}
                    <div id="latchkey-root">{form}</div>
                    <p id="latchkey-waiting" class="waiting" role="status" hidden>{PAGE_WORDS.waiting}</p>
                </div>
                {guide_view(page.guide, reader)}
            </div>
            {footer}
        </main>
        <script
            type="application/json"
            id="latchkey"
            inner_html=island(page)
        ></script>
    }
}

/// What the boot script unhides: it holds no sentence of its own.
fn notices(place: Place) -> impl IntoView {
    let incomplete = match place {
        Place::Link => PAGE_WORDS.incomplete_link,
        Place::Embed => PAGE_WORDS.incomplete_frame,
    };
    view! {
        <noscript>{boot_notice("latchkey-no-script", PAGE_WORDS.no_script, false, false)}</noscript>
        {boot_notice("latchkey-incomplete", incomplete, true, false)}
        {boot_notice("latchkey-load-failed", PAGE_WORDS.load_failed, true, true)}
        {boot_notice("latchkey-refused", PAGE_WORDS.refused, true, true)}
        {boot_notice("latchkey-crashed", PAGE_WORDS.crashed, true, false)}
    }
}

fn boot_notice(
    id: &'static str,
    (cause, fix): (&'static str, &'static str),
    hidden: bool,
    retry: bool,
) -> impl IntoView {
    let retry = retry.then(|| view! { <button type="button" data-retry>{PAGE_WORDS.retry}</button> });
    view! {
        <div class="alert" id=id role="alert" hidden=hidden>
            <div>
                <p class="cause">{cause}</p>
                <p class="fix">{fix}</p>
                {retry}
            </div>
        </div>
    }
}
