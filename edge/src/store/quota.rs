//! Counts the requests of each caller in the memory of a project's object, and refuses requests past the quota.
//!
//! A request counts for its caller only after its proof was right, so that a stranger can use up nothing. A wrong proof, and a
//! right one of a key that has expired or may not be used from there, counts for the network address that it came from. A count lasts one minute of the clock, so an object that is evicted loses at most a
//! minute's count. Keys that a provider refused are not counted here, because that count must not be lost
//! (`operations/refused_keys.rs`).

use crate::ports::{Counter, Quota, RateLimit, seconds_left};
use std::cell::{Cell, RefCell};

/// The most wrong proofs of an address in a minute, in one project. Requests without a known address share one count.
const WRONG_PROOFS: u32 = 60;

/// The counts of one object.
#[derive(Debug, Default)]
pub struct RequestCounts {
    /// By caller.
    requests: Counter,
    /// By the hash of the address, empty where it is not known.
    wrong_proofs: Counter,
}

/// Counts one call of an object.
pub struct Meter<'a> {
    counts: &'a RefCell<RequestCounts>,
    /// Taken by the first proof, so that a call counts once.
    limit: Cell<Option<RateLimit>>,
    quota: Cell<Option<Quota>>,
}

impl<'a> Meter<'a> {
    /// Counts for this caller; `None` counts for nobody.
    pub fn new(counts: &'a RefCell<RequestCounts>, limit: Option<RateLimit>) -> Self {
        Self { counts, limit: Cell::new(limit), quota: Cell::new(None) }
    }

    /// The rest of the caller's quota, if its proof was right.
    pub fn quota(&self) -> Option<Quota> {
        self.quota.get()
    }

    /// Counts what follows for the caller's shared token, which has a quota of its own.
    pub(crate) fn count_shared(&self) {
        self.limit
            .set(self.limit.take().map(|limit| RateLimit { caller: limit.caller + "/shared", ..limit }));
    }

    /// Counts a proof, `right` or wrong. Returns the seconds to wait, if that is past the limit. Wrong proofs never limit a
    /// right one.
    pub(crate) fn count(&self, right: bool, now: i64) -> Option<u32> {
        let RateLimit { caller, limit, address } = self.limit.take()?;
        let (reset, mut counts) = (seconds_left(now), self.counts.borrow_mut());
        let within = if right {
            let made = counts.requests.count(&caller, now);
            self.quota.set(Some(Quota { limit, remaining: limit.saturating_sub(made), reset }));
            made <= limit
        } else {
            counts.wrong_proofs.count(&address.unwrap_or_default(), now) <= WRONG_PROOFS
        };
        (!within).then_some(reset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_has_a_quota_of_its_own_and_gets_it_back_with_the_minute() {
        let counts = RefCell::default();
        let count = |caller: &str, now| {
            let limit = RateLimit { caller: caller.to_owned(), limit: 2, address: None };
            let meter = Meter::new(&counts, Some(limit));
            let wait = meter.count(true, now);
            assert_eq!(meter.count(true, now), None, "a call counts once");
            (meter.quota(), wait)
        };
        let quota = |remaining, reset| Some(Quota { limit: 2, remaining, reset });
        assert_eq!(count("a", 60_000), (quota(1, 60), None));
        assert_eq!(count("a", 90_001), (quota(0, 30), None));
        assert_eq!(count("a", 119_999), (quota(0, 1), Some(1)));
        assert_eq!(count("b", 119_999), (quota(1, 1), None));
        assert_eq!(count("a", 120_000), (quota(1, 60), None));
    }

    #[test]
    fn a_call_without_a_limit_is_not_counted() {
        let counts = RefCell::default();
        let meter = Meter::new(&counts, None);
        assert_eq!((meter.count(true, 0), meter.count(false, 0), meter.quota()), (None, None, None));
    }
}
