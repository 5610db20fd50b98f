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

/// A time in a provider's response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderTime {
    /// Milliseconds since 1970.
    At(i64),
    /// There is no time: an empty text, zero, or a time before 1970, which programs write for "never".
    None,
    /// The text is no time that this program can read.
    Unreadable,
}

/// Reads a time as providers write it: epoch seconds or milliseconds, RFC 3339 with any offset, a date alone (the beginning of the day in
/// UTC), or an HTTP date. Also an offset without a colon (ISO 8601), and `UTC`. A time without an offset could be a day off, so it is
/// unreadable.
#[must_use]
pub fn from_any(text: &str) -> ProviderTime {
    /// A larger number counts milliseconds (March 1973 or later), a smaller one counts seconds (before the year 5138).
    const LEAST_MS: i64 = 100_000_000_000;
    let text = text.trim();
    // JSON may write a whole number as `1.0`. Parts of the number do not matter.
    let whole = text.split_once('.').filter(|(_, part)| part.bytes().all(|b| b.is_ascii_digit()));
    let ms = match whole.map_or(text, |(whole, _)| whole).parse::<i64>() {
        Ok(number) if number < LEAST_MS => Some(number.saturating_mul(1000)),
        Ok(number) => Some(number),
        Err(_) => from_rfc3339(text).or_else(|| from_http_date(text)),
    };
    match ms {
        Some(ms) if ms > LAST_MS => ProviderTime::Unreadable,
        Some(ms) if ms > 0 => ProviderTime::At(ms),
        None if !text.is_empty() => ProviderTime::Unreadable,
        _ => ProviderTime::None,
    }
}

/// The number of decimal digits in a part of a text.
fn number(text: &str, from: usize, to: usize) -> Option<i64> {
    let digits = text.get(from..to).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    digits.parse().ok()
}

/// Milliseconds since 1970 of an RFC 3339 time or date. They are negative before 1970.
fn from_rfc3339(text: &str) -> Option<i64> {
    let is = |at: usize, these: &[u8]| text.as_bytes().get(at).is_some_and(|byte| these.contains(byte));
    let (year, month, day) = (number(text, 0, 4)?, number(text, 5, 7)?, number(text, 8, 10)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(is(4, b"-") && is(7, b"-") && (1..=longest).contains(&day)) {
        return None;
    }
    // A year that begins in March ends with the leap day.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = 365 * year + leap_days + (153 * month + 2) / 5 + day - 719_469;
    let midnight = days * 86_400_000;
    if text.len() == 10 {
        return Some(midnight);
    }
    let (hour, minute, second) = (number(text, 11, 13)?, number(text, 14, 16)?, number(text, 17, 19)?);
    if !(is(10, b"Tt ") && is(13, b":") && is(16, b":") && hour < 24 && minute < 60 && second <= 60) {
        return None;
    }
    let rest = text.get(19..)?;
    let (part, zone) = match rest.strip_prefix(['.', ',']) {
        Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
        None => ("000", rest),
    };
    // One digit at least; those behind the third are less than a millisecond.
    let part = part.get(..1).and(number(&[part, "00"].concat(), 0, 3))?;
    let zone = zone.trim_start();
    let offset = match zone.as_bytes() {
        b"Z" | b"z" | b"UTC" | b"GMT" => 0,
        [sign @ (b'+' | b'-'), ..] => {
            let (hours, minutes) = match zone.len() {
                3 => (number(zone, 1, 3)?, 0),
                5 => (number(zone, 1, 3)?, number(zone, 3, 5)?),
                6 if zone.get(3..4) == Some(":") => (number(zone, 1, 3)?, number(zone, 4, 6)?),
                _ => return None,
            };
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if *sign == b'+' { 60_000 } else { -60_000 }
        }
        _ => return None,
    };
    Some(midnight + ((hour * 60 + minute) * 60 + second) * 1000 + part - offset)
}

/// The end of the year 9999.
const LAST_MS: i64 = 253_402_300_799_999;

/// The time at this many milliseconds since 1970. A time past the year 9999 becomes the last one in it.
fn at(ms: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(ms.min(LAST_MS)).unwrap_or(0))
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
        use super::ProviderTime::{self, At, Unreadable};
        const NOON: i64 = 1_795_348_800_000;
        for (text, time) in [
            ("1795348800", At(NOON)),
            ("1795348800.25", At(NOON)),
            ("1795348800000", At(NOON)),
            ("2026-11-22T12:00:00.000Z", At(NOON)),
            (" 2026-11-22T12:00:00Z ", At(NOON)),
            ("2026-11-22t12:00:00z", At(NOON)),
            ("2026-11-22T14:00:00+02:00", At(NOON)),
            ("2026-11-22T14:00:00+0200", At(NOON)),
            ("2026-11-22T14:00:00+02", At(NOON)),
            ("2026-11-22T02:15:00-09:45", At(NOON)),
            ("2026-11-22T12:00:00-00:00", At(NOON)),
            ("2026-11-23T01:59:00+13:59", At(NOON)),
            ("2026-11-22 12:00:00 UTC", At(NOON)),
            ("2026-11-22 12:00:00 +0000", At(NOON)),
            ("2026-11-22T12:00:00.5Z", At(NOON + 500)),
            ("2026-11-22T12:00:00,123456789+00:00", At(NOON + 123)),
            ("2026-11-22T11:59:60Z", At(NOON)),
            ("2026-11-22", At(NOON - 43_200_000)),
            ("Sun, 22 Nov 2026 12:00:00 GMT", At(NOON)),
            ("2024-02-29T00:00:00Z", At(1_709_164_800_000)),
            ("2000-02-29", At(951_782_400_000)),
            ("1970-01-02", At(86_400_000)),
            ("9999-12-31T23:59:59.999Z", At(super::LAST_MS)),
            ("0", ProviderTime::None),
            ("-1", ProviderTime::None),
            ("", ProviderTime::None),
            (" ", ProviderTime::None),
            ("0001-01-01T00:00:00Z", ProviderTime::None),
            ("1970-01-01", ProviderTime::None),
            ("9999-12-31T23:59:59-01:00", Unreadable),
            ("1795348800000000", Unreadable),
            ("99999999999999999999", Unreadable),
            ("never", Unreadable),
            ("2026-11-22T12:00:00", Unreadable),
            ("2026-11-22T12:00:00.Z", Unreadable),
            ("2026-11-22T12:00:00+2:00", Unreadable),
            ("2026-11-22T12:00:00+02:60", Unreadable),
            ("2026-11-22T12:00:00+24:00", Unreadable),
            ("2026-11-22T12:00:00+02:00x", Unreadable),
            ("2026-11-22T24:00:00Z", Unreadable),
            ("2026-11-22T12:60:00Z", Unreadable),
            ("2026-11-22T12:00:61Z", Unreadable),
            ("2026-11-22T12:00Z", Unreadable),
            ("2026-11-31", Unreadable),
            ("2025-02-29", Unreadable),
            ("1900-02-29", Unreadable),
            ("2026-00-10", Unreadable),
            ("2026-11-00", Unreadable),
            ("2026/11/22", Unreadable),
            ("22.11.2026", Unreadable),
            ("2026-1-2", Unreadable),
            ("２０２６-11-22", Unreadable),
            ("2026-11-22T12:00:0é", Unreadable),
        ] {
            assert_eq!(super::from_any(text), time, "{text}");
        }
    }
}
