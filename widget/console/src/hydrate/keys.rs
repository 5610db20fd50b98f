//! Keys: the palette (Ctrl K), the search (/), moving through the palette's lines, and closing what is open (Escape).

use super::{api, dom};
use crate::action::Action;
use crate::answers::{first, list, text};
use crate::app::App;
use crate::pages::PaletteState;
use crate::route::{Page, encoded};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

pub(super) fn listen(app: App, state: PaletteState) {
    _ = window_event_listener_untyped("keydown", move |event| {
        if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
            key(app, event);
        }
    });
    _ = window_event_listener_untyped("input", move |event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input.filter(|input| input.id() == "palette-input") {
            typed(app, state, &input.value());
        }
    });
}

fn key(app: App, event: &KeyboardEvent) {
    let palette = app.palette.get_untracked();
    let typing = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    match event.key().as_str() {
        "k" | "K" if event.ctrl_key() || event.meta_key() => {
            event.prevent_default();
            app.act(Action::Palette(!palette));
        }
        "/" if !typing && !palette => {
            if let Some(search) = dom::by_id("search") {
                event.prevent_default();
                _ = search.focus();
            }
        }
        "ArrowDown" if palette => move_choice(event, 1),
        "ArrowUp" if palette => move_choice(event, -1),
        "Enter" if palette => {
            event.prevent_default();
            if let Some(chosen) = dom::first("#palette-list [aria-selected=true]")
                .and_then(|found| found.dyn_into::<HtmlElement>().ok())
            {
                chosen.click();
            }
        }
        "Escape" => {
            if palette {
                app.act(Action::Palette(false));
            } else if app.dialog.with_untracked(Option::is_some) {
                app.act(Action::Dismiss);
            } else {
                app.menu.set(false);
                close_menus(None);
            }
        }
        _ => {}
    }
}

/// Chooses the line below or above.
fn move_choice(event: &KeyboardEvent, by: isize) {
    event.prevent_default();
    let Some(list) = dom::by_id("palette-list") else { return };
    let lines = dom::all(&list, "[role=option]");
    let current =
        lines.iter().position(|line| line.get_attribute("aria-selected").as_deref() == Some("true"));
    let count = lines.len() as isize;
    let next = current.map_or(0, |at| (at as isize + by).rem_euclid(count.max(1)));
    for (at, line) in lines.iter().enumerate() {
        let chosen = at as isize == next;
        _ = line.set_attribute("aria-selected", if chosen { "true" } else { "false" });
        if chosen {
            line.scroll_into_view();
            if let Some(input) = dom::by_id("palette-input") {
                _ = input.set_attribute("aria-activedescendant", &line.id());
            }
        }
    }
}

/// Searches accounts while somebody types.
fn typed(app: App, state: PaletteState, words: &str) {
    state.typed.set(words.to_owned());
    let words = words.trim().to_owned();
    if words.is_empty() {
        return state.found.set(Vec::new());
    }
    spawn_local(async move {
        let path = ["/api/v1/app-connections?limit=6&q=", &encoded(&words)].concat();
        let answer = api::call(app, "GET", &path, &Value::Null).await;
        if !state.typed.with_untracked(|typed| typed.trim() == words) {
            return;
        }
        let found = list(&answer.body, "appConnections").iter().map(|account| {
            let page = Page::Account(text(account, "app").to_owned(), text(account, "id").to_owned());
            let of = first(account, &["details.organization.name", "details.endUser.name", "app"]);
            (text(account, "name").to_owned(), of.to_owned(), app.to(page))
        });
        state.found.set(found.collect());
    });
}

/// Closes every open menu but the one that holds this element.
pub(super) fn close_menus(inside: Option<&Element>) {
    let Some(root) = dom::by_id("console") else { return };
    for menu in dom::all(&root, "details[data-menu][open]") {
        let own = inside.is_some_and(|element| menu.contains(Some(element)));
        if !own {
            _ = menu.remove_attribute("open");
        }
    }
}
