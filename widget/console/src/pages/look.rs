//! The look of the form. Its preview is the form itself.

use crate::action::{Action, Ask, Call, Done, Input, Kind};
use crate::answers::{at as at_path, text as text_at};
use crate::app::App;
use crate::view::el::{at, div, el, follow, live, press, say};
use crate::view::forms::inputs;
use crate::view::parts::{button, card, head, refused};
use latchkey_shared::color::{Rgb, TEXT, shown};
use latchkey_shared::i18n::{fill, text};
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
            .help(text("Buttons and links. Their contrast stands below the preview.")),
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
    let save = el(
        "button",
        vec![at("type", "submit"), at("class", "button primary"), press(app, Action::Submit(Box::new(save)))],
        vec![say(text("Save"))],
    );
    let form = el(
        "form",
        vec![at("id", "form"), at("novalidate", "")],
        vec![inputs("form", &all), div("form-actions", vec![save])],
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
    let open = button(app, text("Open the form"), "button", Action::Ask(Box::new(open)));
    div(
        "columns",
        vec![
            div("column look-inputs", vec![card(text("Look"), vec![], vec![form])]),
            div("column", vec![card(text("Preview"), vec![open], vec![preview(app)])]),
        ],
    )
}

/// The states of the form that the preview has.
const STATES: [&str; 4] = ["form", "error", "success", "expired"];

/// The real form in a frame, with what is chosen now. The browser's half changes the address of the frame while somebody chooses.
fn preview(app: App) -> AnyView {
    let choice = move || {
        let (state, scheme) = app.seen.get();
        let one = |word: String, action: (&'static str, &'static str), chosen: bool| {
            let attributes = vec![
                at("type", "button"),
                at("class", "tab"),
                at("aria-pressed", if chosen { "true" } else { "false" }),
                press(app, Action::Seen(action.0, action.1)),
            ];
            el("button", attributes, vec![say(word)])
        };
        let states = STATES.map(|each| {
            let word = match each {
                "form" => text("Form"),
                "error" => text("Error"),
                "success" => text("Success"),
                _ => text("Expired"),
            };
            one(word, (each, scheme), each == state)
        });
        let light = one(text("Light"), (state, "light"), scheme == "light");
        let dark = one(text("Dark"), (state, "dark"), scheme == "dark");
        let group = |name: String, all: Vec<AnyView>| {
            el("div", vec![at("class", "tabs"), at("role", "group"), at("aria-label", name)], all)
        };
        div("toolbar", vec![group(text("State"), states.into()), group(text("Colors"), vec![light, dark])])
    };
    let mode = app.route.with_untracked(|route| route.mode).as_str();
    let src = move || {
        let (state, scheme) = app.seen.get();
        ["/console/", mode, "/preview?state=", state, "&scheme=", scheme].concat()
    };
    let frame = el(
        "iframe",
        vec![
            at("id", "preview"),
            at("class", "preview"),
            at("title", text("Preview of the form")),
            at("src", untrack(src)),
            follow("data-src", move || Some(src())),
        ],
        vec![],
    );
    let contrast =
        el("p", vec![at("id", "contrast"), at("class", "fix"), at("role", "status")], vec![say("\u{a0}")]);
    div("stack", vec![live(choice), frame, contrast])
}

/// The grounds that an accent stands on: those of the form, in light and in dark.
const GROUNDS: [(&str, [u32; 2]); 2] = [
    ("branding.colors.light.accent", [0xf5_f6f8, 0xff_ffff]),
    ("branding.colors.dark.accent", [0x0e_1116, 0x16_1b22]),
];

/// What is said about the contrast of the colors that are chosen: the ratio of each, and whether it is enough.
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "said in the browser, and tested"))]
pub(crate) fn contrast(color_of: impl Fn(&str) -> String) -> (String, bool) {
    let mut words = Vec::new();
    let mut enough = true;
    for (name, grounds) in GROUNDS {
        let Some(accent) = Rgb::parse(&color_of(name)) else { continue };
        let ratio = grounds.map(|ground| accent.contrast(Rgb::of(ground)));
        let least = ratio[0].min(ratio[1]);
        enough &= least >= TEXT;
        let ratio = shown(least);
        words.push(match (name.contains("light"), least >= TEXT) {
            (true, true) => fill("Light: {ratio}, enough.", &[&ratio]),
            (true, false) => fill("Light: {ratio}, too low. It must be at least 4.5:1.", &[&ratio]),
            (false, true) => fill("Dark: {ratio}, enough.", &[&ratio]),
            (false, false) => fill("Dark: {ratio}, too low. It must be at least 4.5:1.", &[&ratio]),
        });
    }
    (words.join(" "), enough)
}

fn number_or(value: &Value, path: &str, plain: i64) -> String {
    at_path(value, path).as_i64().unwrap_or(plain).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contrast_is_told_for_each_color_before_it_is_saved() {
        let said = |light: &str, dark: &str| {
            contrast(|name| if name.contains("light") { light.to_owned() } else { dark.to_owned() })
        };
        assert_eq!(
            said("#1d5bd1", "#8db6ff"),
            ("Light: 5.59:1, enough. Dark: 8.45:1, enough.".to_owned(), true)
        );
        let (words, enough) = said("#ffff00", "#8db6ff");
        assert!(words.starts_with("Light: 1.") && words.contains("too low") && !enough, "{words}");
        assert_eq!(said("", "nothing"), (String::new(), true));
    }
}
