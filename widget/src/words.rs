//! What the form says, in one typed table: a language that lacks a sentence does not compile.
//!
//! Owns the sentences of the form itself. What only the page around it says is in [`crate::ssr`]'s half of the table,
//! which the browser never loads; what is wrong with an answer, and what a provider said, arrives in words already.

/// The form's sentences, in one language.
pub(crate) struct Words {
    /// On the button that submits.
    pub(crate) connect: &'static str,
    /// On the same button while an attempt is under way.
    pub(crate) checking: &'static str,
    /// Said aloud when an attempt starts: the provider's name.
    pub(crate) checking_with: fn(&str) -> String,
    /// Said aloud while a lost answer is asked for again.
    pub(crate) asking_again: &'static str,
    /// Said aloud while another attempt of the same session holds it.
    pub(crate) waiting_for_other: &'static str,
    /// Behind the label of a field that may stay empty.
    pub(crate) optional: &'static str,
    /// Above what is folded away.
    pub(crate) more: &'static str,
    /// Above what an account has already and is folded away.
    pub(crate) kept: &'static str,
    /// Below an answer that came with another one: that one's label.
    pub(crate) taken_from: fn(&str) -> String,
    /// On the button that shows a secret as text.
    pub(crate) show: &'static str,
    /// Above the provider's own error code.
    pub(crate) details: &'static str,
    /// In front of the provider's own error code.
    pub(crate) vendor_code: &'static str,
    /// Below the button.
    pub(crate) assurance: fn(&str) -> String,
    /// Heading after success: the provider's name.
    pub(crate) connected: fn(&str) -> String,
    /// Who the key acts as: name and login.
    pub(crate) connected_as: fn(Option<&str>, Option<&str>) -> String,
    /// Which roles the key has, by the provider's names.
    pub(crate) roles: fn(&str) -> String,
    /// What the key is called at the provider.
    pub(crate) key_name: fn(&str) -> String,
    /// When the key ends: a date.
    pub(crate) ends_on: fn(&str) -> String,
    /// How many days without use end the key.
    pub(crate) ends_unused: fn(u32) -> String,
    /// Above what the key may do, and what not.
    pub(crate) may: &'static str,
    /// The same.
    pub(crate) may_not: &'static str,
    /// Above the list of checks.
    pub(crate) checks: &'static str,
    /// How a check went, for those who do not see its mark.
    pub(crate) passed: &'static str,
    /// The same.
    pub(crate) warned: &'static str,
    /// The same.
    pub(crate) skipped: &'static str,
    /// Above what works but deserves attention.
    pub(crate) attention: &'static str,
    /// In front of the name of a push channel.
    pub(crate) event_hook: &'static str,
    /// Closes the modal.
    pub(crate) done: &'static str,
    /// After success on a page of its own.
    pub(crate) close_page: &'static str,
    /// Who the link was made for: person and customer.
    pub(crate) on_behalf_of: fn(Option<&str>, Option<&str>) -> String,
    /// The answer was lost, and asking again did not help: cause and fix.
    pub(crate) outcome_unknown: (&'static str, &'static str),
    /// The secrets could not be sealed: cause and fix.
    pub(crate) unsealed: (&'static str, &'static str),
    /// Another attempt did not end in time: cause and fix.
    pub(crate) still_busy: (&'static str, &'static str),
    /// The session was used: cause and fix.
    pub(crate) used: (&'static str, &'static str),
    /// The session cannot be used any more, and the answer brought no fix of its own.
    pub(crate) ask_for_another: &'static str,
    /// The attempt failed, and the answer brought no fix of its own.
    pub(crate) try_again: &'static str,
    /// Said aloud when the page around the form has brought a fresh session.
    pub(crate) renewed: &'static str,
}

/// English.
pub(crate) static WORDS: Words = Words {
    connect: "Connect",
    checking: "Checking…",
    checking_with: |provider| format!("Checking with {provider}. This takes a few seconds."),
    asking_again: "The answer got lost on the way. Asking again.",
    waiting_for_other: "Another attempt is still being checked. Waiting for it.",
    optional: " (optional)",
    more: "More options",
    kept: "What stays as it is",
    taken_from: |label| format!("Taken from what you entered in {label}."),
    show: "Show",
    details: "Details",
    vendor_code: "Code of the service: ",
    assurance: |provider| format!("Checked with {provider} while you wait, then stored encrypted."),
    connected: |provider| format!("{provider} is connected"),
    connected_as: |name, login| match (name, login) {
        (Some(name), Some(login)) if name != login => format!("Connected as {name} ({login})"),
        (Some(one), _) | (None, Some(one)) => format!("Connected as {one}"),
        (None, None) => String::new(),
    },
    roles: |roles| format!("Role: {roles}"),
    key_name: |name| format!("Key: {name}"),
    ends_on: |date| format!("Ends on {date}"),
    ends_unused: |days| format!("Ends after {days} days without use; every use renews it."),
    may: "The key may",
    may_not: "The key may not",
    checks: "What was checked",
    passed: "Passed: ",
    warned: "Needs attention: ",
    skipped: "Could not be checked: ",
    attention: "Good to know",
    event_hook: "Event hook ",
    done: "Done",
    close_page: "You can close this page now.",
    on_behalf_of: |person, customer| match (person, customer) {
        (Some(person), Some(customer)) => format!(" For {person}, {customer}"),
        (Some(one), None) | (None, Some(one)) => format!(" For {one}"),
        (None, None) => String::new(),
    },
    outcome_unknown: (
        "We could not find out whether the account was connected: no answer arrived.",
        "Check your connection and press Connect again. Nothing is made twice.",
    ),
    unsealed: (
        "Your answers could not be encrypted in this browser, so nothing was sent.",
        "Load the page again, or use another browser.",
    ),
    still_busy: (
        "Another attempt with this link is still being checked.",
        "Wait a minute and press Connect again. Nothing you typed is lost.",
    ),
    used: ("This link has been used: the account is connected.", "There is nothing left to do here."),
    ask_for_another: "Go back to where you opened this form, or ask the person who sent the link for a new one.",
    try_again: "Wait a moment and press Connect again. Nothing you typed is lost.",
    renewed: "The link was renewed. Press Connect again.",
};
