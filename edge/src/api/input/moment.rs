//! Times in requests.

use crate::time::{ProviderTime, from_any};

/// A time as RFC 3339 writes it, in milliseconds since 1970.
pub(crate) fn moment(text: &str) -> Option<i64> {
    // The reader takes other forms too, as providers write them. RFC 3339 has a T, and a Z or a colon in the offset.
    let is = |at: usize, these: &[u8]| text.as_bytes().get(at).is_some_and(|byte| these.contains(byte));
    let rfc3339 = is(10, b"Tt")
        && (is(text.len().wrapping_sub(1), b"Zz") || is(text.len().wrapping_sub(3), b":"))
        && text.bytes().all(|b| b.is_ascii_graphic() && b != b',');
    match from_any(text) {
        ProviderTime::At(ms) if rfc3339 => Some(ms),
        _ => None,
    }
}
