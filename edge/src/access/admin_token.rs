//! Wrong admin tokens: they are limited, and the owner sees them. The right token is compared first and never limited.
//!
//! They count in the memory of the isolate. The registry gets the number at most once a minute from each, so that a stranger
//! cannot make it work.

use crate::access::client_address::client_network;
use crate::error::Error;
use crate::http::Request;
use crate::ports::{Clock, Platform, WINDOW, seconds_left};
use crate::store::client::StoreClient;
use crate::store::protocol::NoteRefusedAdminTokens;
use latchkey_shared::ErrorCode;

/// The most wrong tokens of an address in a minute. Requests without a known address share one.
const PER_ADDRESS: u32 = 10;
/// The most wrong tokens in a minute.
const TOGETHER: u32 = 100;

/// Counts a wrong admin token. Returns the refusal: `wrong` itself, or 429 past a limit.
pub(crate) async fn refused(platform: &impl Platform, request: &Request, wrong: Error) -> Error {
    let now = platform.clock().now_ms();
    let network = client_network(request, platform.config()).unwrap_or_default();
    let (within, count) = {
        let mut refused = platform.isolate().admin_tokens.borrow_mut();
        refused.pending = refused.pending.saturating_add(1);
        let within = refused.counts.count(&network, now) <= PER_ADDRESS;
        let within = refused.counts.count("all", now) <= TOGETHER && within;
        let due = now - refused.noted >= i64::from(WINDOW) * 1000;
        if due {
            refused.noted = now;
        }
        (within, due.then(|| std::mem::take(&mut refused.pending)))
    };
    let error = if within {
        wrong
    } else {
        let fix = "Wait for the seconds in Retry-After, then send the deployment’s ADMIN_TOKEN.";
        Error::new(ErrorCode::RateLimited, "Too many wrong admin tokens were sent.", fix)
            .retry_in(seconds_left(now))
    };
    let Some(count) = count else { return error };
    if StoreClient::registry(platform.store()).call(NoteRefusedAdminTokens { count }).await.is_err() {
        platform.isolate().admin_tokens.borrow_mut().pending += count;
    }
    error.logged(format!("wrong admin tokens: {count} since the last such line"))
}
