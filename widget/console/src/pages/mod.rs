//! The pages. Each file has one, made of the answers of its calls (`route.rs`).

mod account;
mod accounts;
mod audit;
mod events;
mod grace;
mod keys;
mod link;
pub(crate) mod look;
mod people;
mod providers;
mod sessions;
mod status;
mod vault;
mod webhooks;

use crate::app::App;
use crate::route::Page;
use crate::view::dialog::dialog;
use crate::view::el::live;
use crate::view::palette::{Found, palette};
use crate::view::shell::shell;
use leptos::prelude::*;

/// What the palette shows: the accounts that were found, and what is typed.
#[derive(Clone, Copy)]
pub(crate) struct PaletteState {
    /// Accounts.
    pub(crate) found: RwSignal<Vec<Found>>,
    /// What is typed.
    pub(crate) typed: RwSignal<String>,
}

/// The whole console.
pub(crate) fn console(app: App, state: PaletteState) -> AnyView {
    let main = live(move || match app.page.get() {
        _ if grace::ends(app).is_some() => grace::page(app, &grace::ends(app).unwrap_or_default()),
        Page::Accounts => accounts::page(app),
        Page::Account(..) => live(move || account::page(app)),
        Page::Link => link::page(app),
        Page::Sessions => live(move || sessions::page(app)),
        Page::Session(_) => live(move || sessions::one(app)),
        Page::Events => live(move || events::page(app)),
        Page::Webhooks => live(move || webhooks::page(app)),
        Page::Webhook(_) => live(move || webhooks::one(app)),
        Page::Audit => live(move || audit::page(app)),
        Page::Keys => live(move || keys::page(app)),
        Page::People => live(move || people::page(app)),
        Page::Vault => live(move || vault::page(app)),
        Page::Look => look::page(app),
        Page::Providers => live(move || providers::page(app)),
        Page::Provider(_) => live(move || providers::one(app)),
        Page::Status => live(move || status::page(app)),
    });
    shell(app, main, vec![dialog(app), palette(app, state.found, state.typed)])
}
