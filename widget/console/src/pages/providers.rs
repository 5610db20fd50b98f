//! The providers that the form offers, and their guides as people see them.

use crate::answers::{at as at_path, first, list, text as text_at, texts, truth};
use crate::app::App;
use crate::route::{Page, Route, encoded};
use crate::view::el::{at, div, el, flag, nothing, p, say, span};
use crate::view::parts::{card, chip, chips, copied, facts, head, icon, link, mark, note, plain, refused};
use latchkey_shared::i18n::text;
use leptos::prelude::*;
use serde_json::Value;

pub(super) fn page(app: App) -> AnyView {
    let (answer, project) = (app.answer(0), app.answer(1));
    let intro = text(
        "What your customers can link. Each provider is verified to the meaning: whose key it is, what it may do, when it ends.",
    );
    let body = if answer.is_ok() {
        let cards = list(&answer.body, "providers").iter().map(|provider| {
            let (id, name) = (text_at(provider, "id"), text_at(provider, "name"));
            let own = texts(&project.body, &["project.hosts.", id, ".hosts"].concat()).len();
            let mut inside = vec![
                mark(id, name),
                div(
                    "two",
                    vec![
                        el("strong", vec![], vec![say(name)]),
                        span("sub", text_at(provider, "description")),
                    ],
                ),
            ];
            if own > 0 {
                inside.push(chip("info", text("Own hosts")));
            }
            el(
                "a",
                vec![at("href", app.to(Page::Provider(id.to_owned()))), at("class", "provider-card")],
                inside,
            )
        });
        div("cards", cards.collect())
    } else {
        refused(app, &answer)
    };
    div("page", vec![head(say(text("Providers")), Some(intro), vec![]), body])
}

pub(super) fn one(app: App) -> AnyView {
    let answer = app.answer(0);
    if !answer.is_ok() {
        return div("page", vec![refused(app, &answer)]);
    }
    let provider = &answer.body;
    let (id, name) = (text_at(provider, "id"), text_at(provider, "name"));
    let guide = ["/guides/", &encoded(id)].concat();
    let open = el(
        "a",
        vec![
            at("href", guide),
            at("class", "button"),
            at("target", "_blank"),
            at("rel", "noopener"),
            flag("data-whole", true),
        ],
        vec![say(text("Open the guide")), icon("out")],
    );
    let fields = list(provider, "fields").iter().map(|field| {
        let mut words = Vec::new();
        if field["secret"].as_bool() == Some(true) {
            words.push(chip("info", text("Sealed in the browser")));
        }
        if field["optional"].as_bool() == Some(true) {
            words.push(chip("dim", text("Optional")));
        }
        (
            text_at(field, "label").to_owned(),
            div("two", vec![plain(text_at(field, "help")), div("chips", words)]),
        )
    });
    let sections = list(provider, "guide.sections").iter().map(|section| {
        let steps = list(section, "steps").iter().map(|step| {
            el(
                "li",
                vec![],
                vec![
                    el("strong", vec![], vec![say(text_at(step, "title"))]),
                    p("fix", plain_text(text_at(step, "body"))),
                ],
            )
        });
        div(
            "guide-section",
            vec![el("h3", vec![], vec![say(text_at(section, "title"))]), el("ol", vec![], steps.collect())],
        )
    });
    let warning = match text_at(provider, "guide.warning") {
        "" => nothing(),
        warning => note("odd", plain_text(warning), None, None),
    };
    let mut guide_parts = vec![warning];
    guide_parts.extend(sections);
    let mut side = vec![card(text("Fields"), vec![], vec![facts(fields.collect())])];
    let project = app.answer(1);
    if project.is_ok() {
        let own = at_path(&project.body, &["project.hosts.", id].concat());
        let hosts = texts(own, "hosts");
        let any = truth(own, "customDomains");
        let words = if any {
            text("The domains that customers of the provider have of their own are allowed.")
        } else if hosts.is_empty() {
            text("Only the provider’s own hosts are allowed.")
        } else {
            text("These hosts are allowed besides the provider’s own.")
        };
        let more = text(
            "The owner of the deployment changes this, because a key is sent to the hosts that it names.",
        );
        let mut inside = vec![p("", words)];
        inside.extend((!hosts.is_empty()).then(|| chips("info", &hosts)));
        inside.push(p("fix", more));
        side.push(card(text("Own hosts"), vec![], inside));
    }
    let mut main = vec![card(text("Guide"), vec![], guide_parts)];
    let tests = list(provider, "testValues");
    if !tests.is_empty() {
        let values = tests.iter().map(|value| {
            let fields = at_path(value, "fields").as_object().cloned().unwrap_or_default();
            let shown = fields.values().filter_map(Value::as_str).map(|shown| copied(app, shown)).collect();
            let end = first(value, &["code", "ending"]);
            (
                text_at(value, "name").to_owned(),
                div("stack-small", vec![div("inline", shown), span("sub", end)]),
            )
        });
        let more = p("fix", text("In test mode the form takes these alone. Each ends as its name says."));
        main.push(card(text("Test values"), vec![], vec![more, facts(values.collect())]));
    }
    let mut actions = vec![open];
    if app.may("sessions:write") {
        let mode = app.route.with_untracked(|route| route.mode);
        let ask = Route::new(mode, Page::Link).with("way", Some("request")).with("provider", Some(id));
        actions.push(link(ask.address(), "button primary", vec![say(text("Request authentication"))]));
    }
    let title = div("account-title", vec![mark(id, name), say(name)]);
    div(
        "page",
        vec![
            link(app.to(Page::Providers), "back", vec![say(text("Providers"))]),
            head(title, None, actions),
            chips("dim", &texts(provider, "categories")),
            div("columns", vec![div("column", main), div("column narrow", side)]),
        ],
    )
}

/// A text of a guide without the marks of words that stand on a screen.
fn plain_text(marked: &str) -> String {
    marked.replace("**", "")
}
