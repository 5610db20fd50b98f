//! Linking an account, in the three ways there are: now and here, by a link for somebody else, and embedded in a product.

use crate::action::{Action, Ask, Call, Done, Input, Kind};
use crate::answers::{list, text as text_at, texts, truth};
use crate::app::App;
use crate::route::Page;
use crate::view::el::{at, div, el, live, p, press, say, span};
use crate::view::forms::inputs;
use crate::view::parts::{card, code, empty, folded, head, tabs};
use latchkey_shared::Mode;
use latchkey_shared::i18n::text;
use leptos::prelude::*;
use serde_json::{Value, json};

/// Of more providers than these none is chosen at first: a link is rarely for all of many.
const FEW: usize = 8;

/// The languages of the form: tags of BCP 47, and names in themselves.
const LANGUAGES: [(&str, &str); 7] = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("pt", "Português"),
    ("ja", "日本語"),
    ("ar", "العربية"),
];

pub(super) fn page(app: App) -> AnyView {
    let intro = text("There are three ways to link an account. All of them end on the accounts page.");
    div("page", vec![head(say(text("Link an account")), Some(intro), vec![]), live(move || ways(app))])
}

fn ways(app: App) -> AnyView {
    if !app.may("sessions:write") {
        return empty(
            "lock",
            text("You may not link accounts."),
            text("Ask someone with the role support or admin."),
            vec![],
        );
    }
    let route = app.route.get();
    let way = route.get("way").unwrap_or("now").to_owned();
    let view = |name: &str, word: String| (word, None, route.with("way", Some(name)).address(), way == name);
    let choice = tabs(
        text("Ways to link an account"),
        vec![
            view("now", text("Authenticate now")),
            view("request", text("Request authentication")),
            view("embed", text("Embed")),
        ],
    );
    let body = match way.as_str() {
        "request" => request(app),
        "embed" => embed(app),
        _ => now(app),
    };
    div("stack", vec![choice, body])
}

/// The providers of the session: the one that the address names, and else all of a few.
fn providers(app: App) -> Input {
    let all = app.providers();
    let named = app.route.with(|route| route.get("provider").map(str::to_owned));
    let ids: Vec<_> = all.iter().map(|(id, _)| id.as_str()).take_while(|_| all.len() <= FEW).collect();
    let chosen = named.unwrap_or_else(|| ids.join(","));
    Input::line("providers", text("Providers")).kind(Kind::Some(all.clone())).value(chosen)
}

fn submit(app: App, label: String, ask: Ask) -> AnyView {
    let attributes =
        vec![at("type", "submit"), at("class", "button primary"), press(app, Action::Submit(Box::new(ask)))];
    el("button", attributes, vec![say(label)])
}

fn form(all: Vec<Input>, more: Vec<AnyView>, button: AnyView) -> AnyView {
    let mut inside = vec![inputs("form", &all)];
    inside.extend(more);
    inside.push(div("form-actions", vec![button]));
    el("form", vec![at("id", "form"), at("novalidate", "")], inside)
}

/// The form opens here, for the operator.
fn now(app: App) -> AnyView {
    let who = app.who();
    let name = text_at(&who, "signedInAs");
    let all = vec![
        providers(app),
        Input::line("endUser.id", text("End user"))
            .value("console")
            .help(text("Your own id of the person whose account it is.")),
        Input::line("endUser.name", text("Name")).value(name).optional(),
        Input::line("organization.name", text("Organization")).optional(),
        Input::line("connectionName", text("Name of the account"))
            .help(text("Left empty, one is made."))
            .optional(),
    ];
    let ask = Ask {
        calls: vec![Call::new("POST", "/api/v1/connect-sessions").with(json!({ "expiresIn": 3600 }))],
        done: Done::OpenForm,
        ..Ask::default()
    };
    let test = app.route.with_untracked(|route| route.mode == Mode::Test);
    let more = if test {
        text(
            "The form opens on this page. In test mode it takes test values alone, which it offers beside each field.",
        )
    } else {
        text(
            "The form opens on this page. It is the one that your customers see, and what is typed is sealed in the browser.",
        )
    };
    card(
        text("Authenticate now"),
        vec![],
        vec![p("fix", more), form(all, vec![], submit(app, text("Open the form"), ask))],
    )
}

/// A link for somebody else.
fn request(app: App) -> AnyView {
    let languages = LANGUAGES.map(|(tag, name)| (tag.to_owned(), name.to_owned()));
    let all = vec![
        providers(app),
        Input::line("endUser.id", text("End user"))
            .help(text("Your own id of the person who gets the link.")),
        Input::line("endUser.name", text("Name")).optional(),
        Input::line("endUser.email", text("Email")).kind(Kind::Email).optional(),
        Input::line("organization.name", text("Organization")).optional(),
        Input::line("connectionName", text("Name of the account"))
            .help(text("Left empty, one is made."))
            .optional(),
        lives("604800"),
        Input::line("locale", text("Language of the form"))
            .kind(Kind::Choice(
                [(String::new(), text("As the browser has it"))].into_iter().chain(languages).collect(),
            ))
            .optional(),
        Input::line("description", text("Message"))
            .kind(Kind::Lines)
            .help(text("The person reads it above the form."))
            .optional(),
    ];
    let ask = Ask {
        title: text("Request authentication"),
        calls: vec![Call::new("POST", "/api/v1/connect-sessions?invitation=true")],
        done: sent(),
        ..Ask::default()
    };
    let known = prefill(app);
    let start = (!known.is_empty()).then(|| {
        let more = text(
            "What you know already is in the form when the person opens it. No secret can be filled in here.",
        );
        folded(text("Values to start with"), vec![p("fix", more), inputs("form", &known)], true)
    });
    let more = text(
        "The person opens the link, and follows the guide beside each field. You see the account here as soon as it is linked.",
    );
    card(
        text("Request authentication"),
        vec![],
        vec![p("fix", more), form(all, start.into_iter().collect(), submit(app, text("Make the link"), ask))],
    )
}

/// For how long a link works.
pub(super) fn lives(seconds: &str) -> Input {
    Input::line("expiresIn", text("The link works for"))
        .kind(Kind::Choice(vec![
            ("3600".to_owned(), text("one hour")),
            ("86400".to_owned(), text("one day")),
            ("604800".to_owned(), text("seven days")),
            ("2592000".to_owned(), text("thirty days")),
        ]))
        .value(seconds)
}

/// What follows when a link was made: it is shown once.
pub(super) fn sent() -> Done {
    Done::Show(
        text("Send this link to the person."),
        text(
            "It is shown this once. It is for one person and one account, and you can revoke it under Sessions.",
        ),
        "url",
    )
}

/// The fields of the provider that the address names, which are not secret.
fn prefill(app: App) -> Vec<Input> {
    let answer = app.answer(2);
    let fields = list(&answer.body, "fields").iter().filter(|field| !truth(field, "secret"));
    let input = |field: &Value| {
        let name = ["prefill.", text_at(field, "id")].concat();
        Input::line(name, text_at(field, "label").to_owned())
            .help(text_at(field, "help").to_owned())
            .optional()
    };
    fields.map(input).collect()
}

/// The snippets of this project.
fn embed(app: App) -> AnyView {
    let who = app.who();
    let origin = text_at(&who, "origin").to_owned();
    let mode = app.route.with_untracked(|route| route.mode);
    let key = ["lk_", mode.as_str(), "_…"].concat();
    let session = [
        "curl ", &origin, "/api/v1/connect-sessions \\\n  -H \"Authorization: Bearer ", &key,
        "\" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{\"providers\": [\"okta\"], \"endUser\": {\"id\": \"user-1\"}}'",
    ].concat();
    let html = ["<script src=\"", &origin, "/connect.js\" async></script>\n<button data-latchkey-session-url=\"/your/endpoint\">Connect Okta</button>"].concat();
    let react = [
        "// In the page: <script src=\"", &origin, "/connect.js\" async></script>\n",
        "export function Connect() {\n  const open = async () => {\n    const { token } = await (await fetch(\"/your/endpoint\", { method: \"POST\" })).json();\n    const { connection } = await Latchkey.open({ session: token });\n    console.log(connection.id);\n  };\n  return <button onClick={open}>Connect Okta</button>;\n}",
    ].concat();
    let vue = "<script setup>\nasync function open() {\n  const { token } = await (await fetch(\"/your/endpoint\", { method: \"POST\" })).json();\n  await Latchkey.open({ session: token });\n}\n</script>\n\n<template>\n  <button @click=\"open\">Connect Okta</button>\n</template>";
    let svelte = "<script>\n  async function open() {\n    const { token } = await (await fetch(\"/your/endpoint\", { method: \"POST\" })).json();\n    await Latchkey.open({ session: token });\n  }\n</script>\n\n<button on:click={open}>Connect Okta</button>";
    let policy = ["script-src ", &origin, "; frame-src ", &origin].concat();
    let origins = app.answer(1);
    let allowed = texts(&origins.body, "project.allowedOrigins").join(", ");
    let step = |place: &str, title: String, more: String, body: Vec<AnyView>| {
        let mut inside = vec![el("h3", vec![], vec![say(title)]), p("fix", more)];
        inside.extend(body);
        el("li", vec![at("class", "first-step")], vec![span("number", place), div("", inside)])
    };
    let snippet = |name: &'static str, shown: &str| {
        div("snippet", vec![el("h4", vec![], vec![say(name)]), code(app, shown)])
    };
    card(
        text("Embed the form in your product"),
        vec![],
        vec![el(
            "ol",
            vec![],
            vec![
                step(
                    "1",
                    text("Your backend makes a session"),
                    text(
                        "Use an API key of this mode. It stays in your backend: a page gets the token of the session alone.",
                    ),
                    vec![code(app, &session)],
                ),
                step(
                    "2",
                    text("Your page opens the form"),
                    text(
                        "Two lines of HTML are enough. The endpoint is yours: it answers with the token of a session.",
                    ),
                    vec![
                        snippet("HTML", &html),
                        snippet("React", &react),
                        snippet("Vue", vue),
                        snippet("Svelte", svelte),
                    ],
                ),
                step(
                    "3",
                    text("Your page may show it"),
                    text("Add these to its Content-Security-Policy, and its origin to the project."),
                    vec![
                        code(app, &policy),
                        p(
                            "fix",
                            if allowed.is_empty() {
                                text("No origin may embed the form yet.")
                            } else {
                                allowed
                            },
                        ),
                    ],
                ),
            ],
        )],
    )
}

/// Where the page leads when there is nothing to link yet.
pub(super) fn way(app: App) -> String {
    app.to(Page::Link)
}
