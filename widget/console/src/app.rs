//! The state of the console that its views share: where it is, what it shows, and what lies over it.
//!
//! The views read it and hand over actions. The browser's half changes it. On the server nothing changes.

use crate::action::{Action, Ask};
use crate::answers::{Answer, list, text, texts};
use crate::route::{Page, Route};
use leptos::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What lies over a page while a question is asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dialog {
    /// The question.
    pub(crate) ask: Ask,
    /// Whether its calls are under way.
    pub(crate) busy: bool,
    /// Why they failed: what is wrong, and what to do.
    pub(crate) failed: Option<(String, String)>,
    /// What the answer brought, if it is to be shown.
    pub(crate) shown: Option<Shown>,
}

/// What an answer brought: a text to copy, and a link's invitation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    /// The text.
    pub(crate) text: String,
    /// The picture of the QR code, as an address.
    pub(crate) picture: String,
    /// The draft of a mail, as an address.
    pub(crate) mail: String,
}

/// A short message at the edge of the screen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Toast {
    /// What happened.
    pub(crate) text: String,
    /// Whether something went wrong.
    pub(crate) bad: bool,
}

/// The console.
#[derive(Clone, Copy)]
pub(crate) struct App {
    /// Where it is.
    pub(crate) route: RwSignal<Route>,
    /// The page without its query: what is drawn anew only when it changes.
    pub(crate) page: Memo<Page>,
    /// The answers that the page is made of.
    pub(crate) answers: RwSignal<Arc<Vec<Answer>>>,
    /// The time when they came, in milliseconds since 1970.
    pub(crate) now: RwSignal<i64>,
    /// How far the time of the mode is ahead of this machine's, in milliseconds: test mode has a clock of its own.
    pub(crate) ahead: StoredValue<i64>,
    /// Who is signed in, and to what: the answer of `GET /api/v1/console`.
    pub(crate) who: StoredValue<Arc<Value>>,
    /// Whether answers are on their way.
    pub(crate) loading: RwSignal<bool>,
    /// Whether changes appear by themselves.
    pub(crate) live: RwSignal<bool>,
    /// The question that is asked.
    pub(crate) dialog: RwSignal<Option<Dialog>>,
    /// The short message.
    pub(crate) toast: RwSignal<Option<Toast>>,
    /// Whether the palette is open.
    pub(crate) palette: RwSignal<bool>,
    /// Whether the menu of pages is open, on narrow screens.
    pub(crate) menu: RwSignal<bool>,
    /// The rows that are selected: paths of accounts, such as `okta/<id>`.
    pub(crate) selected: RwSignal<BTreeSet<String>>,
    /// The state and the color scheme that the preview of the form shows.
    pub(crate) seen: RwSignal<(&'static str, &'static str)>,
    dispatch: fn(App, Action),
}

impl App {
    /// The console at an address, with the answers of its page.
    pub(crate) fn new(
        route: Route,
        answers: Vec<Answer>,
        who: Value,
        now: i64,
        dispatch: fn(Self, Action),
    ) -> Self {
        let route = RwSignal::new(route);
        Self {
            route,
            page: Memo::new(move |_| route.with(|route| route.page.clone())),
            answers: RwSignal::new(Arc::new(answers)),
            now: RwSignal::new(now),
            ahead: StoredValue::new(0),
            who: StoredValue::new(Arc::new(who)),
            loading: RwSignal::new(false),
            live: RwSignal::new(false),
            dialog: RwSignal::new(None),
            toast: RwSignal::new(None),
            palette: RwSignal::new(false),
            menu: RwSignal::new(false),
            selected: RwSignal::default(),
            seen: RwSignal::new(("form", "light")),
            dispatch,
        }
    }

    /// Hands over an action.
    pub(crate) fn act(self, action: Action) {
        (self.dispatch)(self, action);
    }

    /// Who is signed in.
    pub(crate) fn who(self) -> Arc<Value> {
        self.who.get_value()
    }

    /// Whether the person may do what needs a scope of the API.
    pub(crate) fn may(self, scope: &str) -> bool {
        texts(&self.who(), "scopes").contains(&scope)
    }

    /// The modes that the browser is signed in to.
    pub(crate) fn modes(self) -> Vec<String> {
        list(&self.who(), "modes").iter().filter_map(|mode| Some(mode.as_str()?.to_owned())).collect()
    }

    /// The name of the project.
    pub(crate) fn project(self) -> String {
        text(&self.who(), "project.name").to_owned()
    }

    /// Whether a column of the page's table is shown. The address has those that are not, so that they stay hidden when it is loaded again.
    pub(crate) fn shows(self, column: &str) -> bool {
        self.route.with(|route| !hidden(route).any(|one| one == column))
    }

    /// A page in the current mode.
    pub(crate) fn to(self, page: Page) -> String {
        Route::new(self.route.with_untracked(|route| route.mode), page).address()
    }

    /// The name of a provider, or its id if the catalogue has it no more.
    pub(crate) fn provider(self, id: &str) -> String {
        let who = self.who();
        let found = list(&who, "providers").iter().find(|provider| text(provider, "id") == id);
        found.map_or(id, |provider| text(provider, "name")).to_owned()
    }

    /// Ids and names of all providers.
    pub(crate) fn providers(self) -> Vec<(String, String)> {
        let who = self.who();
        let all = list(&who, "providers").iter();
        all.map(|provider| (text(provider, "id").to_owned(), text(provider, "name").to_owned())).collect()
    }

    /// The answer of the page's call at this place.
    pub(crate) fn answer(self, at: usize) -> Answer {
        self.answers.with(|answers| answers.get(at).cloned().unwrap_or_else(Answer::none))
    }
}

/// The columns that an address hides.
pub(crate) fn hidden(route: &Route) -> impl Iterator<Item = &str> {
    route.get("hide").unwrap_or_default().split(',').filter(|column| !column.is_empty())
}
