//! Watches how much of a provider's rate limits is left, as the headers of its responses say.
//!
//! It stands between a verification and the network, and refuses nothing: who checks many accounts asks it when to wait.

use crate::ports::{Fetch, FetchError, Incoming, Outgoing};
use crate::verify::retry::wait_until;
use latchkey_shared::provider::Provider;
use std::cell::Cell;

/// Without the limit itself, fewer requests than this are few.
const FEW: i64 = 10;

/// A network, and what its responses say about limits.
pub(crate) struct Watched<'a, F> {
    fetch: &'a F,
    provider: &'static Provider,
    /// The seconds to wait, if less than half of a limit is left.
    low: &'a Cell<Option<u32>>,
}

impl<'a, F: Fetch> Watched<'a, F> {
    pub(crate) fn new(fetch: &'a F, provider: &'static Provider, low: &'a Cell<Option<u32>>) -> Self {
        Self { fetch, provider, low }
    }

    fn note(&self, incoming: &Incoming) {
        let number = |name: &str| incoming.headers.get(name)?.trim().parse::<i64>().ok();
        let Some(rate) = &self.provider.rate_limit else { return };
        for share in &rate.shares {
            let Some(left) = number(&share.remaining) else { continue };
            let few = match share.limit.as_deref().map(number) {
                Some(Some(limit)) => left.saturating_mul(2) < limit,
                Some(None) => continue,
                None => left < FEW,
            };
            let reset = share.reset.as_ref().unwrap_or(&rate.reset_header);
            if let Some(seconds) = wait_until(incoming, reset, rate).filter(|_| few) {
                self.low.set(self.low.get().max(Some(seconds)));
            }
        }
    }
}

impl<F: Fetch> Fetch for Watched<'_, F> {
    async fn fetch(&self, request: Outgoing) -> Result<Incoming, FetchError> {
        let incoming = self.fetch.fetch(request).await?;
        self.note(&incoming);
        Ok(incoming)
    }
}
