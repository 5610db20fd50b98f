//! The limit of requests for pages. They carry no proof, so they count for the client's network address, in the memory of the
//! isolate, before anything is done.

use crate::access::client_address::client_network;
use crate::error::Result;
use crate::http::Request;
use crate::ports::{Clock, Platform, seconds_left};
use crate::store::client::CallError;
use crate::store::protocol::Refusal;
use crate::store::refusals::CallerKind;

/// The most pages that an address may open in a minute: far more than an office behind one address does.
const PER_ADDRESS: u32 = 300;

/// How many times the quota of one API key all requests without a known address may use together.
const WITHOUT_ADDRESS: u32 = 10;

/// Counts a request for a page.
///
/// # Errors
/// 429 past the limit.
pub fn check(platform: &impl Platform, request: &Request) -> Result<()> {
    let (config, now) = (platform.config(), platform.clock().now_ms());
    let (name, limit) = match client_network(request, config) {
        Some(network) => (network, PER_ADDRESS),
        None => (String::new(), config.requests_per_minute.saturating_mul(WITHOUT_ADDRESS)),
    };
    if platform.isolate().pages.borrow_mut().count(&name, now) <= limit {
        return Ok(());
    }
    Err(CallError::Refused(Refusal::Limited(seconds_left(now))).for_caller(CallerKind::SessionToken))
}
