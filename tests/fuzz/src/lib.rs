//! Shared code of the fuzz targets: they try any bytes as a value of each provider's fields, as a pattern, and as a delivery.
//!
//! It owns how bytes become a field value. It does not own the rules that must hold: those are in `invariants.rs`, which the
//! property tests share.

#[path = "../../../shared/catalogue/tests/fields/invariants.rs"]
mod invariants;

use latchkey_edge::hooks::{delivery::read, proof};
use latchkey_shared::Secret;
use latchkey_shared::field::{Field, ParseKind, shape};
use latchkey_shared::hook::{Proof, ProofKind};
use latchkey_shared::limits::EVENTS_PER_DELIVERY;
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

/// Tries some bytes as a delivery to every provider that has a push channel, and as a proof, which they are not.
pub fn delivery(bytes: &[u8]) {
    let secret = Secret::new("a secret that no bytes are likely to have".to_owned());
    let sent = String::from_utf8_lossy(bytes);
    for has in [ProofKind::Secret, ProofKind::HmacSha256Hex] {
        let proof = Proof { header: "x".to_owned(), has };
        assert!(!proof::holds(&proof, &secret, &sent, Some(bytes)));
    }
    let Ok(body) = serde_json::from_slice(bytes) else { return };
    for hook in latchkey_catalogue::all().filter_map(|provider| provider.hook.as_ref()) {
        let delivery = read(hook, &body);
        assert!(delivery.events.len() <= EVENTS_PER_DELIVERY);
        assert_eq!(delivery, read(hook, &body));
        for event in delivery.events {
            assert!(event.id.len() == 64 && event.named.len() <= 50);
            assert!(event.named.iter().all(|name| name.chars().count() <= 200));
        }
    }
}
