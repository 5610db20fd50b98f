//! Tables: columns that sort, rows that select, pages that follow one another. On narrow screens each row becomes a card, with the
//! heading of each column beside its cell.

use super::el::{Children, at, div, el, flag, live, maybe, press, say, span};
use super::parts::{icon, link};
use crate::action::Action;
use crate::app::App;
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;

/// A column.
pub(crate) struct Column {
    /// Its name in the state, and in the style sheet.
    pub(crate) id: &'static str,
    /// Its heading.
    pub(crate) title: String,
    /// What the API sorts by, if it can.
    pub(crate) sort: Option<&'static str>,
}

/// A column that does not sort.
pub(crate) fn column(id: &'static str, title: String) -> Column {
    Column { id, title, sort: None }
}

/// A column that sorts.
pub(crate) fn sorted(id: &'static str, title: String, sort: &'static str) -> Column {
    Column { id, title, sort: Some(sort) }
}

/// A row.
pub(crate) struct Row {
    /// Its name in the selection, if it can be selected: the path of an account. And how it is called.
    pub(crate) select: Option<(String, String)>,
    /// Its cells, in the order of the columns.
    pub(crate) cells: Children,
}

/// A row that cannot be selected.
pub(crate) fn row(cells: Children) -> Row {
    Row { select: None, cells }
}

/// A table. Its name is for those who cannot see it.
pub(crate) fn table(app: App, name: String, columns: &[Column], rows: Vec<Row>) -> AnyView {
    let selects = rows.iter().any(|row| row.select.is_some());
    let sort = app.route.with_untracked(|route| route.get("sort").unwrap_or_default().to_owned());
    let shown: Vec<bool> =
        columns.iter().map(|column| leptos::prelude::untrack(|| app.shows(column.id))).collect();
    let mut heads = Vec::new();
    if selects {
        heads.push(el("th", vec![at("scope", "col"), at("class", "pick")], vec![select_all(app)]));
    }
    for (column, _) in columns.iter().zip(&shown).filter(|(_, shown)| **shown) {
        heads.push(heading(app, column, &sort));
    }
    let titles: Vec<String> = columns.iter().map(|column| column.title.clone()).collect();
    let ids: Vec<&'static str> = columns.iter().map(|column| column.id).collect();
    let rows = rows.into_iter().map(|row| {
        let mut cells = Vec::new();
        if selects {
            cells.push(el(
                "td",
                vec![at("class", "pick")],
                vec![row.select.map_or_else(|| say(""), |(id, called)| select(app, id, &called))],
            ));
        }
        for (place, cell) in
            row.cells.into_iter().enumerate().filter(|(place, _)| shown.get(*place) == Some(&true))
        {
            let class = ["cell-", ids.get(place).copied().unwrap_or_default()].concat();
            let title = titles.get(place).cloned().unwrap_or_default();
            // The first cell names its row.
            let head = place == 0;
            let attributes = vec![
                at("class", class),
                at("data-title", title),
                maybe("scope", head.then(|| "row".to_owned())),
            ];
            cells.push(el(if head { "th" } else { "td" }, attributes, vec![cell]));
        }
        el("tr", vec![], cells)
    });
    let rows = rows.collect();
    let caption = el("caption", vec![at("class", "unseen")], vec![say(name.clone())]);
    let head = el("thead", vec![], vec![el("tr", vec![], heads)]);
    let table = el("table", vec![], vec![caption, head, el("tbody", vec![], rows)]);
    el(
        "div",
        vec![at("class", "table"), at("tabindex", "0"), at("role", "region"), at("aria-label", name)],
        vec![table],
    )
}

fn heading(app: App, column: &Column, sort: &str) -> AnyView {
    let class = ["cell-", column.id].concat();
    let Some(by) = column.sort else {
        return el("th", vec![at("scope", "col"), at("class", class)], vec![say(&*column.title)]);
    };
    let (ascending, descending) = (sort == by, sort.strip_prefix('-') == Some(by));
    let next = if ascending { ["-", by].concat() } else { by.to_owned() };
    let href = app.route.with_untracked(|route| route.with("sort", Some(&next)).address());
    let state = if ascending {
        "ascending"
    } else if descending {
        "descending"
    } else {
        "none"
    };
    let arrow = icon(if descending {
        "down"
    } else if ascending {
        "up"
    } else {
        "sort"
    });
    let label = link(href, "sort", vec![say(&*column.title), arrow]);
    el("th", vec![at("scope", "col"), at("class", class), at("aria-sort", state)], vec![label])
}

fn select_all(app: App) -> AnyView {
    live(move || {
        let any = app.selected.with(|selected| !selected.is_empty());
        let label = if any { text("Select none") } else { text("Select all rows shown") };
        check(app, Action::SelectAll(!any), any, label)
    })
}

fn select(app: App, id: String, called: &str) -> AnyView {
    let label = fill("Select {name}", &[called]);
    live(move || {
        let chosen = app.selected.with(|selected| selected.contains(&id));
        check(app, Action::Select(id.clone()), chosen, label.clone())
    })
}

fn check(app: App, action: Action, checked: bool, label: String) -> AnyView {
    let state = if checked { "true" } else { "false" };
    let attributes = vec![
        at("type", "button"),
        at("class", "check"),
        at("role", "checkbox"),
        at("aria-checked", state),
        at("aria-label", label),
        press(app, action),
    ];
    el("button", attributes, vec![])
}

/// What follows the rows: how many there are, and the next page.
pub(crate) fn pager(app: App, shown: usize, total: Option<i64>, next: &str) -> AnyView {
    let counted = match total {
        Some(total) => fill("{shown} of {total}", &[&shown.to_string(), &total.to_string()]),
        None => fill("{shown} shown", &[&shown.to_string()]),
    };
    let first = app.route.with_untracked(|route| route.get("cursor").is_none());
    let mut all = vec![span("counted", counted)];
    if !first {
        let start = app.route.with_untracked(|route| route.with("cursor", None).address());
        all.push(link(start, "button", vec![say(text("First page"))]));
    }
    if !next.is_empty() {
        let href = app.route.with_untracked(|route| route.with("cursor", Some(next)).address());
        all.push(link(href, "button", vec![say(text("Next page"))]));
    }
    div("pager", all)
}

/// The menu that chooses columns.
pub(crate) fn columns_menu(app: App, columns: Vec<(&'static str, String)>) -> AnyView {
    let lines = columns.into_iter().map(|(id, title)| {
        live(move || {
            let shown = app.shows(id);
            let attributes = vec![
                at("type", "button"),
                at("class", "line"),
                at("role", "checkbox"),
                at("aria-checked", if shown { "true" } else { "false" }),
                press(app, Action::Column(id)),
            ];
            el("button", attributes, vec![span("tick", ""), say(&*title)])
        })
    });
    let lines = lines.collect();
    let summary = el("summary", vec![at("class", "button")], vec![icon("columns"), say(text("Columns"))]);
    el("details", vec![at("class", "menu"), flag("data-menu", true)], vec![summary, div("menu-lines", lines)])
}
