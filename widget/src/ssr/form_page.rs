//! The page with the form: heading, form, guide, and the notices that the boot script may show.

use super::brand_view::{footer, marks, say};
use super::document::{Document, render};
use super::guide_view::{Reader, guide_view};
use super::messages::PAGE_MESSAGES;
use super::outcome_view::outcome_view;
use super::page_data::page_data;
use super::progress_view::progress_view;
use super::share_view::share_view;
use super::{FormPage, Parts, Place, shown};
use crate::form::{FormMessage, FormModel, FormParts, FormShape, Phase, form_view};
use crate::messages::Phrase;
use latchkey_shared::connect::Form;
use latchkey_shared::i18n::{lang_of, translated};
use latchkey_shared::{ErrorCode, Mode};
use leptos::prelude::*;
use maud::{Markup, PreEscaped, html};

/// The complete document of the hosted or embedded form.
#[must_use]
pub fn form_page(page: &FormPage<'_>, parts: &Parts<'_>) -> String {
    let form = Form { fields: shown(&page.form.fields, page.white_label), ..page.form.clone() };
    let page = &FormPage { form: &form, ..*page };
    let title = if page.form.update { PAGE_MESSAGES.title_again } else { PAGE_MESSAGES.title };
    let own = page.brand.title.filter(|_| !page.form.update);
    let title = own.map_or_else(|| title(&page.form.name), |own| say(own, &page.form.name));
    let body = body(page, &title, Seen::Form);
    let title = [title.as_str(), " – ", page.product].concat();
    render(
        Document {
            place: page.place,
            title: &title,
            body,
            with_widget: true,
            with_boot: true,
            code: None,
            brand: page.brand,
            public: None,
        },
        parts,
    )
}

/// The form page as it looks in one of its states and color schemes, without any program: for whoever chooses how it looks.
#[must_use]
pub fn look_page(page: &FormPage<'_>, seen: Seen, scheme: &'static str, parts: &Parts<'_>) -> String {
    let form = Form { fields: shown(&page.form.fields, page.white_label), ..page.form.clone() };
    let page = &FormPage { form: &form, ..*page };
    let title =
        page.brand.title.map_or_else(|| (PAGE_MESSAGES.title)(&form.name), |own| say(own, &form.name));
    let body = body(page, &title, seen);
    let document = Document {
        place: page.place,
        title: &title,
        body,
        with_widget: false,
        with_boot: false,
        code: None,
        brand: page.brand,
        public: None,
    };
    let html = render(document, &Parts { pages_css: parts.css, ..*parts });
    // Nothing in it can be used, and it has the colors of one scheme, whatever the browser prefers.
    let html = html.replacen("<html ", &["<html data-theme=\"", scheme, "\" "].concat(), 1);
    let html = html.replacen("<main ", "<main inert ", 1);
    match seen {
        // Without the script that fills them in.
        Seen::Success => ["outcome", "next"].iter().fold(html, |html, part| {
            let id = ["id=\"latchkey-", part, "\""].concat();
            html.replacen(&[&id, " hidden"].concat(), &id, 1)
        }),
        Seen::Form | Seen::Error => html,
    }
}

/// A state of the form that somebody who chooses its look sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// As it opens.
    Form,
    /// After a refused key.
    Error,
    /// After success.
    Success,
}

fn body(page: &FormPage<'_>, title: &str, seen: Seen) -> Markup {
    let reader = Reader {
        provider: &page.form.name,
        product: page.product,
        white_label: page.white_label,
        scopes: page.scopes,
        alone: false,
    };
    let request = if page.form.update { PAGE_MESSAGES.request_again } else { PAGE_MESSAGES.request };
    let intro = page.brand.intro.filter(|_| !page.form.update);
    let request =
        intro.map_or_else(|| request(page.product, &page.form.name), |intro| say(intro, &page.form.name));
    let [named, unnamed] = (PAGE_MESSAGES.stored)(key_label(page.form));
    html! {
        main.page {
            header {
                @if page.mode == Mode::Test {
                    (test_banner())
                }
                (marks(page.brand, page.product, Some(&page.service)))
                h1 #latchkey-title { (title) }
                (greeting(page, &request, intro.is_some()))
                @if page.one_of_several {
                    p.other { a href="?" data-app { (PAGE_MESSAGES.choose_other) } }
                }
            }
            div.columns {
                div.left {
                    (notices(page.place))
                    @if page.form.update {
                        p #latchkey-stored .stored data-named=(named) data-unnamed=(unnamed) hidden {}
                    }
                    @if page.mode == Mode::Test {
                        (test_values())
                    }
                    div #latchkey-root data-to-step=(PAGE_MESSAGES.to_step) { (PreEscaped(form(page.form, seen))) }
                    (progress_view(&page.form.name, key_label(page.form)))
                    (outcome_view(page))
                    (rights_view(page.scopes))
                    (share_view(page.product, &page.form.name))
                    p #latchkey-waiting .waiting role="status" hidden { (PAGE_MESSAGES.waiting) }
                }
                (guide_view(page.guide, reader))
            }
            (footer(page.brand))
        }
        script type="application/json" id="latchkey" { (PreEscaped(page_data(page))) }
    }
}

/// The label of the field with the key, which every sentence calls by the provider's own word: token, key.
pub(super) fn key_label(form: &Form) -> &str {
    form.fields.iter().find(|field| field.secret).map_or("", |field| &field.label)
}

/// What the session asks the key for, said before anybody connects. `scopes` has ids and labels.
fn rights_view(scopes: &[(String, String)]) -> Markup {
    html! {
        @if !scopes.is_empty() {
            div.rights {
                p { (PAGE_MESSAGES.scopes) }
                ul.checks.chips {
                    @for (_, label) in scopes {
                        @let label = translated(label);
                        li lang=[lang_of(&label)] { (label) }
                    }
                }
            }
        }
    }
}

/// The banner of test mode.
pub(super) fn test_banner() -> Markup {
    html! {
        p.test {
            strong.badge { (PAGE_MESSAGES.test_mode) }
            (PAGE_MESSAGES.test_mode_hint)
        }
    }
}

/// Who asks whom for access to what. `extras/greeting.js` puts the person and the organization in, once the session has come.
fn greeting(page: &FormPage<'_>, request: &str, own: bool) -> Markup {
    let messages = if page.form.update { PAGE_MESSAGES.greeting_again } else { PAGE_MESSAGES.greeting };
    let [both, person, customer] = messages(page.product, &page.form.name);
    html! {
        @if own {
            p.request { (request) }
            p #latchkey-for .request data-both="{person} · {customer}" data-person="{person}" data-customer="{customer}" {}
        } @else {
            p #latchkey-for .request data-both=(both) data-person=(person) data-customer=(customer) { (request) }
        }
    }
}

/// The fold of the test values, which are loaded when it is opened. It stands beside the label of the first field.
fn test_values() -> Markup {
    html! {
        div.tests-at {
            details.tests #latchkey-tests data-failed=(PAGE_MESSAGES.test_values_failed) hidden {
                summary { (PAGE_MESSAGES.test_values) }
                div {
                    p { (PAGE_MESSAGES.test_values_hint) }
                    p role="status" {}
                    ul {}
                }
                @for (ending, word) in PAGE_MESSAGES.test_endings {
                    data value=(ending) hidden { (word) }
                }
            }
        }
    }
}

/// The form, rendered by the components that the browser hydrates.
fn form(form: &Form, seen: Seen) -> String {
    Owner::new().with(|| {
        let model = FormModel::new(form.fields.len());
        match seen {
            Seen::Form => {}
            Seen::Success => model.form.update(|state| state.phase = Phase::Connected),
            Seen::Error => {
                let error = FormMessage::new(translated(ErrorCode::KeyRejected.title()), "");
                let secret = form.fields.iter().position(|field| field.secret);
                if let Some(field) = secret.and_then(|at| model.fields.get(at)) {
                    field.update(|state| state.error = error);
                }
            }
        }
        // Nobody uses the form on the server.
        let mut form = FormShape::from(form);
        // An example must not be taken for a value.
        for example in form.fields.iter_mut().filter_map(|field| field.placeholder.as_mut()) {
            *example = [PAGE_MESSAGES.example.text(), std::mem::take(example)].concat();
        }
        form_view(FormParts { form: &form, model: &model, dispatch: |_| () }).to_html()
    })
}

/// The notices that the boot script shows. It holds no sentences of its own.
fn notices(place: Place) -> Markup {
    let incomplete = match place {
        Place::Link => PAGE_MESSAGES.incomplete_link,
        Place::Embed => PAGE_MESSAGES.incomplete_frame,
    };
    html! {
        noscript { (boot_notice("latchkey-no-script", PAGE_MESSAGES.no_script, false, false)) }
        (boot_notice("latchkey-incomplete", incomplete, true, false))
        (boot_notice("latchkey-load-failed", PAGE_MESSAGES.load_failed, true, true))
        (boot_notice("latchkey-refused", PAGE_MESSAGES.refused, true, true))
        (boot_notice("latchkey-crashed", PAGE_MESSAGES.crashed, true, false))
        (boot_notice("latchkey-offline", PAGE_MESSAGES.offline, true, false))
        (boot_notice("latchkey-unreachable", PAGE_MESSAGES.unreachable, true, true))
    }
}

fn boot_notice(id: &str, (cause, fix): (Phrase, Phrase), hidden: bool, retry: bool) -> Markup {
    html! {
        div.alert id=(id) role="alert" hidden[hidden] {
            div {
                p.cause { (cause) }
                p.fix { (fix) }
                @if retry {
                    button type="button" data-retry { (PAGE_MESSAGES.retry) }
                }
            }
        }
    }
}
