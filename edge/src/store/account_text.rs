//! The text of an account that a search looks in, and how a search is asked of the index.
//!
//! A text has the account's fields in lower case, each between line feeds. The index has its *grams*: from each character of a
//! word the next three, or fewer at the word's end. A word of one or two characters is the beginning of a gram, one of three is
//! a gram, and a longer one has several. So one index finds every part of a word, in every script. It may find too much (the
//! grams of a longer word in another order), so whoever asks it also looks into the text.
//!
//! A gram is written in digits and letters only: the mode first, so that no search finds an account of the other mode, then
//! four for each character. So what a person types is never syntax. It refuses to know a table.

use latchkey_shared::Mode;
use latchkey_shared::collect::order_few;
use latchkey_shared::limits::SEARCH_FIELD_MAX;
use std::collections::BTreeSet;

/// The most characters of a gram.
const LENGTH: usize = 3;

/// A text in lower case, character by character, so that the beginning of a word folds as the whole of it does.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // The last letter of a Greek word is another one in lower case alone.
            'ς' => folded.push('σ'),
            // Its lower case has a dot as a character of its own.
            'İ' => folded.push('i'),
            _ if letter.is_whitespace() => folded.push(' '),
            _ => folded.extend(letter.to_lowercase()),
        }
    }
    folded
}

/// The text of an account with these fields. A long field is cut.
#[must_use]
pub fn text<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = BTreeSet::new();
    let mut text = "\n".to_owned();
    for field in fields {
        let field: String = fold(field.trim()).chars().take(SEARCH_FIELD_MAX).collect();
        if !field.is_empty() && seen.insert(field.clone()) {
            text.push_str(&field);
            text.push('\n');
        }
    }
    text
}

/// The grams of a text, for the index of a mode.
#[must_use]
pub fn grams(mode: Mode, text: &str) -> String {
    let mut grams = BTreeSet::new();
    for word in text.split(['\n', ' ']) {
        let letters: Vec<char> = word.chars().collect();
        grams.extend((0..letters.len()).map(|at| gram(mode, letters.iter().skip(at))));
    }
    grams.into_iter().collect::<Vec<_>>().join(" ")
}

/// One gram: the mode, and the first characters.
fn gram<'a>(mode: Mode, letters: impl Iterator<Item = &'a char>) -> String {
    let mut gram = String::from(if mode == Mode::Live { "l" } else { "t" });
    for letter in letters.take(LENGTH) {
        // Four places of base 36 are enough for every character.
        let number = u32::from(*letter);
        gram.extend(
            [36 * 36 * 36, 36 * 36, 36, 1]
                .map(|place| char::from_digit(number / place % 36, 36).unwrap_or('0')),
        );
    }
    gram
}

/// A search: its words, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    words: Vec<String>,
}

impl Search {
    /// Reads what a person typed. `None`: it has no word.
    #[must_use]
    pub fn of(typed: &str) -> Option<Self> {
        let folded = fold(typed);
        let mut words: Vec<String> =
            folded.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        order_few(&mut words, |before, word| before > word);
        words.dedup();
        (!words.is_empty()).then_some(Self { words })
    }

    /// The words. An account matches when each of them is a part of its text.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The query of the index.
    #[must_use]
    pub fn query(&self, mode: Mode) -> String {
        let mut terms = BTreeSet::new();
        for word in &self.words {
            let letters: Vec<char> = word.chars().collect();
            if letters.len() < LENGTH {
                terms.insert(format!("\"{}\" *", gram(mode, letters.iter())));
            }
            terms.extend(letters.windows(LENGTH).map(|part| format!("\"{}\"", gram(mode, part.iter()))));
        }
        terms.into_iter().collect::<Vec<_>>().join(" AND ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_each_field_once_in_lower_case() {
        assert_eq!(text(["Acme", "ACME", "", " Ada  Lovelace\n"]), "\nacme\nada  lovelace\n");
        assert_eq!(text([]), "\n");
        assert_eq!(text(["x".repeat(SEARCH_FIELD_MAX + 9).as_str()]).len(), SEARCH_FIELD_MAX + 2);
    }

    #[test]
    fn the_beginning_of_a_word_folds_as_the_whole() {
        for word in ["ΟΔΟΣΗΣ", "ΟΔΟΣ", "İSTANBUL", "Straße", "ДОБРЫЙ", "ÉCOLE", "山田太郎"]
        {
            let whole = fold(word);
            for length in 0..word.chars().count() {
                let begin: String = word.chars().take(length).collect();
                assert!(whole.starts_with(&fold(&begin)), "{word} {length}");
            }
        }
    }

    #[test]
    fn grams_are_letters_and_digits_and_differ_by_mode_and_character() {
        let live = grams(Mode::Live, "\n\"*-\u{10ffff}\n");
        assert_eq!(live.split(' ').count(), 4);
        assert!(live.split(' ').all(|gram| gram.bytes().all(|byte| byte.is_ascii_alphanumeric())), "{live}");
        assert_ne!(live, grams(Mode::Test, "\n\"*-\u{10ffff}\n"));
        assert_eq!(grams(Mode::Live, "\n\n"), "");
    }

    #[test]
    fn short_words_are_beginnings_of_grams() {
        let query = |typed: &str| Search::of(typed).map(|search| search.query(Mode::Live));
        assert_eq!(query("  "), None);
        assert_eq!(query("a"), Some("\"l002p\" *".to_owned()));
        assert_eq!(query("aB"), Some("\"l002p002q\" *".to_owned()));
        assert_eq!(query("abc"), Some("\"l002p002q002r\"".to_owned()));
        assert_eq!(query("abcd abcd").map(|query| query.matches("AND").count()), Some(1));
    }
}
