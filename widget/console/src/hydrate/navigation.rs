//! Going from page to page without loading the document again: the answers of the next page are asked for, and then it is shown.

use super::{api, dom, keys};
use crate::answers::Answer;
use crate::app::App;
use crate::route::Route;
use crate::view::shell::title;
use futures_util::future::join_all;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, MouseEvent};

thread_local! {
    /// The number of the latest request for a page. Answers of an earlier one are thrown away.
    static TURN: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// Follows links inside the console, and the browser's own back and forward.
pub(super) fn listen(app: App) {
    _ = window_event_listener_untyped("click", move |event| {
        if let Some(event) = event.dyn_ref::<MouseEvent>() {
            clicked(app, event);
        }
    });
    _ = window_event_listener_untyped("popstate", move |_| {
        if let Some(here) = here() {
            load(app, &here, Some(false));
        }
    });
}

fn here() -> Option<String> {
    let place = dom::window()?.location();
    Some([place.pathname().ok()?, place.search().ok()?].concat())
}

fn clicked(app: App, event: &MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    keys::close_menus(target.as_ref());
    if event.default_prevented()
        || event.button() != 0
        || event.ctrl_key()
        || event.meta_key()
        || event.shift_key()
        || event.alt_key()
    {
        return;
    }
    let Some(link) = target.and_then(|target| target.closest("a[href]").ok().flatten()) else { return };
    let href = link.get_attribute("href").unwrap_or_default();
    if link.has_attribute("data-whole") {
        return;
    }
    if link.has_attribute("data-download") {
        event.prevent_default();
        return download(app, href);
    }
    if Route::parse(&href).is_some_and(|route| app.route.with_untracked(|now| now.mode == route.mode)) {
        event.prevent_default();
        keys::close_menus(None);
        app.menu.set(false);
        go(app, &href, true);
    }
}

/// Shows a page or view. `kept`: the place that it leaves stays in the browser's history.
pub(super) fn go(app: App, href: &str, kept: bool) {
    load(app, href, Some(kept));
}

/// Asks for the answers of the page again.
pub(super) fn refresh(app: App) {
    let href = app.route.with_untracked(Route::address);
    load(app, &href, None);
}

/// Loads an address. `history`: whether it is a new place (true), takes the place of the current one (false), or is the same (none).
fn load(app: App, href: &str, history: Option<bool>) {
    let Some(route) = Route::parse(href) else {
        if let Some(window) = dom::window() {
            _ = window.location().assign(href);
        }
        return;
    };
    let turn = TURN.get().wrapping_add(1);
    TURN.set(turn);
    app.loading.set(true);
    spawn_local(async move {
        let calls = route.calls();
        let answers = join_all(calls.iter().map(|path| api::call(app, "GET", path, &Value::Null))).await;
        if TURN.get() != turn {
            return;
        }
        app.loading.set(false);
        if answers.iter().any(|answer| answer.status == 401) {
            return dom::sign_in();
        }
        show(app, route, answers, history);
    });
}

fn show(app: App, route: Route, answers: Vec<Answer>, history: Option<bool>) {
    let other_page = app.page.with_untracked(|page| *page != route.page);
    let (address, kept) = (route.address(), focused());
    app.now.set(js_sys::Date::now() as i64 + app.ahead.get_value());
    if other_page {
        app.selected.set(Default::default());
    }
    app.answers.set(Arc::new(answers));
    app.route.set(route);
    if let (Some(kept), Some(window)) = (history, dom::window())
        && let Ok(entries) = window.history()
    {
        let state = JsValue::NULL;
        _ = if kept && here().as_deref() != Some(&address) {
            entries.push_state_with_url(&state, "", Some(&address))
        } else {
            entries.replace_state_with_url(&state, "", Some(&address))
        };
    }
    dom::later(move || {
        dom::fill_areas();
        if let Some(document) = dom::document() {
            document.set_title(&title(app));
        }
        if other_page {
            if let Some(window) = dom::window() {
                window.scroll_to_with_x_and_y(0.0, 0.0);
            }
            dom::focus("title");
        } else if let Some(kept) = kept {
            focus_again(&kept);
        }
    });
}

/// What has the focus in the page: its id, or its tag and its words.
fn focused() -> Option<(String, String)> {
    let active = dom::document()?.active_element()?;
    let id = active.id();
    if !id.is_empty() {
        return Some((["[id=\"", &id, "\"]"].concat(), String::new()));
    }
    active.closest("#main").ok().flatten()?;
    Some((active.tag_name().to_lowercase(), active.text_content().unwrap_or_default()))
}

/// Puts the focus back, if the element was drawn anew.
fn focus_again((selector, words): &(String, String)) {
    let Some(document) = dom::document() else { return };
    let lost = document.active_element().is_none_or(|active| active.tag_name() == "BODY");
    let Some(root) = dom::by_id("console").filter(|_| lost) else { return };
    let found = dom::all(&root, selector)
        .into_iter()
        .find(|one| words.is_empty() || one.text_content().as_deref() == Some(words));
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        _ = found.focus();
    }
}

/// Saves a file of the API. A link alone would not carry the header that the API asks for.
fn download(app: App, path: String) {
    app.loading.set(true);
    spawn_local(async move {
        let mode = app.route.with_untracked(|route| route.mode);
        let name = if path.contains("audit-log") { "audit-log.jsonl" } else { "accounts.csv" };
        let saved = save(&path, mode.as_str(), name).await;
        app.loading.set(false);
        if saved.is_none() {
            let (cause, fix) = super::calls::why(&Answer::none());
            super::say(app, [cause, fix].join(" "), true);
        }
    });
}

async fn save(path: &str, mode: &str, name: &str) -> Option<()> {
    let response = gloo_net::http::Request::get(path).header("latchkey-console", mode).send().await.ok()?;
    if !response.ok() {
        return None;
    }
    let bytes = response.binary().await.ok()?;
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
    let blob = web_sys::Blob::new_with_u8_array_sequence(&parts).ok()?;
    let url = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
    let link: web_sys::HtmlAnchorElement = dom::document()?.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    _ = web_sys::Url::revoke_object_url(&url);
    Some(())
}
