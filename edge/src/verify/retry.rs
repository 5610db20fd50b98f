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
    if rate.reset == Reset::Date {
        let left_ms = from_http_date(text(header)?)?.checked_sub(from_http_date(text("date")?)?)?;
        return Some((left_ms / 1000).clamp(1, LONGEST) as u32);
    }
    let (whole, parts) = text(header)?.split_once('.').unwrap_or((text(header)?, "0"));
    let number: i64 = whole.parse().ok()?;
    if !parts.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = match rate.reset {
        Reset::Date => return None,
        // A part of a second is waited for too.
        Reset::Seconds => number.saturating_add(i64::from(parts.bytes().any(|digit| digit != b'0'))),
        Reset::Epoch => {
            let at = number.checked_mul(i64::from(rate.unit_ms.unwrap_or(1000)))?;
            if at < FIRST_MS {
                return None;
            }
            (at.checked_sub(from_http_date(text("date")?)?)? + 1000) / 1000
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
