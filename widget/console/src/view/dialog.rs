//! The dialog: it says what will be done, asks for what is needed, does it, and shows what came of it.

use super::el::{at, div, el, follow, live, nothing, p, press, say};
use super::forms::{inputs, typed_name};
use super::parts::{button, code, icon_button};
use crate::action::{Action, Ask, Done};
use crate::app::App;
use latchkey_shared::i18n::text;
use leptos::prelude::*;

/// The dialog, or nothing while nothing is asked.
pub(crate) fn dialog(app: App) -> AnyView {
    // Drawn anew only for another question, so that what was filled in stays while the calls are under way.
    let ask = Memo::new(move |_| app.dialog.with(|dialog| dialog.as_ref().map(|dialog| dialog.ask.clone())));
    live(move || match ask.get() {
        Some(ask) => open(app, &ask),
        None => nothing(),
    })
}

fn open(app: App, ask: &Ask) -> AnyView {
    let head = div(
        "dialog-head",
        vec![
            el("h2", vec![at("id", "dialog-title")], vec![say(&*ask.title)]),
            icon_button(app, "close", text("Close"), Action::Dismiss),
        ],
    );
    let asked = ask.clone();
    let shown =
        Memo::new(move |_| app.dialog.with(|dialog| dialog.as_ref().and_then(|dialog| dialog.shown.clone())));
    let inside = live(move || match shown.get() {
        Some(answer) => result(app, &asked, &answer),
        None => question(app, &asked),
    });
    el("dialog", vec![at("id", "dialog"), at("aria-labelledby", "dialog-title")], vec![head, inside])
}

fn question(app: App, ask: &Ask) -> AnyView {
    let mut all: Vec<AnyView> = ask.body.iter().map(|sentence| p("", &**sentence)).collect();
    if !ask.inputs.is_empty() {
        all.push(inputs("dialog", &ask.inputs));
    }
    all.extend(ask.typed.as_deref().map(typed_name));
    all.push(failure(app));
    let busy =
        Memo::new(move |_| app.dialog.with(|dialog| dialog.as_ref().is_some_and(|dialog| dialog.busy)));
    let class = if ask.typed.is_some() { "button danger" } else { "button primary" };
    let go = vec![
        at("type", "submit"),
        at("class", class),
        follow("aria-busy", move || busy.get().then(|| "true".to_owned())),
        press(app, Action::Confirm),
    ];
    all.push(div(
        "dialog-actions",
        vec![
            button(app, text("Cancel"), "button", Action::Dismiss),
            el("button", go, vec![say(&*ask.button)]),
        ],
    ));
    el("form", vec![at("novalidate", "")], all)
}

/// Why it failed.
fn failure(app: App) -> AnyView {
    let failed = Memo::new(move |_| {
        app.dialog.with(|dialog| dialog.as_ref().and_then(|dialog| dialog.failed.clone()))
    });
    let inside = live(move || match failed.get() {
        Some((cause, fix)) => div("note bad", vec![div("note-text", vec![p("cause", cause), p("fix", fix)])]),
        None => nothing(),
    });
    el("div", vec![at("role", "alert")], vec![inside])
}

/// What the answer brought: shown once, to be copied.
fn result(app: App, ask: &Ask, answer: &str) -> AnyView {
    let (heading, more) = match &ask.done {
        Done::Show(heading, more, _) => (heading.clone(), more.clone()),
        _ => (text("Done"), String::new()),
    };
    let close = button(app, text("Done"), "button primary", Action::Dismiss);
    div(
        "result",
        vec![p("cause", heading), p("fix", more), code(app, answer), div("dialog-actions", vec![close])],
    )
}
