//! Counts the requests of each caller in the memory of a project's object, and refuses requests past the quota.
//!
//! A count lasts one minute of the clock, so an object that is evicted loses at most a minute's count. Keys that a provider
//! refused are not counted here, because that count must not be lost (`operations/refused_keys.rs`).

use crate::ports::{Quota, RateLimit, StoreReply};
use crate::store::protocol::{Refusal, reply};
use std::collections::BTreeMap;

/// The window of every quota, in seconds.
pub const WINDOW: u32 = 60;

/// The counts of one object.
#[derive(Debug, Default)]
pub struct RequestCounts {
    window: i64,
    made: BTreeMap<String, u32>,
}

impl RequestCounts {
    /// Counts one request. Returns the rest of the quota, and whether the request is within the limit.
    pub fn count(&mut self, limit: &RateLimit, now: i64) -> (Quota, bool) {
        let length = i64::from(WINDOW) * 1000;
        let window = now.div_euclid(length);
        if self.window != window {
            *self = Self { window, made: BTreeMap::new() };
        }
        let made = self.made.entry(limit.caller.clone()).or_default();
        *made = made.saturating_add(1);
        let reset = ((window + 1) * length - now + 999) / 1000;
        let quota =
            Quota { limit: limit.limit, remaining: limit.limit.saturating_sub(*made), reset: reset as u32 };
        (quota, *made <= limit.limit)
    }
}

/// Replies to a call. If it counts for a caller, `run` is called only within the limit.
///
/// # Errors
/// Those of `run`.
pub fn with_rate_limit(
    counts: &mut RequestCounts,
    limit: Option<&RateLimit>,
    now: i64,
    run: impl FnOnce() -> Result<String, String>,
) -> Result<StoreReply, String> {
    let Some(limit) = limit else { return Ok(StoreReply { text: run()?, quota: None }) };
    let (quota, within) = counts.count(limit, now);
    let text = if within {
        run()?
    } else {
        reply::refused(&Refusal::Limited(quota.reset)).map_err(|error| error.to_string())?
    };
    Ok(StoreReply { text, quota: Some(quota) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_has_a_quota_of_its_own_and_gets_it_back_with_the_minute() {
        let mut counts = RequestCounts::default();
        let limit = |caller: &str| RateLimit { caller: caller.to_owned(), limit: 2 };
        let quota = |remaining, reset| Quota { limit: 2, remaining, reset };
        assert_eq!(counts.count(&limit("a"), 60_000), (quota(1, 60), true));
        assert_eq!(counts.count(&limit("a"), 90_001), (quota(0, 30), true));
        assert_eq!(counts.count(&limit("a"), 119_999), (quota(0, 1), false));
        assert_eq!(counts.count(&limit("b"), 119_999), (quota(1, 1), true));
        assert_eq!(counts.count(&limit("a"), 120_000), (quota(1, 60), true));
    }

    #[test]
    fn a_call_without_a_limit_is_not_counted() {
        let mut counts = RequestCounts::default();
        let replied = with_rate_limit(&mut counts, None, 0, || Ok("{}".to_owned()));
        assert_eq!(replied.map(|reply| (reply.text, reply.quota)), Ok(("{}".to_owned(), None)));
        assert!(counts.made.is_empty());
    }
}
