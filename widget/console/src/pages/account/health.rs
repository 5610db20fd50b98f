//! How an account was over time: a chart, a list, and the times of its checks.

use crate::answers::{Answer, first, list, text as text_at};
use crate::app::App;
use crate::time;
use crate::view::chart::{Change, timeline};
use crate::view::el::{at, el, nothing, say};
use crate::view::parts::{card, chip, facts, folded, when};
use crate::words::{health, health_tone};
use latchkey_shared::i18n::text;
use leptos::prelude::*;
use serde_json::Value;

/// How the account was, as a chart and as a list.
pub(super) fn health_card(app: App, account: &Value, events: &Answer) -> AnyView {
    let now = app.now.get_untracked();
    let created = time::read(text_at(account, "createdAt")).unwrap_or(now);
    let mut changes: Vec<Change> = vec![(created, "healthy".to_owned())];
    let mut lines = Vec::new();
    for event in list(&events.body, "events") {
        let state = first(event, &["data.appConnection.details.health.state"]);
        let at_time = text_at(event, "createdAt");
        if let Some(moment) = time::read(at_time)
            && !state.is_empty()
            && changes.last().is_none_or(|(_, last)| last != state)
        {
            changes.push((moment, state.to_owned()));
        }
        lines.push(el(
            "li",
            vec![],
            vec![el("code", vec![], vec![say(text_at(event, "type"))]), when(app, at_time)],
        ));
    }
    lines.reverse();
    let state = text_at(account, "details.health.state");
    if changes.last().is_some_and(|(_, last)| last != state) {
        changes.push((time::read(text_at(account, "details.health.since")).unwrap_or(now), state.to_owned()));
    }
    let from = created.max(now - 30 * time::DAY);
    card(
        text("Health"),
        vec![chip(health_tone(state), health(state))],
        vec![
            timeline(from, now, &changes),
            facts(vec![
                (text("Since"), when(app, text_at(account, "details.health.since"))),
                (text("Last checked"), when(app, text_at(account, "details.health.checkedAt"))),
                (text("Last healthy"), when(app, text_at(account, "details.health.lastHealthyAt"))),
                (text("Next check"), when(app, text_at(account, "details.health.nextCheckAt"))),
            ]),
            if lines.is_empty() {
                nothing()
            } else {
                folded(
                    text("What happened in the last thirty days"),
                    vec![el("ul", vec![at("class", "lines")], lines)],
                    false,
                )
            },
        ],
    )
}
