//! Reads answers while they are typed, with the parser the edge runs again, and says what it read.
//!
//! Says little while someone types: what was cleaned away and what looks odd after a short pause, what is wrong once
//! they leave the field or have pasted something. Writes to no input but through `captures.rs`.

use super::page::Page;
use super::{captures, dom, guide_follow};
use crate::form::Trouble;
use crate::words::WORDS;
use latchkey_shared::field::{Parsed, fill_from_other_fields};
use latchkey_shared::{FieldError, Secret};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// How long nobody must have typed for it to be a pause, in milliseconds.
const PAUSE: i32 = 700;
/// How long to wait after a field was left: a click that comes next must not miss its target because a message has
/// appeared above it.
const AFTER_LEAVING: i32 = 200;

/// How sure it is that the person has finished typing.
#[derive(Clone, Copy, PartialEq)]
enum Moment {
    Pause,
    Finished,
}

/// Reads what was typed before this code arrived.
pub(super) fn take_over(page: &Page) {
    let focused = dom::document().and_then(|document| document.active_element()).map(|element| element.id());
    for at in 0..page.form.fields.len() {
        let is_focused = page.input(at).is_some_and(|input| Some(input.id()) == focused);
        if is_focused {
            guide_follow::mark(page, at, false);
        }
        check(page, at, if is_focused { Moment::Pause } else { Moment::Finished });
    }
}

pub(super) fn typed(page: Rc<Page>, at: usize) {
    let Some((_, state)) = page.field(at) else { return };
    // What was said about the text is not about this one.
    if state.with_untracked(|state| state.error.is_some()) {
        state.update(|state| state.error = Trouble::default());
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

/// Says what there is to say about a prefilled answer.
pub(super) fn prefilled(page: &Page, at: usize) {
    check(page, at, Moment::Finished);
    // What an account has already stays folded away.
    if !page.form.update {
        captures::unfold(page, at);
    }
}

/// Says what there is to say about an answer, and about those that came with it.
fn check(page: &Page, at: usize, moment: Moment) {
    look(page, at, moment);
    for other in captures::write(page) {
        if let Some((_, state)) = page.field(other) {
            state.update(|state| state.error = Trouble::default());
        }
        look(page, other, Moment::Finished);
        captures::unfold(page, other);
    }
    guide_follow::links(page);
}

fn look(page: &Page, at: usize, moment: Moment) {
    let Some((field, state)) = page.field(at) else { return };
    let text = page.typed(at);
    if state.with_untracked(|state| state.error.is_some()) {
        // Typing takes an error away, so this one is about this very text: the provider's answer came before this check.
    } else if text.trim().is_empty() {
        // That an answer is missing is said when it is submitted, not while it is on its way.
        show(page, at, None, None);
    } else {
        match field.parse(&text) {
            Ok(parsed) => show(page, at, Some(parsed), None),
            Err(error) => show(page, at, None, Some(error).filter(|_| moment == Moment::Finished)),
        }
    }
}

/// Every answer as it is submitted, in the form's order; on a bad one, shows what is wrong and returns `None`.
pub(super) fn read_all(page: &Page) -> Option<Vec<Secret>> {
    let mut errors = Vec::new();
    let mut values = Vec::new();
    let typed: Vec<String> = (0..page.form.fields.len()).map(|at| page.typed(at)).collect();
    for (at, (field, text)) in page.form.fields.iter().zip(&typed).enumerate() {
        match field.parse(text) {
            Ok(mut parsed) => {
                values.push(std::mem::take(&mut parsed.value));
                show(page, at, Some(parsed), None);
            }
            Err(error) => {
                show(page, at, None, None);
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
    refuse(page, errors);
    None
}

/// Shows each error on its field, and moves the focus to the first; returns those that are about no field.
pub(super) fn refuse(page: &Page, errors: Vec<FieldError>) -> Vec<FieldError> {
    let mut others = Vec::new();
    let mut first = None;
    for error in errors {
        page.outbox.error(error.code, error.field.as_deref());
        let at = page.form.fields.iter().position(|field| Some(&field.id) == error.field.as_ref());
        match at.and_then(|at| Some((at, page.field(at)?))) {
            Some((at, (field, state))) => {
                state.update(|state| state.error = error.into());
                captures::unfold(page, at);
                // What is folded stands below the others.
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

fn show(page: &Page, at: usize, parsed: Option<Parsed>, error: Option<FieldError>) {
    let Some((_, state)) = page.field(at) else { return };
    let (mut changes, warning) = parsed.map(|parsed| (parsed.changes, parsed.warning)).unwrap_or_default();
    if let Some(from) = page.captured(at).and_then(|from| page.form.fields.get(from)) {
        changes.insert(0, (WORDS.taken_from)(&from.label));
    }
    state.update(|state| {
        state.note = changes.join(" ");
        state.warning = warning.map(Trouble::from).unwrap_or_default();
        state.error = error.map(Trouble::from).unwrap_or_default();
    });
}
