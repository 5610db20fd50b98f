//! Derived values: an account id in a pasted address or key is put into its own field.
//!
//! Writes only where nobody has typed: into an empty input, or over a value that was derived before. A derived value stays
//! when its source no longer contains it, because the person may have pasted the address into the key's field first. A key is the one
//! value that is also taken out of the text that carries it.

use super::dom;
use super::page::Page;
use super::parser::Reading;
use crate::form::MORE_OPTIONS;

/// Writes the values that can be derived from other fields, and returns the fields that changed.
pub(super) fn write(page: &Page, readings: &[Reading]) -> Vec<usize> {
    let mut changed = Vec::new();
    for (at, reading) in readings.iter().enumerate() {
        let Some((from, value)) = &reading.found else { continue };
        let Some(input) = page.input(at).filter(|_| page.may_write(at)) else { continue };
        // A host's scheme goes without saying.
        let value = value.strip_prefix("https://").unwrap_or(value);
        if input.value() != value {
            input.set_value(value);
            page.note_derived(at, *from);
            changed.push(at);
        }
    }
    changed
}

/// Moves a key out of the address of the field at `from`, where it would be shown and sent in clear, into its own field. Only if that one
/// is empty. Returns the index of the key's field.
pub(super) fn move_key(
    page: &Page,
    from: usize,
    (to, key, address): (usize, String, String),
) -> Option<usize> {
    let (place, source) = (page.input(to)?, page.input(from)?);
    if !place.value().is_empty() {
        return None;
    }
    place.set_value(&key);
    source.set_value(&address);
    // The note on the key says where it came from, until somebody types there.
    _ = place.remove_attribute("data-touched");
    page.note_derived(to, from);
    Some(to)
}

/// Opens the folded part if the field is in it, so that its message is visible.
pub(super) fn unfold(page: &Page, at: usize) {
    if page.form.fields.get(at).is_some_and(|field| field.advanced)
        && let Some(more) = dom::by_id::<web_sys::Element>(MORE_OPTIONS)
    {
        _ = more.set_attribute("open", "");
    }
}
