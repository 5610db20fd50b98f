//! The frame around every page: whose console it is, the mode, the pages, and who is signed in.

use super::el::{at, div, el, flag, follow, live, nothing, p, press, say, span};
use super::parts::{button, icon, icon_button, link};
use crate::action::Action;
use crate::answers::text as text_at;
use crate::app::App;
use crate::route::{Page, Route};
use latchkey_shared::Mode;
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;

/// A line of the menu: its page, its name, its icon.
pub(crate) type Line = (Page, String, &'static str);

/// The pages that the person may see, in groups: page, name, icon.
pub(crate) fn pages(app: App) -> Vec<(String, Vec<Line>)> {
    let admin = app.may("admin");
    let mut groups = vec![(
        text("Accounts"),
        vec![
            (Page::Accounts, text("Accounts"), "accounts"),
            (Page::Sessions, text("Sessions"), "sessions"),
            (Page::Events, text("Events"), "events"),
        ],
    )];
    if app.may("sessions:write") {
        groups[0].1.insert(1, (Page::Link, text("Link an account"), "link"));
    }
    if admin {
        groups.push((
            text("Developers"),
            vec![(Page::Webhooks, text("Webhooks"), "webhooks"), (Page::Keys, text("API keys"), "keys")],
        ));
    }
    let mut form = vec![(Page::Providers, text("Providers"), "providers")];
    if admin {
        form.push((Page::Look, text("Look"), "look"));
    }
    groups.push((text("Connect form"), form));
    if admin {
        groups.push((
            text("Security"),
            vec![
                (Page::Audit, text("Audit log"), "audit"),
                (Page::Vault, text("Vault"), "vault"),
                (Page::People, text("Signed in"), "people"),
                (Page::Status, text("Status"), "status"),
            ],
        ));
    }
    groups
}

/// The frame with a page in it.
pub(crate) fn shell(app: App, main: AnyView, over: Vec<AnyView>) -> AnyView {
    let skip = el("a", vec![at("class", "skip"), at("href", "#title")], vec![say(text("Skip to the page"))]);
    let progress = el(
        "div",
        vec![at("class", "progress"), follow("data-on", move || app.loading.get().then(String::new))],
        vec![],
    );
    let main = el("main", vec![at("id", "main")], vec![main]);
    let mut all = vec![skip, progress, bar(app), side(app), main, toast(app)];
    all.extend(over);
    div("console", all)
}

/// The bar of narrow screens.
fn bar(app: App) -> AnyView {
    el(
        "header",
        vec![at("class", "bar")],
        vec![
            icon_button(app, "menu", text("Menu"), Action::Menu(true)),
            el("strong", vec![], vec![el("bdi", vec![], vec![say(app.project())])]),
            icon_button(app, "search", text("Search"), Action::Palette(true)),
        ],
    )
}

fn side(app: App) -> AnyView {
    let lines = live(move || {
        let current = app.page.get();
        let groups = pages(app).into_iter().map(|(group, lines)| {
            let lines = lines.into_iter().map(|(page, word, icon_name)| {
                let mut attributes = vec![at("href", app.to(page.clone())), at("class", "side-link")];
                if belongs(&current, &page) {
                    attributes.push(at("aria-current", "page"));
                }
                el("li", vec![], vec![el("a", attributes, vec![icon(icon_name), say(word)])])
            });
            div("group", vec![p("group-name", group), el("ul", vec![], lines.collect())])
        });
        el("nav", vec![at("aria-label", text("Pages"))], groups.collect())
    });
    let search = el(
        "button",
        vec![at("type", "button"), at("class", "search-button"), press(app, Action::Palette(true))],
        vec![icon("search"), span("", text("Search")), el("kbd", vec![], vec![say("Ctrl K")])],
    );
    let close = icon_button(app, "close", text("Close the menu"), Action::Menu(false));
    el(
        "aside",
        vec![
            at("class", "side"),
            at("aria-label", text("Console")),
            follow("data-open", move || app.menu.get().then(String::new)),
        ],
        vec![div("side-head", vec![project(app), close]), modes(app), search, lines, person(app)],
    )
}

fn project(app: App) -> AnyView {
    let name = app.project();
    let letter: String = name.chars().take(1).flat_map(char::to_uppercase).collect();
    let mark = el("span", vec![at("class", "project-mark"), at("aria-hidden", "true")], vec![say(letter)]);
    link(app.to(Page::Accounts), "project", vec![mark, el("bdi", vec![], vec![say(name)])])
}

/// The choice between test and live. A mode that the browser is not signed in to leads to its sign-in.
fn modes(app: App) -> AnyView {
    let signed_in = app.modes();
    let mode = app.route.with_untracked(|route| route.mode);
    let choice = [Mode::Test, Mode::Live].map(|each| {
        let word = if each == Mode::Test { text("Test") } else { text("Live") };
        let known = signed_in.iter().any(|one| one == each.as_str());
        let accounts = Route::new(each, Page::Accounts).address();
        let href = if known { accounts } else { ["/console/sign-in?mode=", each.as_str()].concat() };
        // Another mode has another sign-in, so its page is loaded whole.
        let mut attributes = vec![at("href", href), at("class", "mode"), flag("data-whole", true)];
        if each == mode {
            attributes.push(at("aria-current", "true"));
        }
        el("a", attributes, vec![say(word)])
    });
    el(
        "div",
        vec![
            at("class", ["modes ", mode.as_str()].concat()),
            at("role", "group"),
            at("aria-label", text("Mode")),
        ],
        choice.into(),
    )
}

fn person(app: App) -> AnyView {
    let who = app.who();
    let role = match text_at(&who, "role") {
        "viewer" => text("Viewer"),
        "support" => text("Support"),
        "admin" => text("Admin"),
        other => other.to_owned(),
    };
    let live_state = live(move || {
        let word = if app.live.get() {
            text("Changes appear by themselves.")
        } else {
            text("The page is loaded again from time to time.")
        };
        el(
            "span",
            vec![at("class", if app.live.get() { "pulse on" } else { "pulse" }), at("title", word.clone())],
            vec![span("unseen", word)],
        )
    });
    div(
        "person",
        vec![
            div(
                "person-name",
                vec![
                    el("bdi", vec![], vec![say(text_at(&who, "signedInAs"))]),
                    span("role", role),
                    live_state,
                ],
            ),
            button(app, text("Sign out"), "button small", Action::SignOut),
        ],
    )
}

/// Whether a page is under a line of the menu.
fn belongs(page: &Page, line: &Page) -> bool {
    match (page, line) {
        (Page::Account(..), Page::Accounts)
        | (Page::Session(_), Page::Sessions)
        | (Page::Webhook(_), Page::Webhooks)
        | (Page::Provider(_), Page::Providers) => true,
        (page, line) => page == line,
    }
}

fn toast(app: App) -> AnyView {
    let inside = live(move || match app.toast.get() {
        Some(toast) => div(
            if toast.bad { "toast bad" } else { "toast" },
            vec![span("", toast.text), icon_button(app, "close", text("Close"), Action::Quiet)],
        ),
        None => nothing(),
    });
    el("div", vec![at("class", "toasts"), at("role", "status")], vec![inside])
}

/// The title of a page, for the browser's tab.
pub(crate) fn title(app: App) -> String {
    let page = app.page.get_untracked();
    let word = pages(app).into_iter().flat_map(|(_, lines)| lines).find(|(line, ..)| belongs(&page, line));
    let word = word.map_or_else(|| text("Console"), |(_, word, _)| word);
    fill("{page} · {project}", &[&word, &app.project()])
}
