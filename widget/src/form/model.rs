//! The fields of the form, and the state that its components show.
//!
//! Owns the signals and the texts of the fields. Refuses to hold a field value (values live in the inputs alone, so that nothing here
//! can overwrite them) and the rule that a value is parsed by, which only the parser's program reads.

use latchkey_shared::FieldError;
#[cfg(feature = "ssr")]
use latchkey_shared::connect::Form;
#[cfg(feature = "ssr")]
use latchkey_shared::field::{Field, ParseKind};
use leptos::prelude::*;

/// The form of one provider, as far as the components need it.
pub(crate) struct FormShape {
    /// The provider's id, as submitted.
    pub(crate) app: String,
    /// The provider's name.
    pub(crate) name: String,
    /// Whether the form updates the key of an existing account.
    pub(crate) update: bool,
    /// The fields, in order.
    pub(crate) fields: Vec<FieldShape>,
}

/// One field, as far as the components need it.
pub(crate) struct FieldShape {
    /// Its id.
    pub(crate) id: String,
    /// The label.
    pub(crate) label: String,
    /// One sentence below the label.
    pub(crate) help: Option<String>,
    /// Whether the value must never be shown again.
    pub(crate) secret: bool,
    /// Whether it may stay empty while somebody types. A value that another field should carry is reported missing only at submit.
    pub(crate) may_stay_empty: bool,
    /// Whether its label says that it may stay empty. That of a value which another field should carry does not: it may be missing.
    pub(crate) optional: bool,
    /// Whether it stands in the folded part.
    pub(crate) advanced: bool,
    /// What can be chosen, if the field is a list. Only the server renders it.
    #[cfg(feature = "ssr")]
    pub(crate) options: Option<Vec<ListOption>>,
    /// Whether the field is asked for only when a verification finds several things that the key opens.
    #[cfg(feature = "ssr")]
    pub(crate) choice: bool,
    /// An example of a value. Only the server renders it.
    #[cfg(feature = "ssr")]
    pub(crate) placeholder: Option<String>,
    /// The parser of its value, which decides the keyboard and the direction.
    #[cfg(feature = "ssr")]
    pub(crate) kind: ParseKind,
}

/// An entry of a list.
#[cfg(feature = "ssr")]
pub(crate) struct ListOption {
    /// The value.
    pub(crate) value: String,
    /// The text that people read.
    pub(crate) label: String,
    /// Whether it is chosen at first.
    pub(crate) first: bool,
}

#[cfg(feature = "ssr")]
impl From<&Form> for FormShape {
    fn from(form: &Form) -> Self {
        Self {
            app: form.app.clone(),
            name: form.name.clone(),
            update: form.update,
            fields: form.fields.iter().map(FieldShape::from).collect(),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<&Field> for FieldShape {
    fn from(field: &Field) -> Self {
        Self {
            id: field.id.clone(),
            label: field.label.clone(),
            help: field.help.clone(),
            secret: field.secret,
            may_stay_empty: field.optional || field.inferred || field.choice,
            optional: field.optional && (field.parse.regions.is_empty() || field.parse.default.is_none()),
            advanced: field.advanced,
            options: options(field),
            choice: field.choice,
            placeholder: field.placeholder.clone(),
            kind: field.parse.kind,
        }
    }
}

/// The entries of a field that is a list: its regions, unless the project's operator opted into other hosts, or what the provider will
/// name.
#[cfg(feature = "ssr")]
fn options(field: &Field) -> Option<Vec<ListOption>> {
    let rule = &field.parse;
    let regions = rule.regions.iter().map(|region| ListOption {
        value: region.host.clone(),
        label: [region.label.as_str(), " — ", &region.host].concat(),
        first: rule.default.as_ref() == Some(&region.host),
    });
    (field.choice || !rule.regions.is_empty() && !rule.custom).then(|| regions.collect())
}

/// The phase the form is in.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The person fills in the form.
    #[default]
    Asking,
    /// An attempt is under way.
    Checking,
    /// The account is connected.
    Connected,
    /// This session cannot connect an account any more.
    Ended,
}

impl Phase {
    /// The value of `data-state`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Checking => "checking",
            Self::Connected => "connected",
            Self::Ended => "ended",
        }
    }
}

/// A message on a field or on the form as a whole. It is empty when nothing is wrong.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct FormMessage {
    /// What is wrong, as a headline.
    pub(crate) message: String,
    /// The likely causes, the likeliest first.
    pub(crate) causes: Vec<String>,
    /// What to do about it.
    pub(crate) fix: String,
    /// The provider's own code, or empty.
    pub(crate) vendor_code: String,
    /// A value that the person may accept instead, or empty.
    pub(crate) suggestion: String,
}

impl FormMessage {
    /// A cause and a fix.
    pub(crate) fn new(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { message: message.into(), fix: fix.into(), ..Self::default() }
    }

    /// Whether there is a message.
    pub(crate) fn is_some(&self) -> bool {
        !self.message.is_empty()
    }
}

impl From<FieldError> for FormMessage {
    fn from(error: FieldError) -> Self {
        let causes = error.causes.into_iter().map(|cause| cause.to_string()).collect();
        Self {
            causes,
            vendor_code: error.vendor_code.unwrap_or_default(),
            suggestion: error.suggestion.unwrap_or_default(),
            ..Self::new(error.message, error.fix)
        }
    }
}

/// The messages about one field.
#[derive(Default)]
pub(crate) struct FieldState {
    /// What the parser cleaned up, and how it read the value.
    pub(crate) note: String,
    /// A warning, which does not stop the submit.
    pub(crate) warning: FormMessage,
    /// An error, which does.
    pub(crate) error: FormMessage,
    /// Whether a secret is shown as text.
    pub(crate) shown: bool,
}

impl FieldState {
    /// The value that the person may accept instead, or empty.
    pub(crate) fn suggestion(&self) -> &str {
        if self.error.suggestion.is_empty() { &self.warning.suggestion } else { &self.error.suggestion }
    }
}

/// The state of the form as a whole.
#[derive(Default)]
pub(crate) struct FormState {
    /// The phase it is in.
    pub(crate) phase: Phase,
    /// The message above the button.
    pub(crate) alert: FormMessage,
    /// The text that screen readers announce.
    pub(crate) live: String,
}

/// The state of the whole form. There are two kinds of signal only, because each kind adds more than a kilobyte to the page.
pub(crate) struct FormModel {
    /// The form as a whole.
    pub(crate) form: RwSignal<FormState>,
    /// Its fields, in order.
    pub(crate) fields: Vec<RwSignal<FieldState>>,
}

impl FormModel {
    /// The state that a form starts with, on both sides.
    pub(crate) fn new(fields: usize) -> Self {
        Self {
            form: RwSignal::new(FormState::default()),
            fields: (0..fields).map(|_| RwSignal::new(FieldState::default())).collect(),
        }
    }
}

/// A text that follows the state. It is boxed, so that all texts share the code that updates them.
pub(crate) type Text = Box<dyn FnMut() -> String + Send>;

/// A truth that follows the state.
pub(crate) type Flag = Box<dyn FnMut() -> bool + Send>;

/// An action of the person. Fields are counted in the form's order.
#[derive(Clone, Copy)]
pub(crate) enum Action {
    /// The field's text changed.
    Typed(usize),
    /// Something is about to be pasted into the field.
    Pasted(usize),
    /// The field lost the focus.
    Left(usize),
    /// Show or hide a secret.
    Reveal(usize),
    /// Put the suggested value in place of the text.
    Accept(usize),
    /// Enter, or a press on the button.
    Submit,
}

/// Receives actions: the page's logic in the browser, nobody on the server. A document holds one form, so this needs
/// no context of its own.
pub(crate) type Dispatch = fn(Action);
