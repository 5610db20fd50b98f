//! Changes appear by themselves: the project's object says over a WebSocket what has changed, by kinds and ids and never by data, and the
//! page asks for its answers again. Without the socket the page asks from time to time.
//!
//! It refuses to ask more often than every few seconds, however much changes, and to draw a page anew while somebody fills something in.

use super::{dom, is_form, json, navigation};
use crate::answers::texts;
use crate::app::App;
use crate::route::Page;
use leptos::prelude::*;
use std::cell::Cell;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{CloseEvent, MessageEvent, VisibilityState, WebSocket};

/// How often the page asks while there is no socket.
const ASK_EVERY: Duration = Duration::from_secs(20);
/// The least time between two questions while there is one.
const PAUSE: Duration = Duration::from_secs(3);
/// How often the socket is used, so that nothing on the way closes it.
const PING_EVERY: Duration = Duration::from_secs(30);
/// How many seconds it waits before it opens the socket again, at first and at most.
const AGAIN: (u64, u64) = (2, 60);
/// The code of a socket whose session has ended (`edge/live.js`).
const ENDED: u16 = 4401;

thread_local! {
    /// Whether something has changed that the page has not asked for yet.
    static WAITING: Cell<bool> = const { Cell::new(false) };
    /// Whether the page has asked a moment ago.
    static PAUSED: Cell<bool> = const { Cell::new(false) };
    /// The socket that is open.
    static SOCKET: Cell<Option<WebSocket>> = const { Cell::new(None) };
}

pub(super) fn listen(app: App) {
    open(app, StoredValue::new(AGAIN.0), false);
    let ask = move || {
        if !app.live.get_untracked() && is_seen() {
            changed(app);
        }
    };
    _ = set_interval_with_handle(ask, ASK_EVERY);
    let ping = || {
        let socket = SOCKET.take();
        if let Some(socket) = &socket {
            _ = socket.send_with_str("ping");
        }
        SOCKET.set(socket);
    };
    _ = set_interval_with_handle(ping, PING_EVERY);
}

fn is_seen() -> bool {
    dom::document().is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Asks for the answers again: at once, or when the pause after the last question is over.
fn changed(app: App) {
    WAITING.set(true);
    if !PAUSED.get() {
        ask(app);
    }
}

fn ask(app: App) {
    let busy = app.loading.get_untracked() || app.dialog.with_untracked(Option::is_some);
    if !busy {
        WAITING.set(false);
        // Nothing draws a form anew while somebody fills it in.
        if !app.page.with_untracked(is_form) {
            navigation::refresh(app);
        }
    }
    PAUSED.set(true);
    let later = move || {
        PAUSED.set(false);
        if WAITING.get() {
            ask(app);
        }
    };
    set_timeout(later, PAUSE);
}

fn address(app: App) -> Option<String> {
    let place = dom::window()?.location();
    let scheme = if place.protocol().ok()? == "https:" { "wss://" } else { "ws://" };
    let mode = app.route.with_untracked(|route| route.mode);
    Some([scheme, &place.host().ok()?, "/api/v1/live?mode=", mode.as_str()].concat())
}

/// Opens the socket. `again`: it was open before, and what changed meanwhile was not told.
fn open(app: App, waits: StoredValue<u64>, again: bool) {
    let Some(socket) = address(app).and_then(|address| WebSocket::new(&address).ok()) else { return };
    let own = socket.clone();
    let opened = Closure::<dyn FnMut()>::new(move || {
        waits.set_value(AGAIN.0);
        SOCKET.set(Some(own.clone()));
        app.live.set(true);
        if again {
            changed(app);
        }
    });
    let told = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(message) = event.data().as_string().map(|text| json::parse(&text)) else { return };
        if app.page.with_untracked(|page| concerns(page, &texts(&message, "changed"))) {
            changed(app);
        }
    });
    let closed = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
        SOCKET.set(None);
        app.live.set(false);
        if event.code() == ENDED {
            return dom::sign_in();
        }
        let wait = waits.get_value();
        waits.set_value((wait * 2).min(AGAIN.1));
        set_timeout(move || open(app, waits, true), Duration::from_secs(wait));
    });
    socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(told.as_ref().unchecked_ref()));
    socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
    // Their memory stays; a socket opens seldom.
    opened.forget();
    told.forget();
    closed.forget();
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
        Page::People => &["console-sessions"],
        Page::Status => &["app-connections", "connect-sessions"],
        _ => &[],
    };
    kinds.iter().any(|kind| own.contains(kind))
}
