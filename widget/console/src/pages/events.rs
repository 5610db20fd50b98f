//! Events: what happened to accounts and sessions in the last thirty days, oldest first, as webhooks tell it.

use crate::answers::{first, list, pretty, text as text_at};
use crate::app::App;
use crate::route::Page;
use crate::view::el::{at, div, el, say, span};
use crate::view::parts::{copied, empty, folded, head, link, plain, refused, tabs, when};
use crate::view::table::{column, row, table};
use latchkey_shared::i18n::text;
use leptos::prelude::*;

pub(super) fn page(app: App) -> AnyView {
    let route = app.route.get();
    let chosen = route.get("types").unwrap_or_default().to_owned();
    let view = |types: &str, word: String| {
        let href = route.with("types", Some(types)).with("after", None).address();
        (word, None, href, chosen == types)
    };
    let views = vec![
        view("", text("All")),
        view(
            "connection.created,connection.updated,connection.deleted,connection.revoked,connection.rotated",
            text("Changes"),
        ),
        view(
            "connection.health_changed,connection.expiring,connection.needs_new_key,connection.recovered",
            text("Health"),
        ),
        view("session.opened,session.completed,session.rejected,session.expired", text("Sessions")),
    ];
    let intro = text("What happened in the last thirty days. Webhooks tell the same, and the API lists it.");
    let answer = app.answer(0);
    let body = if !answer.is_ok() {
        refused(app, &answer)
    } else {
        let events = list(&answer.body, "events");
        let columns = [
            column("type", text("Event")),
            column("about", text("About")),
            column("time", text("When")),
            column("id", text("Id")),
            column("data", text("Data")),
        ];
        let rows = events.iter().rev().map(|event| {
            let (app_id, id) =
                (text_at(event, "data.appConnection.app"), text_at(event, "data.appConnection.id"));
            let name = text_at(event, "data.appConnection.name");
            let about = if id.is_empty() {
                plain(first(
                    event,
                    &["data.session.endUser.name", "data.session.endUser.email", "data.session.endUser.id"],
                ))
            } else {
                link(
                    app.to(Page::Account(app_id.to_owned(), id.to_owned())),
                    "name",
                    vec![el("bdi", vec![], vec![say(name)])],
                )
            };
            let data = pretty(&event["data"]);
            row(vec![
                el("code", vec![], vec![say(text_at(event, "type"))]),
                about,
                when(app, text_at(event, "createdAt")),
                copied(app, text_at(event, "id")),
                folded(text("Show"), vec![el("pre", vec![at("tabindex", "0")], vec![say(data)])], false),
            ])
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            empty(
                "events",
                text("No event yet"),
                text("An event is written when an account is linked, changes, or needs somebody."),
                vec![],
            )
        } else {
            let next = text_at(&answer.body, "nextCursor").to_owned();
            let mut below = vec![span("counted", String::new())];
            if !next.is_empty() {
                below.push(link(
                    route.with("after", Some(&next)).address(),
                    "button",
                    vec![say(text("Later events"))],
                ));
            }
            div("rows", vec![table(app, text("Events"), &columns, rows), div("pager", below)])
        }
    };
    div("page", vec![head(say(text("Events")), Some(intro), vec![]), tabs(text("Kind"), views), body])
}
