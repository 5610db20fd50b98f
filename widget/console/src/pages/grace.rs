//! A project that was deleted and can be restored: what is said in the place of every page. And the part of the status page that deletes it.

use crate::action::{Action, Ask, Call, Done};
use crate::answers::text as text_at;
use crate::app::App;
use crate::route::Page;
use crate::time::minute;
use crate::view::el::{div, p, say};
use crate::view::parts::{button, card, empty, head};
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;

/// When the project is deleted for good, if it was deleted.
pub(super) fn ends(app: App) -> Option<String> {
    let who = app.who();
    Some(text_at(&who, "project.deletesAt").to_owned()).filter(|ends| !ends.is_empty())
}

/// What stands in the place of every page.
pub(super) fn page(app: App, ends: &str) -> AnyView {
    let until = [&minute(ends), " UTC"].concat();
    let headline = fill("{name} was deleted", &[&app.project()]);
    let kept = fill(
        "Everything of it is kept until {time}. Until then nothing works: no key, no link, no check, no webhook.",
        &[&until],
    );
    let mut actions = Vec::new();
    let more = if app.may("admin") {
        let restore = Ask {
            title: text("Restore the project?"),
            body: vec![text(
                "Its accounts, keys, sessions and settings are as they were, and checks and webhooks go on.",
            )],
            button: text("Restore"),
            calls: vec![Call::new("POST", "/api/v1/project/restore")],
            done: Done::Load(app.to(Page::Accounts)),
            ..Ask::default()
        };
        actions.push(button(app, text("Restore"), "button primary", Action::Ask(Box::new(restore))));
        text("You can restore it until then, with everything in it.")
    } else {
        text("An admin of the project can restore it.")
    };
    div("page", vec![head(say(headline), None, vec![]), empty("lock", kept, more, actions)])
}

/// The part of a page that deletes the project.
pub(super) fn end(app: App) -> AnyView {
    let delete = Ask {
        title: fill("Delete {name}?", &[&app.project()]),
        body: vec![
            text("Every key and link stops working at once, nothing is checked, and no webhook is sent."),
            text("For seven days you can restore it. Then its accounts and their keys are deleted for good."),
        ],
        typed: Some(app.project()),
        button: text("Delete the project"),
        calls: vec![Call::new("DELETE", "/api/v1/project?force=true")],
        done: Done::Load(app.to(Page::Status)),
        ..Ask::default()
    };
    let press = button(app, text("Delete the project"), "button danger-quiet", Action::Ask(Box::new(delete)));
    card(
        text("Delete the project"),
        vec![press],
        vec![p("fix", text("It can be restored for seven days, with everything in it."))],
    )
}
