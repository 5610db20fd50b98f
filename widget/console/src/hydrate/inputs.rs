//! Reads the inputs of a form into the body of a call, and follows what is typed into searches.

use super::{dom, navigation};
use crate::app::App;
use crate::route::Page;
use latchkey_shared::i18n::fill;
use leptos::prelude::*;
use serde_json::{Map, Value};
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// How long nobody types before a search begins.
const PAUSE: Duration = Duration::from_millis(160);

/// The body of a call: what it has already, and the inputs of a form. An error is the id of the input that is empty, and the sentence
/// about it.
pub(super) fn read(form: &str, body: &Value) -> Result<Value, (String, String)> {
    let Some(root) = dom::by_id(form) else { return Ok(body.clone()) };
    let mut out = body.clone();
    for element in dom::all(&root, "[data-name]") {
        let name = element.get_attribute("data-name").unwrap_or_default();
        let optional = element.has_attribute("data-optional");
        let value = value(&element);
        let empty = match &value {
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Null => true,
            _ => false,
        };
        if empty && !optional {
            let label = label(&element);
            return Err((element.id(), fill("{label} is empty.", &[&label])));
        }
        set(&mut out, &name, (!empty).then_some(value));
    }
    Ok(out)
}

fn label(element: &Element) -> String {
    let found = dom::first(&["label[for=\"", &element.id(), "\"]"].concat())
        .or_else(|| element.query_selector("legend").ok().flatten());
    found.and_then(|label| label.text_content()).unwrap_or_default()
}

fn value(element: &Element) -> Value {
    let typed = || dom::value(element).trim().to_owned();
    match element.get_attribute("data-kind").as_deref() {
        Some("number") => typed().parse::<i64>().map_or(Value::Null, Value::from),
        Some("list") => {
            let parts = typed();
            let parts = parts.split(['\n', ',']).map(str::trim).filter(|part| !part.is_empty());
            Value::Array(parts.map(Value::from).collect())
        }
        Some("some") => {
            let boxes = dom::all(element, "[data-option]")
                .into_iter()
                .filter_map(|one| one.dyn_into::<HtmlInputElement>().ok());
            Value::Array(
                boxes.filter(HtmlInputElement::checked).map(|one| Value::from(one.value())).collect(),
            )
        }
        _ => Value::String(typed()),
    }
}

/// Puts a value at a path of names. None takes it away.
fn set(body: &mut Value, path: &str, value: Option<Value>) {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    if body.is_null() && value.is_some() {
        *body = Value::Object(Map::new());
    }
    let Some(object) = body.as_object_mut() else { return };
    match (rest, value) {
        (Some(rest), value) => {
            let inner = object.entry(first).or_insert(Value::Null);
            set(inner, rest, value);
            if inner.is_null() {
                object.remove(first);
            }
        }
        (None, Some(value)) => {
            object.insert(first.to_owned(), value);
        }
        (None, None) => {
            object.remove(first);
        }
    }
}

/// Follows what is typed into the search of the accounts page.
pub(super) fn listen(app: App) {
    let turn = StoredValue::new(0_u32);
    if app.page.with_untracked(|page| *page == Page::Look) {
        dom::later(contrast);
    }
    let typed = move |event: web_sys::Event| {
        if app.page.with_untracked(|page| *page == Page::Look) {
            return look_soon(turn);
        }
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        if input.id() != "search" {
            return;
        }
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        let search = move || {
            if turn.get_value() == mine {
                let words = input.value();
                let href = app.route.with_untracked(|route| route.with("q", Some(words.trim())).address());
                navigation::go(app, &href, false);
            }
        };
        set_timeout(search, PAUSE);
    };
    _ = window_event_listener_untyped("input", typed);
}

/// Shows the look that is chosen, when nobody has changed anything for a moment.
fn look_soon(turn: StoredValue<u32>) {
    contrast();
    turn.update_value(|turn| *turn += 1);
    let mine = turn.get_value();
    let show = move || {
        if turn.get_value() == mine {
            look();
        }
    };
    set_timeout(show, PAUSE);
}

/// Puts what is chosen into the frame.
pub(super) fn look() {
    contrast();
    let Some(frame) = dom::by_id("preview") else { return };
    let Some(form) = dom::by_id("form") else { return };
    let mut chosen = Value::Null;
    for element in dom::all(&form, "[data-name]") {
        let name = element.get_attribute("data-name").unwrap_or_default();
        let value = value(&element);
        let empty = value.as_str().is_some_and(str::is_empty);
        set(&mut chosen, &name, (!empty && !value.is_null()).then_some(value));
    }
    let look = super::json::text(chosen.get("branding").unwrap_or(&Value::Null));
    let place = frame.get_attribute("data-src").unwrap_or_default();
    _ = frame.set_attribute("src", &[&place, "&look=", &crate::route::encoded(&look)].concat());
}

/// Tells the contrast of the colors that are chosen.
fn contrast() {
    let Some(place) = dom::by_id("contrast") else { return };
    let (words, enough) = crate::pages::look::contrast(|name| dom::value_of(&["form-", name].concat()));
    place.set_text_content(Some(&words));
    _ = place.set_attribute("class", if enough { "fix" } else { "fix bad" });
}
