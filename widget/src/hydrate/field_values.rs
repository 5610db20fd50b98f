//! Parses field values while they are typed, with the parser that the edge runs again, and shows the result.
//!
//! Shows little while someone types: notes and warnings after a short pause, errors once they leave the field or paste
//! something. Writes to inputs only through `derived_values.rs`.

use super::page::Page;
use super::{derived_values, dom, guide_links};
use crate::form::FormMessage;
use crate::messages::MESSAGES;
use latchkey_shared::field::{Parsed, fill_from_other_fields};
use latchkey_shared::{FieldError, Secret};
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
}

/// Parses the values that were typed before this code arrived.
pub(super) fn take_over(page: &Page) {
    let focused = dom::document().and_then(|document| document.active_element()).map(|element| element.id());
    for at in 0..page.form.fields.len() {
        let is_focused = page.input(at).is_some_and(|input| Some(input.id()) == focused);
        check(page, at, if is_focused { Moment::Pause } else { Moment::Finished });
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
        if !page.is_gone() {
            check(&page, at, Moment::Finished);
        }
    });
}

pub(super) fn left(page: Rc<Page>, at: usize) {
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
            check(&page, at, moment);
        }
    });
}

/// Puts the suggested value in place of the text. The focus goes to the input, because the button disappears.
pub(super) fn accept(page: &Page, at: usize) {
    let Some(((_, state), input)) = page.field(at).zip(page.input(at)) else { return };
    input.set_value(&state.with_untracked(|state| state.suggestion().to_owned()));
    state.update(|state| state.error = FormMessage::default());
    check(page, at, Moment::Finished);
    page.focus(at);
}

/// Shows the messages about a prefilled value.
pub(super) fn prefilled(page: &Page, at: usize) {
    check(page, at, Moment::Finished);
    // In update mode, the fields that the account has already stay folded.
    if !page.form.update {
        derived_values::unfold(page, at);
    }
}

/// Shows the messages about a field, and about the fields whose values are derived from it.
fn check(page: &Page, at: usize, moment: Moment) {
    check_one(page, at, moment);
    for other in derived_values::write(page) {
        if let Some((_, state)) = page.field(other) {
            state.update(|state| state.error = FormMessage::default());
        }
        check_one(page, other, Moment::Finished);
        derived_values::unfold(page, other);
    }
    guide_links::fill_in(page);
}

fn check_one(page: &Page, at: usize, moment: Moment) {
    let Some((field, state)) = page.field(at) else { return };
    let text = page.typed(at);
    if state.with_untracked(|state| state.error.is_some()) {
        // Typing removes an error, so this one is about this very text: the reply of the edge came before this check.
    } else if text.trim().is_empty() {
        // A missing value is reported at submit, not while somebody may still enter it.
        show_result(page, at, None, None);
    } else {
        match field.parse(&text) {
            Ok(parsed) => show_result(page, at, Some(parsed), None),
            Err(error) => show_result(page, at, None, Some(error).filter(|_| moment == Moment::Finished)),
        }
    }
}

/// Every value as it is submitted, in the form's order. If one is invalid, shows the errors and returns `None`.
pub(super) fn read_all(page: &Page) -> Option<Vec<Secret>> {
    let mut errors = Vec::new();
    let mut values = Vec::new();
    let typed: Vec<String> = (0..page.form.fields.len()).map(|at| page.typed(at)).collect();
    for (at, (field, text)) in page.form.fields.iter().zip(&typed).enumerate() {
        match field.parse(text) {
            Ok(mut parsed) => {
                values.push(std::mem::take(&mut parsed.value));
                show_result(page, at, Some(parsed), None);
            }
            Err(error) => {
                show_result(page, at, None, None);
                errors.push(error);
            }
        }
    }
    if errors.is_empty() {
        let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
        errors = fill_from_other_fields(&page.form.fields, &typed, &mut values);
    }
    let values = values.into_iter().map(Secret::new).collect();
    if errors.is_empty() {
        return Some(values);
    }
    show_errors(page, errors);
    None
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

fn show_result(page: &Page, at: usize, parsed: Option<Parsed>, error: Option<FieldError>) {
    let Some((_, state)) = page.field(at) else { return };
    let (mut changes, warning) = parsed.map(|parsed| (parsed.changes, parsed.warning)).unwrap_or_default();
    if let Some(from) = page.derived_from(at).and_then(|from| page.form.fields.get(from)) {
        changes.insert(0, (MESSAGES.taken_from)(&from.label));
    }
    state.update(|state| {
        state.note = changes.join(" ");
        state.warning = warning.map(FormMessage::from).unwrap_or_default();
        state.error = error.map(FormMessage::from).unwrap_or_default();
    });
}
