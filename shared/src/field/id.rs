//! Parses an identifier that is not secret, from the text itself or from an address, a setting or a key that contains it.
//!
//! It never refuses a value for its shape. It refuses values that are not one path segment of a URL.

use super::key_fault::holds_any;
use super::tokens::{cut, has, tokens, without_start};
use super::{Field, Parsed, key, shape};
use crate::i18n::Sentence;
use crate::{ErrorCode, FieldError, mark, msg};

pub(super) fn parse(field: &Field, text: &str, mut changes: Vec<Sentence>) -> Result<Parsed, FieldError> {
    let mut found = carried(field, text);
    if found.is_empty() {
        found = words(text).iter().map(|(word, _)| *word).collect();
        found.retain(|word| is_usual(field, word));
    }
    if found.is_empty() {
        // The only value of a configuration, or the only word between punctuation.
        let tokens = tokens(text);
        let mut values = tokens.iter().filter(|token| !token.is_name()).map(|token| token.text);
        found.extend(values.next().filter(|value| values.next().is_none() && is_id(value)));
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
    let mut found = key::pieces(text);
    found = found
        .iter()
        .filter_map(|word| rule.within.iter().find_map(|shape| shape::part(shape, word)))
        .collect();
    let after = rule.after.as_deref().filter(|_| found.is_empty());
    let mut named = false;
    for (word, gap) in after.map(|_| words(text)).unwrap_or_default() {
        if named {
            found.push(word);
        }
        // `/account/<id>`, `accounts%2F<id>`, `accountIdentifier=<id>`, `HARNESS_ACCOUNT_ID: "<id>"`.
        named = holds_any(&word.to_ascii_lowercase(), after.unwrap_or_default())
            && has(gap, |c| matches!(c, '/' | '=' | ':' | '%'));
    }
    // If none is usual, the first: it stands for the account itself.
    if found.iter().any(|id| is_usual(field, id)) {
        found.retain(|id| is_usual(field, id));
    } else if after.is_some() {
        found.truncate(1);
    }
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

/// The words of a text that could be an id, each with what stands behind it. An encoded character is between words.
fn words(text: &str) -> Vec<(&str, &str)> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (word, after) = cut(rest, |c| !is_part(c));
        let mut next = after;
        while !next.is_empty() {
            let encoded = next.strip_prefix('%').and_then(|code| code.split_at_checked(2));
            let encoded = encoded.filter(|(code, _)| code.bytes().all(|b| b.is_ascii_hexdigit()));
            let shorter =
                encoded.map_or_else(|| without_start(next, |c| c != '%' && !is_part(c)), |(_, rest)| rest);
            if shorter.len() == next.len() {
                let Some(rest) = next.strip_prefix('%') else { break };
                next = rest;
                continue;
            }
            next = shorter;
        }
        if !word.is_empty() {
            words.push((word, after.get(..after.len() - next.len()).unwrap_or_default()));
        }
        rest = next;
    }
    words
}
