//! What the form says, in one typed table of English sentences. Each is also the name of its translations
//! (`widget/languages/`): a language that lacks one does not build.
//!
//! Owns the sentences of the form itself. What only the page around it says is in [`crate::ssr`]'s half of the table,
//! which the browser never loads; what is wrong with an answer, and what a provider said, arrives in words already.

use latchkey_shared::phrase::{self, fill};

/// A sentence without values, by its English.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Phrase(pub(crate) &'static str);

impl Phrase {
    /// In the page's language.
    pub(crate) fn text(self) -> String {
        phrase::text(self.0)
    }
}

#[cfg(feature = "ssr")]
impl maud::Render for Phrase {
    fn render_to(&self, buffer: &mut String) {
        self.text().render_to(buffer);
    }
}

/// The form's sentences.
pub(crate) struct Messages {
    /// On the button that submits.
    pub(crate) connect: Phrase,
    /// On the same button while an attempt is under way.
    pub(crate) checking: Phrase,
    /// Said aloud when an attempt starts: the provider's name.
    pub(crate) checking_with: fn(&str) -> String,
    /// Said aloud while a lost answer is asked for again.
    pub(crate) asking_again: Phrase,
    /// Said aloud while another attempt of the same session holds it.
    pub(crate) waiting_for_other: Phrase,
    /// Behind the label of a field that may stay empty.
    pub(crate) optional: Phrase,
    /// Above what is folded away.
    pub(crate) more: Phrase,
    /// Above what an account has already and is folded away.
    pub(crate) kept: Phrase,
    /// Below an answer that came with another one: that one's label.
    pub(crate) taken_from: fn(&str) -> String,
    /// On the button that shows a secret as text.
    pub(crate) show: Phrase,
    /// Above the provider's own error code.
    pub(crate) details: Phrase,
    /// In front of the provider's own error code.
    pub(crate) vendor_code: Phrase,
    /// Below the button.
    pub(crate) assurance: fn(&str) -> String,
    /// Who the link was made for: person and customer.
    pub(crate) on_behalf_of: fn(Option<&str>, Option<&str>) -> String,
    /// The answer was lost, and asking again did not help: cause and fix.
    pub(crate) outcome_unknown: (Phrase, Phrase),
    /// The secrets could not be sealed: cause and fix.
    pub(crate) unsealed: (Phrase, Phrase),
    /// Another attempt did not end in time: cause and fix.
    pub(crate) still_busy: (Phrase, Phrase),
    /// The session was used: cause and fix.
    pub(crate) used: (Phrase, Phrase),
    /// The session cannot be used any more, and the answer brought no fix of its own.
    pub(crate) ask_for_another: Phrase,
    /// The attempt failed, and the answer brought no fix of its own.
    pub(crate) try_again: Phrase,
    /// Said aloud when the page around the form has brought a fresh session.
    pub(crate) renewed: Phrase,
}

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
    show: Phrase("Show"),
    details: Phrase("Details"),
    vendor_code: Phrase("Error code of the service: "),
    assurance: |provider| fill("Checked with {provider} while you wait, then stored encrypted.", &[provider]),
    on_behalf_of: |person, customer| match (person, customer) {
        (Some(person), Some(customer)) => fill(" For {person}, {customer}", &[person, customer]),
        (Some(one), None) | (None, Some(one)) => fill(" For {person}", &[one]),
        (None, None) => String::new(),
    },
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
