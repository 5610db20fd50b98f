//! In the browser: the page has one language, so a sentence is said as soon as it is made.

use super::filled;
use js_sys::Reflect;
use std::cell::RefCell;
use wasm_bindgen::JsValue;

thread_local! {
    static TABLE: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
}

/// Speaks the language of this table, an object; `undefined` is English.
pub fn speak(table: JsValue) {
    TABLE.set(table);
}

/// The sentence in the page's language.
#[must_use]
pub fn text(english: &str) -> String {
    let found = TABLE.with_borrow(|table| Reflect::get(table, &english.into()).ok()?.as_string());
    found.unwrap_or_else(|| english.to_owned())
}

/// What stands for a name in a sentence. A provider's phrases arrive in the page's language.
pub type Value = String;

/// A phrase of the provider's file, such as the name of a field.
#[must_use]
pub fn phrase(text: &str) -> Value {
    text.to_owned()
}

/// Several phrases, one after the other.
#[must_use]
pub fn phrases(texts: &[&str]) -> Value {
    texts.join(", ")
}

/// A sentence in the page's language: it has been said already.
pub type Sentence = String;

/// Says a template with the values of its names: what [`msg!`](crate::msg) calls.
#[must_use]
pub fn sentence(template: &'static str, values: Vec<(&'static str, Value)>) -> Sentence {
    filled(&text(template), |name| {
        values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    })
}
