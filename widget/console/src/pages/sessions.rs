//! Connect sessions: who was asked, what came of it, and links that still work.

use super::link::lives;
use crate::action::{Action, Ask, Call, Done};
use crate::answers::{Answer, at as at_path, first, list, text as text_at, texts};
use crate::app::App;
use crate::route::{Page, encoded};
use crate::view::el::{at, div, el, say, span};
use crate::view::parts::{
    button, card, chip, chips, copied, empty, facts, head, icon, link, plain, refused, tabs, when,
};
use crate::view::table::{column, pager, row, table};
use crate::words::{session, session_tone};
use latchkey_shared::i18n::text;
use leptos::prelude::*;
use serde_json::Value;

/// The states that a list can have.
const STATES: [&str; 4] = ["open", "done", "expired", "revoked"];

pub(super) fn page(app: App) -> AnyView {
    let route = app.route.get();
    let chosen = route.get("state").unwrap_or_default().to_owned();
    let mut views = vec![(text("All"), None, route.with("state", None).address(), chosen.is_empty())];
    views
        .extend(STATES.map(|state| {
            (session(state), None, route.with("state", Some(state)).address(), chosen == state)
        }));
    let mut actions = Vec::new();
    if app.may("sessions:write") {
        actions.push(link(
            app.to(Page::Link),
            "button primary",
            vec![icon("plus"), say(text("Link an account"))],
        ));
    }
    let intro = text(
        "A session lets one person link one account. Its link works until it is used, revoked, or expired.",
    );
    let answer = app.answer(0);
    div(
        "page",
        vec![
            head(say(text("Sessions")), Some(intro), actions),
            tabs(text("State"), views),
            rows(app, &answer, chosen.is_empty()),
        ],
    )
}

fn rows(app: App, answer: &Answer, all: bool) -> AnyView {
    if !answer.is_ok() {
        return refused(app, answer);
    }
    let sessions = list(&answer.body, "connectSessions");
    if sessions.is_empty() {
        let (headline, more) = if all {
            (text("No session yet"), text("Make a link for somebody, or embed the form in your product."))
        } else {
            (text("No session has this state."), text("Choose another state."))
        };
        return empty(
            "sessions",
            headline,
            more,
            vec![link(super::link::way(app), "button", vec![say(text("Link an account"))])],
        );
    }
    let columns = [
        column("person", text("For")),
        column("state", text("State")),
        column("providers", text("Providers")),
        column("organization", text("Organization")),
        column("created", text("Made")),
        column("expires", text("Ends")),
        column("shared", text("Shared")),
        column("refusal", text("Last refusal")),
    ];
    let rows = sessions.iter().map(|one| {
        let state = text_at(one, "state");
        let id = text_at(one, "id");
        let names: Vec<String> =
            texts(one, "providers").iter().map(|provider| app.provider(provider)).collect();
        row(vec![
            el(
                "a",
                vec![at("href", app.to(Page::Session(id.to_owned()))), at("class", "name")],
                vec![plain(first(one, &["endUser.name", "endUser.email", "endUser.id"]))],
            ),
            chip(session_tone(state), session(state)),
            plain(&names.join(", ")),
            plain(first(one, &["organization.name", "organization.id"])),
            when(app, text_at(one, "createdAt")),
            when(app, text_at(one, "expiresAt")),
            when(app, text_at(one, "sharedAt")),
            refusal(app, one),
        ])
    });
    div(
        "rows",
        vec![
            table(app, text("Sessions"), &columns, rows.collect()),
            pager(app, sessions.len(), None, text_at(&answer.body, "nextCursor")),
        ],
    )
}

/// Why the last attempt was refused: code, field, and when.
fn refusal(app: App, session: &Value) -> AnyView {
    let code = text_at(session, "lastRefusal.code");
    if code.is_empty() {
        return span("none", "–");
    }
    let field = text_at(session, "lastRefusal.field");
    let named = if field.is_empty() { code.to_owned() } else { [code, " · ", field].concat() };
    div(
        "two",
        vec![
            el("code", vec![], vec![say(named)]),
            el("span", vec![at("class", "sub")], vec![when(app, text_at(session, "lastRefusal.at"))]),
        ],
    )
}

pub(super) fn one(app: App) -> AnyView {
    let answer = app.answer(0);
    if !answer.is_ok() {
        return div("page", vec![refused(app, &answer)]);
    }
    let shown = match at_path(&answer.body, "connectSession") {
        Value::Null => &answer.body,
        found => found,
    };
    let id = text_at(shown, "id");
    let state = text_at(shown, "state");
    let mut actions = Vec::new();
    if app.may("sessions:write") && matches!(state, "open" | "leased") {
        let revoke = Ask {
            title: text("Revoke this session?"),
            body: vec![text(
                "Its link stops working at once, also where it was shared. An account that it has linked stays.",
            )],
            button: text("Revoke"),
            calls: vec![Call::new("DELETE", ["/api/v1/connect-sessions/", &encoded(id)].concat())],
            done: Done::Say(text("The session is revoked.")),
            ..Ask::default()
        };
        let path = ["/api/v1/connect-sessions/", &encoded(id)].concat();
        let extend = Ask {
            title: text("Extend this session?"),
            body: vec![text(
                "Its link works for this long from now on. No session lives longer than thirty days.",
            )],
            inputs: vec![lives("86400")],
            button: text("Extend"),
            calls: vec![Call::new("PATCH", &*path)],
            done: Done::Say(text("The session is extended.")),
            ..Ask::default()
        };
        let renew = Ask {
            title: text("Make a new link?"),
            body: vec![text(
                "The link is stored nowhere, so it cannot be shown again. The new one takes its place: the one before stops working at once.",
            )],
            button: text("Make a new link"),
            calls: vec![Call::new("POST", [&path, "/link?invitation=true"].concat())],
            done: super::link::sent(),
            ..Ask::default()
        };
        actions.push(button(app, text("New link"), "button", Action::Ask(Box::new(renew))));
        actions.push(button(app, text("Extend"), "button", Action::Ask(Box::new(extend))));
        actions.push(button(app, text("Revoke"), "button danger-quiet", Action::Ask(Box::new(revoke))));
    }
    let names: Vec<String> =
        texts(shown, "providers").iter().map(|provider| app.provider(provider)).collect();
    let who = first(shown, &["endUser.name", "endUser.email", "endUser.id"]);
    let linked = match (text_at(shown, "connectionId"), names.as_slice()) {
        ("", _) => span("none", "–"),
        (connection, [_]) => {
            let provider = texts(shown, "providers").first().copied().unwrap_or_default().to_owned();
            link(
                app.to(Page::Account(provider, connection.to_owned())),
                "",
                vec![say(text("Show the account"))],
            )
        }
        (connection, _) => copied(app, connection),
    };
    div(
        "page",
        vec![
            link(app.to(Page::Sessions), "back", vec![say(text("Sessions"))]),
            head(el("bdi", vec![], vec![say(who)]), None, actions),
            div(
                "columns",
                vec![
                    div(
                        "column",
                        vec![card(
                            text("Session"),
                            vec![chip(session_tone(state), session(state))],
                            vec![facts(vec![
                                (text("For"), plain(who)),
                                (text("Email"), plain(text_at(shown, "endUser.email"))),
                                (
                                    text("Organization"),
                                    plain(first(shown, &["organization.name", "organization.id"])),
                                ),
                                (text("Providers"), plain(&names.join(", "))),
                                (text("Account"), linked),
                                (text("Made"), when(app, text_at(shown, "createdAt"))),
                                (text("Ends"), when(app, text_at(shown, "expiresAt"))),
                                (text("Shared with an admin"), when(app, text_at(shown, "sharedAt"))),
                                (text("Last refusal"), refusal(app, shown)),
                            ])],
                        )],
                    ),
                    div(
                        "column narrow",
                        vec![card(
                            text("For developers"),
                            vec![],
                            vec![facts(vec![
                                (text("Id"), copied(app, id)),
                                (text("API key"), copied(app, text_at(shown, "apiKeyId"))),
                                (text("Name of the account"), plain(text_at(shown, "connectionName"))),
                                (text("Scopes"), chips("dim", &texts(shown, "scopes"))),
                                (text("Language"), plain(text_at(shown, "locale"))),
                                (text("May be embedded by"), chips("dim", &texts(shown, "allowedOrigins"))),
                                (text("Leads back to"), plain(text_at(shown, "returnUrl"))),
                            ])],
                        )],
                    ),
                ],
            ),
        ],
    )
}
