//! Parses an API key or token: removes text that was copied along, and warns about an unusual shape.
//!
//! It never refuses a key for its shape, because vendors change shapes. It refuses characters that no HTTP header can carry, and what
//! cannot be a whole key (`key_fault.rs`). No message repeats the key or a part of it.

use super::key_fault::{self, NAMES, holds_any};
use super::shape::{self, Fit};
use super::tokens::{Set, cut, has, parts, tokens, values};
use super::{Field, Parsed};
use crate::i18n::{Sentence, phrase};
use crate::{ErrorCode, FieldError, mark, msg};

pub(super) fn parse(field: &Field, text: &str, mut changes: Vec<Sentence>) -> Result<Parsed, FieldError> {
    let rule = &field.parse;
    let mut found = pieces(text);
    found.retain(|word| rule.shapes.iter().any(|shape| shape::fits(shape, word)));
    // A key may have `/`, `+` or `=` in it. The part before that is no other key.
    if let Some(whole) = found.iter().copied().max_by_key(|word| word.len()) {
        let begins =
            |word: &&str| whole.strip_prefix(word).is_some_and(|rest| rest.starts_with(['+', '/', '=']));
        found.retain(|word| !begins(word));
    }
    let key = match found.first() {
        Some(key) if found.iter().any(|other| other != key) => {
            return Err(field.several(ErrorCode::KeyMalformed));
        }
        Some(&key) => {
            if key.len() < text.len() {
                let bare = phrase(bare(&rule.phrase));
                changes.push(msg!("Took the {bare} out of the text around it.", bare = bare));
            }
            key.to_owned()
        }
        None => unwrapped(field, text, &mut changes)?,
    };
    if let Some(fault) = key_fault::fault(field, &key) {
        return Err(fault);
    }
    if let Some(odd) = key.chars().find(|c| !c.is_ascii_graphic()) {
        return Err(field.error(
            ErrorCode::KeyMalformed,
            super::odd_character(rule, odd),
            msg!("Copy it again with the button the service offers for that, and paste it here."),
        ));
    }
    let warning = look(field, &key);
    Ok(Parsed { value: key, changes, warning })
}

/// A key of an unusual shape, without what people copy along: names of settings and headers, schemes, spaces.
fn unwrapped(field: &Field, text: &str, changes: &mut Vec<Sentence>) -> Result<String, FieldError> {
    let rule = &field.parse;
    let mut key = text;
    while let Some(value) = named(key) {
        key = value;
        changes.push(msg!("Removed the name in front of it."));
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
        return Err(field.refused(
            ErrorCode::FieldRequired,
            mark!("There is a name, but no key behind it."),
            mark!("Enter {noun}."),
        ));
    }
    Ok(joined)
}

/// The words of a text, and their parts that have only characters of most keys: of a header, a line of a script, an address.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = values(&tokens(text));
    for (part, _) in parts(text, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')) {
        pieces.push(part.trim_end_matches('.'));
    }
    pieces
}

/// The value behind the name of a key: `export OKTA_TOKEN="…"`, `x-api-key: …`, `$env:TOKEN = '…'; # comment`.
fn named(text: &str) -> Option<&str> {
    let mut from = 0;
    let (name, value) = loop {
        let (_, rest) = cut(text.get(from..)?, |c| matches!(c, ':' | '='));
        let at = text.len() - rest.len();
        let name = text.get(..at)?;
        from = at + 1;
        if holds_any(&name.to_ascii_lowercase(), NAMES) {
            break (name, text.get(from..)?);
        }
    };
    if has(name, |c| {
        !c.is_ascii_alphabetic() && !is_quoting(c) && !matches!(c, '_' | '-' | '.' | '$' | ':' | '{' | '[')
    }) {
        return None;
    }
    let mut value = value.trim_start_matches(is_quoting as Set);
    if let Some((before, _)) = value.split_once('#').filter(|(before, _)| before.ends_with(' ')) {
        value = before;
    }
    Some(value.trim_end_matches(is_quoting as Set))
}

fn is_quoting(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ';' | ',' | ']' | '}')
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
