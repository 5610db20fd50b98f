//! A small chart of an account's health over time: bands of color on a line, each with its state and its times as words.

use super::el::{at, div, el, say};
use crate::time;
use crate::words::{health, health_tone};
use latchkey_shared::i18n::fill;
use leptos::prelude::*;

/// A state from a time on: milliseconds since 1970, and the state.
pub(crate) type Change = (i64, String);

/// The states from `from` to `to`, in milliseconds since 1970. `changes` are in the order of time; the first holds from the start.
pub(crate) fn timeline(from: i64, to: i64, changes: &[Change]) -> AnyView {
    let span = (to - from).max(time::MINUTE);
    let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([to]);
    let bands = changes.iter().zip(ends).filter(|((_, _), end)| *end > from).map(|((begin, state), end)| {
        let begin = (*begin).max(from);
        // The policy of the page allows no style in an element, so the style sheet has forty widths.
        let share = ((end - begin) * 40 / span).clamp(1, 40);
        let label = fill("{state} since {time}", &[&health(state), &iso_day(begin)]);
        el(
            "li",
            vec![
                at("class", ["band ", health_tone(state), " w", &share.to_string()].concat()),
                at("title", label.clone()),
            ],
            vec![el("span", vec![at("class", "unseen")], vec![say(label)])],
        )
    });
    let bands = el("ol", vec![at("class", "bands")], bands.collect());
    let ends = div(
        "band-ends",
        vec![el("span", vec![], vec![say(iso_day(from))]), el("span", vec![], vec![say(iso_day(to))])],
    );
    div("timeline", vec![bands, ends])
}

/// A share of a whole, as a bar: 0 to 100.
pub(crate) fn meter(percent: i64, label: String) -> AnyView {
    let percent = percent.clamp(0, 100);
    el("progress", vec![at("max", "100"), at("value", percent.to_string()), at("aria-label", label)], vec![])
}

/// The day of a time in milliseconds since 1970.
pub(crate) fn iso_day(at: i64) -> String {
    let days = at.div_euclid(time::DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_they_are_read() {
        for text in
            ["1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2026-11-28T11:00:00Z", "2100-03-01T00:00:00Z"]
        {
            assert_eq!(iso_day(time::read(text).unwrap()), time::day(text));
        }
    }
}
