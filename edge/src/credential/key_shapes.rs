//! Texts that look like a key of any provider, in fields that are not kept secret.
//!
//! It owns how near to a key a text may be: not a key of any shape in the catalogue, with one character more, less or other, with spaces
//! or invisible characters in it, anywhere in the text. It refuses to know a provider. A half of a key has no shape, and is not found;
//! nor is a key that looks like an id or a hash, such as 32 hexadecimal digits.

use latchkey_shared::field::Field;
use latchkey_shared::field::shape::{self, is_near};
use latchkey_shared::shown::is_invisible;

/// The most words that are joined to find a key that was broken into them. Joining whole sentences would find keys in prose.
const JOINED: usize = 4;

/// How often digits and other characters must alternate in a text before all of it is joined. Prose has few numbers.
const ALTERNATIONS: usize = 5;

/// Whether the value of a field that is not secret holds a key, or nearly one. A value of the field's own shape is none if that has a fixed
/// length: ids of some services begin as keys of others do.
#[must_use]
pub fn is_misplaced(field: &Field, text: &str) -> bool {
    let is_id = |shape: &String| shape::length(shape).is_some() && shape::fits(shape, text);
    !field.parse.shapes.iter().any(is_id) && looks_like_a_key(text)
}

/// Whether the text holds a key, or nearly one.
#[must_use]
pub fn looks_like_a_key(text: &str) -> bool {
    let seen: String = text.chars().filter(|c| c.is_whitespace() || !is_invisible(*c)).collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    let whole = words.concat();
    let digits = whole.bytes().map(|b| b.is_ascii_digit());
    let alternations = digits.clone().zip(digits.skip(1)).filter(|(one, next)| one != next).count();
    let is_key = |text: &str| {
        let mut shapes = latchkey_catalogue::index().iter().flat_map(|entry| entry.key_shapes);
        shapes.any(|shape| is_near(shape, text))
    };
    let last = words.len().saturating_sub(JOINED);
    (0..=last).any(|at| {
        is_key(&words.get(at..).unwrap_or_default().iter().take(JOINED).copied().collect::<String>())
    }) || alternations >= ALTERNATIONS && is_key(&whole)
}
