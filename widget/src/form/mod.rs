//! The connect form: one source for what the Worker renders and what the browser takes over.
//!
//! Owns markup and state. Refuses to decide anything: what a person does goes out as an [`Action`], what is to be seen
//! comes in through the [`FormModel`]. The texts and the attributes change; the inputs themselves are never replaced.

mod field_view;
mod form_view;
mod message_view;
mod model;

pub(crate) use form_view::{FormParts, form_view};
pub(crate) use model::{Action, FieldState, FormMessage, FormModel, FormState, Phase};

/// The id of what is folded away below the other questions.
pub(crate) const MORE_OPTIONS: &str = "latchkey-more-options";

/// The id of a field's input; its help, note, warning and error append a word to it.
pub(crate) fn input_id(field: &str) -> String {
    ["field-", field].concat()
}
