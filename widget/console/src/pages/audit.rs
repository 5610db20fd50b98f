//! The audit log: who did what, and whether its chain is whole.

use crate::answers::{first, list, number, text as text_at};
use crate::app::App;
use crate::view::el::{at, div, el, flag, say, span};
use crate::view::parts::{card, chip, copied, empty, facts, folded, head, icon, plain, refused, when};
use crate::view::table::{column, pager, row, table};
use latchkey_shared::i18n::text;
use leptos::prelude::*;

pub(super) fn page(app: App) -> AnyView {
    let (answer, chain) = (app.answer(0), app.answer(1));
    let export = el(
        "a",
        vec![at("class", "button"), at("href", "/api/v1/audit-log/export"), flag("data-download", true)],
        vec![icon("download"), say(text("Export"))],
    );
    let intro = text(
        "Who did what. Each entry has the hash of the one before, so nobody can change or remove one without a trace.",
    );
    let body = if !answer.is_ok() {
        refused(app, &answer)
    } else {
        let entries = list(&answer.body, "entries");
        let columns = [
            column("seq", text("No.")),
            column("action", text("Action")),
            column("actor", text("By")),
            column("subject", text("Subject")),
            column("at", text("When")),
            column("more", text("More")),
        ];
        let rows = entries.iter().map(|entry| {
            let outcome = text_at(entry, "outcome");
            let mut action = vec![el("code", vec![], vec![say(text_at(entry, "action"))])];
            if !matches!(outcome, "" | "done") {
                action.push(chip("bad", outcome));
            }
            let more = facts(vec![
                (text("Detail"), plain(text_at(entry, "detail"))),
                (text("From"), copied(app, text_at(entry, "from"))),
                (text("Request"), copied(app, text_at(entry, "requestId"))),
                (text("Hash"), copied(app, text_at(entry, "hash"))),
            ]);
            row(vec![
                plain(&number(entry, "seq").to_string()),
                div("chips", action),
                div(
                    "two",
                    vec![
                        plain(first(entry, &["actor.name", "actor.endUserId", "actor.id"])),
                        span("sub", text_at(entry, "actor.type")),
                    ],
                ),
                copied(app, text_at(entry, "subject")),
                when(app, text_at(entry, "at")),
                folded(text("Show"), vec![more], false),
            ])
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            empty(
                "audit",
                text("Nothing was recorded yet"),
                text("Each change and each use of a secret is recorded here."),
                vec![],
            )
        } else {
            let count = rows.len();
            div(
                "rows",
                vec![
                    table(app, text("Audit log"), &columns, rows),
                    pager(app, count, None, text_at(&answer.body, "nextCursor")),
                ],
            )
        }
    };
    let mut all = vec![head(say(text("Audit log")), Some(intro), vec![export])];
    if chain.is_ok() {
        let head = &chain.body;
        let signed = number(head, "checkpoint.seq");
        let state =
            if signed > 0 { chip("good", text("Signed")) } else { chip("info", text("Not signed yet")) };
        all.push(card(
            text("State of the chain"),
            vec![state],
            vec![facts(vec![
                (text("Entries"), plain(&number(head, "records").to_string())),
                (text("Last entry"), plain(&number(head, "seq").to_string())),
                (text("Hash of the last entry"), copied(app, text_at(head, "hash"))),
                (text("Signed up to entry"), plain(&signed.to_string())),
                (text("Signed"), when(app, text_at(head, "checkpoint.at"))),
                (text("Kept for days"), plain(&number(head, "keptDays").to_string())),
            ])],
        ));
    }
    all.push(body);
    div("page", all)
}
