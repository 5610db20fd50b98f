//! The clock and the random bytes of the runtime.

use crate::crypto::entropy::Entropy;
use crate::ports::Clock;

/// `Date.now()`. The runtime advances it only with I/O.
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
        reason = "without random bytes the request must end before it makes a weak key"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the runtime has random bytes");
    }
}
