//! The look of the form. Its preview is the form itself.

use crate::action::{Action, Ask, Call, Done, Input, Kind};
use crate::answers::{at as at_path, text as text_at};
use crate::app::App;
use crate::view::el::{at, div, el, live, p, press, say};
use crate::view::forms::inputs;
use crate::view::parts::{card, head, refused};
use latchkey_shared::i18n::text;
use leptos::prelude::*;
use serde_json::{Value, json};

pub(super) fn page(app: App) -> AnyView {
    let intro = text("How the form looks for your customers.");
    div("page", vec![head(say(text("Look")), Some(intro), vec![]), live(move || look(app))])
}

fn look(app: App) -> AnyView {
    let answer = app.answer(0);
    if !answer.is_ok() {
        return refused(app, &answer);
    }
    let branding = at_path(&answer.body, "project.branding");
    let color = |path: &str, plain: &str| match text_at(branding, path) {
        "" => plain.to_owned(),
        color => color.to_owned(),
    };
    let all = vec![
        Input::line("branding.colors.light.accent", text("Accent, light"))
            .kind(Kind::Color)
            .value(color("colors.light.accent", "#1d5bd1"))
            .help(text("Buttons and links. The contrast is checked when you save.")),
        Input::line("branding.colors.dark.accent", text("Accent, dark"))
            .kind(Kind::Color)
            .value(color("colors.dark.accent", "#8db6ff")),
        Input::line("branding.radius", text("Roundness of corners, in pixels"))
            .kind(Kind::Number)
            .value(number_or(branding, "radius", 9)),
        Input::line("branding.texts.title", text("Heading"))
            .value(text_at(branding, "texts.title"))
            .help(text("{provider} stands for the provider’s name."))
            .optional(),
        Input::line("branding.texts.intro", text("Below the heading"))
            .kind(Kind::Lines)
            .value(text_at(branding, "texts.intro"))
            .optional(),
        Input::line("branding.texts.success", text("After success"))
            .kind(Kind::Lines)
            .value(text_at(branding, "texts.success"))
            .optional(),
        Input::line("branding.support", text("Support"))
            .value(text_at(branding, "support"))
            .help(text("An email address, or an address of a page."))
            .optional(),
        Input::line("branding.termsUrl", text("Terms")).value(text_at(branding, "termsUrl")).optional(),
        Input::line("branding.privacyUrl", text("Privacy policy"))
            .value(text_at(branding, "privacyUrl"))
            .optional(),
    ];
    let save = Ask {
        calls: vec![Call::new("PATCH", "/api/v1/project").with(json!({ "branding": branding }))],
        done: Done::Say(text("Saved. Each form has this look from now on.")),
        ..Ask::default()
    };
    let button = el(
        "button",
        vec![at("type", "submit"), at("class", "button primary"), press(app, Action::Submit(Box::new(save)))],
        vec![say(text("Save"))],
    );
    let form = el(
        "form",
        vec![at("id", "form"), at("novalidate", "")],
        vec![inputs("form", &all), div("form-actions", vec![button])],
    );
    let ids: Vec<String> = app.providers().into_iter().map(|(id, _)| id).collect();
    let session = json!({ "providers": ids, "endUser": { "id": "preview" }, "expiresIn": 3600 });
    let open = Ask {
        title: text("Open the form?"),
        body: vec![text(
            "It opens over this page, as your customers see it. Save first: it has the look that is saved.",
        )],
        button: text("Open the form"),
        calls: vec![Call::new("POST", "/api/v1/connect-sessions").with(session)],
        done: Done::OpenForm,
        ..Ask::default()
    };
    let open = crate::view::parts::button(app, text("Open the form"), "button", Action::Ask(Box::new(open)));
    div(
        "columns",
        vec![
            div("column", vec![card(text("Look"), vec![], vec![form])]),
            div(
                "column narrow",
                vec![card(
                    text("See it"),
                    vec![open],
                    vec![p(
                        "fix",
                        text(
                            "The form is the preview: it is the one that your customers get, with this look.",
                        ),
                    )],
                )],
            ),
        ],
    )
}

fn number_or(value: &Value, path: &str, plain: i64) -> String {
    at_path(value, path).as_i64().unwrap_or(plain).to_string()
}
