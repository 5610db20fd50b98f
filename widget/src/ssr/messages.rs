//! The messages of the page around the form. The browser never loads them as code; they arrive as HTML.

use super::DeadEnd;
use crate::messages::Phrase;
use latchkey_shared::i18n::{fill, text};

/// The product's name in a guide that names no product.
pub(super) const HUB: &str = "Latchkey";

/// The page's messages. `Takes` names the values that a message is filled with.
pub(super) struct PageMessages {
    /// The heading. Takes the provider's name.
    pub(super) title: fn(&str) -> String,
    /// Below the heading. Takes the product's and the provider's name.
    pub(super) request: fn(&str, &str) -> String,
    /// The same once the session has come: with `{person}` and `{customer}`, with the person, with the customer. Takes the product's and
    /// the provider's name.
    pub(super) greeting: fn(&str, &str) -> [String; 3],
    /// The same in update mode.
    pub(super) greeting_again: fn(&str, &str) -> [String; 3],
    /// The badge of test mode.
    pub(super) test_mode: Phrase,
    /// The explanation of test mode.
    pub(super) test_mode_hint: Phrase,
    /// The heading of a guide's own page. Takes the provider's name.
    pub(super) guide_title: fn(&str) -> String,
    /// Below it. Takes the product's and the provider's name.
    pub(super) guide_request: fn(&str, &str) -> String,
    /// Above the fields that a form would have.
    pub(super) asked: Phrase,
    /// Precedes an example of a value.
    pub(super) example: Phrase,
    /// Follows the label of a field that may stay empty.
    pub(super) optional: Phrase,
    /// Above the scopes that the session asks for.
    pub(super) scopes: Phrase,
    /// Heading of the guide. Takes the provider's name.
    pub(super) guide: fn(&str) -> String,
    /// The same below a field, on narrow pages.
    pub(super) here: Phrase,
    /// Above the requirements.
    pub(super) before: Phrase,
    /// Says where something is on the provider's screen. Takes the words that stand there.
    pub(super) on_screen: fn(&str) -> String,
    /// The label of a copy button, before and after.
    pub(super) copy: (Phrase, Phrase),
    /// Follows a link that opens another tab, for screen readers.
    pub(super) new_tab: Phrase,
    /// When the guide was compared with the provider's screens. Takes the provider's name and the date.
    pub(super) compared: fn(&str, &str) -> String,
    /// The browser runs no scripts: cause and fix.
    pub(super) no_script: (Phrase, Phrase),
    /// The link has no token: cause and fix.
    pub(super) incomplete_link: (Phrase, Phrase),
    /// The host page did not hand the token over: cause and fix.
    pub(super) incomplete_frame: (Phrase, Phrase),
    /// The form's program did not arrive: cause and fix.
    pub(super) load_failed: (Phrase, Phrase),
    /// The browser refused to run the form's program: cause and fix.
    pub(super) refused: (Phrase, Phrase),
    /// The form's program has stopped: cause and fix.
    pub(super) crashed: (Phrase, Phrase),
    /// The label of the button that tries again.
    pub(super) retry: Phrase,
    /// The button was pressed before the form was ready.
    pub(super) waiting: Phrase,
    /// The heading in update mode. Takes the provider's name.
    pub(super) title_again: fn(&str) -> String,
    /// Below it. Takes the product's and the provider's name.
    pub(super) request_again: fn(&str, &str) -> String,
    /// The key that is stored now, with `{name}` and `{date}`, and with `{date}` alone. Takes the label of its field.
    pub(super) stored: fn(&str) -> [String; 2],
    /// A link that cannot be used: title, cause and fix. The cause does not repeat the title.
    pub(super) dead_end: fn(DeadEnd) -> [Phrase; 3],
    /// The link to a page that offers a new link.
    pub(super) ask_again: Phrase,
    /// The link back. Takes the product's name.
    pub(super) go_back: fn(&str) -> String,
    /// There is no network: cause and fix.
    pub(super) offline: (Phrase, Phrase),
    /// The edge does not respond: cause and fix.
    pub(super) unreachable: (Phrase, Phrase),
    /// Above the list of checks.
    pub(super) steps_title: Phrase,
    /// The checks, in order. Takes the provider's name and the label of the key's field.
    pub(super) steps: fn(&str, &str) -> [String; 4],
    /// The state of a check, for screen readers: under way, passed, failed, not reached.
    pub(super) step_states: [Phrase; 4],
    /// The label of the button that cancels an attempt.
    pub(super) cancel: Phrase,
    /// The label of the button from an error to the steps of the guide that help.
    pub(super) to_step: Phrase,
    /// The label of the button that marks a step of the guide as done.
    pub(super) step_done: Phrase,
    /// After success: what happens next. Takes the product's name, the label of the key's field, and the provider's name.
    pub(super) next: fn(&str, &str, &str) -> String,
    /// The heading of the folded test values.
    pub(super) test_values: Phrase,
    /// Explains the test values.
    pub(super) test_values_hint: Phrase,
    /// The test values could not be loaded.
    pub(super) test_values_failed: Phrase,
    /// The outcome of each kind of test value.
    pub(super) test_endings: [(&'static str, Phrase); 4],
    /// The heading of the page that offers several services.
    pub(super) choose: Phrase,
    /// Below it. Takes the product's name.
    pub(super) choose_request: fn(&str) -> String,
    /// The label of the search, and the number of results, with `{count}`.
    pub(super) search: (Phrase, Phrase),
    /// The link back to that page.
    pub(super) choose_other: Phrase,
    /// Above the services that the person connected last.
    pub(super) recent: Phrase,
    /// The names of the kinds of services, by their ids, and of all other kinds.
    pub(super) kinds: (&'static [(&'static str, Phrase)], Phrase),
    /// After success.
    pub(super) outcome: OutcomeMessages,
    /// For people who cannot create a key themselves.
    pub(super) share: ShareMessages,
    /// On the front page of a deployment.
    pub(super) front: FrontMessages,
    /// In the page's footer.
    pub(super) powered_by: Phrase,
    /// The links before it: terms, privacy, support.
    pub(super) links: [Phrase; 3],
}

/// The messages after success. `extras/outcome.js` fills in those with names in braces.
pub(super) struct OutcomeMessages {
    /// The heading. Takes the provider's name.
    pub(super) connected: fn(&str) -> String,
    /// The person or service that the key acts as: with `{name}`, and with `{name}` and `{login}`.
    pub(super) connected_as: (Phrase, Phrase),
    /// The key's roles, by the provider's names: `{roles}`.
    pub(super) roles: Phrase,
    /// The key's name at the provider: `{name}`. Takes the label of the key's field.
    pub(super) key_name: fn(&str) -> String,
    /// The day on which the key expires: `{date}`.
    pub(super) ends_on: Phrase,
    /// The number of days without use after which the key expires: `{days}`.
    pub(super) ends_unused: Phrase,
    /// Above the list of checks.
    pub(super) checks: Phrase,
    /// The result of a check, for screen readers: passed, warned, skipped.
    pub(super) states: [Phrase; 3],
    /// Above the list of capabilities that the key has. Takes the label of its field.
    pub(super) may: fn(&str) -> String,
    /// Above the list of capabilities that the key lacks. Takes the label of its field.
    pub(super) may_not: fn(&str) -> String,
    /// Above the warnings.
    pub(super) attention: Phrase,
    /// The name of an event hook: `{name}`.
    pub(super) event_hook: Phrase,
    /// The label of the button that saves the result as a file, for a ticket or a record.
    pub(super) save: Phrase,
    /// In that file: the day, `{date}`.
    pub(super) on_day: Phrase,
    /// In that file: the account's name in the product, `{name}`.
    pub(super) account: Phrase,
    /// The label of the button that closes the modal.
    pub(super) done: Phrase,
    /// In place of that button, on a page of its own.
    pub(super) close_page: Phrase,
}

/// The messages of "I'm not the admin".
pub(super) struct ShareMessages {
    /// The label of the button that creates a link for somebody else.
    pub(super) open: Phrase,
    /// The heading while the page waits for somebody else.
    pub(super) title: Phrase,
    /// What to do with the link. Takes the provider's name.
    pub(super) body: fn(&str) -> String,
    /// How long it works, with `{date}`.
    pub(super) until: Phrase,
    /// A link was created before and cannot be shown again.
    pub(super) made_before: Phrase,
    /// The label of the link that opens the email program.
    pub(super) mail: Phrase,
    /// The email's subject. Takes the product's and the provider's name.
    pub(super) subject: fn(&str, &str) -> String,
    /// The email's text, with `{link}` and `{date}`. Takes the product's and the provider's name.
    pub(super) text: fn(&str, &str) -> String,
    /// The label of the button that creates another link.
    pub(super) again: Phrase,
    /// The label of the button that withdraws the link.
    pub(super) take_back: Phrase,
    /// The heading when the other person has connected the account. Takes the provider's name.
    pub(super) done: fn(&str) -> String,
    /// Below it.
    pub(super) done_body: Phrase,
    /// The link could not be created.
    pub(super) failed: Phrase,
}

/// The messages of the front page.
pub(super) struct FrontMessages {
    /// What this is. Takes the name of the product or the deployment.
    pub(super) what: fn(&str) -> String,
    /// Above the list of services.
    pub(super) services: Phrase,
    /// The heading of the gallery.
    pub(super) all: Phrase,
    /// The link to it. Takes the number of services.
    pub(super) all_of: fn(&str) -> String,
    /// What the gallery is. Takes the product's name and the number of services.
    pub(super) gallery: fn(&str, &str) -> String,
    /// Above the advice for people who got a link.
    pub(super) received: Phrase,
    /// The advice.
    pub(super) received_body: Phrase,
    /// Above the links to the documentation.
    pub(super) developers: Phrase,
    /// The link to the API reference.
    pub(super) reference: Phrase,
    /// The link to the health check.
    pub(super) health: Phrase,
    /// The link from an error to this page.
    pub(super) home: Phrase,
}

/// English.
pub(super) static PAGE_MESSAGES: PageMessages = PageMessages {
    title: |provider| fill("Connect {provider}", &[provider]),
    request: |product, provider| {
        fill("{product} asks for access to your {provider} account.", &[product, provider])
    },
    greeting: |product, provider| {
        [
            fill(
                "{product} asks {person} for access to the {provider} account of {customer}.",
                &[product, "{person}", provider, "{customer}"],
            ),
            fill(
                "{product} asks {person} for access to an account in {provider}.",
                &[product, "{person}", provider],
            ),
            fill(
                "{product} asks for access to the {provider} account of {customer}.",
                &[product, provider, "{customer}"],
            ),
        ]
    },
    greeting_again: |product, provider| {
        [
            fill(
                "{product} asks {person} to renew its access to the {provider} account of {customer}.",
                &[product, "{person}", provider, "{customer}"],
            ),
            fill(
                "{product} asks {person} to renew its access to an account in {provider}.",
                &[product, "{person}", provider],
            ),
            fill(
                "{product} asks you to renew its access to the {provider} account of {customer}.",
                &[product, provider, "{customer}"],
            ),
        ]
    },
    test_mode: Phrase("Test mode"),
    test_mode_hint: Phrase("Only test values work here."),
    guide_title: |provider| fill("How to connect {provider}", &[provider]),
    guide_request: |product, provider| {
        fill(
            "{product} needs these details to connect {provider}. This page shows where to find them.",
            &[product, provider],
        )
    },
    asked: Phrase("What you will be asked for"),
    example: Phrase("For example "),
    optional: Phrase(" (optional)"),
    scopes: Phrase("What it will be used for:"),
    guide: |provider| fill("Where to find these in {provider}", &[provider]),
    here: Phrase("How to find it"),
    before: Phrase("Before you start"),
    on_screen: |words| fill("On the screen: {words}", &[words]),
    copy: (Phrase("Copy"), Phrase("Copied")),
    new_tab: Phrase(" (opens in a new tab)"),
    compared: |provider, date| {
        fill("This guide was last compared with {provider} on {date}.", &[provider, date])
    },
    no_script: (
        Phrase("This form needs JavaScript. It checks the key while you wait, and sends it nowhere else."),
        Phrase("Allow JavaScript for this site, or open the link in another browser."),
    ),
    incomplete_link: (
        Phrase("This link is incomplete: the part after the # is missing or was cut off."),
        Phrase(
            "Open the complete link again from the message you received. If that does not help, ask for a new link.",
        ),
    ),
    incomplete_frame: (
        Phrase("The page around this form has not started it."),
        Phrase("Close this form and open it again. If that does not help, contact the makers of the page."),
    ),
    load_failed: (
        Phrase("A part of this form could not be loaded. Everything you typed is kept."),
        Phrase("Check your connection, then press Retry."),
    ),
    refused: (
        Phrase("Your browser blocks WebAssembly, which this form needs. Everything you typed is kept."),
        Phrase(
            "Allow WebAssembly for this site (on Apple devices, turn off Lockdown Mode for it), then press Retry. Or use another browser.",
        ),
    ),
    crashed: (
        Phrase(
            "The form has stopped working because of an error on our side. Everything you typed is still here.",
        ),
        Phrase("Reload this page and enter it again. Nothing is connected twice."),
    ),
    retry: Phrase("Retry"),
    waiting: Phrase("The form is still loading. Your input will be sent as soon as it is ready."),
    title_again: |provider| fill("Connect {provider} again", &[provider]),
    request_again: |product, provider| {
        fill("{product} asks you to renew its access to your {provider} account.", &[product, provider])
    },
    stored: |label| {
        [
            fill(
                "The {label} “{name}” was stored on {date}. It stays in use until the new one is accepted.",
                &[label, "{name}", "{date}"],
            ),
            fill(
                "The current {label} was stored on {date}. It stays in use until the new one is accepted.",
                &[label, "{date}"],
            ),
        ]
    },
    dead_end: |end| match end {
        DeadEnd::Unknown => [
            Phrase("This link does not work"),
            Phrase("It is incomplete, or it was never valid."),
            Phrase("Open the link again exactly as you received it, or ask for a new one."),
        ],
        DeadEnd::Expired => [
            Phrase("This link has expired"),
            Phrase("Nothing you typed was stored."),
            Phrase("Ask whoever sent you this link for a new one."),
        ],
        DeadEnd::Used => [
            Phrase("This link has been used"),
            Phrase("The account is connected."),
            Phrase("There is nothing left to do here. To connect another account, ask for a new link."),
        ],
        DeadEnd::Revoked => [
            Phrase("This link was withdrawn"),
            Phrase("It can no longer be used."),
            Phrase("Ask the product for a new link, if you still need one."),
        ],
        DeadEnd::Gone => [
            Phrase("The account no longer exists"),
            Phrase("This link was made to renew the access to it."),
            Phrase("Ask for a new link to connect the account again."),
        ],
        DeadEnd::NoProvider => [
            Phrase("There is nothing to connect"),
            Phrase("The services that this link is for are no longer offered here."),
            Phrase("Contact the product that sent you the link."),
        ],
        DeadEnd::Unavailable => [
            Phrase("This page cannot be shown right now"),
            Phrase("Our storage is not responding. Your link is not lost."),
            Phrase("Wait a moment, then press Retry."),
        ],
    },
    ask_again: Phrase("Ask for a new link"),
    go_back: |product| fill("Back to {product}", &[product]),
    offline: (
        Phrase("You are offline. Everything you typed is kept on this page."),
        Phrase("Check your connection. The form continues by itself when the connection is back."),
    ),
    unreachable: (
        Phrase("Our service is not responding. Everything you typed is kept."),
        Phrase("Wait a moment, then press Retry."),
    ),
    steps_title: Phrase("What is being checked"),
    steps: |provider, label| {
        [
            fill("{provider} is found at this address", &[provider]),
            fill("{provider} accepts the {label}", &[provider, label]),
            text("Its rights are enough"),
            text("The account is stored"),
        ]
    },
    step_states: [Phrase("Not known yet: "), Phrase("Passed: "), Phrase("Failed: "), Phrase("Not reached: ")],
    cancel: Phrase("Cancel"),
    to_step: Phrase("Show how to find it"),
    step_done: Phrase("Done"),
    next: |product, label, provider| {
        fill(
            "{product} uses the {label} from now on. You can revoke it in {provider} at any time.",
            &[product, label, provider],
        )
    },
    test_values: Phrase("Test values"),
    test_values_hint: Phrase("Press a test value to fill in the form."),
    test_values_failed: Phrase("The test values could not be loaded. Close this list and open it again."),
    test_endings: [
        ("accepted", Phrase("accepted")),
        ("rejected", Phrase("rejected")),
        ("unavailable", Phrase("unavailable")),
        ("unexpected", Phrase("unexpected")),
    ],
    choose: Phrase("Choose a service"),
    choose_request: |product| fill("{product} asks for access to one of these services.", &[product]),
    search: (Phrase("Search"), Phrase("Services found: {count}")),
    choose_other: Phrase("Choose another service"),
    recent: Phrase("Connected last"),
    kinds: (
        &[
            ("identity", Phrase("Identity")),
            ("ci-cd", Phrase("Builds and deployment")),
            ("source-control", Phrase("Source code")),
            ("feature-flags", Phrase("Feature flags")),
            ("infrastructure", Phrase("Infrastructure")),
            ("observability", Phrase("Monitoring")),
            ("incidents", Phrase("Incidents")),
            ("security", Phrase("Security")),
            ("communication", Phrase("Email and messages")),
            ("marketing", Phrase("Marketing")),
            ("crm", Phrase("Customers and sales")),
            ("support", Phrase("Customer support")),
            ("projects", Phrase("Projects and documents")),
            ("hr", Phrase("People")),
            ("recruiting", Phrase("Recruiting")),
            ("payments", Phrase("Payments")),
            ("data", Phrase("Data")),
            ("analytics", Phrase("Analytics")),
            ("ai", Phrase("Artificial intelligence")),
            ("design", Phrase("Design")),
            ("forms", Phrase("Forms and surveys")),
        ],
        Phrase("Other services"),
    ),
    outcome: OutcomeMessages {
        connected: |provider| fill("{provider} is connected", &[provider]),
        connected_as: (Phrase("Connected as {name}"), Phrase("Connected as {name} ({login})")),
        roles: Phrase("Role: {roles}"),
        key_name: |label| fill("{label}: {name}", &[label, "{name}"]),
        ends_on: Phrase("Expires on {date}"),
        ends_unused: Phrase("Expires after {days} days without use. Every use extends it."),
        checks: Phrase("What was checked"),
        states: [Phrase("Passed: "), Phrase("Needs attention: "), Phrase("Could not be checked: ")],
        may: |label| fill("The {label} can", &[label]),
        may_not: |label| fill("The {label} cannot", &[label]),
        attention: Phrase("Good to know"),
        event_hook: Phrase("Event hook “{name}”"),
        save: Phrase("Save as text"),
        on_day: Phrase("Connected on {date}"),
        account: Phrase("Account: {name}"),
        done: Phrase("Done"),
        close_page: Phrase("You can close this page now."),
    },
    front: FrontMessages {
        what: |name| {
            fill(
                "{product} connects accounts of other services. You paste a key once; it is checked with the service and stored encrypted.",
                &[name],
            )
        },
        services: Phrase("Where to find the key"),
        all: Phrase("All services"),
        all_of: |count| fill("All {count} services", &[count]),
        gallery: |product, count| {
            fill(
                "{product} connects accounts of {count} services. Each guide shows where to find the key, and which rights it needs.",
                &[product, count],
            )
        },
        received: Phrase("You received a link?"),
        received_body: Phrase("Open it exactly as you received it. The part after the # belongs to it."),
        developers: Phrase("For developers"),
        reference: Phrase("API reference"),
        health: Phrase("Health check"),
        home: Phrase("To the front page"),
    },
    share: ShareMessages {
        open: Phrase("I’m not the admin"),
        title: Phrase("Waiting for your admin"),
        body: |provider| {
            fill(
                "Send this link to the person who manages {provider}. The form will already contain the details you filled in. You can close this page.",
                &[provider],
            )
        },
        until: Phrase("The link works until {date}, or until it is used."),
        made_before: Phrase(
            "You created a link before. It cannot be shown again, but you can create a new one that replaces it.",
        ),
        mail: Phrase("Write an email"),
        subject: |product, provider| fill("{product} needs access to {provider}", &[product, provider]),
        text: |product, provider| {
            fill(
                "Hello,\n\n{product} asks for access to our {provider} account, and I do not have the rights to grant it. \
                 Please open this link and follow the steps:\n\n{link}\n\nThe link works until {date}.\n",
                &[product, provider],
            )
        },
        again: Phrase("Create a new link"),
        take_back: Phrase("Withdraw the link and continue myself"),
        done: |provider| fill("{provider} is connected", &[provider]),
        done_body: Phrase("Your admin has connected the account. There is nothing left to do here."),
        failed: Phrase("The link could not be created. Check your connection and try again."),
    },
    powered_by: Phrase("Powered by Latchkey"),
    links: [Phrase("Terms"), Phrase("Privacy"), Phrase("Support")],
};
