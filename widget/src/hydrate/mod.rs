//! The browser's half: hydrates the rendered form and runs it.
//!
//! Owns what follows a person's action: parsing values, submitting them, and showing the result. Refuses to build the
//! page (it is there already), to write to an input that was typed into, and to keep a value longer than needed.

mod api;
mod boot;
mod derived_values;
mod dom;
mod field_values;
mod guide_links;
mod host_events;
mod page;
mod parser;
mod seal;
mod sealer;
mod session;
mod submit;

use crate::form::{Action, FormParts, form_view};
use boot::Boot;
use js_sys::Promise;
use latchkey_shared::i18n;
use page::Page;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

thread_local! {
    /// A document holds one form.
    static PAGE: RefCell<Option<Rc<Page>>> = const { RefCell::new(None) };
}

/// Hydrates the form. The boot script calls this once.
///
/// `page_data` is the page's data, `session` the reply of `GET connect` as `{status, body}` or `null`, and `pending`
/// says whether the button was pressed before.
#[wasm_bindgen]
pub fn start(page_data: &JsValue, token: String, session: Promise, pending: bool, boot: Boot) {
    // First, because both sides must render the same language.
    i18n::speak(js_sys::Reflect::get(page_data, &"words".into()).unwrap_or(JsValue::UNDEFINED));
    let Some(page) = Page::new(page_data, token, session.clone(), boot) else { return };
    let page = Rc::new(page);
    PAGE.set(Some(page.clone()));
    let shown = page.clone();
    let view = move || form_view(FormParts { form: &shown.form, model: &shown.model, dispatch: act });
    let Some(root) = dom::by_id("latchkey-root") else { return };
    // Kept for as long as the document is.
    leptos::mount::hydrate_from(root, view).forget();
    field_values::take_over(&page);
    page.host_events.ready();
    // Before a pending submit, which waits for the same reply and must find it applied.
    session::apply(page.clone(), session);
    if pending {
        submit::submit(&page);
    }
}

/// Continues with a new session that the host page has handed over. Entered values stay.
#[wasm_bindgen]
pub fn renew(token: String, session: Promise) {
    if let Some(page) = PAGE.with_borrow(Clone::clone) {
        page.renew(token);
        page.sealer.renew(session.clone());
        session::apply(page, session);
    }
}

/// Cancels the attempt that is under way. The form shows the outcome only after asking the edge for it.
#[wasm_bindgen]
pub fn cancel() {
    if let Some(page) = PAGE.with_borrow(Clone::clone) {
        page.cancel();
    }
}

fn act(action: Action) {
    let Some(page) = PAGE.with_borrow(Clone::clone) else { return };
    match action {
        Action::Typed(at) => field_values::typed(page, at),
        Action::Pasted(at) => field_values::pasted(page, at),
        Action::Left(at) => field_values::left(page, at),
        Action::Reveal(at) => page.reveal(at),
        Action::Accept(at) => field_values::accept(page, at),
        Action::Submit => submit::submit(&page),
    }
}
