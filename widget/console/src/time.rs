//! Times as the API writes them (RFC 3339, UTC, milliseconds), read into milliseconds since 1970, and written for people.

/// A minute in milliseconds.
pub const MINUTE: i64 = 60_000;
/// An hour.
pub const HOUR: i64 = 60 * MINUTE;
/// A day.
pub const DAY: i64 = 24 * HOUR;

/// Reads a time of the API. `None` if it is not one.
#[must_use]
pub fn read(text: &str) -> Option<i64> {
    clock::read(text)
}

/// The day of a time in milliseconds since 1970: `2026-04-23`.
#[must_use]
pub fn day_of(at: i64) -> String {
    let mut text = clock::write(at.max(0));
    text.truncate(10);
    text
}

/// By the browser's own calendar, which costs nothing.
#[cfg(feature = "hydrate")]
mod clock {
    use js_sys::Date;

    pub(super) fn read(text: &str) -> Option<i64> {
        let at = Date::parse(text);
        // It reads other forms too, of which some are in the local time.
        (text.ends_with('Z') && text.contains('T') && at.is_finite()).then_some(at as i64)
    }

    pub(super) fn write(at: i64) -> String {
        Date::new(&(at as f64).into()).to_iso_string().into()
    }
}

#[cfg(not(feature = "hydrate"))]
mod clock {
    use std::time::{Duration, UNIX_EPOCH};

    pub(super) fn read(text: &str) -> Option<i64> {
        let since = humantime::parse_rfc3339(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(since.as_millis()).ok()
    }

    pub(super) fn write(at: i64) -> String {
        let since = Duration::from_millis(u64::try_from(at).unwrap_or_default());
        humantime::format_rfc3339_seconds(UNIX_EPOCH + since).to_string()
    }
}

/// Day and minute in UTC, in a form that every language reads: `2026-04-23 19:46`.
#[must_use]
pub fn minute(text: &str) -> String {
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(minute)) => [day, " ", minute].concat(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_api_are_read() {
        for (text, milliseconds) in [
            ("1970-01-01T00:00:00.000Z", 0),
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59.999Z", 951_868_799_999),
            ("2026-04-23T19:46:34.831Z", 1_776_973_594_831),
            ("2100-03-01T00:00:00.000Z", 4_107_542_400_000),
        ] {
            assert_eq!(read(text), Some(milliseconds), "{text}");
        }
        for text in ["", "tomorrow", "2026-04-23", "2026-04-23T19:46", "é026-04-23T19:46:34Z"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(minute("2026-04-23T19:46:34.831Z"), "2026-04-23 19:46");
        for text in ["1970-01-01", "2000-02-29", "2026-11-28", "2100-03-01"] {
            let noon = read(&[text, "T12:00:00Z"].concat());
            assert_eq!(noon.map(day_of).as_deref(), Some(text));
        }
    }
}
