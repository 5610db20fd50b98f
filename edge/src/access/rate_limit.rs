//! RequestCounts a caller's requests, and refuses those past its quota.
//!
//! Owns the counting and how a count travels: the first call of a request to its project's store carries a [`RateLimit`], the
//! reply a [`Quota`], each as a line in front of the JSON, so that counting costs no call of its own. RequestCounts live in the
//! object's memory for one minute of the clock: what is lost with the object is at most a minute's count. Refuses to know
//! HTTP (`router.rs` writes the headers) and to count refused keys, which outlive the object (`store/operations/refused_keys.rs`).

use crate::config::Config;
use crate::ports::{HostCache, Platform, PortError, ProjectStore, Target};
use crate::store::quota::{Quota, RateLimit, read_quota};
use latchkey_shared::phrase::Phrases;
use latchkey_shared::verification_step::VerificationStep;
use std::cell::{Cell, RefCell};

/// The stores as one request sees them: its first call to a project is counted.
#[derive(Debug)]
pub struct MeteredIndex<'a, I> {
    index: &'a I,
    meter: RefCell<Option<RateLimit>>,
    quota: Cell<Option<Quota>>,
}

impl<'a, I> MeteredIndex<'a, I> {
    /// For a request of this caller; `None`: of nobody who is counted.
    pub fn new(index: &'a I, meter: Option<RateLimit>) -> Self {
        Self { index, meter: RefCell::new(meter), quota: Cell::new(None) }
    }

    /// What is left, once the request was counted.
    pub fn quota(&self) -> Option<Quota> {
        self.quota.get()
    }
}

impl<I: ProjectStore> ProjectStore for MeteredIndex<'_, I> {
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
    index: MeteredIndex<'a, P::Store>,
}

impl<'a, P: Platform> Metered<'a, P> {
    /// For a request of this caller; `None`: of nobody who is counted.
    pub fn new(platform: &'a P, meter: Option<RateLimit>) -> Self {
        Self { platform, index: MeteredIndex::new(platform.store(), meter) }
    }
}

impl<'a, P: Platform> Platform for Metered<'a, P> {
    type Blobs = P::Blobs;
    type Store = MeteredIndex<'a, P::Store>;
    type Live = P::Live;
    type Clock = P::Clock;
    type Entropy = P::Entropy;
    type Log = P::Log;

    fn blobs(&self) -> &P::Blobs {
        self.platform.blobs()
    }
    fn store(&self) -> &Self::Store {
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
    fn step_passed(&self, passed: VerificationStep) {
        self.platform.step_passed(passed);
    }
    fn config(&self) -> &Config {
        self.platform.config()
    }
    fn host_cache(&self) -> &HostCache {
        self.platform.host_cache()
    }
}
