//! The runtime's time and randomness.

use crate::crypto::entropy::Entropy;
use crate::ports::Clock;

/// `Date.now()`, which the runtime advances with I/O only.
pub(super) struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        js_sys::Date::now() as i64
    }
}

/// `crypto.getRandomValues`.
pub(super) struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[allow(
        clippy::expect_used,
        reason = "no randomness, no keys: the request must die before it makes a weak one"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the runtime has randomness");
    }
}
