//! The cards of an account that only tell: who linked what, what the last check found, the audit trail, and what developers look up.

use crate::answers::{Answer, at as at_path, first, list, number, text as text_at, truth};
use crate::app::App;
use crate::route::Page;
use crate::view::el::{at, div, el, nothing, p, say, span};
use crate::view::parts::{card, chip, copied, facts, link, plain, when};
use crate::view::table::{column, row, table};
use latchkey_shared::i18n::text;
use leptos::prelude::*;
use serde_json::Value;

pub(super) fn linked(app: App, account: &Value) -> AnyView {
    let identity = first(account, &["details.report.identity.name", "details.report.identity.login"]);
    let organization = first(
        account,
        &[
            "details.report.organization.name",
            "details.report.organization.url",
            "details.report.organization.id",
        ],
    );
    let provider = text_at(account, "app");
    card(
        text("Linked account"),
        vec![],
        vec![facts(vec![
            (
                text("Provider"),
                link(app.to(Page::Provider(provider.to_owned())), "", vec![say(app.provider(provider))]),
            ),
            (text("Signed in there as"), plain(identity)),
            (text("Their organization"), plain(organization)),
            (
                text("Linked by"),
                plain(first(
                    account,
                    &["details.endUser.name", "details.endUser.email", "details.endUser.id"],
                )),
            ),
            (text("Email"), plain(text_at(account, "details.endUser.email"))),
            (
                text("Customer"),
                plain(first(account, &["details.organization.name", "details.organization.id"])),
            ),
            (text("Linked"), when(app, text_at(account, "createdAt"))),
            (text("Push channel"), hook(account)),
        ])],
    )
}

fn hook(account: &Value) -> AnyView {
    let (tone, word) = match text_at(account, "details.hook.state") {
        "registered" => ("good", text("Registered")),
        "unverified" => ("odd", text("Not verified yet")),
        "not_permitted" => ("odd", text("The key may not register it")),
        "failed" => ("bad", text("Failed")),
        "none" => ("dim", text("Not registered yet")),
        _ => return span("none", "–"),
    };
    chip(tone, word)
}

/// What the last check found.
pub(super) fn report(account: &Value) -> AnyView {
    let report = at_path(account, "details.report");
    if report.is_null() {
        return nothing();
    }
    let checks = list(report, "checks").iter().map(|check| {
        let tone = match text_at(check, "state") {
            "passed" => "good",
            "warned" => "odd",
            _ => "dim",
        };
        el("li", vec![at("class", ["check-line ", tone].concat())], vec![say(text_at(check, "title"))])
    });
    let mut all = vec![el("ul", vec![at("class", "checks")], checks.collect())];
    let rights = list(report, "capabilities");
    if !rights.is_empty() {
        let rights = rights.iter().map(|right| {
            let (tone, word) =
                if truth(right, "permitted") { ("good", text("granted")) } else { ("bad", text("missing")) };
            el(
                "span",
                vec![at("class", ["chip ", tone].concat())],
                vec![say(first(right, &["title", "id"])), span("unseen", [": ", &word].concat())],
            )
        });
        all.push(div(
            "rights",
            vec![el("h3", vec![], vec![say(text("Rights"))]), div("chips", rights.collect())],
        ));
    }
    card(text("Last check"), vec![], all)
}

pub(super) fn trail(app: App, answer: &Answer) -> AnyView {
    if !app.may("admin") {
        return nothing();
    }
    let entries = list(&answer.body, "entries");
    let columns = [column("action", text("Action")), column("actor", text("By")), column("at", text("When"))];
    let rows = entries.iter().map(|entry| {
        row(vec![
            el("code", vec![], vec![say(text_at(entry, "action"))]),
            plain(first(entry, &["actor.name", "actor.endUserId", "actor.id", "actor.type"])),
            when(app, text_at(entry, "at")),
        ])
    });
    let body = if entries.is_empty() {
        p("fix", text("Nothing is in the audit log yet."))
    } else {
        table(app, text("Audit log of this account"), &columns, rows.collect())
    };
    card(text("Audit log"), vec![], vec![body])
}

pub(super) fn technical(app: App, account: &Value) -> AnyView {
    let mut rows = vec![
        (text("Id"), copied(app, text_at(account, "id"))),
        (
            text("Connect session"),
            match text_at(account, "details.sessionId") {
                "" => span("none", "–"),
                id => link(app.to(Page::Session(id.to_owned())), "", vec![say(text("Show the session"))]),
            },
        ),
        (text("Version"), plain(&number(account, "version").to_string())),
        (text("Hash of the credential"), copied(app, text_at(account, "credentialsHash"))),
    ];
    for (name, value) in at_path(account, "credentials").as_object().into_iter().flatten() {
        rows.push((name.clone(), copied(app, value.as_str().unwrap_or_default())));
    }
    for (name, value) in at_path(account, "details.metadata").as_object().into_iter().flatten() {
        rows.push((["metadata.", name].concat(), plain(value.as_str().unwrap_or_default())));
    }
    card(text("For developers"), vec![], vec![facts(rows)])
}
