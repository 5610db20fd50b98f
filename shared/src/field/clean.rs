//! The first step for every field value: removes characters that people paste by accident.

use crate::i18n::Sentence;
use crate::msg;

/// Removes invisible characters and the whitespace and quotes around the text. Adds a sentence to `changes` for each kind.
pub(super) fn clean(input: &str, changes: &mut Vec<Sentence>) -> String {
    let mut text: String = input.chars().filter(|&c| !is_invisible(c)).collect();
    if text.len() != input.len() {
        changes.push(msg!("Removed characters that cannot be seen."));
    }
    let trimmed = text.trim();
    if trimmed.len() != text.len() {
        changes.push(msg!("Removed the spaces around it."));
        text = trimmed.to_owned();
    }
    if let Some(inner) = unquoted(&text) {
        changes.push(msg!("Removed the quotation marks around it."));
        text = inner.trim().to_owned();
    }
    text
}

/// Every character that nobody sees, also where a script may need it. Line ends are whitespace here, because people paste them.
pub(crate) fn is_invisible(c: char) -> bool {
    crate::shown::is_invisible(c) && !c.is_whitespace()
}

fn unquoted(text: &str) -> Option<&str> {
    const PAIRS: [(char, char); 7] =
        [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’'), ('„', '“'), ('<', '>')];
    PAIRS.iter().find_map(|&(open, close)| text.strip_prefix(open)?.strip_suffix(close))
}
