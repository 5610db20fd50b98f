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

/// A sentence in the page's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence(String);

impl Sentence {
    /// Says a template with its values.
    #[must_use]
    pub fn new(template: &'static str, values: Vec<(&'static str, Value)>) -> Self {
        let value =
            |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        Self(filled(&text(template), value))
    }

    /// The text.
    #[must_use]
    pub fn said(&self) -> String {
        self.0.clone()
    }
}

impl From<Sentence> for String {
    fn from(sentence: Sentence) -> Self {
        sentence.0
    }
}

impl From<String> for Sentence {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Sentence {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<&String> for Sentence {
    fn from(text: &String) -> Self {
        Self(text.clone())
    }
}

impl crate::browser::FromJs for Sentence {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.as_string().map(Self)
    }
}
