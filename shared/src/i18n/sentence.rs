//! A sentence before its language is chosen: an English template and its values.
//!
//! It owns how a sentence is stored (template and values in one text) and how it becomes text in the current language. A response to a
//! person needs that first: [`Sentence::into_said`].

use super::filled;
use std::borrow::Cow;

/// Between the parts of a kept sentence (ASCII, unit separator).
#[cfg(any(feature = "serde", test))]
const PART: char = '\u{1f}';
/// Between a name and its text (ASCII, record separator).
#[cfg(any(feature = "serde", test))]
const TEXT: char = '\u{1e}';
/// Between a name and its phrases, and between phrases (ASCII, group separator).
#[cfg(any(feature = "serde", test))]
const PHRASE: char = '\u{1d}';

/// The text in the current language.
#[must_use]
pub fn text(english: &str) -> String {
    lookup(english).map_or_else(|| english.to_owned(), str::to_owned)
}

/// A phrase of a provider's file.
fn translated(english: &str) -> String {
    #[cfg(feature = "serde")]
    return super::translated(english);
    #[cfg(not(feature = "serde"))]
    english.to_owned()
}

fn lookup(_english: &str) -> Option<&'static str> {
    #[cfg(feature = "serde")]
    return super::phrases::lookup(_english);
    #[cfg(not(feature = "serde"))]
    None
}

/// The value of a name in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The same in every language: a name, a number, a host.
    Text(String),
    /// Phrases of a provider's file, each said in the reader's language.
    Phrases(Vec<String>),
}

/// A phrase of a provider's file, such as the name of a field.
#[must_use]
#[inline(never)]
pub fn phrase(text: &str) -> Value {
    Value::Phrases(vec![text.to_owned()])
}

/// Several phrases, one after the other.
#[must_use]
#[inline(never)]
pub fn phrases(texts: &[&str]) -> Value {
    Value::Phrases(texts.iter().map(|text| (*text).to_owned()).collect())
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Value {
    fn said(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Phrases(phrases) => {
                phrases.iter().map(|one| translated(one)).collect::<Vec<_>>().join(", ")
            }
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Phrases(phrases) => phrases.join(", "),
        }
    }
}

/// A sentence before its language is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    template: Cow<'static, str>,
    values: Vec<(Cow<'static, str>, Value)>,
}

/// A template with the values of its names: what [`msg!`](crate::msg) calls.
#[must_use]
#[inline(never)]
pub fn sentence(template: &'static str, values: Vec<(&'static str, Value)>) -> Sentence {
    let values = values.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
    Sentence { template: Cow::Borrowed(template), values }
}

impl Sentence {
    /// The sentence in the current language. If it has no translation, it is marked as English.
    #[must_use]
    pub fn said(&self) -> String {
        let found = lookup(&self.template);
        let said = self.fill(found.unwrap_or(&self.template), Value::said);
        #[cfg(feature = "serde")]
        if found.is_none() && super::language() != "en" && !said.is_empty() {
            return super::isolated(&said);
        }
        said
    }

    /// Whether the sentence is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.template.is_empty()
    }

    /// The sentence as a text in the current language. It can no longer change its language.
    #[must_use]
    pub fn into_said(self) -> Self {
        Self::from(self.said())
    }

    fn fill(&self, template: &str, say: fn(&Value) -> String) -> String {
        if self.values.is_empty() {
            // Without values a brace is only a brace.
            return template.to_owned();
        }
        let value =
            |name: &str| self.values.iter().find(|(known, _)| known == name).map(|(_, value)| say(value));
        filled(template, value)
    }
}

#[cfg(any(feature = "serde", test))]
impl Sentence {
    /// Template and values in one text. A sentence without values is its template.
    fn kept(&self) -> String {
        let mut kept = self.template.to_string();
        for (name, value) in &self.values {
            kept.push(PART);
            kept.push_str(name);
            match value {
                Value::Text(text) => {
                    kept.push(TEXT);
                    kept.extend(text.chars().filter(|c| !matches!(*c, PART | TEXT | PHRASE)));
                }
                Value::Phrases(phrases) => phrases.iter().for_each(|one| {
                    kept.push(PHRASE);
                    kept.push_str(one);
                }),
            }
        }
        kept
    }

    fn restored(kept: &str) -> Self {
        let mut parts = kept.split(PART);
        let template = Cow::Owned(parts.next().unwrap_or_default().to_owned());
        let value = |part: &str| match part.split_once(TEXT) {
            Some((name, text)) => (Cow::Owned(name.to_owned()), Value::from(text)),
            None => {
                let mut texts = part.split(PHRASE).map(str::to_owned);
                (Cow::Owned(texts.next().unwrap_or_default()), Value::Phrases(texts.collect()))
            }
        };
        Self { template, values: parts.map(value).collect() }
    }
}

/// The text in the current language.
impl From<Sentence> for String {
    fn from(sentence: Sentence) -> Self {
        sentence.said()
    }
}

/// The text in English in every language, for logs and tests.
impl std::fmt::Display for Sentence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.fill(&self.template, Value::english))
    }
}

/// Compares the English.
impl PartialEq<&str> for Sentence {
    fn eq(&self, english: &&str) -> bool {
        self.fill(&self.template, Value::english) == *english
    }
}

impl PartialEq<Sentence> for &str {
    fn eq(&self, sentence: &Sentence) -> bool {
        sentence == self
    }
}

impl From<&'static str> for Sentence {
    fn from(text: &'static str) -> Self {
        Self { template: Cow::Borrowed(text), values: Vec::new() }
    }
}

impl From<String> for Sentence {
    fn from(text: String) -> Self {
        Self { template: Cow::Owned(text), values: Vec::new() }
    }
}

impl From<&String> for Sentence {
    fn from(text: &String) -> Self {
        Self::from(text.clone())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Sentence {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.kept())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Sentence {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|kept| Self::restored(&kept))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Sentence {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Sentence".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::msg;

    #[test]
    fn a_kept_sentence_has_its_template_and_its_values_again() {
        for sentence in [
            msg!("This key ends on {day}.", day = "2027-05-21"),
            msg!("The key lacks {rights}.", rights = phrases(&["Read users", "Read groups"])),
            msg!("{label} is empty.", label = phrase("API token")),
            Sentence::from("Enter {this} as it stands."),
        ] {
            assert_eq!(Sentence::restored(&sentence.kept()), sentence);
        }
        assert_eq!(Sentence::from("Try again.").kept(), "Try again.");
    }

    #[test]
    fn a_value_is_never_read_as_a_template_and_never_ends_a_part() {
        let sentence = msg!("{a} and {b}", a = "{b}", b = "x\u{1f}y\u{1e}z");
        assert_eq!(sentence.said(), "{b} and x\u{1f}y\u{1e}z");
        assert_eq!(Sentence::restored(&sentence.kept()).said(), "{b} and xyz");
    }

    #[test]
    fn without_values_a_brace_is_only_a_brace() {
        assert_eq!(Sentence::from("Enter {domain}.").said(), "Enter {domain}.");
    }
}
