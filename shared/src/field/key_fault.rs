//! What keeps a text from being a whole key, although a header could carry it: it is a placeholder, partly hidden, there twice, two
//! keys at once, or cut short.
//!
//! These are told before anything is sent. A key of an unusual shape is only warned about (`key.rs`). No message repeats a character.

use super::tokens::has;
use super::{Field, shape};
use crate::i18n::{phrase, sentence};
use crate::{ErrorCode, FieldError, mark, msg};

/// Parts of the names of keys: `OKTA_API_TOKEN`, `x-api-key`, `Authorization`, `client_secret`. They also stand where a key belongs.
pub(super) const NAMES: &str = "token key auth secret";

/// Other parts of what stands where a key belongs.
const PLACEHOLDERS: &str = "your here change insert undefined example object replace null none nil nan n/a true false todo test password redacted hidden";

/// The fault of a text that should be a key.
pub(super) fn fault(field: &Field, key: &str) -> Option<FieldError> {
    let rule = &field.parse;
    let fits = |text: &str| rule.shapes.iter().any(|shape| shape::fits(shape, text));
    let usual = fits(key);
    let code = ErrorCode::KeyMalformed;
    let whole = mark!("Copy all of it. If the service shows it only once, create a new one.");
    // Another thing that begins as it does, such as an address with the word "token" in it: the warning about it says more.
    let alike = rule.mistaken_for.iter().find(|alike| shape::fits(&alike.shape, key));
    if !usual && alike.is_some_and(|alike| !shape::beginning(&alike.shape).is_empty()) {
        return None;
    }
    if is_placeholder(field, key, usual) {
        return Some(field.refused(
            code,
            mark!("This is a placeholder, not {noun}."),
            mark!("Enter {noun}."),
        ));
    }
    if is_masked(key) {
        return Some(field.refused(
            code,
            mark!("A part of it is hidden, as pages show a key that they keep secret."),
            whole,
        ));
    }
    for (at, _) in key.char_indices().skip(1) {
        let Some((one, two)) = key.split_at_checked(at) else { continue };
        let keys = fits(one) && fits(two);
        if one == two && (keys || !usual && at >= 8) {
            return Some(field.refused(code, mark!("This was pasted twice."), mark!("Enter it once.")));
        }
        if keys {
            return Some(field.several(code));
        }
    }
    if usual || alike.is_some() {
        return None;
    }
    let wanted = rule.shapes.iter().find_map(|shape| shape::lacks(shape, key))?;
    let message = msg!(
        "A part of it is missing: it has {has} characters, and {noun} has at least {wanted}.",
        has = key.len().to_string(),
        noun = phrase(&rule.phrase),
        wanted = wanted.to_string()
    );
    Some(field.error(code, message, sentence(whole, Vec::new())))
}

/// Whether a text in lower case holds one of these words.
pub(super) fn holds_any(text: &str, words: &str) -> bool {
    words.split(' ').any(|word| super::holds(text, word))
}

/// Whether the text stands for a key: a word without digits (`your-api-token`, `undefined`), a name in a template (`<token>`,
/// `${TOKEN}`), or the letter x all over. A text of the usual shape counts only if it says so.
fn is_placeholder(field: &Field, key: &str, usual: bool) -> bool {
    let starts = field.parse.shapes.iter().map(|shape| shape::beginning(shape));
    let rest = starts.filter_map(|start| key.strip_prefix(start)).next().unwrap_or(key);
    let (mut letters, mut crosses) = (0, 0);
    for b in rest.bytes().filter(u8::is_ascii_alphanumeric) {
        letters += 1;
        crosses += usize::from(b | 32 == b'x');
    }
    let lower = rest.to_ascii_lowercase();
    letters > 2 && letters == crosses
        || !has(rest, |c| c.is_ascii_digit())
            && (holds_any(&lower, "your")
                || !usual && (holds_any(&lower, PLACEHOLDERS) || holds_any(&lower, NAMES)))
        || !usual && has(key, |c| matches!(c, '<' | '>' | '{' | '}' | '$' | '%' | '['))
}

/// Whether characters are hidden behind others: `••••`, `****`, `00ab...`.
fn is_masked(key: &str) -> bool {
    let mut before = ' ';
    let mut run = 0;
    key.chars().any(|c| {
        run = if c == before { run + 1 } else { 1 };
        before = c;
        run >= match c {
            '•' | '…' | '●' | '∙' | '·' | '■' | '█' | '○' | '◦' => 1,
            '*' | '.' => 3,
            'x' | 'X' | '#' | '-' | '_' => 6,
            _ => usize::MAX,
        }
    })
}
