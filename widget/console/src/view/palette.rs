//! The palette (Ctrl K): pages, accounts and actions by their names.
//!
//! The view has all pages and actions. The browser's half hides those that do not fit what is typed, and adds the accounts it finds.

use super::el::{at, div, el, live, nothing, press, say, span};
use super::parts::icon;
use super::shell::pages;
use crate::action::Action;
use crate::app::App;
use crate::route::{Page, Route};
use latchkey_shared::i18n::text;
use leptos::prelude::*;

/// An account that was found: its name, what it belongs to, and its address.
pub(crate) type Found = (String, String, String);

/// The palette, or nothing while it is closed.
pub(crate) fn palette(app: App, found: RwSignal<Vec<Found>>, typed: RwSignal<String>) -> AnyView {
    live(move || if app.palette.get() { open(app, found, typed) } else { nothing() })
}

fn open(app: App, found: RwSignal<Vec<Found>>, typed: RwSignal<String>) -> AnyView {
    let input = el(
        "input",
        vec![
            at("id", "palette-input"),
            at("type", "text"),
            at("role", "combobox"),
            at("aria-expanded", "true"),
            at("aria-controls", "palette-list"),
            at("aria-label", text("Search accounts, pages and actions")),
            at("placeholder", text("Search accounts, pages and actions")),
            at("autocomplete", "off"),
            at("spellcheck", "false"),
        ],
        vec![],
    );
    let lines = live(move || {
        let typed = typed.get().to_lowercase();
        let fits = |word: &str| typed.split_whitespace().all(|part| word.to_lowercase().contains(part));
        let mut lines: Vec<AnyView> = Vec::new();
        for (name, of, href) in found.get() {
            lines.push(line(app, lines.len(), "accounts", name, of, Action::Go(href)));
        }
        for (word, hint, icon, action) in choices(app).into_iter().filter(|(word, ..)| fits(word)) {
            lines.push(line(app, lines.len(), icon, word, hint, action));
        }
        if lines.is_empty() {
            return div("palette-none", vec![say(text("Nothing has this name."))]);
        }
        el(
            "div",
            vec![at("id", "palette-list"), at("role", "listbox"), at("aria-label", text("Results"))],
            lines,
        )
    });
    el(
        "dialog",
        vec![at("id", "palette"), at("aria-label", text("Search"))],
        vec![div("palette-input", vec![icon("search"), input]), lines],
    )
}

fn line(
    app: App,
    place: usize,
    icon_name: &'static str,
    word: String,
    hint: String,
    action: Action,
) -> AnyView {
    let attributes = vec![
        at("type", "button"),
        at("role", "option"),
        at("id", ["palette-", &place.to_string()].concat()),
        at("aria-selected", if place == 0 { "true" } else { "false" }),
        at("tabindex", "-1"),
        press(app, action),
    ];
    el("button", attributes, vec![icon(icon_name), el("bdi", vec![], vec![say(word)]), span("hint", hint)])
}

/// Pages and actions: word, hint, icon, action.
fn choices(app: App) -> Vec<(String, String, &'static str, Action)> {
    let mut all = Vec::new();
    for (group, lines) in pages(app) {
        for (page, word, icon) in lines {
            all.push((word, group.clone(), icon, Action::Go(app.to(page))));
        }
    }
    let mode = app.route.with_untracked(|route| route.mode);
    for other in app.modes().iter().filter(|other| **other != mode.as_str()) {
        if let Some(other) = latchkey_shared::Mode::parse(other) {
            let word = if other.as_str() == "live" {
                text("Switch to live mode")
            } else {
                text("Switch to test mode")
            };
            all.push((word, String::new(), "mode", Action::Go(Route::new(other, Page::Accounts).address())));
        }
    }
    let blocked = app.route.with_untracked(|route| {
        Route::new(route.mode, Page::Accounts).with("health", Some("needs_new_key,blocked"))
    });
    all.push((text("Accounts that need somebody"), String::new(), "alert", Action::Go(blocked.address())));
    all.push((text("Light colors"), String::new(), "theme", Action::Theme("light")));
    all.push((text("Dark colors"), String::new(), "theme", Action::Theme("dark")));
    all.push((text("Colors as the system has them"), String::new(), "theme", Action::Theme("")));
    all.push((text("Sign out"), String::new(), "leave", Action::SignOut));
    all
}
