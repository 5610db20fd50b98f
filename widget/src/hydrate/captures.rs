//! Answers that come with another one: an account in a pasted address or key is put into its own field.
//!
//! Writes only where nobody has typed: into an empty input, or over what was written here before. What another answer
//! no longer tells stays, because the person may have pasted the address into the key's field first.

use super::dom;
use super::page::Page;
use crate::form::MORE;
use latchkey_shared::field::value_from_others;

/// Writes what the answers tell about each other, and returns the fields that have changed by it.
pub(super) fn write(page: &Page) -> Vec<usize> {
    let count = page.form.fields.len();
    // What was written here tells nothing new.
    let typed = (0..count).map(|at| if page.captured(at).is_some() { String::new() } else { page.typed(at) });
    let typed: Vec<String> = typed.collect();
    let texts: Vec<&str> = typed.iter().map(String::as_str).collect();
    let mut changed = Vec::new();
    for at in 0..count {
        let Some((from, value)) = value_from_others(&page.form.fields, &texts, at) else { continue };
        let Some(input) = page.input(at).filter(|_| page.may_write(at)) else { continue };
        // A host's scheme goes without saying.
        let value = value.strip_prefix("https://").unwrap_or(&value);
        if input.value() != value {
            input.set_value(value);
            page.capture(at, from);
            changed.push(at);
        }
    }
    changed
}

/// Lets what is said about a folded field be seen.
pub(super) fn unfold(page: &Page, at: usize) {
    if page.form.fields.get(at).is_some_and(|field| field.advanced)
        && let Some(more) = dom::by_id::<web_sys::Element>(MORE)
    {
        _ = more.set_attribute("open", "");
    }
}
