//! The state of the machinery: checks, queues, storage, limits.

use crate::answers::{at as at_path, list, number, text as text_at, truth};
use crate::app::App;
use crate::view::chart::meter;
use crate::view::el::{div, say, span};
use crate::view::parts::{card, chip, facts, head, note, plain, refused, when};
use crate::view::table::{column, row, table};
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;
use serde_json::Value;

pub(super) fn page(app: App) -> AnyView {
    let answer = app.answer(0);
    let intro = text("Whether checks run, queues move, and there is room.");
    let body = if answer.is_ok() { all(app, &answer.body) } else { refused(app, &answer) };
    div("page", vec![head(say(text("Status")), Some(intro), vec![]), body])
}

fn all(app: App, status: &Value) -> AnyView {
    let overdue = number(status, "checks.overdueSeconds");
    let lost = number(status, "checks.lostBatches");
    let state = match (truth(status, "checks.enabled"), overdue > 3600) {
        (false, _) => chip("odd", text("Off")),
        (true, true) => chip("bad", text("Late")),
        (true, false) => chip("good", text("On time")),
    };
    let yes_no = |path: &str| plain(&if truth(status, path) { text("Yes") } else { text("No") });
    let percent = number(status, "storage.percent");
    let advice = text_at(status, "storage.advice");
    let mut notes = Vec::new();
    if percent >= 70 && !advice.is_empty() {
        notes.push(note(if percent >= 90 { "bad" } else { "odd" }, advice.to_owned(), None, None));
    }
    let columns = [
        column("kind", text("What")),
        column("rows", text("Rows")),
        column("limit", text("Limit")),
        column("share", text("Share")),
    ];
    let rows = list(status, "rows").iter().map(|kind| {
        let (rows, limit) = (number(kind, "rows"), number(kind, "limit"));
        let share = if limit > 0 { rows * 100 / limit } else { 0 };
        let label = fill("{n} percent", &[&share.to_string()]);
        row(vec![
            plain(text_at(kind, "kind")),
            plain(&rows.to_string()),
            plain(&if limit > 0 { limit.to_string() } else { String::new() }),
            div("with-meter", vec![meter(share, label), span("sub", [&share.to_string(), " %"].concat())]),
        ])
    });
    let mut all = notes;
    all.push(div(
        "cards wide",
        vec![
            card(
                text("Checks"),
                vec![state],
                vec![facts(vec![
                    (
                        text("Each account is checked every"),
                        plain(&fill("{n} h", &[&(number(status, "checks.everySeconds") / 3600).to_string()])),
                    ),
                    (text("Next check"), when(app, text_at(status, "checks.nextAt"))),
                    (text("Under way"), plain(&number(status, "checks.underWay").to_string())),
                    (text("Late by"), plain(&fill("{n} s", &[&overdue.to_string()]))),
                    (text("Batches that were lost"), plain(&lost.to_string())),
                    (text("Made by"), plain(text_at(status, "checks.madeBy"))),
                    (text("Tasks that are tried again"), plain(&number(status, "tasks").to_string())),
                ])],
            ),
            card(
                text("Storage"),
                vec![chip(
                    if percent >= 90 {
                        "bad"
                    } else if percent >= 70 {
                        "odd"
                    } else {
                        "good"
                    },
                    fill("{n} percent", &[&percent.to_string()]),
                )],
                vec![
                    meter(percent, text("Storage")),
                    facts(vec![
                        (text("Used"), plain(&bytes(number(status, "storage.bytes")))),
                        (text("Room"), plain(&bytes(number(status, "storage.limitBytes")))),
                        (
                            text("Largest part"),
                            plain(text_at(
                                at_path(status, "storage.largest").get(0).unwrap_or(&Value::Null),
                                "table",
                            )),
                        ),
                    ]),
                ],
            ),
            card(
                text("Set-up"),
                vec![],
                vec![facts(vec![
                    (text("Queues"), yes_no("features.queue")),
                    (text("Public address"), yes_no("features.publicUrl")),
                    (text("Addresses of clients are known"), yes_no("features.clientAddresses")),
                    (
                        text("Requests in one call"),
                        plain(&number(status, "features.subrequests").to_string()),
                    ),
                ])],
            ),
        ],
    ));
    all.push(card(text("Limits"), vec![], vec![table(app, text("Limits"), &columns, rows.collect())]));
    all.push(super::grace::end(app));
    div("stack", all)
}

/// Bytes in the unit that fits.
fn bytes(count: i64) -> String {
    match count {
        0..1_000 => [&count.to_string(), " B"].concat(),
        1_000..1_000_000 => [&(count / 1_000).to_string(), " kB"].concat(),
        1_000_000..1_000_000_000 => [&(count / 1_000_000).to_string(), " MB"].concat(),
        _ => [&(count / 1_000_000_000).to_string(), " GB"].concat(),
    }
}
