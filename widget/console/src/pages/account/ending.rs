//! Pausing an account, ending its key, and forgetting it. What cannot be undone asks for the name.

use super::{call, path};
use crate::action::{Action, Ask, Call, Done, Input};
use crate::answers::{at as at_path, text as text_at};
use crate::app::App;
use crate::route::Page;
use crate::view::el::{div, nothing, p};
use crate::view::parts::{button, card};
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;
use serde_json::{Value, json};

pub(super) fn danger(app: App, account: &Value) -> AnyView {
    if !app.may("connections:write") {
        return nothing();
    }
    let name = text_at(account, "name").to_owned();
    let suspended = !at_path(account, "details.suspended").is_null();
    let home = || app.to(Page::Accounts);
    let suspend = Ask {
        title: fill("Suspend {name}?", &[&name]),
        body: vec![text(
            "Your backend cannot read its credential until you resume it. The key stays as it is, and goes on being checked.",
        )],
        inputs: vec![
            Input::line("reason", text("Reason"))
                .help(text("Your backend sees it, and the audit log keeps it."))
                .optional(),
        ],
        button: text("Suspend"),
        calls: call(account, "POST", "/suspend"),
        done: Done::Say(text("The account is suspended.")),
        ..Ask::default()
    };
    let revoke = Ask {
        title: fill("Revoke the key of {name}?", &[&name]),
        body: vec![text(
            "The key is ended at the provider, then deleted here. Everything that uses it stops.",
        )],
        typed: Some(name.clone()),
        button: text("Revoke the key"),
        calls: vec![Call::new("POST", [&path(account), "/revoke"].concat()).with(json!({}))],
        done: Done::Go(home(), text("The key is revoked and the account is disconnected.")),
        ..Ask::default()
    };
    let delete = Ask {
        title: fill("Disconnect {name}?", &[&name]),
        body: vec![text(
            "The key is deleted here. It stays valid at the provider until somebody revokes it there.",
        )],
        typed: Some(name.clone()),
        button: text("Disconnect"),
        calls: call(account, "DELETE", ""),
        done: Done::Go(home(), text("The account is disconnected.")),
        ..Ask::default()
    };
    let line = |title: String, more: String, action: AnyView| {
        div("danger-line", vec![div("", vec![p("cause", title), p("fix", more)]), action])
    };
    let mut lines = Vec::new();
    if !suspended {
        lines.push(line(
            text("Suspend"),
            text("Keep the account, and keep its key from your backend."),
            button(app, text("Suspend"), "button small", Action::Ask(Box::new(suspend))),
        ));
    }
    lines.push(line(
        text("Revoke"),
        text("End the key at the provider, and delete it here."),
        button(app, text("Revoke"), "button small danger-quiet", Action::Ask(Box::new(revoke))),
    ));
    lines.push(line(
        text("Disconnect"),
        text("Delete the key here only."),
        button(app, text("Disconnect"), "button small danger-quiet", Action::Ask(Box::new(delete))),
    ));
    card(text("End or pause"), vec![], lines)
}
