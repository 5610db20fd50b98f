//! Rendering on the server: a page and its answers in JSON become a whole document.
//!
//! It is a function and nothing more: it has no bindings, no secrets and no network. The edge has asked the API already.

mod document;
mod sign_in;

use crate::answers::{Answer, at, list, number, text};
use crate::app::App;
use crate::pages::{PaletteState, console};
use crate::route::Route;
use crate::view::shell::title;
use latchkey_shared::i18n::{Phrases, within};
use leptos::prelude::*;
use serde_json::{Value, json};
use std::cell::RefCell;

/// The addresses of the console's files.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// The style sheet.
    pub css: &'a str,
    /// The script that starts the program.
    pub js: &'a str,
    /// The program.
    pub wasm: &'a str,
}

/// The language's tag of BCP 47 that the words are in.
fn language(data: &Value) -> &'static str {
    match text(data, "language") {
        "ar" => "ar",
        "de" => "de",
        "es" => "es",
        "fr" => "fr",
        "ja" => "ja",
        "pt" => "pt",
        _ => "en",
    }
}

/// The document. `data` is what `README.md` lists: address, time, who is signed in, answers, language, words.
///
/// # Errors
/// When the data is not JSON, or the console has no such page.
pub fn render(data: &str, files: &Files<'_>) -> Result<String, &'static str> {
    let data: Value = serde_json::from_str(data).map_err(|_| "the data is not JSON")?;
    let language = language(&data);
    within(phrases(language, at(&data, "words")), || page(&data, language, files))
}

/// A language's table, and the text that it was read from.
type Table = (&'static str, String, &'static Phrases);

thread_local! {
    /// The tables that were read: one for each language, and another one only when a deployment of the edge has other words.
    static TABLES: RefCell<Vec<Table>> = const { RefCell::new(Vec::new()) };
}

/// The sentences of a language. They are read once and kept as long as the program, because each page would else leave a copy.
fn phrases(language: &'static str, words: &Value) -> Option<&'static Phrases> {
    if language == "en" {
        return None;
    }
    let text = json!({ "console": words }).to_string();
    let known = TABLES.with_borrow(|tables| {
        let table = tables.iter().find(|(of, from, _)| *of == language && *from == text);
        table.map(|(_, _, phrases)| *phrases)
    });
    if known.is_some() {
        return known;
    }
    let phrases: &'static Phrases = Box::leak(Box::new(Phrases::read(language, text.as_bytes())?));
    TABLES.with_borrow_mut(|tables| tables.push((language, text, phrases)));
    Some(phrases)
}

fn page(data: &Value, language: &'static str, files: &Files<'_>) -> Result<String, &'static str> {
    if text(data, "path").starts_with("/console/sign-in") {
        return Ok(sign_in::page(data, language, files));
    }
    let route = Route::parse(text(data, "path")).ok_or("the console has no such page")?;
    let answers: Vec<Answer> = list(data, "answers").iter().map(Answer::read).collect();
    let (title, body) = Owner::new().with(|| {
        // Nobody acts on the server.
        let app = App::new(route, answers, at(data, "who").clone(), number(data, "now"), |_, _| ());
        let state = PaletteState { found: RwSignal::default(), typed: RwSignal::default() };
        (title(app), console(app, state).to_html())
    });
    let page = document::Document {
        title: &title,
        language,
        theme: text(data, "theme"),
        body: &body,
        data: Some(data),
    };
    Ok(document::write(&page, files))
}

#[cfg(test)]
mod tests;
