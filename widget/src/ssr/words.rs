//! What only the page around the form says. The browser never loads these as code; they arrive as HTML.

use super::DeadEnd;

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
    /// The heading when the key of an account is replaced: the provider's name.
    pub(super) title_again: fn(&str) -> String,
    /// Below it: the product's and the provider's name.
    pub(super) request_again: fn(&str, &str) -> String,
    /// Which key is stored, with `{name}` and `{date}`, and with `{date}` alone.
    pub(super) stored: (&'static str, &'static str),
    /// A page that cannot be used: its title, the cause and the fix.
    pub(super) dead_end: fn(DeadEnd) -> [&'static str; 3],
    /// The link to where a new link is had.
    pub(super) ask_again: &'static str,
    /// The link back: the product's name.
    pub(super) go_back: fn(&str) -> String,
    /// There is no network: cause and fix.
    pub(super) offline: (&'static str, &'static str),
    /// Our service does not answer: cause and fix.
    pub(super) unreachable: (&'static str, &'static str),
    /// Above the list of what is being checked.
    pub(super) steps_title: &'static str,
    /// What is being checked, in order: the provider's name.
    pub(super) steps: fn(&str) -> [String; 4],
    /// How one of them went, for those who do not see its mark: under way, passed, failed, not known.
    pub(super) step_states: [&'static str; 4],
    /// Takes an attempt back.
    pub(super) cancel: &'static str,
    /// Leads from an error to the steps of the guide that help.
    pub(super) to_step: &'static str,
    /// Marks a step of the guide as done.
    pub(super) step_done: &'static str,
    /// After success, what happens next: the product's and the provider's name.
    pub(super) next: fn(&str, &str) -> String,
    /// Opens the list of test values.
    pub(super) test_values: &'static str,
    /// What a press on one of them does.
    pub(super) test_values_hint: &'static str,
    /// They could not be loaded.
    pub(super) test_values_failed: &'static str,
    /// How a test value ends, for people.
    pub(super) test_endings: [(&'static str, &'static str); 4],
    /// The heading of the choice between services.
    pub(super) choose: &'static str,
    /// Below it: the product's name.
    pub(super) choose_request: fn(&str) -> String,
    /// The label of the search, and how many are found, with `{count}`.
    pub(super) search: (&'static str, &'static str),
    /// Back to the choice.
    pub(super) choose_other: &'static str,
    /// For those who cannot make a key themselves.
    pub(super) share: ShareWords,
    /// In the page's foot.
    pub(super) powered_by: &'static str,
    /// The links in front of it: terms, privacy, whom to ask.
    pub(super) links: [&'static str; 3],
}

/// What "I'm not the admin" says.
pub(super) struct ShareWords {
    /// Makes a link for somebody else.
    pub(super) open: &'static str,
    /// The heading while somebody else is waited for.
    pub(super) title: &'static str,
    /// What to do with the link: the provider's name.
    pub(super) body: fn(&str) -> String,
    /// How long it works, with `{date}`.
    pub(super) until: &'static str,
    /// A link was made before, and cannot be shown again.
    pub(super) made_before: &'static str,
    /// Opens the e-mail program.
    pub(super) mail: &'static str,
    /// The e-mail's subject: the product's and the provider's name.
    pub(super) subject: fn(&str, &str) -> String,
    /// The e-mail's text, with `{link}` and `{date}`: the product's and the provider's name.
    pub(super) text: fn(&str, &str) -> String,
    /// Makes another link.
    pub(super) again: &'static str,
    /// Takes the link back.
    pub(super) take_back: &'static str,
    /// The heading when the other one has done it: the provider's name.
    pub(super) done: fn(&str) -> String,
    /// Below it.
    pub(super) done_body: &'static str,
    /// It could not be shared.
    pub(super) failed: &'static str,
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
    title_again: |provider| format!("Connect {provider} again"),
    request_again: |product, provider| format!("{product} asks for a new key to your {provider} account."),
    stored: (
        "The key “{name}” was stored on {date}. It stays in use until the new one is accepted.",
        "The present key was stored on {date}. It stays in use until the new one is accepted.",
    ),
    dead_end: |end| match end {
        DeadEnd::Unknown => [
            "This link does not work",
            "This link is not valid, or not complete.",
            "Open the link again exactly as you received it, or ask for a new one.",
        ],
        DeadEnd::Expired => [
            "This link has expired",
            "The time in which this link could be used is over. Nothing you typed was stored.",
            "Ask for a new link where you got this one.",
        ],
        DeadEnd::Used => [
            "This link has been used",
            "The account is connected: this link has been used.",
            "There is nothing left to do here. To connect another account, ask for a new link.",
        ],
        DeadEnd::Revoked => [
            "This link was withdrawn",
            "The product that made this link has taken it back.",
            "Ask there for a new link, if you still need one.",
        ],
        DeadEnd::Gone => [
            "The account does not exist any more",
            "The account that this link was to update was removed.",
            "Ask for a new link to connect the account again.",
        ],
        DeadEnd::NoProvider => [
            "There is nothing to connect",
            "None of the services that this link is for is offered here any more.",
            "Tell the product that sent you the link.",
        ],
        DeadEnd::Unavailable => [
            "This page cannot be shown right now",
            "Our storage does not answer. Your link is not lost.",
            "Wait a moment, then press Retry.",
        ],
    },
    ask_again: "Ask for a new link",
    go_back: |product| format!("Back to {product}"),
    offline: (
        "You are offline. What you typed is kept on this page.",
        "Check your connection. The form goes on by itself when it is back.",
    ),
    unreachable: (
        "Our service does not answer right now. What you typed is kept.",
        "Wait a moment, then press Retry.",
    ),
    steps_title: "What is being checked",
    steps: |provider| {
        [
            format!("{provider} is found at the address"),
            "The key is accepted".to_owned(),
            "Its rights are enough".to_owned(),
            "The account is stored".to_owned(),
        ]
    },
    step_states: ["Not known yet: ", "Passed: ", "Failed: ", "Not reached: "],
    cancel: "Cancel",
    to_step: "Show how to find it",
    step_done: "Done",
    next: |product, provider| {
        format!("{product} uses this key from now on. You can take it back in {provider} at any time.")
    },
    test_values: "Test values",
    test_values_hint: "A press fills the form in.",
    test_values_failed: "They could not be loaded. Close this and open it again.",
    test_endings: [
        ("accepted", "accepted"),
        ("rejected", "rejected"),
        ("unavailable", "unavailable"),
        ("unexpected", "unexpected"),
    ],
    choose: "Choose a service",
    choose_request: |product| format!("{product} asks for access to one of these."),
    search: ("Search", "Services found: {count}"),
    choose_other: "Choose another service",
    share: ShareWords {
        open: "I’m not the admin",
        title: "Waiting for your admin",
        body: |provider| {
            format!(
                "Send this link to the person who manages {provider}. What you filled in is there already. You may close this page."
            )
        },
        until: "The link works until {date}, or until it is used.",
        made_before: "You made a link before. It cannot be shown again; a new one takes its place.",
        mail: "Write an e-mail",
        subject: |product, provider| format!("{product} needs access to {provider}"),
        text: |product, provider| {
            format!(
                "Hello,\n\n{product} asks for access to our {provider} account, and I do not have the rights to give it. \
                 Please open this link and follow the steps:\n\n{{link}}\n\nIt works until {{date}}.\n"
            )
        },
        again: "Make a new link",
        take_back: "Take the link back and do it myself",
        done: |provider| format!("{provider} is connected"),
        done_body: "Your admin has done it. There is nothing left to do here.",
        failed: "The link could not be made. Check your connection and try again.",
    },
    powered_by: "Powered by Latchkey",
    links: ["Terms", "Privacy", "Support"],
};
