//! When to try again, as the provider's answer says it.

use crate::ports::Incoming;
use crate::time::from_http_date;
use latchkey_shared::provider::Provider;

/// How long to wait when nobody says, in seconds.
pub(crate) const RETRY_DEFAULT: u32 = 30;

/// The longest wait that is passed on, in seconds.
const LONGEST: i64 = 900;

/// The headers that say so, in lower case.
pub(super) fn headers(provider: &Provider) -> Vec<String> {
    let reset = provider.rate_limit.as_ref().map(|limit| limit.reset_header.clone());
    ["date".to_owned(), "retry-after".to_owned()].into_iter().chain(reset).collect()
}

/// Seconds to wait: `Retry-After` first, then the provider's own header, then `default`.
///
/// A time is compared with the answer's own date, not with our clock. A header sent twice arrives joined by a comma and does
/// not parse, which is what Okta's own clients demand (OKTA-112507).
pub(super) fn retry_after(provider: &Provider, incoming: &Incoming, default: u32) -> u32 {
    let header = |name: &str| incoming.headers.get(name).map(|text| text.trim());
    let date = || from_http_date(header("date")?);
    let asked = || {
        let text = header("retry-after")?;
        text.parse::<i64>().ok().or_else(|| Some((from_http_date(text)? - date()? + 999) / 1000))
    };
    let reset = || {
        let limit = provider.rate_limit.as_ref()?;
        let at: i64 = header(&limit.reset_header)?.parse().ok()?;
        Some((at.checked_mul(i64::from(limit.unit_ms))?.checked_sub(date()?)? + 1000) / 1000)
    };
    asked().or_else(reset).map_or(default, |seconds| seconds.clamp(1, LONGEST) as u32)
}
