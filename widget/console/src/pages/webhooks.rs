//! Webhook endpoints, how their deliveries go, and what can be sent again.

use crate::action::{Action, Ask, Call, Done, Input, Kind};
use crate::answers::{at as at_path, first, list, number, text as text_at, texts, truth};
use crate::app::App;
use crate::route::{Page, encoded};
use crate::view::el::{at, div, el, nothing, say};
use crate::view::parts::{
    button, card, chip, chips, copied, empty, facts, folded, head, link, note, plain, refused, tabs, when,
};
use crate::view::table::{column, pager, row, table};
use latchkey_shared::event::EventType;
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;
use serde_json::{Value, json};

fn types() -> Input {
    let all = EventType::ALL.iter().map(|kind| (kind.as_str().to_owned(), kind.as_str().to_owned()));
    Input::line("types", text("Events"))
        .kind(Kind::Some(all.collect()))
        .help(text("None means all of them."))
        .optional()
}

fn shown_secret() -> Done {
    Done::Show(
        text("Keep this secret in your backend."),
        text("It is shown this once. It checks the signature of each delivery (Standard Webhooks)."),
        "webhookEndpoint.secret",
    )
}

pub(super) fn page(app: App) -> AnyView {
    let add = Ask {
        title: text("Add an endpoint"),
        body: vec![text("Each event is sent to it as a signed POST, and again until it answers with 2xx.")],
        inputs: vec![
            Input::line("url", text("Address")).value("https://"),
            Input::line("description", text("Description")).optional(),
            types(),
        ],
        button: text("Add"),
        calls: vec![Call::new("POST", "/api/v1/webhook-endpoints")],
        done: shown_secret(),
        ..Ask::default()
    };
    let answer = app.answer(0);
    let add = || button(app, text("Add an endpoint"), "button primary", Action::Ask(Box::new(add.clone())));
    let intro = text("Your backend hears about changes at these addresses.");
    let endpoints = list(&answer.body, "webhookEndpoints");
    let body = if !answer.is_ok() {
        refused(app, &answer)
    } else if endpoints.is_empty() {
        empty(
            "webhooks",
            text("No endpoint yet"),
            text("Add one, and your backend hears when an account needs a new key."),
            vec![add()],
        )
    } else {
        let columns = [
            column("url", text("Address")),
            column("state", text("State")),
            column("types", text("Events")),
            column("delivered", text("Last delivered")),
            column("waiting", text("Waiting")),
            column("failed", text("Given up")),
        ];
        let rows = endpoints.iter().map(|endpoint| {
            let href = app.to(Page::Webhook(text_at(endpoint, "id").to_owned()));
            let kinds = texts(endpoint, "types").len();
            let url =
                el("a", vec![at("href", href), at("class", "name")], vec![plain(text_at(endpoint, "url"))]);
            row(vec![
                div(
                    "two",
                    vec![
                        url,
                        el("bdi", vec![at("class", "sub")], vec![say(text_at(endpoint, "description"))]),
                    ],
                ),
                state(endpoint),
                plain(&if kinds == 0 { text("All") } else { kinds.to_string() }),
                when(app, text_at(endpoint, "deliveries.lastDeliveredAt")),
                plain(&number(endpoint, "deliveries.waiting").to_string()),
                plain(&number(endpoint, "deliveries.failed").to_string()),
            ])
        });
        table(app, text("Endpoints"), &columns, rows.collect())
    };
    let actions = if endpoints.is_empty() { vec![] } else { vec![add()] };
    div("page", vec![head(say(text("Webhooks")), Some(intro), actions), body])
}

fn state(endpoint: &Value) -> AnyView {
    if !truth(endpoint, "enabled") {
        return chip("bad", text("Disabled"));
    }
    if at_path(endpoint, "deliveries.failingSince").is_null() {
        chip("good", text("Delivering"))
    } else {
        chip("odd", text("Failing"))
    }
}

pub(super) fn one(app: App) -> AnyView {
    let answer = app.answer(0);
    if !answer.is_ok() {
        return div("page", vec![refused(app, &answer)]);
    }
    let endpoint = at_path(&answer.body, "webhookEndpoint");
    let path = ["/api/v1/webhook-endpoints/", &encoded(text_at(endpoint, "id"))].concat();
    let call = |method: &'static str, end: &str| vec![Call::new(method, [&path, end].concat())];
    let enabled = truth(endpoint, "enabled");
    let test = Ask {
        title: text("Send a test event?"),
        body: vec![text("The endpoint gets one signed event, and its answer is shown.")],
        button: text("Send"),
        calls: call("POST", "/test"),
        done: Done::Say(text("The endpoint was asked. Its answer is below.")),
        ..Ask::default()
    };
    let rotate = Ask {
        title: text("Make a new secret?"),
        body: vec![text(
            "Deliveries are signed with both secrets for a day, so that you can change it without a gap.",
        )],
        button: text("Make a new secret"),
        calls: call("POST", "/secret"),
        done: shown_secret(),
        ..Ask::default()
    };
    let edit = Ask {
        title: text("Change the endpoint"),
        inputs: vec![
            Input::line("url", text("Address")).value(text_at(endpoint, "url")),
            Input::line("description", text("Description"))
                .value(text_at(endpoint, "description"))
                .optional(),
            types().value(texts(endpoint, "types").join(",")),
        ],
        button: text("Save"),
        calls: call("PATCH", ""),
        done: Done::Say(text("Saved.")),
        ..Ask::default()
    };
    let switch = Ask {
        title: if enabled { text("Disable the endpoint?") } else { text("Enable the endpoint?") },
        body: vec![if enabled {
            text("No event is sent to it. What happens meanwhile can be sent again later.")
        } else {
            text("Events are sent to it again.")
        }],
        button: if enabled { text("Disable") } else { text("Enable") },
        calls: vec![Call::new("PATCH", path.clone()).with(json!({ "enabled": !enabled }))],
        done: Done::Say(text("Saved.")),
        ..Ask::default()
    };
    let replay = Ask {
        title: text("Send events again?"),
        body: vec![text(
            "All events since this time are sent again. Your backend knows repeated ones by their id.",
        )],
        inputs: vec![
            Input::line("since", text("Since"))
                .help(text("A time such as 2026-04-23T19:46:00Z, within the last thirty days.")),
        ],
        button: text("Send again"),
        calls: call("POST", "/replay"),
        done: Done::Say(text("The events are on their way.")),
        ..Ask::default()
    };
    let delete = Ask {
        title: text("Delete the endpoint?"),
        body: vec![text("No event is sent to it any more, and its deliveries are forgotten.")],
        typed: Some(text_at(endpoint, "url").to_owned()),
        button: text("Delete"),
        calls: call("DELETE", ""),
        done: Done::Go(app.to(Page::Webhooks), text("The endpoint is deleted.")),
        ..Ask::default()
    };
    let actions = vec![
        button(app, text("Send a test"), "button primary", Action::Ask(Box::new(test))),
        button(app, text("Change"), "button", Action::Ask(Box::new(edit))),
    ];
    let disabled = match first(endpoint, &["disabled.message", "disabled.reason"]) {
        _ if enabled => nothing(),
        "" => note("odd", text("The endpoint is disabled."), None, None),
        why => note("bad", why.to_owned(), Some(text_at(endpoint, "disabled.fix").to_owned()), None),
    };
    div(
        "page",
        vec![
            link(app.to(Page::Webhooks), "back", vec![say(text("Webhooks"))]),
            head(plain(text_at(endpoint, "url")), Some(text_at(endpoint, "description").to_owned()), actions),
            disabled,
            div(
                "columns",
                vec![
                    div("column", vec![deliveries(app)]),
                    div(
                        "column narrow",
                        vec![
                            card(
                                text("Endpoint"),
                                vec![state(endpoint)],
                                vec![facts(vec![
                                    (
                                        text("Events"),
                                        if texts(endpoint, "types").is_empty() {
                                            plain(&text("All"))
                                        } else {
                                            chips("dim", &texts(endpoint, "types"))
                                        },
                                    ),
                                    (
                                        text("Last delivered"),
                                        when(app, text_at(endpoint, "deliveries.lastDeliveredAt")),
                                    ),
                                    (
                                        text("Failing since"),
                                        when(app, text_at(endpoint, "deliveries.failingSince")),
                                    ),
                                    (text("Next try"), when(app, text_at(endpoint, "deliveries.nextTryAt"))),
                                    (text("Id"), copied(app, text_at(endpoint, "id"))),
                                    (text("Public key"), copied(app, text_at(endpoint, "publicKey"))),
                                    (
                                        text("Old secret works until"),
                                        when(app, text_at(endpoint, "previousSecretUntil")),
                                    ),
                                ])],
                            ),
                            card(
                                text("Care"),
                                vec![],
                                vec![div(
                                    "stack",
                                    vec![
                                        button(
                                            app,
                                            text("Make a new secret"),
                                            "button",
                                            Action::Ask(Box::new(rotate)),
                                        ),
                                        button(
                                            app,
                                            text("Send events again"),
                                            "button",
                                            Action::Ask(Box::new(replay)),
                                        ),
                                        button(
                                            app,
                                            if enabled { text("Disable") } else { text("Enable") },
                                            "button",
                                            Action::Ask(Box::new(switch)),
                                        ),
                                        button(
                                            app,
                                            text("Delete"),
                                            "button danger-quiet",
                                            Action::Ask(Box::new(delete)),
                                        ),
                                    ],
                                )],
                            ),
                        ],
                    ),
                ],
            ),
        ],
    )
}

fn deliveries(app: App) -> AnyView {
    let answer = app.answer(1);
    let route = app.route.get();
    let chosen = route.get("state").unwrap_or_default().to_owned();
    let view =
        |state: &str, word: String| (word, None, route.with("state", Some(state)).address(), chosen == state);
    let choice = tabs(
        text("State"),
        vec![
            view("", text("All")),
            view("delivered", text("Delivered")),
            view("waiting", text("Waiting")),
            view("failed", text("Given up")),
        ],
    );
    let entries = list(&answer.body, "deliveries");
    let body = if !answer.is_ok() {
        refused(app, &answer)
    } else if entries.is_empty() {
        empty(
            "webhooks",
            text("No delivery"),
            text("Deliveries appear here as soon as there is an event."),
            vec![],
        )
    } else {
        let columns = [
            column("event", text("Event")),
            column("state", text("State")),
            column("tries", text("Tries")),
            column("last", text("Last answer")),
            column("next", text("Next try")),
        ];
        let rows = entries.iter().map(|delivery| {
            let (tone, word) = match text_at(delivery, "state") {
                "delivered" => ("good", text("Delivered")),
                "waiting" => ("info", text("Waiting")),
                _ => ("bad", text("Given up")),
            };
            let attempts = list(delivery, "attempts");
            let last = attempts.last().unwrap_or(&Value::Null);
            let status = match number(last, "status") {
                0 => text_at(last, "error.message").to_owned(),
                status => fill(
                    "Status {status} in {ms} ms",
                    &[&status.to_string(), &number(last, "durationMs").to_string()],
                ),
            };
            let tries = attempts.iter().map(|attempt| {
                el(
                    "li",
                    vec![],
                    vec![
                        when(app, text_at(attempt, "at")),
                        plain(&number(attempt, "status").to_string()),
                        plain(first(attempt, &["error.message", "answer"])),
                    ],
                )
            });
            let tries = el("ul", vec![at("class", "lines")], tries.collect());
            row(vec![
                div(
                    "two",
                    vec![
                        el("code", vec![], vec![say(text_at(delivery, "eventType"))]),
                        copied(app, text_at(delivery, "eventId")),
                    ],
                ),
                chip(tone, word),
                folded(attempts.len().to_string(), vec![tries], false),
                plain(&status),
                when(app, text_at(delivery, "nextTryAt")),
            ])
        });
        div(
            "rows",
            vec![
                table(app, text("Deliveries"), &columns, rows.collect()),
                pager(app, entries.len(), None, text_at(&answer.body, "nextCursor")),
            ],
        )
    };
    card(text("Deliveries"), vec![], vec![choice, body])
}
