//! Reads an API key or token: takes away what is copied along with it, and says what it looks like instead.
//!
//! Never refuses by shape, because vendors change shapes; refuses only what no HTTP header could carry. No message
//! repeats the key or a part of it.

use super::{Field, Parse, Parsed};
use crate::{ErrorCode, FieldError};

pub(super) fn parse(field: &Field, text: &str, mut changes: Vec<String>) -> Result<Parsed, FieldError> {
    let rule = &field.parse;
    let mut key = text;
    // A whole header line, `Authorization: SSWS …`, as documentation shows it.
    if let Some(rest) = strip_word(key, "authorization:") {
        key = rest;
        changes.push("Removed the header’s name in front of it.".into());
    }
    for scheme in rule.schemes.iter().map(String::as_str).chain(["Bearer", "Token"]) {
        if let Some(rest) = strip_word(key, scheme).filter(|rest| rest.len() + scheme.len() < key.len()) {
            key = rest;
            changes.push(format!("Removed “{scheme}” in front of it."));
            break;
        }
    }
    let joined: String = key.split_whitespace().collect();
    if joined.len() != key.len() {
        changes.push("Removed spaces or line breaks inside it.".into());
    }
    if joined.is_empty() {
        return Err(field.error(
            ErrorCode::FieldRequired,
            "There is a header, but no key in it.".into(),
            format!("Enter {}.", rule.noun),
        ));
    }
    if let Some(odd) = joined.chars().find(|c| !c.is_ascii_graphic()) {
        return Err(field.error(
            ErrorCode::KeyMalformed,
            format!("A character in it (U+{:04X}) cannot be part of {}.", u32::from(odd), rule.noun),
            "Copy it again with the button the service offers for that, and paste it here.".into(),
        ));
    }
    let warning = look(field, rule, &joined);
    Ok(Parsed { value: joined, changes, warning })
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| text.get(word.len()..).unwrap_or_default().trim_start())
}

/// What is odd about its shape, if anything.
fn look(field: &Field, rule: &Parse, key: &str) -> Option<FieldError> {
    let warn = |message: String, fix: String| Some(field.error(ErrorCode::UnusualShape, message, fix));
    let length = key.chars().count();
    if let Some(alike) = rule.look_alikes.iter().find(|alike| {
        key.starts_with(alike.prefix.as_str())
            && alike.length.is_none_or(|expected| expected as usize == length)
    }) {
        return warn(alike.message.clone(), alike.fix.clone());
    }
    let fix = || "Check that all of it was copied. You can still try it as it is.".to_owned();
    if let Some(prefix) = rule.prefix.as_deref().filter(|prefix| !key.starts_with(prefix)) {
        return warn(format!("This does not begin with {prefix}, as {} usually does.", rule.noun), fix());
    }
    match rule.length {
        Some(expected) if expected as usize != length => {
            warn(format!("This has {length} characters; {} usually has {expected}.", rule.noun), fix())
        }
        _ => None,
    }
}
