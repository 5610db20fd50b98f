//! Derived values: an account id in a pasted address or key is put into its own field.
//!
//! Writes only where nobody has typed: into an empty input, or over a value that was derived before. A derived value stays
//! when its source no longer contains it, because the person may have pasted the address into the key's field first. A key is the one
//! value that is also taken out of the text that carries it. A list also follows an address that was just pasted, whoever chose before.

use super::dom;
use super::page::Page;
use super::parser::Reading;
use crate::form::MORE_OPTIONS;

/// Writes the values that can be derived from other fields, and returns the fields that changed. `pasted` is the field that somebody has
/// just pasted into, or has just left.
pub(super) fn write(page: &Page, readings: &[Reading], pasted: Option<usize>) -> Vec<usize> {
    let mut changed = Vec::new();
    for (at, reading) in readings.iter().enumerate() {
        // A host's scheme goes without saying.
        let plain = |value: &str| value.strip_prefix("https://").unwrap_or(value).to_owned();
        let Some(input) = page.input(at) else { continue };
        if page.pasted(at).is_some() {
            if let Some(value) = &reading.value {
                choose(page, at, &plain(value));
            }
        } else if let Some((from, value)) = &reading.found
            && (page.may_write(at) || page.is_list(at) && pasted == Some(*from))
            && input.value() != plain(value)
        {
            input.set_value(&plain(value));
            // Nobody has typed here since.
            _ = input.remove_attribute("data-touched");
            page.note_derived(at, *from);
            changed.push(at);
        }
    }
    changed
}

/// Chooses a value in a list. One that the list does not have is what was chosen before, and the provider has not listed it again.
fn choose(page: &Page, at: usize, value: &str) {
    let Some(input) = page.input(at) else { return };
    input.set_value(value);
    if input.value() != value {
        page.offer(at, 0, value, value);
        input.set_value(value);
    }
    _ = input.set_attribute("data-touched", "");
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

/// Opens the folded part if the field is in it, so that its message is visible. Shows a field that was hidden at first.
pub(super) fn unfold(page: &Page, at: usize) {
    if let Some(field) = page.input(at).and_then(|input| input.closest("[data-field]").ok().flatten()) {
        _ = field.remove_attribute("hidden");
    }
    if page.form.fields.get(at).is_some_and(|field| field.advanced)
        && let Some(more) = dom::by_id::<web_sys::Element>(MORE_OPTIONS)
    {
        _ = more.set_attribute("open", "");
    }
}
