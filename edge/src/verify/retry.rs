//! When to try again, as the headers of the provider's response say it.

use crate::ports::Incoming;
use crate::time::from_http_date;
use latchkey_shared::provider::Provider;

/// The wait if no header names one, in seconds.
pub(crate) const RETRY_DEFAULT: u32 = 30;

/// The longest wait that is passed on, in seconds. Longer ones are cut to it.
const LONGEST: i64 = 900;

/// The names of the headers that are read, in lower case.
pub(super) fn headers(provider: &Provider) -> Vec<String> {
    let reset = provider.rate_limit.as_ref().map(|limit| limit.reset_header.clone());
    ["date".to_owned(), "retry-after".to_owned()].into_iter().chain(reset).collect()
}

/// Seconds to wait: `Retry-After` first, then the provider's own header, then `default`.
///
/// A time is compared with the response's `date` header, not with our clock. A header that is sent twice arrives joined by a comma
/// and does not parse; Okta's own clients demand this (OKTA-112507).
pub(crate) fn retry_after(provider: &Provider, incoming: &Incoming, default: u32) -> u32 {
    let header = |name: &str| incoming.headers.get(name).map(|text| text.trim());
    let date = || from_http_date(header("date")?);
    let from_retry_after = || {
        let text = header("retry-after")?;
        text.parse::<i64>().ok().or_else(|| Some((from_http_date(text)? - date()? + 999) / 1000))
    };
    let reset = || {
        let limit = provider.rate_limit.as_ref()?;
        let at: i64 = header(&limit.reset_header)?.parse().ok()?;
        Some((at.checked_mul(i64::from(limit.unit_ms))?.checked_sub(date()?)? + 1000) / 1000)
    };
    from_retry_after().or_else(reset).map_or(default, |seconds| seconds.clamp(1, LONGEST) as u32)
}
