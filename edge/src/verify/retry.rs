//! When to try again, as the headers of the provider's response say it.

use crate::ports::Incoming;
use crate::time::from_http_date;
use latchkey_shared::probe::{RateLimit, Reset};
use latchkey_shared::provider::Provider;

/// The wait if no header names one, in seconds.
pub(crate) const RETRY_DEFAULT: u32 = 30;

/// The longest wait that is passed on, in seconds. Longer ones are cut to it.
const LONGEST: i64 = 900;

/// The names of the headers that are read, in lower case.
pub(super) fn headers(provider: &Provider) -> Vec<String> {
    let mut names = vec!["date".to_owned(), "retry-after".to_owned()];
    if let Some(rate) = &provider.rate_limit {
        names.push(rate.reset_header.clone());
        for share in &rate.shares {
            let of_share = [share.limit.as_ref(), Some(&share.remaining), share.reset.as_ref()];
            names.extend(of_share.into_iter().flatten().cloned());
        }
    }
    names
}

/// Seconds until the time in a header: an epoch or an HTTP date, compared with the response's `date` header, or the seconds themselves.
pub(super) fn wait_until(incoming: &Incoming, header: &str, rate: &RateLimit) -> Option<u32> {
    /// 2001 in milliseconds. An earlier time is none: the header holds something else.
    const FIRST_MS: i64 = 1_000_000_000_000;
    let text = |name: &str| incoming.headers.get(name).map(|text| text.trim());
    let left_ms = |at: i64| at.checked_sub(from_http_date(text("date")?)?);
    // The whole number, and whether it has a part of a second.
    let number = || {
        let (whole, parts) = text(header)?.split_once('.').unwrap_or((text(header)?, "0"));
        let digits = parts.bytes().all(|byte| byte.is_ascii_digit());
        digits.then_some((whole.parse::<i64>().ok()?, parts.bytes().any(|digit| digit != b'0')))
    };
    let seconds = match rate.reset {
        Reset::Date => left_ms(from_http_date(text(header)?)?)? / 1000,
        // A part of a second is waited for too.
        Reset::Seconds => number().map(|(whole, more)| whole.saturating_add(i64::from(more)))?,
        Reset::Epoch => {
            let at = number()?.0.checked_mul(i64::from(rate.unit_ms.unwrap_or(1000)))?;
            if at < FIRST_MS {
                return None;
            }
            left_ms(at)?.saturating_add(1000) / 1000
        }
    };
    Some(seconds.clamp(1, LONGEST) as u32)
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
    // A limit that has a time of its own may be the only one that is named.
    let reset = || {
        let limit = provider.rate_limit.as_ref()?;
        let own = limit.shares.iter().filter_map(|share| share.reset.as_ref());
        let mut names = std::iter::once(&limit.reset_header).chain(own);
        names.find_map(|name| wait_until(incoming, name, limit))
    };
    let asked = from_retry_after().map(|seconds| seconds.clamp(1, LONGEST) as u32);
    asked.or_else(reset).unwrap_or(default.clamp(1, LONGEST as u32))
}
