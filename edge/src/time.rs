//! Times as the API writes them. Owns no clock.

use chrono::{DateTime, SecondsFormat};

/// ISO 8601, UTC, milliseconds: `2025-04-23T19:46:34.831Z`.
#[must_use]
pub fn iso(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// An HTTP date (RFC 9110, section 5.6.7): `Sun, 22 Nov 2026 12:00:00 GMT`.
#[must_use]
pub fn http_date(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms).unwrap_or_default().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Reads an HTTP date (RFC 9110, section 5.6.7), in milliseconds since 1970.
#[must_use]
pub fn from_http_date(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc2822(text).ok().map(|time| time.timestamp_millis())
}

/// Reads a time as providers write it: epoch seconds or milliseconds, or ISO 8601. Zero means that there is none.
#[must_use]
pub fn from_any(text: &str) -> Option<i64> {
    /// Milliseconds count more since March 1973 than seconds will before the year 5138.
    const LEAST_MS: i64 = 100_000_000_000;
    match text.parse::<i64>() {
        Ok(number) if number <= 0 => None,
        Ok(number) if number < LEAST_MS => Some(number * 1000),
        Ok(number) => Some(number),
        // A date alone is its beginning.
        Err(_) => DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_rfc3339(&format!("{text}T00:00:00Z")))
            .ok()
            .map(|time| time.timestamp_millis()),
    }
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
