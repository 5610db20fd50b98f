//! The vault: which keys seal the credentials, and how far a change of keys has come.

use crate::answers::{list, number, text as text_at, texts, truth};
use crate::app::App;
use crate::view::el::{div, el, say};
use crate::view::parts::{card, chip, facts, head, note, plain, refused};
use crate::view::table::{column, row, table};
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;

pub(super) fn page(app: App) -> AnyView {
    let answer = app.answer(0);
    let intro =
        text("Each credential is sealed by a key of its own, which is sealed by the first of these keys.");
    let body = if answer.is_ok() { status(app, &answer.body) } else { refused(app, &answer) };
    div("page", vec![head(say(text("Vault")), Some(intro), vec![]), body])
}

fn status(app: App, vault: &serde_json::Value) -> AnyView {
    let keys = list(vault, "keys");
    let columns =
        [column("id", text("Key")), column("state", text("State")), column("count", text("Credentials"))];
    let rows = keys.iter().map(|key| {
        let mut state = Vec::new();
        if truth(key, "primary") {
            state.push(chip("good", text("Seals")));
        } else if truth(key, "present") {
            state.push(chip("dim", text("Opens")));
        } else {
            state.push(chip("bad", text("Missing")));
        }
        if truth(key, "removable") {
            state.push(chip("info", text("May be removed")));
        }
        row(vec![
            el("code", vec![], vec![say(text_at(key, "id"))]),
            div("chips", state),
            plain(&number(key, "credentials").to_string()),
        ])
    });
    let remaining = number(vault, "remaining");
    let mut all = Vec::new();
    if remaining > 0 {
        all.push(note("info", fill("{n} credentials are still sealed by an older key.", &[&remaining.to_string()]), Some(text("They are moved by themselves, a batch each few minutes. Keep the older key until none is left.")), None));
    }
    let failed = texts(vault, "failedProjects");
    if !failed.is_empty() {
        all.push(note("bad", text("Some projects could not be moved."), Some(failed.join(", ")), None));
    }
    all.push(table(app, text("Keys of the vault"), &columns, rows.collect()));
    all.push(card(
        text("How to change the key"),
        vec![],
        vec![facts(vec![
            (text("1"), say(text("Put a new key in front of VAULT_KEYS, and keep the old one behind it."))),
            (text("2"), say(text("Wait until no credential is left under the old key."))),
            (text("3"), say(text("Remove the old key."))),
        ])],
    ));
    div("stack", all)
}
