//! The browser's half: takes the rendered form over and runs it.
//!
//! Owns what happens after a person's act: reading answers, submitting them, saying what came of it. Refuses to build
//! the page (it is there already), to write to an input that was typed into, and to keep an answer longer than needed.

mod api;
mod boot;
mod derived_values;
mod dom;
mod field_values;
mod guide_follow;
mod host_events;
mod page;
mod seal;
mod sealer;
mod session;
mod submit;

use crate::form::{Action, FormParts, form_view};
use boot::Boot;
use js_sys::Promise;
use latchkey_shared::phrase;
use page::Page;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

thread_local! {
    /// A document holds one form.
    static PAGE: RefCell<Option<Rc<Page>>> = const { RefCell::new(None) };
}

/// Takes the form over; the boot script calls it once.
///
/// `page_data` is the page's data, `session` the answer of `GET connect` as `{status, body}` or `null`, `pending` whether a
/// press came before.
#[wasm_bindgen]
pub fn start(page_data: &JsValue, token: String, session: Promise, pending: bool, boot: Boot) {
    // Said before anything is built: both sides must say the same.
    phrase::speak(js_sys::Reflect::get(page_data, &"words".into()).unwrap_or(JsValue::UNDEFINED));
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
    // First, so that what waits for the same answer finds it applied.
    session::apply(page.clone(), session);
    if pending {
        submit::submit(&page);
    }
}

/// Goes on with a fresh session: the page around the frame has brought one. What was typed stays.
#[wasm_bindgen]
pub fn renew(token: String, session: Promise) {
    if let Some(page) = PAGE.with_borrow(Clone::clone) {
        page.renew(token);
        page.sealer.renew(session.clone());
        session::apply(page, session);
    }
}

/// Takes the attempt that is under way back. What became of it is asked before anything is said.
#[wasm_bindgen]
pub fn cancel() {
    if let Some(page) = PAGE.with_borrow(Clone::clone) {
        page.cancel();
    }
}

fn act(action: Action) {
    let Some(page) = PAGE.with_borrow(Clone::clone) else { return };
    match action {
        Action::Entered(at) => guide_follow::mark(&page, at, true),
        Action::Typed(at) => field_values::typed(page, at),
        Action::Pasted(at) => field_values::pasted(page, at),
        Action::Left(at) => field_values::left(page, at),
        Action::Reveal(at) => page.reveal(at),
        Action::Submit => submit::submit(&page),
    }
}
