//! What the fuzz targets share: the fields of every provider, and what must hold of any answer to them.
//!
//! It owns how bytes become an answer. It refuses to say what must hold: `invariants.rs`, which the property tests share,
//! does.

#[path = "../../../shared/catalogue/tests/fields/invariants.rs"]
mod invariants;

use latchkey_shared::field::{Field, ParseKind, shape};
use std::sync::OnceLock;

/// Tries some bytes as an answer to one of the fields of a kind; the first byte chooses which.
pub fn answer(kind: ParseKind, bytes: &[u8]) {
    static FIELDS: OnceLock<Vec<Field>> = OnceLock::new();
    let fields = FIELDS.get_or_init(invariants::fields).iter().filter(|field| field.parse.kind == kind);
    let fields: Vec<_> = fields.collect();
    let Some((first, rest)) = bytes.split_first() else { return };
    let Some(field) = fields.get(usize::from(*first) % fields.len().max(1)) else { return };
    invariants::check(field, &String::from_utf8_lossy(rest));
}

/// Tries some bytes as a pattern and a text, separated by a zero.
pub fn pattern(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (pattern, text) = text.split_once('\0').unwrap_or((&text, ""));
    // A pattern asks for as many characters as it likes; the files' are written by hand.
    if pattern.split(|c: char| !c.is_ascii_digit()).any(|count| count.len() > 3) {
        return;
    }
    let sound = shape::fault(pattern).is_none();
    let fits = shape::fits(pattern, text);
    assert_eq!(fits, shape::compare(pattern, text) == shape::Fit::Fits);
    if let Some(part) = shape::part(pattern, text) {
        assert!(fits && text.contains(part));
    }
    let filled = shape::fill(pattern, "");
    if sound {
        assert!(filled.starts_with(shape::beginning(pattern)));
        assert!(fits <= text.starts_with(shape::beginning(pattern)));
        if let Some(length) = shape::length(pattern) {
            assert!(filled.len() == length && (!fits || text.len() == length));
        }
    }
}
