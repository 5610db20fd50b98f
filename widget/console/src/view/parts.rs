//! Small parts: buttons, chips, marks, times, facts, notes, empty states.

use super::el::{Children, at, div, el, flag, p, press, say, span};
use crate::action::Action;
use crate::answers::{Answer, text as text_at};
use crate::app::App;
use crate::time;
use crate::words::from_now;
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;

/// A button.
pub(crate) fn button(app: App, label: String, class: &'static str, action: Action) -> AnyView {
    el("button", vec![at("type", "button"), at("class", class), press(app, action)], vec![say(label)])
}

/// A button that the person may not press, with the reason.
pub(crate) fn button_off(label: String, why: String) -> AnyView {
    let attributes = vec![
        at("type", "button"),
        at("class", "button"),
        at("aria-disabled", "true"),
        at("title", why.clone()),
    ];
    el("button", attributes, vec![say(label), span("unseen", [" — ", &why].concat())])
}

/// A button that is an icon, with its name for those who cannot see it.
pub(crate) fn icon_button(app: App, icon: &'static str, label: String, action: Action) -> AnyView {
    let attributes = vec![
        at("type", "button"),
        at("class", "icon-button"),
        at("title", label.clone()),
        press(app, action),
    ];
    el("button", attributes, vec![self::icon(icon), span("unseen", label)])
}

/// An icon. The style sheet draws it.
pub(crate) fn icon(name: &'static str) -> AnyView {
    el("i", vec![at("class", ["icon icon-", name].concat()), at("aria-hidden", "true")], vec![])
}

/// A link inside the console.
pub(crate) fn link(href: impl Into<String>, class: &'static str, children: Children) -> AnyView {
    el("a", vec![at("href", href), at("class", class)], children)
}

/// A word with a color: `good`, `odd`, `bad`, `info` or `dim`.
pub(crate) fn chip(tone: &'static str, word: impl Into<String>) -> AnyView {
    el("span", vec![at("class", ["chip ", tone].concat())], vec![say(word)])
}

/// The letter mark of a provider. Its color comes from its id.
pub(crate) fn mark(id: &str, name: &str) -> AnyView {
    let letter: String = name.chars().take(1).flat_map(char::to_uppercase).collect();
    // Twelve hues that the style sheet has, each with enough contrast.
    let hue = id.bytes().fold(7_usize, |sum, byte| (sum * 31 + usize::from(byte)) % 997) % 12;
    let class = ["mark hue-", &hue.to_string()].concat();
    el("span", vec![at("class", class), at("aria-hidden", "true")], vec![say(letter)])
}

/// A time of the API, seen from now, with the exact minute as its title. A dash if there is none.
pub(crate) fn when(app: App, at_time: &str) -> AnyView {
    let Some(moment) = time::read(at_time) else { return span("none", "–") };
    let now = app.now.get_untracked();
    let exact = [&time::minute(at_time), " UTC"].concat();
    el("time", vec![at("datetime", at_time), at("title", exact)], vec![say(from_now(moment, now))])
}

/// A text that is copied by a press: an id, a hash, an address.
pub(crate) fn copied(app: App, shown: &str) -> AnyView {
    if shown.is_empty() {
        return span("none", "–");
    }
    let label = fill("Copy {value}", &[shown]);
    let attributes = vec![
        at("type", "button"),
        at("class", "copied"),
        at("title", label),
        press(app, Action::Copy(shown.to_owned())),
    ];
    el("button", attributes, vec![el("code", vec![], vec![say(shown)]), icon("copy")])
}

/// A text of a customer. Its direction is its own, and a dash stands for none.
pub(crate) fn plain(shown: &str) -> AnyView {
    if shown.is_empty() { span("none", "–") } else { el("bdi", vec![], vec![say(shown)]) }
}

/// Facts: what, and its value.
pub(crate) fn facts(rows: Vec<(String, AnyView)>) -> AnyView {
    let rows = rows.into_iter().map(|(what, value)| {
        div("fact", vec![el("dt", vec![], vec![say(what)]), el("dd", vec![], vec![value])])
    });
    el("dl", vec![at("class", "facts")], rows.collect())
}

/// A part of a page with a heading.
pub(crate) fn card(title: String, actions: Children, children: Children) -> AnyView {
    let mut head = vec![el("h2", vec![], vec![say(title)])];
    if !actions.is_empty() {
        head.push(div("actions", actions));
    }
    let mut all = vec![div("card-head", head)];
    all.extend(children);
    el("section", vec![at("class", "card")], all)
}

/// The head of a page: its title, what it is for, and what can be done.
pub(crate) fn head(title: AnyView, intro: Option<String>, actions: Children) -> AnyView {
    let mut left = vec![el("h1", vec![at("id", "title"), at("tabindex", "-1")], vec![title])];
    left.extend(intro.map(|intro| p("intro", intro)));
    let mut all = vec![div("titles", left)];
    if !actions.is_empty() {
        all.push(div("actions", actions));
    }
    el("header", vec![at("class", "page-head")], all)
}

/// A message in a page: tone, headline, what to do, and a button.
pub(crate) fn note(
    tone: &'static str,
    headline: String,
    more: Option<String>,
    action: Option<AnyView>,
) -> AnyView {
    let mut texts = vec![p("cause", headline)];
    texts.extend(more.map(|more| p("fix", more)));
    let mut all = vec![div("note-text", texts)];
    all.extend(action);
    el("div", vec![at("class", ["note ", tone].concat()), at("role", "status")], all)
}

/// The state of a list without rows: what would be here, and how to get it.
pub(crate) fn empty(icon_name: &'static str, headline: String, more: String, actions: Children) -> AnyView {
    let mut all = vec![icon(icon_name), p("cause", headline), p("fix", more)];
    if !actions.is_empty() {
        all.push(div("actions", actions));
    }
    div("empty", all)
}

/// What stands in the place of an answer that did not come: why, and what to do.
pub(crate) fn refused(app: App, answer: &Answer) -> AnyView {
    let again = || Some(button(app, text("Try again"), "button", Action::Refresh));
    let said = |path: &str| text_at(&answer.body, path).to_owned();
    match answer.status {
        0 => note(
            "odd",
            text("The console cannot reach the service."),
            Some(text("Check your connection. What you see may be old.")),
            again(),
        ),
        403 => {
            let more = text("Ask someone with the role admin, or sign in with a key that may do this.");
            empty("lock", text("You may not see this."), more, vec![])
        }
        404 => {
            let all = button(
                app,
                text("Show all accounts"),
                "button",
                Action::Go(app.to(crate::route::Page::Accounts)),
            );
            empty(
                "search",
                text("There is nothing at this address."),
                text("It may have been deleted, or it belongs to the other mode."),
                vec![all],
            )
        }
        _ => {
            let fix = crate::answers::list(&answer.body, "errors")
                .first()
                .map(|error| text_at(error, "fix").to_owned());
            let headline = Some(said("detail")).filter(|detail| !detail.is_empty());
            note(
                "bad",
                headline.unwrap_or_else(|| text("The service did not answer as expected.")),
                fix,
                again(),
            )
        }
    }
}

/// A block of code with a button that copies it.
pub(crate) fn code(app: App, shown: &str) -> AnyView {
    let copy = button(app, text("Copy"), "button small", Action::Copy(shown.to_owned()));
    let block = el("pre", vec![at("tabindex", "0")], vec![el("code", vec![], vec![say(shown)])]);
    div("code", vec![block, copy])
}

/// A list of words as chips, or a dash.
pub(crate) fn chips(tone: &'static str, words: &[&str]) -> AnyView {
    match words {
        [] => span("none", "–"),
        words => div("chips", words.iter().map(|word| chip(tone, *word)).collect()),
    }
}

/// Links that choose one of several views, such as filters with their counts: label, count, address, and whether it is chosen.
pub(crate) fn tabs(label: String, views: Vec<(String, Option<i64>, String, bool)>) -> AnyView {
    let views = views.into_iter().map(|(word, count, href, chosen)| {
        let mut inside = vec![say(word)];
        inside.extend(count.map(|count| span("count", count.to_string())));
        let mut attributes = vec![at("href", href), at("class", "tab")];
        if chosen {
            attributes.push(at("aria-current", "true"));
        }
        el("a", attributes, inside)
    });
    el("nav", vec![at("class", "tabs"), at("aria-label", label)], views.collect())
}

/// A detail that is folded away at first.
pub(crate) fn folded(summary: String, children: Children, open: bool) -> AnyView {
    let mut all = vec![el("summary", vec![], vec![say(summary)])];
    all.extend(children);
    el("details", vec![flag("open", open)], all)
}
