//! Sentences in the reader's language. A sentence is named by its English template, as gettext does it, so English needs no
//! table: `{name}` stands for a value.
//!
//! Owns looking a sentence up, filling it, and finding a finished English sentence's translation by its template. Refuses to hold
//! a translation: the Worker reads a language's table when it is first asked for, the browser finds the few sentences that its
//! form needs in the page's data.

pub use table::*;

/// The sentence with its values, in the order in which English names them. A name that has no value stays as it is.
#[must_use]
pub fn fill(english: &str, values: &[&str]) -> String {
    let names = english.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let values: Vec<_> = names.zip(values.iter().copied()).collect();
    filled(&text(english), &values)
}

fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        out.push_str(before);
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => out.push_str(value),
            None => out.extend(["{", name, "}"]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// In the browser: the page's one language.
#[cfg(feature = "browser")]
mod table {
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
}

/// In the Worker: the language of what is being rendered right now.
#[cfg(not(feature = "browser"))]
mod table {
    #[cfg(feature = "serde")]
    pub use super::phrases::{Phrases, form_table, isolated, lang_of, language, marked, translated, within};

    /// The sentence in the language that is spoken right now.
    #[must_use]
    pub fn text(english: &str) -> String {
        #[cfg(feature = "serde")]
        if let Some(found) = super::phrases::lookup(english) {
            return found.to_owned();
        }
        english.to_owned()
    }
}

#[cfg(all(feature = "serde", not(feature = "browser")))]
mod phrases {
    use serde_json::Value;
    use std::cell::Cell;

    /// The sentences of one language: parts by name, each from English template to template.
    #[derive(Debug)]
    pub struct Phrases {
        language: &'static str,
        parts: Value,
    }

    thread_local! {
        static CURRENT: Cell<Option<&'static Phrases>> = const { Cell::new(None) };
    }

    /// Speaks a language while something is done; none is English.
    pub fn within<T>(phrases: Option<&'static Phrases>, work: impl FnOnce() -> T) -> T {
        let before = CURRENT.replace(phrases);
        let done = work();
        CURRENT.set(before);
        done
    }

    /// The language that is spoken right now.
    #[must_use]
    pub fn language() -> &'static str {
        CURRENT.get().map_or("en", |phrases| phrases.language)
    }

    /// What a page's form may say, for its data; none in English.
    #[must_use]
    pub fn form_table() -> Option<&'static Value> {
        CURRENT.get()?.parts.get("form")
    }

    /// What a provider file says, in the language that is spoken right now; as it is where it has no translation.
    #[must_use]
    pub fn translated(english: &str) -> String {
        let found = CURRENT.get().and_then(|phrases| phrases.parts.get("providers")?.get(english)?.as_str());
        found.unwrap_or(english).to_owned()
    }

    /// What `lang` says of an element with this text: English where another language is spoken and the text has stayed English.
    #[must_use]
    pub fn lang_of(shown: &str) -> Option<&'static str> {
        let phrases = CURRENT.get()?;
        (!shown.is_empty() && !phrases.all().any(|(_, text)| text == shown)).then_some("en")
    }

    /// What a provider file says, as a script can tell whether it has stayed English.
    #[must_use]
    pub fn marked(english: &str) -> String {
        let shown = translated(english);
        if lang_of(&shown).is_some() { isolated(&shown) } else { shown }
    }

    /// A text that has stayed English in an answer or in data of another language: between the characters that keep it in its own
    /// direction (LRI and PDI, Unicode Standard Annex 9), where no element can say `lang`. `extras/english.js` sets it.
    #[must_use]
    pub fn isolated(english: &str) -> String {
        ["\u{2066}", english, "\u{2069}"].concat()
    }

    pub(super) fn lookup(english: &str) -> Option<&'static str> {
        CURRENT.get()?.get(english)
    }

    impl Phrases {
        /// Reads a language's table. `None` when it is none.
        #[must_use]
        pub fn read(language: &'static str, json: &[u8]) -> Option<Self> {
            let parts = serde_json::from_slice::<Value>(json).ok().filter(Value::is_object)?;
            Some(Self { language, parts })
        }

        /// The language.
        #[must_use]
        pub fn language(&self) -> &'static str {
            self.language
        }

        fn all(&self) -> impl Iterator<Item = (&str, &str)> {
            let parts = self.parts.as_object().into_iter().flat_map(|parts| parts.values());
            let entries = parts.filter_map(Value::as_object).flatten();
            entries.filter_map(|(english, text)| Some((english.as_str(), text.as_str()?)))
        }

        fn get(&self, english: &str) -> Option<&str> {
            self.parts.as_object()?.values().find_map(|part| part.get(english)?.as_str())
        }

        /// A finished English sentence in this language: by itself, or by the template that it was made from, of several the one
        /// that says the most. Values that are phrases themselves are translated too.
        #[must_use]
        pub fn translate(&self, english: &str) -> Option<String> {
            if let Some(text) = self.get(english) {
                return Some(text.to_owned());
            }
            let templates = self.all().filter(|(template, _)| template.contains('{'));
            let fitting =
                templates.filter_map(|(template, text)| Some((template, text, values(template, english)?)));
            let (_, text, values) = fitting.max_by_key(|(template, _, values)| {
                template.len() - values.iter().map(|(name, _)| name.len() + 2).sum::<usize>()
            })?;
            let values: Vec<_> =
                values.iter().map(|&(name, value)| (name, self.get(value).unwrap_or(value))).collect();
            Some(super::filled(text, &values))
        }
    }

    /// What stands for the names of a template in a sentence that was made from it.
    fn values<'a>(template: &'a str, sentence: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let (first, mut template) = template.split_once('{')?;
        let mut sentence = sentence.strip_prefix(first)?;
        let mut values = Vec::new();
        loop {
            let (name, after) = template.split_once('}')?;
            let (literal, next) =
                after.split_once('{').map_or((after, None), |(literal, next)| (literal, Some(next)));
            let Some(next) = next else {
                values.push((name, sentence.strip_suffix(literal).filter(|value| !value.is_empty())?));
                return Some(values);
            };
            let (value, rest) = sentence.split_once(literal).filter(|(value, _)| !value.is_empty())?;
            values.push((name, value));
            (sentence, template) = (rest, next);
        }
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    #[allow(clippy::unwrap_used, reason = "the table stands above")]
    fn german() -> &'static Phrases {
        let table = r#"{"form": {"Show": "Anzeigen", "{label} is empty.": "{label} ist leer.", "Connect {provider}": "{provider} verbinden"},
            "providers": {"API token": "API-Token"}, "page": {"{label} is empty, and {0} too.": "{label} und {0} sind leer.", "{0} {why}.": "{0}: {why}"}}"#;
        Box::leak(Box::new(Phrases::read("de", table.as_bytes()).unwrap()))
    }

    #[test]
    fn a_sentence_is_said_in_the_language_that_is_spoken_and_in_english_after_it() {
        let said = || (text("Show"), fill("Connect {provider}", &["Okta"]), language());
        assert_eq!(within(Some(german()), said), ("Anzeigen".into(), "Okta verbinden".into(), "de"));
        assert_eq!(said(), ("Show".into(), "Connect Okta".into(), "en"));
    }

    #[test]
    fn a_value_is_never_read_as_a_template() {
        assert_eq!(fill("Connect {provider}", &["{provider} {x}"]), "Connect {provider} {x}");
        assert_eq!(fill("Open {link} by {date", &[]), "Open {link} by {date");
    }

    #[test]
    fn a_finished_sentence_finds_its_template_and_the_one_that_says_most() {
        let translate = |english: &str| german().translate(english);
        assert_eq!(translate("API token is empty.").as_deref(), Some("API-Token ist leer."));
        assert_eq!(translate("A is empty, and B too.").as_deref(), Some("A und B sind leer."));
        assert_eq!(translate("Nothing of ours"), None);
    }

    #[test]
    fn what_has_stayed_english_is_marked_as_english() {
        within(Some(german()), || {
            assert_eq!(translated("API token"), "API-Token");
            assert_eq!(translated("Show"), "Show", "a word of ours that a provider file uses by chance");
            assert_eq!(lang_of("API-Token"), None);
            assert_eq!(lang_of("API token"), Some("en"));
            assert_eq!(lang_of(""), None);
            assert_eq!((marked("API token"), marked("")), ("API-Token".into(), String::new()));
            assert_eq!(marked("Read users"), "\u{2066}Read users\u{2069}");
        });
        assert_eq!(marked("Read users"), "Read users");
        assert_eq!(lang_of("API token"), None);
    }
}
