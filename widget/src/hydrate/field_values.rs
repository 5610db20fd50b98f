//! Has field values parsed while they are typed, by the program that the edge runs again, and shows the result.
//!
//! Shows little while someone types: notes and warnings after a short pause, errors once they leave the field or paste
//! something. Writes to inputs only through `derived_values.rs`.

use super::page::{PASTED, Page};
use super::parser::{Program, Reading};
use super::{derived_values, dom, guide_links};
use crate::form::FormMessage;
use crate::messages::MESSAGES;
use latchkey_shared::FieldError;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// How long without a keystroke counts as a pause, in milliseconds.
const PAUSE: i32 = 700;
/// How long to wait after a field was left, in milliseconds: a message that appears at once could move the target of the
/// click that took the focus.
const AFTER_LEAVING: i32 = 200;

/// Whether the person has finished typing.
#[derive(Clone, Copy, PartialEq)]
enum Moment {
    Pause,
    Finished,
    /// The same, by pasting.
    Pasted,
}

/// Parses the values that were typed before this code arrived.
pub(super) fn take_over(page: &Rc<Page>) {
    let focused = dom::document().and_then(|document| document.active_element()).map(|element| element.id());
    for at in 0..page.form.fields.len() {
        let is_focused = page.input(at).is_some_and(|input| Some(input.id()) == focused);
        check(page.clone(), at, if is_focused { Moment::Pause } else { Moment::Finished });
    }
}

pub(super) fn typed(page: Rc<Page>, at: usize) {
    let Some((_, state)) = page.field(at) else { return };
    // The error was about the text before.
    if state.with_untracked(|state| state.error.is_some()) {
        state.update(|state| state.error = FormMessage::default());
    }
    later(page, at, PAUSE, Moment::Pause);
}

pub(super) fn pasted(page: Rc<Page>, at: usize) {
    spawn_local(async move {
        // The text arrives after the event.
        dom::sleep(0).await;
        if page.is_gone() {
            return;
        }
        // A list has no event of its own for what is pasted there. The error was about the choice before.
        if let Some((_, state)) = page.field(at).filter(|_| page.pasted(at).is_some()) {
            state.update(|state| state.error = FormMessage::default());
        }
        check(page, at, Moment::Pasted);
    });
}

pub(super) fn left(page: Rc<Page>, at: usize) {
    // What is chosen in a list needs no reading, and the note says why.
    if page.is_list(at) {
        return;
    }
    later(page, at, AFTER_LEAVING, Moment::Finished);
}

/// Checks after a while, unless something was typed meanwhile.
fn later(page: Rc<Page>, at: usize, milliseconds: i32, moment: Moment) {
    let Some(change) = page.changes.get(at).map(|changes| changes.replace(changes.get().wrapping_add(1)))
    else {
        return;
    };
    spawn_local(async move {
        dom::sleep(milliseconds).await;
        let unchanged = page.changes.get(at).is_some_and(|changes| changes.get() == change.wrapping_add(1));
        if unchanged && !page.is_gone() {
            check(page, at, moment);
        }
    });
}

/// Puts the suggested value in place of the text. The focus goes to the input, because the button disappears.
pub(super) fn accept(page: Rc<Page>, at: usize) {
    let Some(((_, state), input)) = page.field(at).zip(page.input(at)) else { return };
    input.set_value(&state.with_untracked(|state| state.suggestion().to_owned()));
    state.update(|state| state.error = FormMessage::default());
    page.focus(at);
    check(page, at, Moment::Finished);
}

/// Shows the messages about a prefilled value.
pub(super) fn prefilled(page: &Rc<Page>, at: usize) {
    // In update mode, the fields that the account has already stay folded.
    if !page.form.update {
        derived_values::unfold(page, at);
    }
    check(page.clone(), at, Moment::Finished);
}

/// Shows the messages about a field, and about the fields whose values are derived from it, once the parser is there.
fn check(page: Rc<Page>, at: usize, moment: Moment) {
    if let Some(parser) = page.parser.at_hand() {
        return check_with(&parser, &page, at, moment);
    }
    // Before anything is typed there is nothing to parse.
    if page.is_blank() {
        return;
    }
    spawn_local(async move {
        let Some(parser) = page.parser.program().await else { return };
        if !page.is_gone() {
            check_with(&parser, &page, at, moment);
        }
    });
}

fn check_with(parser: &Program, page: &Page, at: usize, moment: Moment) {
    let mut readings = parser.readings(page);
    let key = readings.get_mut(at).filter(|_| moment != Moment::Pause).and_then(|reading| reading.key.take());
    let moved = key.and_then(|key| derived_values::move_key(page, at, key));
    if moved.is_some() {
        readings = parser.readings(page);
    }
    let mut changed = derived_values::write(page, &readings, Some(at).filter(|_| moment == Moment::Pasted));
    changed.extend(moved);
    check_one(page, at, readings, moment);
    if let Some(input) = page.input(at) {
        _ = input.remove_attribute(PASTED);
    }
    for other in changed {
        if let Some((_, state)) = page.field(other) {
            state.update(|state| state.error = FormMessage::default());
        }
        check_one(page, other, parser.readings(page), Moment::Finished);
        derived_values::unfold(page, other);
    }
    guide_links::fill_in(page, parser);
}

fn check_one(page: &Page, at: usize, readings: Vec<Reading>, moment: Moment) {
    let Some((_, state)) = page.field(at) else { return };
    // Typing removes an error, so one that is there is about this very text: the reply of the edge came before this check.
    if !state.with_untracked(|state| state.error.is_some())
        && let Some(reading) = readings.into_iter().nth(at)
    {
        let error = reading.error.filter(|_| moment != Moment::Pause);
        show_result(page, at, reading.changes, reading.warning, error);
    }
}

/// Every value as it is submitted, in the form's order. If one is invalid, shows the errors and returns `None`.
pub(super) fn read_all(page: &Page, parser: &Program) -> Option<Vec<String>> {
    for (at, reading) in parser.readings(page).into_iter().enumerate() {
        show_result(page, at, reading.changes, reading.warning, None);
    }
    parser.values(page).map_err(|errors| show_errors(page, errors)).ok()
}

/// Shows each error on its field and moves the focus to the first. Returns the errors that belong to no field.
pub(super) fn show_errors(page: &Page, errors: Vec<FieldError>) -> Vec<FieldError> {
    let mut others = Vec::new();
    let mut first = None;
    for error in errors {
        page.host_events.error(error.code, error.field.as_deref());
        let at = page.form.fields.iter().position(|field| Some(&field.id) == error.field.as_ref());
        match at.and_then(|at| Some((at, page.field(at)?))) {
            Some((at, (field, state))) => {
                for (place, choice) in error.choices.iter().enumerate() {
                    page.offer(at, place, &choice.value, &choice.label);
                }
                state.update(|state| state.error = error.into());
                derived_values::unfold(page, at);
                // Folded fields stand below the others.
                let place = (field.advanced, at);
                first = Some(first.map_or(place, |first| place.min(first)));
            }
            None => others.push(error),
        }
    }
    if let Some((_, at)) = first {
        page.focus(at);
    }
    others
}

fn show_result(
    page: &Page,
    at: usize,
    changes: String,
    warning: Option<FieldError>,
    error: Option<FieldError>,
) {
    let Some((_, state)) = page.field(at) else { return };
    let source = page.derived_from(at).and_then(|from| page.form.fields.get(from));
    let taken = source.map(|from| (MESSAGES.taken_from)(&from.label)).unwrap_or_default();
    state.update(|state| {
        state.note = [taken.as_str(), &changes].join(" ").trim().to_owned();
        state.warning = warning.map(FormMessage::from).unwrap_or_default();
        state.error = error.map(FormMessage::from).unwrap_or_default();
    });
}
