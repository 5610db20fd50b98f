//! The dialog: it says what will be done, asks for what is needed, does it, and shows what came of it.

use super::el::{at, div, el, flag, follow, live, nothing, p, press, say};
use super::forms::{inputs, typed_name};
use super::parts::{button, code, icon, icon_button};
use crate::action::{Action, Ask, Done};
use crate::app::{App, Shown};
use crate::route::encoded;
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
fn result(app: App, ask: &Ask, answer: &Shown) -> AnyView {
    let (heading, more) = match &ask.done {
        Done::Show(heading, more, _) | Done::ShowAll(heading, more, _) => (heading.clone(), more.clone()),
        _ => (text("Done"), String::new()),
    };
    let close = button(app, text("Done"), "button primary", Action::Dismiss);
    let mut all = vec![p("cause", heading), p("fix", more), code(app, &answer.text)];
    let mut actions = Vec::new();
    if matches!(ask.done, Done::ShowAll(..)) {
        all.push(failure(app));
        let file = ["data:text/csv,", &encoded(&answer.text)].concat();
        actions.push(el(
            "a",
            vec![
                at("class", "button"),
                at("href", file),
                at("download", "links.csv"),
                flag("data-whole", true),
            ],
            vec![icon("download"), say(text("CSV"))],
        ));
    }
    if !answer.picture.is_empty() {
        all.push(el(
            "img",
            vec![
                at("class", "qr"),
                at("src", &*answer.picture),
                at("alt", text("QR code of the link")),
                at("width", "192"),
                at("height", "192"),
            ],
            vec![],
        ));
        actions.push(el(
            "a",
            vec![at("class", "button"), at("href", &*answer.mail), flag("data-whole", true)],
            vec![say(text("Write a mail"))],
        ));
    }
    actions.push(close);
    all.push(div("dialog-actions", actions));
    div("result", all)
}
