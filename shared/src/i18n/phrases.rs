//! The table of one language in the Worker: from English sentences and phrases to their translations.
//!
//! It owns the current language, and the marks around texts without a translation.

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

/// Runs `work` with a current language. `None` is English.
pub fn within<T>(phrases: Option<&'static Phrases>, work: impl FnOnce() -> T) -> T {
    let before = CURRENT.replace(phrases);
    let done = work();
    CURRENT.set(before);
    done
}

/// The current language, as HTML's `lang` spells it.
#[must_use]
pub fn language() -> &'static str {
    CURRENT.get().map_or("en", |phrases| phrases.language)
}

/// The translations for a page's form. `None` in English.
#[must_use]
pub fn form_table() -> Option<&'static Value> {
    CURRENT.get()?.parts.get("form")
}

/// The sentences of a part of the table. `None` in English.
#[must_use]
pub fn part(name: &str) -> Option<&'static Value> {
    CURRENT.get()?.parts.get(name)
}

/// A text of a provider's file in the current language, or in English if it has no translation.
#[must_use]
pub fn translated(english: &str) -> String {
    let found = CURRENT.get().and_then(|phrases| phrases.parts.get("providers")?.get(english)?.as_str());
    found.unwrap_or(english).to_owned()
}

/// The `lang` of an element with this text: `en` if the current language is another and the text has no translation.
#[must_use]
pub fn lang_of(shown: &str) -> Option<&'static str> {
    let phrases = CURRENT.get()?;
    (!shown.is_empty() && !phrases.all().any(|(_, text)| text == shown)).then_some("en")
}

/// As [`translated`], with marks around a text without a translation, so that a script can find it.
#[must_use]
pub fn marked(english: &str) -> String {
    let shown = translated(english);
    if lang_of(&shown).is_some() { isolated(&shown) } else { shown }
}

/// Marks an English text in a response or in data of another language. The marks are the characters that isolate its direction (LRI
/// and PDI, Unicode Standard Annex 9). `extras/english.js` finds them and sets `lang` on the element.
#[must_use]
pub fn isolated(english: &str) -> String {
    ["\u{2066}", english, "\u{2069}"].concat()
}

pub(super) fn lookup(english: &str) -> Option<&'static str> {
    CURRENT.get()?.get(english)
}

impl Phrases {
    /// Reads the table of a language from JSON. `None` if it is not an object.
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{fill, phrase, text};
    use crate::msg;

    #[allow(clippy::unwrap_used, reason = "the table stands above")]
    fn german() -> &'static Phrases {
        let table = r#"{"form": {"Show": "Anzeigen", "{label} is empty.": "{label} ist leer.", "Connect {provider}": "{provider} verbinden"},
            "providers": {"API token": "API-Token"}}"#;
        Box::leak(Box::new(Phrases::read("de", table.as_bytes()).unwrap()))
    }

    #[test]
    fn a_sentence_is_said_in_the_language_that_is_spoken_and_in_english_after_it() {
        let said = || (text("Show"), fill("Connect {provider}", &["Okta"]), language());
        assert_eq!(within(Some(german()), said), ("Anzeigen".into(), "Okta verbinden".into(), "de"));
        assert_eq!(said(), ("Show".into(), "Connect Okta".into(), "en"));
    }

    #[test]
    fn a_sentence_chooses_its_language_when_it_is_said_and_its_phrases_with_it() {
        let sentence = msg!("{label} is empty.", label = phrase("API token"));
        assert_eq!(within(Some(german()), || sentence.said()), "API-Token ist leer.");
        assert_eq!(
            (sentence.said(), sentence.to_string()),
            ("API token is empty.".into(), "API token is empty.".into())
        );
        let unknown = msg!("Read {what}.", what = phrase("API token"));
        assert_eq!(within(Some(german()), || unknown.said()), "\u{2066}Read API-Token.\u{2069}");
        assert_eq!(within(Some(german()), || unknown.to_string()), "Read API token.");
    }

    #[test]
    fn a_value_is_never_read_as_a_template() {
        assert_eq!(fill("Connect {provider}", &["{provider} {x}"]), "Connect {provider} {x}");
        assert_eq!(fill("Open {link} by {date", &[]), "Open {link} by {date");
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
