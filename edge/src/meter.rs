//! Counts a caller's requests, and refuses those past its quota.
//!
//! Owns the counting and how a count travels: the first call of a request to its project's ledger carries a [`Meter`], the
//! reply a [`Quota`], each as a line in front of the JSON, so that counting costs no call of its own. Counts live in the
//! object's memory for one minute of the clock: what is lost with the object is at most a minute's count. Refuses to know
//! HTTP (`http/route.rs` writes the headers) and to count refused keys, which outlive the object (`ledger/failures.rs`).

use crate::config::Config;
use crate::ledger::operation::{Refusal, answer};
use crate::ports::{Platform, PortError, ProjectIndex, Target};
use crate::verify::Passed;
use latchkey_shared::phrase::Phrases;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// The window of every quota, in seconds.
pub const WINDOW: u32 = 60;

/// Who is counted, and how many requests they may make in a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
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
pub struct Counts {
    window: i64,
    made: BTreeMap<String, u32>,
}

impl Counts {
    /// Counts one request: what is left, and whether this one was within the limit.
    pub fn count(&mut self, meter: &Meter, now: i64) -> (Quota, bool) {
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
pub fn metered(
    counts: &mut Counts,
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

fn read_meter(line: &str) -> Option<Meter> {
    let (limit, caller) = line.split_once(' ')?;
    Some(Meter { caller: caller.to_owned(), limit: limit.parse().ok()? })
}

fn read_quota(line: &str) -> Option<Quota> {
    let mut numbers = line.split(' ').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some(Quota { limit: next()?, remaining: next()?, reset: next()? })
}

/// The ledgers as one request sees them: its first call to a project is counted.
#[derive(Debug)]
pub struct MeteredIndex<'a, I> {
    index: &'a I,
    meter: RefCell<Option<Meter>>,
    quota: Cell<Option<Quota>>,
}

impl<'a, I> MeteredIndex<'a, I> {
    /// For a request of this caller; `None`: of nobody who is counted.
    pub fn new(index: &'a I, meter: Option<Meter>) -> Self {
        Self { index, meter: RefCell::new(meter), quota: Cell::new(None) }
    }

    /// What is left, once the request was counted.
    pub fn quota(&self) -> Option<Quota> {
        self.quota.get()
    }
}

impl<I: ProjectIndex> ProjectIndex for MeteredIndex<'_, I> {
    async fn call(&self, target: Target, operation: &'static str, body: String) -> Result<String, PortError> {
        let meter = if target == Target::Registry { None } else { self.meter.take() };
        let Some(meter) = meter else { return self.index.call(target, operation, body).await };
        let text = format!("{} {}\n{body}", meter.limit, meter.caller);
        let mut reply = self.index.call(target, operation, text).await?;
        if let Some(end) = reply.find('\n') {
            self.quota.set(reply.get(..end).and_then(read_quota));
            reply.drain(..=end);
        }
        Ok(reply)
    }
}

/// The platform as one request sees it: its calls are counted.
pub struct Metered<'a, P: Platform> {
    platform: &'a P,
    index: MeteredIndex<'a, P::Index>,
}

impl<'a, P: Platform> Metered<'a, P> {
    /// For a request of this caller; `None`: of nobody who is counted.
    pub fn new(platform: &'a P, meter: Option<Meter>) -> Self {
        Self { platform, index: MeteredIndex::new(platform.index(), meter) }
    }
}

impl<'a, P: Platform> Platform for Metered<'a, P> {
    type Blobs = P::Blobs;
    type Index = MeteredIndex<'a, P::Index>;
    type Live = P::Live;
    type Clock = P::Clock;
    type Entropy = P::Entropy;
    type Log = P::Log;

    fn blobs(&self) -> &P::Blobs {
        self.platform.blobs()
    }
    fn index(&self) -> &Self::Index {
        &self.index
    }
    fn live(&self) -> &P::Live {
        self.platform.live()
    }
    fn clock(&self) -> &P::Clock {
        self.platform.clock()
    }
    fn entropy(&self) -> &P::Entropy {
        self.platform.entropy()
    }
    fn log(&self) -> &P::Log {
        self.platform.log()
    }
    async fn phrases(&self, language: &'static str) -> Option<&'static Phrases> {
        self.platform.phrases(language).await
    }
    fn passed(&self, passed: Passed) {
        self.platform.passed(passed);
    }
    fn config(&self) -> &Config {
        self.platform.config()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_has_a_quota_of_its_own_and_gets_it_back_with_the_minute() {
        let mut counts = Counts::default();
        let meter = |caller: &str| Meter { caller: caller.to_owned(), limit: 2 };
        let quota = |remaining, reset| Quota { limit: 2, remaining, reset };
        assert_eq!(counts.count(&meter("a"), 60_000), (quota(1, 60), true));
        assert_eq!(counts.count(&meter("a"), 90_001), (quota(0, 30), true));
        assert_eq!(counts.count(&meter("a"), 119_999), (quota(0, 1), false));
        assert_eq!(counts.count(&meter("b"), 119_999), (quota(1, 1), true));
        assert_eq!(counts.count(&meter("a"), 120_000), (quota(1, 60), true));
    }

    #[test]
    fn a_call_without_a_meter_is_not_counted() {
        let mut counts = Counts::default();
        let echoed = metered(&mut counts, "{}", 0, |body| Ok(body.to_owned()));
        assert_eq!(echoed.as_deref(), Ok("{}"));
        assert!(counts.made.is_empty());
    }
}
