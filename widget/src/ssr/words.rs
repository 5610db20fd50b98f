//! What only the page around the form says. The browser never loads these as code; they arrive as HTML.

/// The page's sentences, in one language.
pub(super) struct PageWords {
    /// The language, for `<html lang>`.
    pub(super) language: &'static str,
    /// The heading: the provider's name.
    pub(super) title: fn(&str) -> String,
    /// Below the heading: the product's and the provider's name.
    pub(super) request: fn(&str, &str) -> String,
    /// The badge of test mode.
    pub(super) test_mode: &'static str,
    /// What test mode means.
    pub(super) test_mode_hint: &'static str,
    /// Whose guide it is when no product is named.
    pub(super) hub: &'static str,
    /// The heading of a guide's own page: the provider's name.
    pub(super) guide_title: fn(&str) -> String,
    /// Below it: the product's and the provider's name.
    pub(super) guide_request: fn(&str, &str) -> String,
    /// Above what a form would ask.
    pub(super) asked: &'static str,
    /// In front of how an answer looks.
    pub(super) example: &'static str,
    /// Behind the label of a field that may stay empty.
    pub(super) optional: &'static str,
    /// Above what the session asks for.
    pub(super) scopes: &'static str,
    /// Heading of the guide.
    pub(super) guide: &'static str,
    /// Above what must be true before starting.
    pub(super) before: &'static str,
    /// On the button that copies a literal, before and after.
    pub(super) copy: (&'static str, &'static str),
    /// Behind a link that opens another tab, for those who do not see its mark.
    pub(super) new_tab: &'static str,
    /// When the guide was compared with the provider's screens: the provider's name, the date.
    pub(super) compared: fn(&str, &str) -> String,
    /// The browser runs no scripts: cause and fix.
    pub(super) no_script: (&'static str, &'static str),
    /// The link came without its token: cause and fix.
    pub(super) incomplete_link: (&'static str, &'static str),
    /// The page around the frame did not hand the token over: cause and fix.
    pub(super) incomplete_frame: (&'static str, &'static str),
    /// The form's program did not arrive: cause and fix.
    pub(super) load_failed: (&'static str, &'static str),
    /// The browser refused to run the form's program: cause and fix.
    pub(super) refused: (&'static str, &'static str),
    /// The form's program has stopped: cause and fix.
    pub(super) crashed: (&'static str, &'static str),
    /// Loads the program again.
    pub(super) retry: &'static str,
    /// A press came before the form was ready.
    pub(super) waiting: &'static str,
    /// In the page's foot.
    pub(super) powered_by: &'static str,
}

/// English.
pub(super) static PAGE_WORDS: PageWords = PageWords {
    language: "en",
    title: |provider| format!("Connect {provider}"),
    request: |product, provider| format!("{product} asks for access to your {provider} account."),
    test_mode: "Test mode",
    test_mode_hint: "Only test values work here, and nothing real is contacted.",
    hub: "Latchkey",
    guide_title: |provider| format!("How to connect {provider}"),
    guide_request: |product, provider| {
        format!("What {product} asks for when you connect {provider}, and where to find it.")
    },
    asked: "What you will be asked for",
    example: "For example ",
    optional: " (optional)",
    scopes: "What it will be used for:",
    guide: "How to find these",
    before: "Before you start",
    copy: ("Copy", "Copied"),
    new_tab: " (opens in a new tab)",
    compared: |provider, date| format!("Last compared with {provider} on {date}."),
    no_script: (
        "This form needs JavaScript: it checks the key while you wait, and sends it nowhere else.",
        "Allow JavaScript for this site, or open the link in another browser.",
    ),
    incomplete_link: (
        "This link is incomplete: the part after the # is missing or was cut off.",
        "Open the link again from where you got it, in full. If it stays like this, ask for a new link.",
    ),
    incomplete_frame: (
        "The page around this form has not started it.",
        "Close this form and open it again. If it stays like this, tell the makers of the page.",
    ),
    load_failed: (
        "A part of this form could not be loaded. What you typed is kept.",
        "Check your connection, then press Retry.",
    ),
    refused: (
        "Your browser does not let this form run: it refuses WebAssembly. What you typed is kept.",
        "Allow it for this site (on Apple devices, turn Lockdown Mode off for it), then press Retry. Or use another browser.",
    ),
    crashed: (
        "The form has stopped working, through a fault of ours. What you typed is still here.",
        "Reload this page and enter it again. Nothing is connected twice.",
    ),
    retry: "Retry",
    waiting: "Still loading. Your answers are sent as soon as the form is ready.",
    powered_by: "Powered by Latchkey",
};
