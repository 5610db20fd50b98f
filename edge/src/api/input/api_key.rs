//! The scopes and limits of an API key. They check what a request sends; what a key may grant, the store checks.

use super::invalid;
use super::moment::moment;
use crate::error::Result;
use crate::ports::{Clock, Platform};
use latchkey_shared::KeyScope;
use latchkey_shared::address_range::AddressRange;
use latchkey_shared::collect::sort_few;
use latchkey_shared::limits::ADDRESSES_MAX;

/// What a key may do.
pub(crate) fn scopes(words: &[String]) -> Result<Vec<KeyScope>> {
    let few = (1..=KeyScope::ALL.len()).contains(&words.len());
    let scopes = few.then(|| words.iter().map(|word| KeyScope::parse(word)).collect::<Option<Vec<_>>>());
    let mut scopes = scopes.flatten().ok_or_else(|| {
        let known = KeyScope::ALL.map(KeyScope::as_str).join(", ");
        invalid(
            "scopes",
            "A scope is unknown, or the list is empty or too long.",
            format!("Use some of: {known}."),
        )
    })?;
    sort_few(&mut scopes, |scope| *scope);
    scopes.dedup();
    Ok(scopes)
}

/// A time of a filter.
pub(crate) fn time(member: &str, text: &str) -> Result<i64> {
    moment(text)
        .ok_or_else(|| invalid(member, "This is not a time.", "Send a time such as 2030-01-31T12:00:00Z."))
}

/// A time to come.
pub(crate) fn expiry(platform: &impl Platform, text: &str) -> Result<i64> {
    moment(text).filter(|time| *time > platform.clock().now_ms()).ok_or_else(|| {
        invalid(
            "expiresAt",
            "The expiry is not a time, or is not in the future.",
            "Send a time to come, such as 2030-01-31T12:00:00Z. To end a key now, revoke it.",
        )
    })
}

/// The ranges of addresses that a key may be used from.
pub(crate) fn addresses(ranges: Vec<String>) -> Result<Vec<String>> {
    let valid = (1..=ADDRESSES_MAX).contains(&ranges.len())
        && ranges.iter().all(|range| AddressRange::parse(range).is_some());
    if valid {
        return Ok(ranges);
    }
    Err(invalid(
        "allowedAddresses",
        "The list is empty or too long, or an entry is neither an address nor a range.",
        format!(
            "Send 1 to {ADDRESSES_MAX} of the form 203.0.113.7, 203.0.113.7-203.0.113.20, 203.0.113.0/24 or 2001:db8::/32, without bits behind the prefix."
        ),
    ))
}
