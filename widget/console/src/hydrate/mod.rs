//! The browser's half: takes the rendered page over, and carries out what its views hand over.

mod api;
mod calls;
mod dom;
mod inputs;
pub(crate) mod json;
mod keys;
mod live;
mod navigation;

use crate::action::{Action, Ask, Done};
use crate::answers::{Answer, at, list, number, text};
use crate::app::{App, Dialog, Toast};
use crate::pages::{PaletteState, console};
use crate::route::{Page, Route};
use latchkey_shared::i18n;
use leptos::prelude::*;
use serde_json::Value;
use std::cell::Cell;
use wasm_bindgen::prelude::*;

thread_local! {
    static PALETTE: Cell<Option<PaletteState>> = const { Cell::new(None) };
}

/// Takes the page over. `data` is the page's data as an object. Its member `words` is the table of words, or null in English.
#[wasm_bindgen]
pub fn start(data: &JsValue) {
    let words = js_sys::Reflect::get(data, &"words".into()).unwrap_or_default();
    i18n::speak(if words.is_null() { JsValue::UNDEFINED } else { words });
    let data = json::read(data);
    let Some(route) = Route::parse(text(&data, "path")) else { return };
    let answers: Vec<Answer> = list(&data, "answers").iter().map(Answer::read).collect();
    let Some(root) = dom::by_id("console") else { return };
    let view = move || {
        let app = App::new(route, answers, at(&data, "who").clone(), number(&data, "now"), act);
        app.ahead.set_value(number(&data, "now") - js_sys::Date::now() as i64);
        let state = PaletteState { found: RwSignal::default(), typed: RwSignal::default() };
        PALETTE.set(Some(state));
        keys::listen(app, state);
        navigation::listen(app);
        inputs::listen(app);
        live::listen(app);
        console(app, state)
    };
    leptos::mount::hydrate_from(root, view).forget();
    dom::fill_areas();
    dom::ready();
}

/// Carries out an action.
fn act(app: App, action: Action) {
    match action {
        Action::Go(href) => {
            close_all(app);
            navigation::go(app, &href, true);
        }
        Action::Refresh => navigation::refresh(app),
        Action::Ask(ask) => {
            app.dialog.set(Some(Dialog { ask: *ask, busy: false, failed: None, shown: None }));
            dom::later(|| dom::open_dialog("dialog"));
        }
        Action::Dismiss => app.dialog.set(None),
        Action::Confirm => calls::confirm(app),
        Action::Submit(ask) => calls::submit(app, *ask),
        Action::Copy(value) => dom::copy(app, &value),
        Action::Palette(open) => {
            if let Some(state) = PALETTE.get() {
                state.typed.set(String::new());
                state.found.set(Vec::new());
            }
            app.palette.set(open);
            app.menu.set(false);
            if open {
                dom::later(|| dom::open_dialog("palette"));
            }
        }
        Action::Menu(open) => app.menu.set(open),
        Action::Select(id) => app.selected.update(|selected| {
            if !selected.remove(&id) {
                selected.insert(id);
            }
        }),
        Action::SelectAll(all) => select_all(app, all),
        Action::Seen(state, scheme) => {
            app.seen.set((state, scheme));
            dom::later(inputs::look);
        }
        Action::Column(id) => {
            let href = app.route.with_untracked(|route| route.toggled(id).address());
            navigation::go(app, &href, false);
        }
        Action::SignOut => calls::sign_out(app),
        Action::Quiet => app.toast.set(None),
        Action::Theme(theme) => {
            app.palette.set(false);
            dom::theme(theme);
        }
    }
}

/// Closes what lies over the page.
fn close_all(app: App) {
    app.dialog.set(None);
    app.palette.set(false);
    app.menu.set(false);
}

/// Selects every account that is shown, or none.
fn select_all(app: App, all: bool) {
    let mut selected = std::collections::BTreeSet::new();
    if all {
        let answer =
            app.answers.with_untracked(|answers| answers.first().cloned()).unwrap_or_else(Answer::none);
        for account in list(&answer.body, "appConnections") {
            let part = |name: &str| crate::route::encoded(text(account, name));
            selected.insert([part("app"), part("id")].join("/"));
        }
    }
    app.selected.set(selected);
}

/// Shows a short message for some seconds.
fn say(app: App, words: String, bad: bool) {
    let toast = Some(Toast { text: words, bad });
    app.toast.set(toast.clone());
    let quiet = move || {
        if app.toast.with_untracked(|shown| *shown == toast) {
            app.toast.set(None);
        }
    };
    set_timeout(quiet, std::time::Duration::from_secs(6));
}

/// Whether a page holds inputs of its own, which nothing may draw anew while somebody fills them in.
fn is_form(page: &Page) -> bool {
    matches!(page, Page::Link | Page::Look)
}

/// What follows when the calls of a question have ended well. True: the dialog stays, because it shows something.
fn follow(app: App, ask: &Ask, answers: &[(String, Value)]) -> bool {
    let answer = answers.last().map_or(&Value::Null, |(_, answer)| answer);
    match &ask.done {
        Done::Refresh => navigation::refresh(app),
        Done::Say(words) => {
            say(app, words.clone(), false);
            navigation::refresh(app);
        }
        Done::Go(href, words) => {
            say(app, words.clone(), false);
            navigation::go(app, href, true);
        }
        Done::OpenForm => dom::open_form(app, text(answer, "token")),
        Done::Load(href) => {
            if let Some(window) = dom::window() {
                _ = window.location().assign(href);
            }
        }
        Done::Show(_, _, path) | Done::ShowAll(_, _, path) => {
            let line = |(called, answer): &(String, Value)| {
                let shown = text(answer, path);
                if called.is_empty() { shown.to_owned() } else { [called, ",", shown].concat() }
            };
            let lines: Vec<String> = answers.iter().map(line).collect();
            let data = |scheme: &str, value: &str| [scheme, &crate::route::encoded(value)].concat();
            let (mut picture, mut mail) = (String::new(), String::new());
            if !at(answer, "invitation").is_null() {
                picture = data("data:image/svg+xml,", text(answer, "invitation.qrCode"));
                let subject = data("?subject=", text(answer, "invitation.subject"));
                let to = crate::route::encoded(&dom::value_of("form-endUser.email"));
                mail = ["mailto:", &to, &subject, &data("&body=", text(answer, "invitation.text"))].concat();
            }
            let shown = crate::app::Shown { text: lines.join("\n"), picture, mail };
            let ask = ask.clone();
            app.dialog.set(Some(Dialog { ask, busy: false, failed: None, shown: Some(shown) }));
            dom::later(|| dom::open_dialog("dialog"));
            if !app.page.with_untracked(is_form) {
                navigation::refresh(app);
            }
            return true;
        }
    }
    false
}
