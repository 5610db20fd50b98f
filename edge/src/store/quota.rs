//! RequestCounts a caller's requests in the memory of a project's object, and refuses those past its quota.
//!
//! Owns the counting and how a count travels. RequestCounts last one minute of the clock: what is lost with the object is at most a
//! minute's count. Refuses to count refused keys, which outlive the object (`operations/refused_keys.rs`).

use crate::store::protocol::{Refusal, answer};
use std::collections::BTreeMap;

/// The window of every quota, in seconds.
pub const WINDOW: u32 = 60;

/// Who is counted, and how many requests they may make in a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The id of a key or of a session: no secret.
    pub caller: String,
    /// Requests in [`WINDOW`].
    pub limit: u32,
}

/// What is left to a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests in [`WINDOW`].
    pub limit: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// Seconds until they are all there again.
    pub reset: u32,
}

/// The counts of one object.
#[derive(Debug, Default)]
pub struct RequestCounts {
    window: i64,
    made: BTreeMap<String, u32>,
}

impl RequestCounts {
    /// RequestCounts one request: what is left, and whether this one was within the limit.
    pub fn count(&mut self, meter: &RateLimit, now: i64) -> (Quota, bool) {
        let length = i64::from(WINDOW) * 1000;
        let window = now.div_euclid(length);
        if self.window != window {
            *self = Self { window, made: BTreeMap::new() };
        }
        let made = self.made.entry(meter.caller.clone()).or_default();
        *made = made.saturating_add(1);
        let reset = ((window + 1) * length - now + 999) / 1000;
        let quota =
            Quota { limit: meter.limit, remaining: meter.limit.saturating_sub(*made), reset: reset as u32 };
        (quota, *made <= meter.limit)
    }
}

/// Answers a call that may carry a meter: `run` is asked only within the limit.
///
/// # Errors
/// Those of `run`.
pub fn with_rate_limit(
    counts: &mut RequestCounts,
    text: &str,
    now: i64,
    run: impl FnOnce(&str) -> Result<String, String>,
) -> Result<String, String> {
    let Some((line, body)) = text.split_once('\n') else { return run(text) };
    let meter = read_meter(line).ok_or("a call with an unreadable meter")?;
    let (quota, within) = counts.count(&meter, now);
    let reply = if within {
        run(body)?
    } else {
        answer::refused(&Refusal::Limited(quota.reset)).map_err(|error| error.to_string())?
    };
    Ok(format!("{} {} {}\n{reply}", quota.limit, quota.remaining, quota.reset))
}

fn read_meter(line: &str) -> Option<RateLimit> {
    let (limit, caller) = line.split_once(' ')?;
    Some(RateLimit { caller: caller.to_owned(), limit: limit.parse().ok()? })
}

pub(crate) fn read_quota(line: &str) -> Option<Quota> {
    let mut numbers = line.split(' ').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some(Quota { limit: next()?, remaining: next()?, reset: next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_has_a_quota_of_its_own_and_gets_it_back_with_the_minute() {
        let mut counts = RequestCounts::default();
        let meter = |caller: &str| RateLimit { caller: caller.to_owned(), limit: 2 };
        let quota = |remaining, reset| Quota { limit: 2, remaining, reset };
        assert_eq!(counts.count(&meter("a"), 60_000), (quota(1, 60), true));
        assert_eq!(counts.count(&meter("a"), 90_001), (quota(0, 30), true));
        assert_eq!(counts.count(&meter("a"), 119_999), (quota(0, 1), false));
        assert_eq!(counts.count(&meter("b"), 119_999), (quota(1, 1), true));
        assert_eq!(counts.count(&meter("a"), 120_000), (quota(1, 60), true));
    }

    #[test]
    fn a_call_without_a_meter_is_not_counted() {
        let mut counts = RequestCounts::default();
        let echoed = with_rate_limit(&mut counts, "{}", 0, |body| Ok(body.to_owned()));
        assert_eq!(echoed.as_deref(), Ok("{}"));
        assert!(counts.made.is_empty());
    }
}
