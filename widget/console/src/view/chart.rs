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
        let label = fill("{state} since {time}", &[&health(state), &time::day_of(begin)]);
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
        vec![
            el("span", vec![], vec![say(time::day_of(from))]),
            el("span", vec![], vec![say(time::day_of(to))]),
        ],
    );
    div("timeline", vec![bands, ends])
}

/// A share of a whole, as a bar: 0 to 100.
pub(crate) fn meter(percent: i64, label: String) -> AnyView {
    let percent = percent.clamp(0, 100);
    el("progress", vec![at("max", "100"), at("value", percent.to_string()), at("aria-label", label)], vec![])
}
