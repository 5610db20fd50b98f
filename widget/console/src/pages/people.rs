//! Who is signed in to the console, and how to let somebody in or out.

use crate::action::{Action, Ask, Call, Done, Input, Kind};
use crate::answers::{list, text as text_at, truth};
use crate::app::App;
use crate::route::encoded;
use crate::view::el::{div, el, say, span};
use crate::view::parts::{button, chip, empty, head, plain, refused, when};
use crate::view::table::{column, row, table};
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;

pub(super) fn page(app: App) -> AnyView {
    let invite = Ask {
        title: text("Let somebody in"),
        body: vec![text("This makes a link that signs in once. Send it to one person.")],
        inputs: vec![
            Input::line("name", text("Name")).help(text("The audit log names the person so.")),
            Input::line("role", text("Role")).kind(Kind::Choice(vec![
                ("viewer".to_owned(), text("Viewer: sees everything, changes nothing")),
                ("support".to_owned(), text("Support: acts on accounts, never sees a key")),
                ("admin".to_owned(), text("Admin: also keys, webhooks and the audit log")),
            ])),
        ],
        button: text("Make the link"),
        calls: vec![Call::new("POST", "/api/v1/console-links")],
        done: Done::Show(
            text("Send this link to the person."),
            text("It works once, and for a few minutes."),
            "consoleLink.url",
        ),
        ..Ask::default()
    };
    let invite = button(app, text("Let somebody in"), "button primary", Action::Ask(Box::new(invite)));
    let answer = app.answer(0);
    let people = list(&answer.body, "consoleSessions");
    let body = if !answer.is_ok() {
        refused(app, &answer)
    } else if people.is_empty() {
        empty("people", text("Nobody is signed in."), text("Sign-ins of this mode appear here."), vec![])
    } else {
        let columns = [
            column("name", text("Name")),
            column("role", text("Role")),
            column("used", text("Last seen")),
            column("created", text("Signed in")),
            column("expires", text("Ends")),
            column("from", text("From")),
            column("act", text("Actions")),
        ];
        let rows = people.iter().map(|person| {
            let (id, name) = (text_at(person, "id"), text_at(person, "signedInAs"));
            let end = Ask {
                title: fill("Sign {name} out?", &[name]),
                body: vec![text("The browser has to sign in again.")],
                button: text("Sign out"),
                calls: vec![Call::new("DELETE", ["/api/v1/console-sessions/", &encoded(id)].concat())],
                done: Done::Say(text("Signed out.")),
                ..Ask::default()
            };
            let mut shown = vec![el("strong", vec![], vec![plain(name)])];
            if truth(person, "current") {
                shown.push(chip("info", text("You")));
            }
            row(vec![
                div("chips", shown),
                plain(text_at(person, "role")),
                when(app, text_at(person, "lastUsedAt")),
                when(app, text_at(person, "createdAt")),
                when(app, text_at(person, "expiresAt")),
                div(
                    "two",
                    vec![plain(text_at(person, "network")), span("sub", text_at(person, "userAgent"))],
                ),
                button(app, text("Sign out"), "button small", Action::Ask(Box::new(end))),
            ])
        });
        table(app, text("Signed in"), &columns, rows.collect())
    };
    let intro = text(
        "Who is signed in to this mode. A sign-in ends after two hours without use, and after twelve hours at the latest.",
    );
    div("page", vec![head(say(text("Signed in")), Some(intro), vec![invite]), body])
}
