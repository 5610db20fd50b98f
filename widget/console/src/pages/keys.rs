//! API keys: what each may do, where it may come from, when it was last used.

use crate::action::{Action, Ask, Call, Done, Input, Kind};
use crate::answers::{list, text as text_at, texts};
use crate::app::App;
use crate::route::encoded;
use crate::view::el::{div, el, say, span};
use crate::view::parts::{button, chips, copied, empty, head, plain, refused, when};
use crate::view::table::{column, row, table};
use latchkey_shared::KeyScope;
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;

/// Scopes that a person signed in to the console may hand out: those of the person. A key for reading secrets is made by the owner.
fn scopes(app: App) -> Vec<(String, String)> {
    let all = KeyScope::ALL.iter().map(|scope| scope.as_str());
    all.filter(|scope| app.may(scope)).map(|scope| (scope.to_owned(), scope.to_owned())).collect()
}

pub(super) fn page(app: App) -> AnyView {
    let make = Ask {
        title: text("Make an API key"),
        body: vec![text("It may do what you tick, and no more than you may do yourself.")],
        inputs: vec![
            Input::line("name", text("Name")).help(text("Where it is used, such as “Production backend”.")),
            Input::line("scopes", text("Scopes")).kind(Kind::Some(scopes(app))),
            Input::line("allowedAddresses", text("Addresses it may come from"))
                .kind(Kind::List)
                .help(text("One a line: an address, or a range such as 203.0.113.0/24. Left empty, all may."))
                .optional(),
            Input::line("expiresAt", text("Expires"))
                .help(text("A time such as 2027-04-23T00:00:00Z. Left empty, it does not expire."))
                .optional(),
        ],
        button: text("Make the key"),
        calls: vec![Call::new("POST", "/api/v1/api-keys")],
        done: Done::Show(text("Keep this key in your backend."), text("It is shown this once."), "key"),
        ..Ask::default()
    };
    let make = || button(app, text("Make an API key"), "button primary", Action::Ask(Box::new(make.clone())));
    let answer = app.answer(0);
    let keys = list(&answer.body, "apiKeys");
    let intro = text("Backends use these keys. Each one is of this mode alone.");
    let body = if !answer.is_ok() {
        refused(app, &answer)
    } else if keys.is_empty() {
        empty("keys", text("No API key"), text("Make one for your backend."), vec![make()])
    } else {
        let columns = [
            column("name", text("Name")),
            column("scopes", text("Scopes")),
            column("used", text("Last used")),
            column("addresses", text("May come from")),
            column("expires", text("Expires")),
            column("created", text("Created")),
            column("act", text("Actions")),
        ];
        let rows = keys.iter().map(|key| {
            let (id, name) = (text_at(key, "id"), text_at(key, "name"));
            let revoke = Ask {
                title: fill("Revoke {name}?", &[name]),
                body: vec![text(
                    "Everything that uses it stops at once. Open sessions that it made are revoked.",
                )],
                typed: Some(name.to_owned()),
                button: text("Revoke"),
                calls: vec![Call::new("DELETE", ["/api/v1/api-keys/", &encoded(id)].concat())],
                done: Done::Say(text("The key is revoked.")),
                ..Ask::default()
            };
            let addresses = texts(key, "allowedAddresses");
            row(vec![
                div("two", vec![el("strong", vec![], vec![plain(name)]), copied(app, id)]),
                chips("dim", &texts(key, "scopes")),
                when(app, text_at(key, "lastUsedAt")),
                if addresses.is_empty() { span("sub", text("anywhere")) } else { chips("dim", &addresses) },
                when(app, text_at(key, "expiresAt")),
                when(app, text_at(key, "createdAt")),
                button(app, text("Revoke"), "button small danger-quiet", Action::Ask(Box::new(revoke))),
            ])
        });
        table(app, text("API keys"), &columns, rows.collect())
    };
    let actions = if keys.is_empty() { vec![] } else { vec![make()] };
    div("page", vec![head(say(text("API keys")), Some(intro), actions), body])
}
