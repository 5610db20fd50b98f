//! Times as the API writes them. Owns no clock.

use chrono::{DateTime, SecondsFormat};

/// ISO 8601, UTC, milliseconds: `2025-04-23T19:46:34.831Z`.
#[must_use]
pub fn iso(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Reads an HTTP date (RFC 9110, section 5.6.7), in milliseconds since 1970.
#[must_use]
pub fn from_http_date(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc2822(text).ok().map(|time| time.timestamp_millis())
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_written_with_milliseconds() {
        assert_eq!(super::iso(1_745_437_594_831), "2025-04-23T19:46:34.831Z");
        assert_eq!(super::iso(0), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn an_http_date_is_read() {
        assert_eq!(super::from_http_date("Sun, 22 Nov 2026 12:00:00 GMT"), Some(1_795_348_800_000));
        assert_eq!(super::from_http_date("soon"), None);
    }
}
