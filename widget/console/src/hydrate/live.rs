//! Changes appear by themselves: the project's object says over a WebSocket what has changed, by kinds and ids and never by data, and the
//! page asks for its answers again. Without the socket the page asks from time to time.

use super::{dom, is_form, json, navigation};
use crate::answers::texts;
use crate::app::App;
use crate::route::Page;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, VisibilityState, WebSocket};

/// How often the page asks while there is no socket.
const ASK_EVERY: Duration = Duration::from_secs(20);
/// How often the socket is used, so that nothing on the way closes it.
const PING_EVERY: Duration = Duration::from_secs(30);
/// How long it waits before it opens the socket again, at first and at most.
const AGAIN: (u64, u64) = (2, 60);

pub(super) fn listen(app: App) {
    let waits = StoredValue::new(AGAIN.0);
    open(app, waits);
    let ask = move || {
        if !app.live.get_untracked() && is_seen() {
            changed(app);
        }
    };
    _ = set_interval_with_handle(ask, ASK_EVERY);
}

fn is_seen() -> bool {
    dom::document().is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Asks for the answers again, unless somebody is in the middle of something.
fn changed(app: App) {
    let busy = app.loading.get_untracked()
        || app.dialog.with_untracked(Option::is_some)
        || app.page.with_untracked(is_form);
    if !busy {
        navigation::refresh(app);
    }
}

fn address(app: App) -> Option<String> {
    let place = dom::window()?.location();
    let scheme = if place.protocol().ok()? == "https:" { "wss://" } else { "ws://" };
    let mode = app.route.with_untracked(|route| route.mode);
    Some([scheme, &place.host().ok()?, "/api/v1/live?mode=", mode.as_str()].concat())
}

fn open(app: App, waits: StoredValue<u64>) {
    let Some(socket) = address(app).and_then(|address| WebSocket::new(&address).ok()) else { return };
    let opened = Closure::<dyn FnMut()>::new(move || {
        waits.set_value(AGAIN.0);
        app.live.set(true);
    });
    let told = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(message) = event.data().as_string().map(|text| json::parse(&text)) else { return };
        if app.page.with_untracked(|page| concerns(page, &texts(&message, "changed"))) {
            changed(app);
        }
    });
    let closed = Closure::<dyn FnMut()>::new(move || {
        app.live.set(false);
        let wait = waits.get_value();
        waits.set_value((wait * 2).min(AGAIN.1));
        set_timeout(move || open(app, waits), Duration::from_secs(wait));
    });
    socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(told.as_ref().unchecked_ref()));
    socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
    // They live as long as the page.
    opened.forget();
    told.forget();
    closed.forget();
    let ping = move || {
        if socket.ready_state() == WebSocket::OPEN {
            _ = socket.send_with_str("ping");
        }
    };
    _ = set_interval_with_handle(ping, PING_EVERY);
}

/// Whether a page shows one of these kinds.
fn concerns(page: &Page, kinds: &[&str]) -> bool {
    let own: &[&str] = match page {
        Page::Accounts => &["app-connections"],
        Page::Account(..) => &["app-connections", "audit-log", "events"],
        Page::Sessions | Page::Session(_) => &["connect-sessions"],
        Page::Events => &["events"],
        Page::Webhooks | Page::Webhook(_) => &["webhook-endpoints", "events"],
        Page::Audit => &["audit-log"],
        Page::Keys => &["api-keys"],
        Page::People => &["console-sessions", "audit-log"],
        Page::Status => &["app-connections", "connect-sessions"],
        _ => &[],
    };
    kinds.iter().any(|kind| own.contains(kind))
}
