//! Sentences for people, in the reader's language.
//!
//! Code writes each sentence in English where it is needed, and marks it with [`msg!`](crate::msg) or [`mark!`](crate::mark), as
//! gettext does. Template and values stay apart in a [`Sentence`] until the language is chosen, at the boundary. The build
//! collects the marked sentences and refuses a language that lacks one (`cargo xtask build`).
//!
//! It holds no translation. The Worker reads the table of a language on first use. The browser finds the few sentences of its form in
//! the page's data.

use crate::shown::isolate;

#[cfg(feature = "browser")]
mod page;
#[cfg(all(feature = "serde", not(feature = "browser")))]
mod phrases;
#[cfg(not(feature = "browser"))]
mod sentence;

#[cfg(feature = "browser")]
pub use page::{Sentence, Value, phrase, phrases, sentence, speak, text};
#[cfg(all(feature = "serde", not(feature = "browser")))]
pub use phrases::{Phrases, form_table, isolated, lang_of, language, marked, part, translated, within};
#[cfg(not(feature = "browser"))]
pub use sentence::{Sentence, Value, phrase, phrases, sentence, text};

/// A [`Sentence`](crate::i18n::Sentence) that is marked for translation: an English template, and the values of the names in its braces.
///
/// ```
/// use latchkey_shared::msg;
/// let ends = msg!("This key ends on {day}.", day = "2027-05-21");
/// assert_eq!(ends.said(), "This key ends on 2027-05-21.");
/// ```
#[macro_export]
macro_rules! msg {
    ($template:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::i18n::sentence(
            $template,
            vec![$((stringify!($name), $crate::i18n::Value::from($value))),*],
        )
    };
}

/// Marks a literal for translation and returns it unchanged. It is translated later.
#[macro_export]
macro_rules! mark {
    ($text:literal) => {
        $text
    };
}

/// Replaces names in braces with values. A name without a value stays, and a value is never read as a template.
fn filled(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        out.push_str(before);
        match value(name) {
            Some(value) => out.push_str(&value),
            None => out.extend(["{", name, "}"]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A template in the current language, with values in the order of the names in English. A name from right to left does not turn the
/// sentence around it.
#[must_use]
pub fn fill(english: &str, values: &[&str]) -> String {
    let names = english.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let values: Vec<_> = names.zip(values.iter().copied()).collect();
    let value = |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, value)| isolate(value));
    filled(&text(english), value)
}
