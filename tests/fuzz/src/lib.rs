//! Shared code of the fuzz targets: they try any bytes as a value of each provider's fields, and as a pattern.
//!
//! It owns how bytes become a field value. It does not own the rules that must hold: those are in `invariants.rs`, which the
//! property tests share.

#[path = "../../../shared/catalogue/tests/fields/invariants.rs"]
mod invariants;

use latchkey_shared::field::{Field, ParseKind, shape};
use std::sync::OnceLock;

/// Tries some bytes as the value of a field of this kind; the first byte chooses the field.
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
    // A random pattern may ask for a huge number of characters; patterns of provider files are written by hand.
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
