//! The messages of the form: one typed table of English sentences. The English sentence is also the key of its
//! translations (`widget/languages/`); the build fails if a language lacks one.
//!
//! Owns the messages of the form itself. The messages of the page around it are in [`crate::ssr`]'s table, which the
//! browser never loads. Validation errors and provider errors arrive as finished sentences.

use latchkey_shared::i18n::{self, fill};

/// A sentence without values, named by its English text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Phrase(pub(crate) &'static str);

impl Phrase {
    /// The sentence in the page's language.
    pub(crate) fn text(self) -> String {
        i18n::text(self.0)
    }
}

#[cfg(feature = "ssr")]
impl maud::Render for Phrase {
    fn render_to(&self, buffer: &mut String) {
        self.text().render_to(buffer);
    }
}

/// The form's messages.
pub(crate) struct Messages {
    /// The label of the submit button.
    pub(crate) connect: Phrase,
    /// The label of the same button while an attempt is under way.
    pub(crate) checking: Phrase,
    /// Announced when an attempt starts. Takes the provider's name.
    pub(crate) checking_with: fn(&str) -> String,
    /// Announced while a request whose response was lost is sent again.
    pub(crate) asking_again: Phrase,
    /// Announced while another attempt holds the session.
    pub(crate) waiting_for_other: Phrase,
    /// Follows the label of a field that may stay empty.
    pub(crate) optional: Phrase,
    /// The heading of the folded fields.
    pub(crate) more: Phrase,
    /// The heading of the folded fields in update mode.
    pub(crate) kept: Phrase,
    /// Below a value that was taken from another field. Takes that field's label.
    pub(crate) taken_from: fn(&str) -> String,
    /// The label of the button that takes a suggested value. Takes the value.
    pub(crate) accept: fn(&str) -> String,
    /// The label of the button that shows a secret as text.
    pub(crate) show: Phrase,
    /// The heading of the folded error code.
    pub(crate) details: Phrase,
    /// Precedes the provider's own error code.
    pub(crate) vendor_code: Phrase,
    /// Below the submit button. Takes the provider's name.
    pub(crate) assurance: fn(&str) -> String,
    /// No response arrived, and sending the request again did not help: cause and fix.
    pub(crate) outcome_unknown: (Phrase, Phrase),
    /// The secrets could not be sealed: cause and fix.
    pub(crate) unsealed: (Phrase, Phrase),
    /// Another attempt did not end in time: cause and fix.
    pub(crate) still_busy: (Phrase, Phrase),
    /// The session has been used: cause and fix.
    pub(crate) used: (Phrase, Phrase),
    /// The fix when the session can no longer be used and the response has no fix of its own.
    pub(crate) ask_for_another: Phrase,
    /// The fix when the attempt failed and the response has no fix of its own.
    pub(crate) try_again: Phrase,
    /// Announced when the host page has handed over a new session.
    pub(crate) renewed: Phrase,
}

/// The entry of a list while nothing is chosen. Only the server renders it.
#[cfg(feature = "ssr")]
pub(crate) const CHOOSE: Phrase = Phrase("Choose…");

/// English.
pub(crate) static MESSAGES: Messages = Messages {
    connect: Phrase("Connect"),
    checking: Phrase("Checking…"),
    checking_with: |provider| fill("Checking with {provider}. This takes a few seconds.", &[provider]),
    asking_again: Phrase("No response arrived. Asking again."),
    waiting_for_other: Phrase("Another attempt is still being checked. Waiting for it."),
    optional: Phrase(" (optional)"),
    more: Phrase("More options"),
    kept: Phrase("Details that stay the same"),
    taken_from: |label| fill("Taken from {label}.", &[label]),
    accept: |value| fill("Use {value}", &[value]),
    show: Phrase("Show"),
    details: Phrase("Details"),
    vendor_code: Phrase("Error code of the service: "),
    assurance: |provider| fill("Checked with {provider} while you wait, then stored encrypted.", &[provider]),
    outcome_unknown: (
        Phrase("We do not know whether the account was connected, because no response arrived."),
        Phrase("Check your connection and press Connect again. Nothing is connected twice."),
    ),
    unsealed: (
        Phrase("Your input could not be encrypted in this browser, so nothing was sent."),
        Phrase("Reload the page, or use another browser."),
    ),
    still_busy: (
        Phrase("Another attempt with this link is still being checked."),
        Phrase("Wait a minute and press Connect again. Nothing you typed is lost."),
    ),
    used: (
        Phrase("This link has been used: the account is connected."),
        Phrase("There is nothing left to do here."),
    ),
    ask_for_another: Phrase(
        "Go back to where you opened this form, or ask the person who sent the link for a new one.",
    ),
    try_again: Phrase("Wait a moment and press Connect again. Nothing you typed is lost."),
    renewed: Phrase("The link was renewed. Press Connect again."),
};
