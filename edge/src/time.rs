//! Writes times as the API does, and reads the times of HTTP and of providers. It owns no clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// ISO 8601, UTC, milliseconds: `2025-04-23T19:46:34.831Z`.
#[must_use]
pub fn iso(ms: i64) -> String {
    humantime::format_rfc3339_millis(at(ms)).to_string()
}

/// An HTTP date (RFC 9110, section 5.6.7): `Sun, 22 Nov 2026 12:00:00 GMT`.
#[must_use]
pub fn http_date(ms: i64) -> String {
    httpdate::fmt_http_date(at(ms))
}

/// Reads an HTTP date (RFC 9110, section 5.6.7), in milliseconds since 1970.
#[must_use]
pub fn from_http_date(text: &str) -> Option<i64> {
    since_1970(httpdate::parse_http_date(text).ok()?)
}

/// Reads a time as providers write it: epoch seconds or milliseconds, or ISO 8601 in UTC. Zero is no time.
#[must_use]
pub fn from_any(text: &str) -> Option<i64> {
    /// A larger number counts milliseconds (March 1973 or later), a smaller one counts seconds (before the year 5138).
    const LEAST_MS: i64 = 100_000_000_000;
    match text.parse::<i64>() {
        Ok(number) if number <= 0 => None,
        Ok(number) if number < LEAST_MS => Some(number * 1000),
        Ok(number) => Some(number),
        // A date without a time is the beginning of the day.
        Err(_) => humantime::parse_rfc3339(text)
            .or_else(|_| humantime::parse_rfc3339(&format!("{text}T00:00:00Z")))
            .ok()
            .and_then(since_1970),
    }
}

/// The time at this many milliseconds since 1970. A time past the year 9999 becomes the last one in it.
fn at(ms: i64) -> SystemTime {
    /// The end of the year 9999.
    const LAST_MS: u64 = 253_402_300_799_999;
    UNIX_EPOCH + Duration::from_millis(u64::try_from(ms).unwrap_or(0).min(LAST_MS))
}

fn since_1970(time: SystemTime) -> Option<i64> {
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_written_with_milliseconds() {
        assert_eq!(super::iso(1_745_437_594_831), "2025-04-23T19:46:34.831Z");
        assert_eq!(super::iso(0), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn an_http_date_is_written_and_read() {
        assert_eq!(super::http_date(1_795_348_800_000), "Sun, 22 Nov 2026 12:00:00 GMT");
        assert_eq!(super::from_http_date("Sun, 22 Nov 2026 12:00:00 GMT"), Some(1_795_348_800_000));
        assert_eq!(super::from_http_date("soon"), None);
    }

    #[test]
    fn a_providers_time_is_read_however_it_is_written() {
        for (text, ms) in [
            ("1795348800", Some(1_795_348_800_000)),
            ("1795348800000", Some(1_795_348_800_000)),
            ("2026-11-22T12:00:00.000Z", Some(1_795_348_800_000)),
            ("2026-11-22T12:00:00Z", Some(1_795_348_800_000)),
            ("2026-11-22", Some(1_795_305_600_000)),
            ("0", None),
            ("never", None),
        ] {
            assert_eq!(super::from_any(text), ms, "{text}");
        }
    }
}
