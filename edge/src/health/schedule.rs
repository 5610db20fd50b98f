//! When an account is checked next.
//!
//! It owns the intervals, their spread and the waits after a failure. It refuses to set an alarm: the object does that.

use super::{DAY_MS, Health, Signal};
use latchkey_shared::connection::HealthState;
use latchkey_shared::{ErrorCode, FieldError};

/// The usual time between two checks.
pub const INTERVAL_MS: i64 = DAY_MS;

/// A refusal counts if the same comes again after this time.
pub const CONFIRM_MS: i64 = 5 * 60_000;

/// The longest time between two checks of a key that ends when it is not used.
const IDLE_INTERVAL_MAX_MS: i64 = 7 * DAY_MS;

/// After so many intervals without a word about the key, its health is unknown.
const UNKNOWN_AFTER: i64 = 3;

/// The longest time between two checks of a key. One that ends when it is not used is checked long before its end: after
/// seven days, or after a quarter of its window.
#[must_use]
pub fn longest(idle_days: Option<u32>) -> i64 {
    idle_days.map_or(i64::MAX, |days| (i64::from(days) * DAY_MS / 4).min(IDLE_INTERVAL_MAX_MS))
}

/// A number that differs between accounts and between checks, for the spread (FNV-1a, 32 bits).
#[must_use]
pub fn seed(id: &str, now: i64) -> u32 {
    let bytes = id.bytes().chain(now.to_le_bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The time with a spread of ±10 %, so that accounts that were linked together are not checked together.
#[must_use]
pub fn spread(ms: i64, seed: u32) -> i64 {
    ms / 1000 * (900 + i64::from(seed % 201))
}

impl Health {
    /// The longest time between two checks of this account.
    fn longest(&self) -> i64 {
        longest(self.end.as_ref().and_then(|end| end.idle_days))
    }

    /// The usual time between two checks of this account.
    #[must_use]
    pub fn interval(&self) -> i64 {
        self.every.unwrap_or(INTERVAL_MS).min(self.longest())
    }

    /// When the health becomes unknown, if no check says anything until then.
    #[must_use]
    pub fn unknown_from(&self) -> i64 {
        match self.every {
            Some(_) => self.answered.saturating_add(UNKNOWN_AFTER * self.interval()),
            // Nobody checks, and nobody expects a check.
            None => i64::MAX,
        }
    }

    /// The next check, if it is not at the account's usual turn: the confirmation of a refusal, or the next try after a check
    /// that said nothing. `Some(None)`: the key is not used again by itself.
    #[must_use]
    pub fn exception(&self) -> Option<Option<i64>> {
        let confirms = self.refused.is_some_and(|refused| self.checked - refused.since < CONFIRM_MS);
        match self.next_check {
            None => Some(None),
            Some(at) if self.failures > 0 || confirms => Some(Some(at)),
            Some(_) => None,
        }
    }

    /// Whether the next check may ask only whether the key still works. `full_every`: the longest time between two full checks,
    /// in milliseconds.
    #[must_use]
    pub fn may_ask_less(&self, now: i64, full_every: i64) -> bool {
        let recent = self.examined.is_some_and(|at| now - at < full_every);
        recent && self.state == HealthState::Healthy && self.refused.is_none() && self.paused.is_none()
    }

    /// Whether the provider reported something after this time.
    #[must_use]
    pub fn was_pushed_since(&self, began: i64) -> bool {
        self.pushed.is_some_and(|pushed| pushed > began)
    }

    /// When the next check is due after this signal.
    pub(super) fn next_check_after(&self, signal: &Signal, now: i64, seed: u32) -> Option<i64> {
        let inferred = |cause: &FieldError| cause.code == ErrorCode::NetworkRestricted;
        match self.state {
            _ if matches!(signal, Signal::Time | Signal::Restored | Signal::Used(_)) => {
                return self.next_check;
            }
            _ if self.paused.is_some() => return None,
            // Asking again with a dead key can lock an account.
            HealthState::NeedsNewKey => return None,
            // The provider looked at the key and refused it, so this is the same. Otherwise it refused before it looked at the
            // key: asking again does no harm, and recovery is noticed.
            HealthState::Blocked if self.cause.as_ref().is_some_and(inferred) => return None,
            _ => {}
        }
        if self.failures > 0 {
            let wait = match signal {
                Signal::Unavailable(seconds) | Signal::Limited(seconds) => *seconds,
                _ => 0,
            };
            return Some(self.back_off(now, wait, seed));
        }
        if let Some(refused) = self.refused.filter(|refused| now - refused.since < CONFIRM_MS) {
            return Some(refused.since + CONFIRM_MS);
        }
        Some(now + spread(self.interval(), seed).min(self.longest()))
    }

    /// After a check that said nothing: five minutes, then twice as long each time, up to a day. Never before
    /// the provider allows it.
    fn back_off(&self, now: i64, wait: u32, seed: u32) -> i64 {
        let doubled = CONFIRM_MS << self.failures.saturating_sub(1).min(16);
        now + spread(doubled.min(self.interval()).min(DAY_MS), seed)
            .max(CONFIRM_MS)
            .max(i64::from(wait) * 1000)
    }
}
