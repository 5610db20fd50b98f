//! The connect form: one set of components, rendered by the Worker and hydrated in the browser.
//!
//! Owns markup and state. Refuses to decide anything: the person's actions go out as [`Action`]s, and the state comes in
//! through the [`FormModel`]. Texts and attributes change; the inputs themselves are never replaced.

mod field_view;
mod form_view;
mod message_view;
mod model;

pub(crate) use form_view::{FormParts, form_view};
pub(crate) use model::{Action, FieldShape, FieldState, FormMessage, FormModel, FormShape, FormState, Phase};

/// The id of the folded part below the other fields.
pub(crate) const MORE_OPTIONS: &str = "latchkey-more-options";

/// The id of a field's input. The ids of its help, note, warning and error append a word to it.
pub(crate) fn input_id(field: &str) -> String {
    ["field-", field].concat()
}
