//! Parses an API key or token: removes text that was copied along, and warns about an unusual shape.
//!
//! It never refuses a key for its shape, because vendors change shapes. It refuses only characters that no HTTP header can carry. No
//! message repeats the key or a part of it.

use super::shape::{self, Fit};
use super::{Field, Parse, Parsed};
use crate::i18n::{Sentence, phrase};
use crate::msg;
use crate::{ErrorCode, FieldError};

pub(super) fn parse(field: &Field, text: &str, mut changes: Vec<Sentence>) -> Result<Parsed, FieldError> {
    let rule = &field.parse;
    if let Some(key) = within(rule, text) {
        changes.push(msg!("Took the {bare} out of the text around it.", bare = phrase(bare(&rule.phrase))));
        return Ok(Parsed { value: key.to_owned(), changes, warning: look(field, key) });
    }
    let mut key = text;
    // Documentation shows whole header lines, such as `Authorization: SSWS …`.
    for header in ["authorization:", "x-api-key:"] {
        if let Some(rest) = strip_word(key, header) {
            key = rest;
            changes.push(msg!("Removed the header’s name in front of it."));
        }
    }
    for scheme in rule.schemes.iter().map(String::as_str).chain(["Bearer", "Token"]) {
        if let Some(rest) = strip_word(key, scheme).filter(|rest| rest.len() + scheme.len() < key.len()) {
            key = rest;
            changes.push(msg!("Removed “{scheme}” in front of it.", scheme = scheme));
            break;
        }
    }
    let joined: String = key.split_whitespace().collect();
    if joined.len() != key.len() {
        changes.push(msg!("Removed spaces or line breaks inside it."));
    }
    if joined.is_empty() {
        return Err(field.error(
            ErrorCode::FieldRequired,
            msg!("There is a header, but no key in it."),
            msg!("Enter {noun}.", noun = phrase(&rule.phrase)),
        ));
    }
    if let Some(odd) = joined.chars().find(|c| !c.is_ascii_graphic()) {
        return Err(field.error(
            ErrorCode::KeyMalformed,
            msg!(
                "A character in it ({code}) cannot be part of {noun}.",
                code = format!("U+{:04X}", u32::from(odd)),
                noun = phrase(&rule.phrase)
            ),
            msg!("Copy it again with the button the service offers for that, and paste it here."),
        ));
    }
    let warning = look(field, &joined);
    Ok(Parsed { value: joined, changes, warning })
}

/// The only key of the usual shape in a longer text: a header, a line of a script, a whole command.
fn within<'a>(rule: &Parse, text: &'a str) -> Option<&'a str> {
    let usual = |word: &&str| rule.shapes.iter().any(|shape| shape::fits(shape, word));
    let mut found = super::words(text).filter(usual);
    let first = found.next().filter(|key| key.len() < text.len())?;
    found.all(|other| other == first).then_some(first)
}

fn bare(noun: &str) -> &str {
    noun.strip_prefix("an ").or(noun.strip_prefix("a ")).unwrap_or(noun)
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| text.get(word.len()..).unwrap_or_default().trim_start())
}

/// A warning if the key has an unusual shape.
pub(super) fn look(field: &Field, key: &str) -> Option<FieldError> {
    let rule = &field.parse;
    let warn = |message: Sentence, fix: Sentence| Some(field.error(ErrorCode::UnusualShape, message, fix));
    if let Some(alike) = rule.mistaken_for.iter().find(|alike| shape::fits(&alike.shape, key)) {
        return warn(Sentence::from(&alike.message), Sentence::from(&alike.fix));
    }
    let fix = || msg!("Check that all of it was copied. You can still try it as it is.");
    // Of several usual shapes, compare with the nearest.
    let fits = rule.shapes.iter().map(|shape| (shape, shape::compare(shape, key)));
    let nearest = fits.min_by_key(|(_, fit)| match fit {
        Fit::Fits => 0,
        Fit::Length(_) => 1,
        Fit::Inside => 2,
        Fit::Beginning => 3,
    });
    match nearest? {
        (_, Fit::Fits) => None,
        (shape, Fit::Beginning) => {
            let beginning = shape::beginning(shape);
            warn(
                msg!(
                    "This does not begin with {beginning}, as {noun} usually does.",
                    beginning = beginning,
                    noun = phrase(&rule.phrase)
                ),
                fix(),
            )
        }
        (_, Fit::Length(wanted)) => {
            let has = key.chars().count();
            warn(
                msg!(
                    "This has {has} characters; {noun} usually has {wanted}.",
                    has = has.to_string(),
                    noun = phrase(&rule.phrase),
                    wanted = wanted.to_string()
                ),
                fix(),
            )
        }
        (_, Fit::Inside) => {
            warn(msg!("This is not built as {noun} usually is.", noun = phrase(&rule.phrase)), fix())
        }
    }
}
