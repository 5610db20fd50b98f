//! The accounts page: every linked account, how it is, and what can be done with several at once.

use crate::action::{Action, Ask, Call, Done};
use crate::answers::{at as at_path, first, list, number, text as text_at};
use crate::app::App;
use crate::route::{Page, Route, encoded};
use crate::view::el::{Children, at, div, el, flag, live, nothing, say, span};
use crate::view::parts::{button, chip, empty, head, icon, link, mark, plain, refused, tabs, when};
use crate::view::table::{Column, Row, column, columns_menu, pager, sorted, table};
use crate::words::{freshness, health, health_tone, key_type};
use latchkey_shared::Mode;
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;
use serde_json::Value;

/// The states of health in the order of their urgency.
const HEALTH: [&str; 6] = ["needs_new_key", "blocked", "degraded", "expiring", "unknown", "healthy"];

fn columns() -> Vec<Column> {
    vec![
        sorted("name", text("Account"), "name"),
        sorted("health", text("Health"), "health"),
        sorted("user", text("End user"), "endUser"),
        sorted("organization", text("Organization"), "organization"),
        sorted("key", text("Token"), "keyName"),
        column("role", text("Role")),
        sorted("used", text("Last used"), "lastUsedAt"),
        sorted("checked", text("Checked"), "checkedAt"),
        sorted("expires", text("Expires"), "expiresAt"),
        sorted("created", text("Created"), "createdAt"),
    ]
}

pub(super) fn page(app: App) -> AnyView {
    let mut actions = Vec::new();
    if app.may("sessions:write") {
        actions.push(link(
            app.to(Page::Link),
            "button primary",
            vec![icon("plus"), say(text("Link an account"))],
        ));
    }
    let intro = text("Each account that a customer has linked, and how its key is.");
    div(
        "page accounts",
        vec![
            head(say(text("Accounts")), Some(intro), actions),
            live(move || states(app)),
            toolbar(app),
            live(move || selection(app)),
            live(move || rows(app)),
        ],
    )
}

/// The states of health, with how many accounts have each.
fn states(app: App) -> AnyView {
    let counts = app.answer(1);
    if !counts.is_ok() {
        return nothing();
    }
    let route = app.route.get_untracked();
    let chosen = route.get("health").unwrap_or_default();
    let of = |state: &str| number(&counts.body, &["health.", state].concat());
    let all: i64 = HEALTH.iter().map(|state| of(state)).sum();
    let mut views = vec![(text("All"), Some(all), route.with("health", None).address(), chosen.is_empty())];
    for state in HEALTH.iter().filter(|state| of(state) > 0 || **state == chosen) {
        views.push((
            health(state),
            Some(of(state)),
            route.with("health", Some(state)).address(),
            *state == chosen,
        ));
    }
    tabs(text("Health"), views)
}

fn toolbar(app: App) -> AnyView {
    let typed = app.route.with_untracked(|route| route.get("q").unwrap_or_default().to_owned());
    let search = el(
        "div",
        vec![at("class", "search")],
        vec![
            icon("search"),
            el(
                "input",
                vec![
                    at("id", "search"),
                    at("type", "search"),
                    at("value", typed),
                    at("placeholder", text("Name, person, organization, token")),
                    at("aria-label", text("Search accounts")),
                    at("autocomplete", "off"),
                    at("spellcheck", "false"),
                ],
                vec![],
            ),
        ],
    );
    let shown = columns().into_iter().skip(1).map(|column| (column.id, column.title)).collect();
    div(
        "toolbar",
        vec![
            search,
            live(move || filters(app)),
            columns_menu(app, shown),
            live(move || {
                app.answers.track();
                let query = app.route.with_untracked(|route| route.with("sort", None).address());
                let query = query.split_once('?').map_or(String::new(), |(_, query)| ["?", query].concat());
                let href = ["/api/v1/app-connections/export", &query].concat();
                el(
                    "a",
                    vec![at("class", "button"), at("href", href), flag("data-download", true)],
                    vec![icon("download"), say(text("CSV"))],
                )
            }),
        ],
    )
}

/// A name of the filter in the address, its label, the member of the counts, and how to say a value.
type Facet = (&'static str, String, fn(App, &str) -> String);

fn filters(app: App) -> AnyView {
    let counts = app.answer(1);
    let facets: [Facet; 3] = [
        ("provider", text("Provider"), |app, id| app.provider(id)),
        ("type", text("Type"), |_, kind| key_type(kind)),
        ("freshness", text("Freshness"), |_, color| freshness(color)),
    ];
    let menus = facets.into_iter().map(|(name, label, said)| {
        let route = app.route.get_untracked();
        let chosen = route.get(name).map(str::to_owned);
        let values = at_path(&counts.body, name).as_object().cloned().unwrap_or_default();
        let mut lines = vec![choice(&route, name, None, text("All"), None, chosen.is_none())];
        for (value, count) in &values {
            let picked = chosen.as_deref() == Some(value);
            if count.as_i64() != Some(0) || picked {
                lines.push(choice(&route, name, Some(value), said(app, value), count.as_i64(), picked));
            }
        }
        let mut summary = vec![say(label)];
        if let Some(chosen) = &chosen {
            summary.push(span("chosen", said(app, chosen)));
        }
        el(
            "details",
            vec![at("class", "menu"), flag("data-menu", true)],
            vec![el("summary", vec![at("class", "button")], summary), div("menu-lines", lines)],
        )
    });
    let mut all: Children = menus.collect();
    let route = app.route.get_untracked();
    if ["q", "provider", "type", "freshness", "health"].iter().any(|name| route.get(name).is_some()) {
        let plain = Route::new(route.mode, Page::Accounts);
        let plain = plain.with("sort", route.get("sort"));
        all.push(link(plain.address(), "button quiet", vec![say(text("Clear"))]));
    }
    div("filters", all)
}

fn choice(
    route: &Route,
    name: &str,
    value: Option<&str>,
    word: String,
    count: Option<i64>,
    chosen: bool,
) -> AnyView {
    let mut inside = vec![span("tick", ""), say(word)];
    inside.extend(count.map(|count| span("count", count.to_string())));
    let mut attributes = vec![at("href", route.with(name, value).address()), at("class", "line")];
    if chosen {
        attributes.push(at("aria-current", "true"));
    }
    el("a", attributes, inside)
}

/// What can be done with the rows that are selected.
fn selection(app: App) -> AnyView {
    let selected = app.selected.get();
    if selected.is_empty() || !app.may("connections:write") {
        return nothing();
    }
    let count = selected.len().to_string();
    let paths: Vec<String> =
        selected.iter().map(|path| ["/api/v1/app-connections/", path].concat()).collect();
    let calls = |method: &'static str, end: &str| -> Vec<Call> {
        paths.iter().map(|path| Call::new(method, [path.as_str(), end].concat())).collect()
    };
    let check = Ask {
        title: fill("Check {n} accounts now?", &[&count]),
        body: vec![text(
            "Each key is sent to its provider once. Nothing is replaced or deleted, whatever the provider answers.",
        )],
        button: text("Check now"),
        calls: calls("POST", "/verify"),
        done: Done::Say(fill("{n} accounts were checked.", &[&count])),
        ..Ask::default()
    };
    let delete = Ask {
        title: fill("Disconnect {n} accounts?", &[&count]),
        body: vec![text(
            "Their keys are deleted here. They stay valid at the provider until somebody revokes them there.",
        )],
        typed: Some(count.clone()),
        button: text("Disconnect"),
        calls: calls("DELETE", ""),
        done: Done::Say(fill("{n} accounts were disconnected.", &[&count])),
        ..Ask::default()
    };
    let name_of = |path: &str| {
        let accounts = app.answer(0);
        let found = list(&accounts.body, "appConnections")
            .iter()
            .find(|account| path.ends_with(text_at(account, "id")));
        found.map_or_else(|| path.to_owned(), |account| text_at(account, "name").to_owned())
    };
    let mut links = calls("POST", "/relink");
    for (call, path) in links.iter_mut().zip(&selected) {
        call.called = leptos::prelude::untrack(|| name_of(path));
    }
    let relink = Ask {
        title: fill("Ask for new keys for {n} accounts?", &[&count]),
        body: vec![text(
            "This makes a link for each account, for the person who linked it. The old keys stay until the new ones are accepted.",
        )],
        inputs: vec![super::link::lives("604800")],
        button: text("Make the links"),
        calls: links,
        done: Done::ShowAll(
            text("Send each link to its person."),
            text("They are shown this once. Whoever has a link can give its account a new key."),
            "url",
        ),
        ..Ask::default()
    };
    let mut relinks = Vec::new();
    if app.may("sessions:write") {
        relinks.push(button(app, text("Relink"), "button", Action::Ask(Box::new(relink))));
    }
    let relinks = div("inline", relinks);
    div(
        "selection",
        vec![
            span("counted", fill("{n} selected", &[&count])),
            button(app, text("Check now"), "button", Action::Ask(Box::new(check))),
            relinks,
            button(app, text("Disconnect"), "button danger-quiet", Action::Ask(Box::new(delete))),
            button(app, text("Select none"), "button quiet", Action::SelectAll(false)),
        ],
    )
}

fn rows(app: App) -> AnyView {
    let answer = app.answer(0);
    if !answer.is_ok() {
        return refused(app, &answer);
    }
    let accounts = list(&answer.body, "appConnections");
    if accounts.is_empty() {
        return none(app);
    }
    let counts = app.answer(1);
    let total = at_path(&counts.body, "total").as_i64();
    let rows = accounts.iter().map(|account| row(app, account)).collect();
    div(
        "rows",
        vec![
            table(app, text("Accounts"), &columns(), rows),
            pager(app, accounts.len(), total, text_at(&answer.body, "nextCursor")),
        ],
    )
}

fn row(app: App, account: &Value) -> Row {
    let (id, provider) = (text_at(account, "id"), text_at(account, "app"));
    let name = text_at(account, "name");
    let provider_name = app.provider(provider);
    let href = app.to(Page::Account(provider.to_owned(), id.to_owned()));
    let title = el(
        "span",
        vec![at("class", "account-name")],
        vec![
            el(
                "a",
                vec![at("href", href), at("class", "name"), at("id", ["row-", id].concat())],
                vec![el("bdi", vec![], vec![say(name)])],
            ),
            span("sub", &*provider_name),
        ],
    );
    let state = text_at(account, "details.health.state");
    let color = text_at(account, "details.freshness");
    let suspended = !at_path(account, "details.suspended").is_null();
    let mut shown = vec![chip(health_tone(state), health(state))];
    if suspended {
        shown.push(chip("dim", text("Suspended")));
    }
    let fresh = el(
        "span",
        vec![at("class", ["dot ", color].concat()), at("title", freshness(color))],
        vec![span("unseen", freshness(color))],
    );
    let key = first(account, &["details.key.name", "details.key.id"]);
    let roles: Vec<&str> = crate::answers::texts(account, "details.key.roles");
    Row {
        select: app
            .may("connections:write")
            .then(|| ([&encoded(provider), "/", &encoded(id)].concat(), name.to_owned())),
        cells: vec![
            div("account-cell", vec![mark(provider, &provider_name), title]),
            div("chips", shown),
            div(
                "two",
                vec![
                    plain(first(
                        account,
                        &["details.endUser.name", "details.endUser.email", "details.endUser.id"],
                    )),
                    sub(text_at(account, "details.endUser.email")),
                ],
            ),
            plain(first(account, &["details.organization.name", "details.organization.id"])),
            div("with-dot", vec![fresh, plain(key)]),
            plain(&roles.join(", ")),
            when(app, text_at(account, "details.lastUsedAt")),
            when(app, text_at(account, "details.health.checkedAt")),
            when(app, text_at(account, "details.expiresAt")),
            when(app, text_at(account, "createdAt")),
        ],
    }
}

fn sub(shown: &str) -> AnyView {
    if shown.is_empty() { nothing() } else { el("bdi", vec![at("class", "sub")], vec![say(shown)]) }
}

/// No rows: because nothing fits, or because nothing is linked yet.
fn none(app: App) -> AnyView {
    let route = app.route.get_untracked();
    if ["q", "provider", "type", "freshness", "health", "cursor"].iter().any(|name| route.get(name).is_some())
    {
        let all = link(app.to(Page::Accounts), "button", vec![say(text("Show all accounts"))]);
        return empty(
            "search",
            text("No account fits."),
            text("Change the search or take a filter away."),
            vec![all],
        );
    }
    first_run(app)
}

/// Three steps to the first linked account.
fn first_run(app: App) -> AnyView {
    let test = app.route.with_untracked(|route| route.mode == Mode::Test);
    let steps = [
        (
            text("Link an account yourself"),
            text(
                "Open the form as your customers see it. In test mode it takes test values, which are offered beside each field.",
            ),
            app.to(Page::Link),
            text("Open the form"),
        ),
        (
            text("Send a link, or embed the form"),
            text(
                "A link is for one person and one account. To embed the form, two lines of HTML and one call of the API are enough.",
            ),
            app.to(Page::Link),
            text("See the three ways"),
        ),
        (
            text("Hear about changes"),
            text("A webhook tells your backend when an account is linked, needs a new key, or works again."),
            app.to(Page::Webhooks),
            text("Add an endpoint"),
        ),
    ];
    let steps = steps.into_iter().enumerate().map(|(place, (title, more, href, word))| {
        el(
            "li",
            vec![at("class", "first-step")],
            vec![
                span("number", (place + 1).to_string()),
                div("", vec![el("h3", vec![], vec![say(title)]), crate::view::el::p("fix", more)]),
                link(href, if place == 0 { "button primary" } else { "button" }, vec![say(word)]),
            ],
        )
    });
    let heading = if test {
        text("Three steps to your first account")
    } else {
        text("No account is linked in live mode yet")
    };
    el(
        "section",
        vec![at("class", "first-run card")],
        vec![el("h2", vec![], vec![say(heading)]), el("ol", vec![], steps.collect())],
    )
}
