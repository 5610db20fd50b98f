//! One account: who and what is linked, how it is, what happened to it, and what can be done.

use crate::action::{Action, Ask, Call, Done, Input, Kind};
use crate::answers::{Answer, at as at_path, first, list, number, text as text_at, texts, truth};
use crate::app::App;
use crate::route::{Page, encoded};
use crate::time;
use crate::view::chart::{Change, timeline};
use crate::view::el::{at, div, el, nothing, p, say, span};
use crate::view::parts::{
    button, button_off, card, chip, chips, copied, facts, folded, head, link, mark, note, plain, refused,
    when,
};
use crate::view::table::{column, row, table};
use crate::words::{freshness, health, health_tone, key_type};
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;
use serde_json::{Value, json};

pub(super) fn page(app: App) -> AnyView {
    let answer = app.answer(0);
    if !answer.is_ok() {
        return div("page", vec![refused(app, &answer)]);
    }
    let account = at_path(&answer.body, "appConnection");
    let provider = text_at(account, "app");
    let name = text_at(account, "name");
    let title = div(
        "account-title",
        vec![mark(provider, &app.provider(provider)), el("bdi", vec![], vec![say(name)])],
    );
    let back = link(app.to(Page::Accounts), "back", vec![say(text("Accounts"))]);
    let intro = text_at(account, "description");
    div(
        "page account",
        vec![
            back,
            head(title, Some(intro.to_owned()).filter(|intro| !intro.is_empty()), actions(app, account)),
            state(app, account),
            div(
                "columns",
                vec![
                    div(
                        "column",
                        vec![
                            linked(app, account),
                            health_card(app, account, &app.answer(3)),
                            report(account),
                            trail(app, &app.answer(2)),
                        ],
                    ),
                    div(
                        "column narrow",
                        vec![
                            key(app, account),
                            versions(app, account, &app.answer(1)),
                            provider_events(app, &app.answer(1)),
                            technical(app, account),
                            danger(app, account),
                        ],
                    ),
                ],
            ),
        ],
    )
}

fn path(account: &Value) -> String {
    ["/api/v1/app-connections", &encoded(text_at(account, "app")), &encoded(text_at(account, "id"))].join("/")
}

fn call(account: &Value, method: &'static str, end: &str) -> Vec<Call> {
    vec![Call::new(method, [&path(account), end].concat())]
}

fn actions(app: App, account: &Value) -> Vec<AnyView> {
    let name = text_at(account, "name");
    if !app.may("connections:write") {
        let why = text("Your role may look, and not change. Ask an admin.");
        return vec![button_off(text("Check now"), why)];
    }
    let check = Ask {
        title: fill("Check {name} now?", &[name]),
        body: vec![text(
            "The key is sent to the provider once. Nothing is replaced or deleted, whatever the provider answers.",
        )],
        button: text("Check now"),
        calls: call(account, "POST", "/verify"),
        done: Done::Say(text("The account was checked.")),
        ..Ask::default()
    };
    let relink = Ask {
        title: fill("Ask for a new key for {name}?", &[name]),
        body: vec![text(
            "This makes a link for the person who linked the account. The old key stays until the new one is accepted.",
        )],
        inputs: vec![
            Input::line("expiresIn", text("The link works for"))
                .kind(Kind::Choice(vec![
                    ("3600".to_owned(), text("one hour")),
                    ("86400".to_owned(), text("one day")),
                    ("604800".to_owned(), text("seven days")),
                ]))
                .value("604800"),
        ],
        button: text("Make the link"),
        calls: call(account, "POST", "/relink"),
        done: Done::Show(
            text("Send this link to the person."),
            text("It is shown this once. Whoever has it can give the account a new key."),
            "url",
        ),
        ..Ask::default()
    };
    let edit = Ask {
        title: text("Rename or describe"),
        inputs: vec![
            Input::line("name", text("Name")).value(name).help(text(
                "Lower case letters, digits and hyphens. Your backend may look the account up by it.",
            )),
            Input::line("description", text("Description")).value(text_at(account, "description")).optional(),
        ],
        button: text("Save"),
        calls: call(account, "PATCH", ""),
        done: Done::Say(text("Saved.")),
        ..Ask::default()
    };
    vec![
        button(app, text("Check now"), "button primary", Action::Ask(Box::new(check))),
        button(app, text("Relink"), "button", Action::Ask(Box::new(relink))),
        button(app, text("Rename"), "button", Action::Ask(Box::new(edit))),
    ]
}

/// How the account is, in a sentence, with what to do.
fn state(app: App, account: &Value) -> AnyView {
    let mut all = Vec::new();
    if let Some(since) = at_path(account, "details.suspended.since").as_str() {
        let reason = text_at(account, "details.suspended.reason").to_owned();
        let resume = Ask {
            title: text("Resume the account?"),
            body: vec![text("Your backend can read its credential again.")],
            button: text("Resume"),
            calls: call(account, "POST", "/resume"),
            done: Done::Say(text("The account is in use again.")),
            ..Ask::default()
        };
        let action = app
            .may("connections:write")
            .then(|| button(app, text("Resume"), "button", Action::Ask(Box::new(resume))));
        all.push(note(
            "odd",
            fill("Suspended since {time}.", &[&time::minute(since)]),
            Some(reason).filter(|reason| !reason.is_empty()),
            action,
        ));
    }
    let state = text_at(account, "details.health.state");
    let message = text_at(account, "details.health.message");
    if state != "healthy" || !message.is_empty() {
        let headline = if message.is_empty() { health(state) } else { message.to_owned() };
        let fix = Some(text_at(account, "details.health.fix").to_owned()).filter(|fix| !fix.is_empty());
        all.push(note(health_tone(state), headline, fix, None));
    }
    if text_at(account, "details.freshness") == "yellow" {
        all.push(note("odd", text("The key looks suspicious."), Some(text("It has another owner than when it was linked, or it was used after it had ended. Ask the person who linked the account before you trust it.")), None));
    }
    for warning in list(account, "details.warnings") {
        all.push(note(
            "odd",
            text_at(warning, "message").to_owned(),
            Some(text_at(warning, "fix").to_owned()),
            None,
        ));
    }
    if let Some(kind) = at_path(account, "details.task.kind").as_str() {
        let fix = first(account, &["details.task.fix", "details.task.message"]).to_owned();
        all.push(note(
            "info",
            fill("A task is under way: {kind}.", &[kind]),
            Some(fix).filter(|fix| !fix.is_empty()),
            None,
        ));
    }
    div("notes", all)
}

fn linked(app: App, account: &Value) -> AnyView {
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

/// How the account was, as a chart and as a list.
fn health_card(app: App, account: &Value, events: &Answer) -> AnyView {
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

/// What the last check found.
fn report(account: &Value) -> AnyView {
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

fn key(app: App, account: &Value) -> AnyView {
    let color = text_at(account, "details.freshness");
    let mut actions = Vec::new();
    if app.may("connections:write") {
        let rotate = Ask {
            title: text("Replace the key by a new one?"),
            body: vec![
                text(
                    "Latchkey makes a new key at the provider, checks it, stores it, and ends the old one. Nobody outside knows the new key.",
                ),
                text("If a step fails, the old key stays in use."),
            ],
            button: text("Replace the key"),
            calls: call(account, "POST", "/rotate"),
            done: Done::Say(text("The key was replaced.")),
            ..Ask::default()
        };
        actions.push(button(app, text("Rotate"), "button small", Action::Ask(Box::new(rotate))));
    }
    let kind = text_at(account, "details.key.type");
    let fresh = div(
        "with-dot",
        vec![el("span", vec![at("class", ["dot ", color].concat())], vec![]), say(freshness(color))],
    );
    card(
        text("Key"),
        actions,
        vec![facts(vec![
            (text("Name"), plain(text_at(account, "details.key.name"))),
            (text("Type"), plain(&key_type(kind))),
            (text("Roles"), chips("dim", &texts(account, "details.key.roles"))),
            (text("Use"), fresh),
            (text("Last used"), when(app, text_at(account, "details.lastUsedAt"))),
            (text("Created"), when(app, text_at(account, "details.key.createdAt"))),
            (text("Expires"), when(app, text_at(account, "details.expiresAt"))),
            (
                text("Held by Latchkey alone"),
                plain(&if truth(account, "isPlatformManagedCredentials") { text("Yes") } else { text("No") }),
            ),
            (text("Ends when it is not used for"), plain(&idle_days(account))),
        ])],
    )
}

fn idle_days(account: &Value) -> String {
    match number(account, "details.report.key.idleDays") {
        0 => String::new(),
        days => fill("{n} days", &[&days.to_string()]),
    }
}

fn versions(app: App, account: &Value, history: &Answer) -> AnyView {
    let versions = list(&history.body, "versions");
    let now = app.now.get_untracked();
    let kept = versions
        .iter()
        .any(|version| time::read(text_at(version, "keptUntil")).is_some_and(|until| until > now));
    let mut actions = Vec::new();
    if kept && app.may("connections:write") {
        let back = Ask {
            title: text("Go back to the key before?"),
            body: vec![text(
                "The key before is checked with the provider first. If it is refused, nothing changes.",
            )],
            button: text("Go back"),
            calls: call(account, "POST", "/rollback"),
            done: Done::Say(text("The key before is in use again.")),
            ..Ask::default()
        };
        actions.push(button(app, text("Roll back"), "button small", Action::Ask(Box::new(back))));
    }
    let lines = versions.iter().map(|version| {
        let number = number(version, "version").to_string();
        let current = at_path(version, "replacedAt").is_null();
        let state = if current { chip("good", text("In use")) } else { chip("dim", text("Replaced")) };
        el(
            "li",
            vec![],
            vec![span("", fill("Version {n}", &[&number])), state, when(app, text_at(version, "createdAt"))],
        )
    });
    card(text("Versions"), actions, vec![el("ul", vec![at("class", "lines")], lines.collect())])
}

fn provider_events(app: App, history: &Answer) -> AnyView {
    let events = list(&history.body, "providerEvents");
    if events.is_empty() {
        return nothing();
    }
    let lines = events.iter().map(|event| {
        el(
            "li",
            vec![],
            vec![
                div(
                    "two",
                    vec![
                        say(first(event, &["message", "type"])),
                        el(
                            "bdi",
                            vec![at("class", "sub")],
                            vec![say(first(event, &["actor.name", "actor.login", "actor.id"]))],
                        ),
                    ],
                ),
                when(app, text_at(event, "at")),
            ],
        )
    });
    card(text("At the provider"), vec![], vec![el("ul", vec![at("class", "lines")], lines.collect())])
}

fn trail(app: App, answer: &Answer) -> AnyView {
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

fn technical(app: App, account: &Value) -> AnyView {
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

fn danger(app: App, account: &Value) -> AnyView {
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
