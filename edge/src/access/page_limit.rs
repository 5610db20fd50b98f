//! The limit of requests for pages. They carry no proof, so they count for the client's network address, in the memory of the
//! isolate, before anything is done. Paths and ids that name no page, and requests that are not for a whole page, count apart: another
//! site's images could send them from an office, and close the pages for it.

use crate::access::client_address::client_network;
use crate::access::tokens::{is_our_session, project_of_guide};
use crate::config::Config;
use crate::error::Result;
use crate::http::Request;
use crate::ports::{Clock, Platform, seconds_left};
use crate::store::client::CallError;
use crate::store::protocol::Refusal;
use crate::store::refusals::CallerKind;
use latchkey_shared::SessionId;

/// The most pages that an address may open in a minute: far more than an office behind one address does.
const PER_ADDRESS: u32 = 300;

/// How many times the quota of one API key all requests without a known address may use together.
const WITHOUT_ADDRESS: u32 = 10;

/// Whether the path is that of a page, with an id that this deployment made.
fn names_a_page(request: &Request, config: &Config, segments: &[&str]) -> bool {
    match *segments {
        ["link" | "embed", id] => SessionId::parse(id).is_ok_and(|id| is_our_session(config, &id)),
        ["guides", app] => {
            latchkey_catalogue::entry(app).is_some()
                && request.query.get("project").is_none_or(|id| project_of_guide(config, id).is_some())
        }
        ["console", ..] => true,
        _ => false,
    }
}

/// Counts a request for the page at this path.
///
/// # Errors
/// 429 past the limit.
pub(crate) fn check(platform: &impl Platform, request: &Request, segments: &[&str]) -> Result<()> {
    let (config, now) = (platform.config(), platform.clock().now_ms());
    let (name, limit) = match client_network(request, config) {
        Some(network) => (network, PER_ADDRESS),
        None => (String::new(), config.requests_per_minute.saturating_mul(WITHOUT_ADDRESS)),
    };
    let apart = match request.header("sec-fetch-dest") {
        _ if !names_a_page(request, config, segments) => "none/",
        None | Some("document" | "iframe") => "",
        Some(_) => "part/",
    };
    let name = [apart, &name].concat();
    if platform.isolate().pages.borrow_mut().count(&name, now) <= limit {
        return Ok(());
    }
    Err(CallError::Refused(Refusal::Limited(seconds_left(now))).for_caller(CallerKind::SessionToken))
}
