//! One account: who and what is linked, how it is, what happened to it, and what can be done. Each card is in a file of its own.

mod ending;
mod facts;
mod health;
mod key;

use crate::action::{Action, Ask, Call, Done, Input, Kind};
use crate::answers::{at as at_path, first, list, text as text_at};
use crate::app::App;
use crate::route::{Page, encoded};
use crate::time;
use crate::view::el::{div, el, say};
use crate::view::parts::{button, button_off, head, link, mark, note, refused};
use crate::words::{health, health_tone};
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;
use serde_json::Value;

pub(in crate::pages) fn page(app: App) -> AnyView {
    let answer = app.answer(0);
    if !answer.is_ok() {
        return div("page", vec![refused(app, &answer)]);
    }
    let account = at_path(&answer.body, "appConnection");
    let provider = text_at(account, "app");
    let name = text_at(account, "name");
    let title = div(
        "account-title",
        vec![mark(provider, &app.provider(provider)), el("bdi", vec![], vec![say(name)])],
    );
    let back = link(app.to(Page::Accounts), "back", vec![say(text("Accounts"))]);
    let intro = text_at(account, "description");
    div(
        "page account",
        vec![
            back,
            head(title, Some(intro.to_owned()).filter(|intro| !intro.is_empty()), actions(app, account)),
            state(app, account),
            div(
                "columns",
                vec![
                    div(
                        "column",
                        vec![
                            facts::linked(app, account),
                            health::health_card(app, account, &app.answer(3)),
                            facts::report(account),
                            facts::trail(app, &app.answer(2)),
                        ],
                    ),
                    div(
                        "column narrow",
                        vec![
                            key::key(app, account),
                            key::versions(app, account, &app.answer(1)),
                            key::provider_events(app, &app.answer(1)),
                            facts::technical(app, account),
                            ending::danger(app, account),
                        ],
                    ),
                ],
            ),
        ],
    )
}

fn path(account: &Value) -> String {
    ["/api/v1/app-connections", &encoded(text_at(account, "app")), &encoded(text_at(account, "id"))].join("/")
}

fn call(account: &Value, method: &'static str, end: &str) -> Vec<Call> {
    vec![Call::new(method, [&path(account), end].concat())]
}

fn actions(app: App, account: &Value) -> Vec<AnyView> {
    let name = text_at(account, "name");
    if !app.may("connections:write") {
        let why = text("Your role may look, and not change. Ask an admin.");
        return vec![button_off(text("Check now"), why)];
    }
    let check = Ask {
        title: fill("Check {name} now?", &[name]),
        body: vec![text(
            "The key is sent to the provider once. Nothing is replaced or deleted, whatever the provider answers.",
        )],
        button: text("Check now"),
        calls: call(account, "POST", "/verify"),
        done: Done::Say(text("The account was checked.")),
        ..Ask::default()
    };
    let relink = Ask {
        title: fill("Ask for a new key for {name}?", &[name]),
        body: vec![text(
            "This makes a link for the person who linked the account. The old key stays until the new one is accepted.",
        )],
        inputs: vec![
            Input::line("expiresIn", text("The link works for"))
                .kind(Kind::Choice(vec![
                    ("3600".to_owned(), text("one hour")),
                    ("86400".to_owned(), text("one day")),
                    ("604800".to_owned(), text("seven days")),
                ]))
                .value("604800"),
        ],
        button: text("Make the link"),
        calls: call(account, "POST", "/relink?invitation=true"),
        done: Done::Show(
            text("Send this link to the person."),
            text("It is shown this once. Whoever has it can give the account a new key."),
            "url",
        ),
        ..Ask::default()
    };
    let edit = Ask {
        title: text("Rename or describe"),
        inputs: vec![
            Input::line("name", text("Name")).value(name).help(text(
                "Lower case letters, digits and hyphens. Your backend may look the account up by it.",
            )),
            Input::line("description", text("Description")).value(text_at(account, "description")).optional(),
        ],
        button: text("Save"),
        calls: call(account, "PATCH", ""),
        done: Done::Say(text("Saved.")),
        ..Ask::default()
    };
    vec![
        button(app, text("Check now"), "button primary", Action::Ask(Box::new(check))),
        button(app, text("Relink"), "button", Action::Ask(Box::new(relink))),
        button(app, text("Rename"), "button", Action::Ask(Box::new(edit))),
    ]
}

/// How the account is, in a sentence, with what to do.
fn state(app: App, account: &Value) -> AnyView {
    let mut all = Vec::new();
    if let Some(since) = at_path(account, "details.suspended.since").as_str() {
        let reason = text_at(account, "details.suspended.reason").to_owned();
        let resume = Ask {
            title: text("Resume the account?"),
            body: vec![text("Your backend can read its credential again.")],
            button: text("Resume"),
            calls: call(account, "POST", "/resume"),
            done: Done::Say(text("The account is in use again.")),
            ..Ask::default()
        };
        let action = app
            .may("connections:write")
            .then(|| button(app, text("Resume"), "button", Action::Ask(Box::new(resume))));
        all.push(note(
            "odd",
            fill("Suspended since {time}.", &[&time::minute(since)]),
            Some(reason).filter(|reason| !reason.is_empty()),
            action,
        ));
    }
    let state = text_at(account, "details.health.state");
    let message = text_at(account, "details.health.message");
    if state != "healthy" || !message.is_empty() {
        let headline = if message.is_empty() { health(state) } else { message.to_owned() };
        let fix = Some(text_at(account, "details.health.fix").to_owned()).filter(|fix| !fix.is_empty());
        all.push(note(health_tone(state), headline, fix, None));
    }
    if text_at(account, "details.freshness") == "yellow" {
        all.push(note("odd", text("The key looks suspicious."), Some(text("It has another owner than when it was linked, or it was used after it had ended. Ask the person who linked the account before you trust it.")), None));
    }
    for warning in list(account, "details.warnings") {
        all.push(note(
            "odd",
            text_at(warning, "message").to_owned(),
            Some(text_at(warning, "fix").to_owned()),
            None,
        ));
    }
    if let Some(kind) = at_path(account, "details.task.kind").as_str() {
        let fix = first(account, &["details.task.fix", "details.task.message"]).to_owned();
        all.push(note(
            "info",
            fill("A task is under way: {kind}.", &[kind]),
            Some(fix).filter(|fix| !fix.is_empty()),
            None,
        ));
    }
    div("notes", all)
}
