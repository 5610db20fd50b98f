//! The color of a key, as Okta's own page of tokens has it, for every provider. A color is never shown without its word.

use super::{DAY_MS, Health};
use latchkey_shared::connection::Freshness;

/// A key that was used within so many days is green.
pub(crate) const USED_DAYS: i64 = 3;

/// A key that ends within so many days is red.
pub(crate) const ENDS_DAYS: i64 = 7;

/// The color at this time: yellow before red before green before gray. Times are milliseconds since 1970.
#[must_use]
pub fn freshness(now: i64, last_used: i64, ends: Option<i64>, suspicious: bool) -> Freshness {
    if suspicious {
        Freshness::Yellow
    } else if ends.is_some_and(|ends| ends - now <= ENDS_DAYS * DAY_MS) {
        Freshness::Red
    } else if now - last_used <= USED_DAYS * DAY_MS {
        Freshness::Green
    } else {
        Freshness::Gray
    }
}

impl Health {
    /// The color of this account's key. `opened`: when its credential was last opened.
    #[must_use]
    pub fn freshness(&self, now: i64, opened: Option<i64>) -> Freshness {
        let ends = self.end.as_ref().map(|end| end.at);
        freshness(now, self.last_used(opened), ends, self.other_owner || self.used_after_end)
    }

    /// The last use that is known: ours, or that of the product that opened the credential.
    #[must_use]
    pub fn last_used(&self, opened: Option<i64>) -> i64 {
        self.healthy.max(opened.unwrap_or(0))
    }
}
