//! Times as the API writes them (RFC 3339, UTC, milliseconds), read into milliseconds since 1970, and written for people.

/// A second, a minute, an hour and a day in milliseconds.
pub const SECOND: i64 = 1000;
/// A minute.
pub const MINUTE: i64 = 60 * SECOND;
/// An hour.
pub const HOUR: i64 = 60 * MINUTE;
/// A day.
pub const DAY: i64 = 24 * HOUR;

/// Reads a time of the API. `None` if it is not one.
#[must_use]
pub fn read(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let milliseconds = if text.as_bytes().get(19) == Some(&b'.') { number(20, 23)? } else { 0 };
    let days = days_since_1970(year, month, day);
    Some(days * DAY + hour * HOUR + minute * MINUTE + second * SECOND + milliseconds)
}

/// The number of days from 1970 to a day of the Gregorian calendar, with years that begin in March.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468
}

/// Day and minute in UTC, in a form that every language reads: `2026-04-23 19:46`.
#[must_use]
pub fn minute(text: &str) -> String {
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(minute)) => [day, " ", minute].concat(),
        _ => text.to_owned(),
    }
}

/// The day alone: `2026-04-23`.
#[must_use]
pub fn day(text: &str) -> &str {
    text.get(..10).unwrap_or(text)
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
    }
}
