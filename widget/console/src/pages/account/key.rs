//! The key of an account, its versions, and what the provider says happened to it.

use super::call;
use crate::action::{Action, Ask, Done};
use crate::answers::{Answer, at as at_path, first, list, number, text as text_at, texts, truth};
use crate::app::App;
use crate::time;
use crate::view::el::{at, div, el, nothing, say, span};
use crate::view::parts::{button, card, chip, chips, facts, plain, when};
use crate::words::{freshness, key_type};
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;
use serde_json::Value;

pub(super) fn key(app: App, account: &Value) -> AnyView {
    let color = text_at(account, "details.freshness");
    let mut actions = Vec::new();
    if app.may("connections:write") {
        let rotate = Ask {
            title: text("Replace the key by a new one?"),
            body: vec![
                text(
                    "Latchkey makes a new key at the provider, checks it, stores it, and ends the old one. Nobody outside knows the new key.",
                ),
                text("If a step fails, the old key stays in use."),
            ],
            button: text("Replace the key"),
            calls: call(account, "POST", "/rotate"),
            done: Done::Say(text("The key was replaced.")),
            ..Ask::default()
        };
        actions.push(button(app, text("Rotate"), "button small", Action::Ask(Box::new(rotate))));
    }
    let kind = text_at(account, "details.key.type");
    let fresh = div(
        "with-dot",
        vec![el("span", vec![at("class", ["dot ", color].concat())], vec![]), say(freshness(color))],
    );
    card(
        text("Key"),
        actions,
        vec![facts(vec![
            (text("Name"), plain(text_at(account, "details.key.name"))),
            (text("Type"), plain(&key_type(kind))),
            (text("Roles"), chips("dim", &texts(account, "details.key.roles"))),
            (text("Use"), fresh),
            (text("Last used"), when(app, text_at(account, "details.lastUsedAt"))),
            (text("Created"), when(app, text_at(account, "details.key.createdAt"))),
            (text("Expires"), when(app, text_at(account, "details.expiresAt"))),
            (
                text("Held by Latchkey alone"),
                plain(&if truth(account, "isPlatformManagedCredentials") { text("Yes") } else { text("No") }),
            ),
            (text("Ends when it is not used for"), plain(&idle_days(account))),
        ])],
    )
}

fn idle_days(account: &Value) -> String {
    match number(account, "details.report.key.idleDays") {
        0 => String::new(),
        days => fill("{n} days", &[&days.to_string()]),
    }
}

pub(super) fn versions(app: App, account: &Value, history: &Answer) -> AnyView {
    let versions = list(&history.body, "versions");
    let now = app.now.get_untracked();
    let kept = versions
        .iter()
        .any(|version| time::read(text_at(version, "keptUntil")).is_some_and(|until| until > now));
    let mut actions = Vec::new();
    if kept && app.may("connections:write") {
        let back = Ask {
            title: text("Go back to the key before?"),
            body: vec![text(
                "The key before is checked with the provider first. If it is refused, nothing changes.",
            )],
            button: text("Go back"),
            calls: call(account, "POST", "/rollback"),
            done: Done::Say(text("The key before is in use again.")),
            ..Ask::default()
        };
        actions.push(button(app, text("Roll back"), "button small", Action::Ask(Box::new(back))));
    }
    let lines = versions.iter().map(|version| {
        let number = number(version, "version").to_string();
        let current = at_path(version, "replacedAt").is_null();
        let state = if current { chip("good", text("In use")) } else { chip("dim", text("Replaced")) };
        el(
            "li",
            vec![],
            vec![span("", fill("Version {n}", &[&number])), state, when(app, text_at(version, "createdAt"))],
        )
    });
    card(text("Versions"), actions, vec![el("ul", vec![at("class", "lines")], lines.collect())])
}

pub(super) fn provider_events(app: App, history: &Answer) -> AnyView {
    let events = list(&history.body, "providerEvents");
    if events.is_empty() {
        return nothing();
    }
    let lines = events.iter().map(|event| {
        el(
            "li",
            vec![],
            vec![
                div(
                    "two",
                    vec![
                        say(first(event, &["message", "type"])),
                        el(
                            "bdi",
                            vec![at("class", "sub")],
                            vec![say(first(event, &["actor.name", "actor.login", "actor.id"]))],
                        ),
                    ],
                ),
                when(app, text_at(event, "at")),
            ],
        )
    });
    card(text("At the provider"), vec![], vec![el("ul", vec![at("class", "lines")], lines.collect())])
}
