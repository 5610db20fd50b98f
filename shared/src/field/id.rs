//! Parses an identifier that is not secret, from the text itself or from a URL or key that contains it.
//!
//! It never refuses a value for its shape. It refuses values that are not one path segment of a URL.

use super::{Field, Parsed, key, shape};
use crate::i18n::{Sentence, phrase};
use crate::msg;
use crate::{ErrorCode, FieldError};

pub(super) fn parse(field: &Field, text: &str, mut changes: Vec<Sentence>) -> Result<Parsed, FieldError> {
    let rule = &field.parse;
    let value = match out_of(field, text) {
        Some(found) => {
            // The text around the id may be a secret, so the message repeats the id only.
            changes.push(msg!("Took {found} out of what was pasted.", found = found));
            found
        }
        None => text,
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !value.chars().all(allowed) {
        return Err(field.error(
            ErrorCode::IdMalformed,
            msg!(
                "This cannot be {noun}, which has letters, digits, hyphens and underscores only.",
                noun = phrase(&rule.phrase)
            ),
            msg!("Copy it again, or paste the whole address from your browser."),
        ));
    }
    let warning = key::look(field, value);
    Ok(Parsed { value: value.to_owned(), changes, warning })
}

/// The id in a URL or in a key, if the text contains one.
pub(super) fn out_of<'a>(field: &Field, text: &'a str) -> Option<&'a str> {
    let rule = &field.parse;
    super::words(text).find_map(|word| {
        let in_key = || rule.within.iter().find_map(|shape| shape::part(shape, word));
        let in_url = || {
            let mut segments = word.split(['/', '?', '#', '&']);
            let after = rule.after.as_deref()?;
            segments.find(|segment| *segment == after)?;
            segments.next().filter(|id| {
                !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            })
        };
        in_key().or_else(in_url)
    })
}
