//! Parses an identifier that is not secret, from the text itself or from an address, a setting or a key that contains it.
//!
//! It never refuses a value for its shape. It refuses values that are not one path segment of a URL.

use super::tokens::{has, parts, tokens, values};
use super::{Field, Parsed, key, shape};
use crate::i18n::Sentence;
use crate::{ErrorCode, FieldError, mark, msg};

pub(super) fn parse(field: &Field, text: &str, mut changes: Vec<Sentence>) -> Result<Parsed, FieldError> {
    let mut found = carried(field, text);
    if found.is_empty() {
        for (word, _) in parts(text, is_part) {
            if is_usual(field, word) {
                found.push(word);
            }
        }
    }
    if found.is_empty() {
        // The only value of a configuration, or the only word between punctuation.
        if let [value] = values(&tokens(text)).as_slice()
            && is_id(value)
        {
            found.push(value);
        }
    }
    let value = *found.first().unwrap_or(&text);
    if found.iter().any(|other| *other != value) {
        return Err(field.several(ErrorCode::IdMalformed));
    }
    if value != text {
        // The text around the id may be a secret, so the message repeats the id only.
        changes.push(msg!("Took {found} out of what was pasted.", found = value));
    }
    if !is_id(value) {
        return Err(field.refused(
            ErrorCode::IdMalformed,
            mark!("This cannot be {noun}, which has letters, digits, hyphens and underscores only."),
            mark!("Copy it again, or paste the whole address from your browser."),
        ));
    }
    let warning = key::look(field, value);
    Ok(Parsed { value: value.to_owned(), changes, warning })
}

/// The ids that a text surely carries: in a key, or behind their own name in an address or a setting.
pub(super) fn carried<'a>(field: &Field, text: &'a str) -> Vec<&'a str> {
    let rule = &field.parse;
    let mut found = Vec::new();
    for word in key::pieces(text) {
        found.extend(rule.within.iter().find_map(|shape| shape::part(shape, word)));
    }
    let Some(after) = rule.after.as_deref().filter(|_| found.is_empty()) else { return found };
    let mut gap_before = "";
    for (word, gap) in parts(text, is_part) {
        // An encoded slash or equals sign has two digits behind its percent sign.
        let id = word.get(if gap_before.ends_with('%') { 2 } else { 0 }..).unwrap_or_default();
        if !gap_before.is_empty() && !id.is_empty() {
            found.push(id);
        }
        // `/account/<id>`, `accounts%2F<id>`, `accountIdentifier=<id>`, `HARNESS_ACCOUNT_ID: "<id>"`.
        let named = super::holds(&word.to_ascii_lowercase(), after);
        gap_before = if named && has(gap, |c| matches!(c, '/' | '=' | ':' | '%')) { gap } else { "" };
    }
    // If none is usual, the first: it stands for the account itself.
    if found.iter().any(|id| is_usual(field, id)) {
        found.retain(|id| is_usual(field, id));
    }
    found.truncate(if found.first().is_some_and(|id| is_usual(field, id)) { usize::MAX } else { 1 });
    found
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && !has(text, |c| !is_part(c))
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

fn is_usual(field: &Field, id: &str) -> bool {
    field.parse.shapes.iter().any(|shape| shape::fits(shape, id))
}
