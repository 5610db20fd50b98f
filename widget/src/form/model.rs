//! The form as state: what its components show.
//!
//! Owns the signals and nothing else. Refuses to hold an answer: what is typed lives in the inputs alone, so that
//! nothing here can overwrite it.

use latchkey_shared::FieldError;
use leptos::prelude::*;

/// Where the form stands.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Waiting for answers.
    #[default]
    Asking,
    /// An attempt is under way.
    Checking,
    /// The account is connected.
    Connected,
    /// This session can connect nothing.
    Ended,
}

impl Phase {
    /// The word in `data-state`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Checking => "checking",
            Self::Connected => "connected",
            Self::Ended => "ended",
        }
    }
}

/// Something wrong, as shown: empty when nothing is.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct FormMessage {
    /// The cause.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) fix: String,
    /// The provider's own code, or empty.
    pub(crate) vendor_code: String,
}

impl FormMessage {
    /// A cause and a fix.
    pub(crate) fn new(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { message: message.into(), fix: fix.into(), vendor_code: String::new() }
    }

    /// Whether anything is wrong.
    pub(crate) fn is_some(&self) -> bool {
        !self.message.is_empty()
    }
}

impl From<FieldError> for FormMessage {
    fn from(error: FieldError) -> Self {
        Self { vendor_code: error.vendor_code.unwrap_or_default(), ..Self::new(error.message, error.fix) }
    }
}

/// What is said about one answer.
#[derive(Default)]
pub(crate) struct FieldState {
    /// What was cleaned away, and how the answer is read.
    pub(crate) note: String,
    /// What looks odd but stops nobody.
    pub(crate) warning: FormMessage,
    /// What is wrong.
    pub(crate) error: FormMessage,
    /// Whether a secret is shown as text.
    pub(crate) shown: bool,
}

/// What is said about the form as a whole.
#[derive(Default)]
pub(crate) struct FormState {
    /// Where it stands.
    pub(crate) phase: Phase,
    /// What is wrong.
    pub(crate) alert: FormMessage,
    /// What is said aloud.
    pub(crate) live: String,
}

/// The whole form, as state. Two kinds of signal only: each kind costs every visitor more than a kilobyte.
pub(crate) struct FormModel {
    /// The whole.
    pub(crate) form: RwSignal<FormState>,
    /// Its questions, in order.
    pub(crate) fields: Vec<RwSignal<FieldState>>,
}

impl FormModel {
    /// The state a form begins with, on both sides.
    pub(crate) fn new(fields: usize) -> Self {
        Self {
            form: RwSignal::new(FormState::default()),
            fields: (0..fields).map(|_| RwSignal::new(FieldState::default())).collect(),
        }
    }
}

/// A text that follows the state. Boxed, so that all texts share the code that keeps them up to date.
pub(crate) type Text = Box<dyn FnMut() -> String + Send>;

/// A truth that follows the state.
pub(crate) type Flag = Box<dyn FnMut() -> bool + Send>;

/// What a person did. Fields are counted in the form's order.
#[derive(Clone, Copy)]
pub(crate) enum Action {
    /// The field got the focus.
    Entered(usize),
    /// The field's text changed.
    Typed(usize),
    /// Something is about to be pasted into the field.
    Pasted(usize),
    /// The field lost the focus.
    Left(usize),
    /// Show or hide a secret.
    Reveal(usize),
    /// Enter, or a press on the button.
    Submit,
}

/// Where acts are told: the page's logic in the browser, nobody on the server. A document holds one form, so this needs
/// no context of its own.
pub(crate) type Dispatch = fn(Action);
