//! Harness: key, account identifier and host.

use super::Made::{Changed, Odd, Plain, Refused};
use super::check;
use latchkey_shared::i18n::Sentence;

const PAT: &str = "pat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.abcdefghij0123456789";
const ACCOUNT: &str = "AbCdEfGhIjKlMnOpQrStUv";
const TAKEN: &[&str] = &["Took the Harness API key out of the text around it."];

#[test]
fn a_key_is_read_and_look_alikes_are_named() {
    check(
        "harness",
        "apiKey",
        &[
            (PAT, Plain(PAT)),
            (
                "sat.AbCdEfGhIjKlMnOpQrSt-_.0123456789abcdef01234567.abcdefghij0123456789",
                Plain("sat.AbCdEfGhIjKlMnOpQrSt-_.0123456789abcdef01234567.abcdefghij0123456789"),
            ),
            (
                "pat.0123456789abcdef01234567.abcdefghij0123456789",
                Plain("pat.0123456789abcdef01234567.abcdefghij0123456789"),
            ),
            (
                "x-api-key: pat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.abcdefghij0123456789",
                Changed(PAT, TAKEN),
            ),
            (
                "HARNESS_API_KEY=pat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.abcdefghij0123456789",
                Changed(PAT, TAKEN),
            ),
            (
                "'pat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.abcdefghij0123456789'",
                Changed(PAT, &["Removed the quotation marks around it."]),
            ),
            (
                "pat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.short",
                Refused(
                    "A part of it is missing: it has 57 characters, and a Harness API key has at least 72.",
                ),
            ),
            (
                "pat.only",
                Refused(
                    "A part of it is missing: it has 8 characters, and a Harness API key has at least 72.",
                ),
            ),
            (
                "eyJhbGciOiJIUzI1NiJ9.e30.x",
                Odd("This looks like a session token, which expires within a day."),
            ),
            ("AbCdEfGhIjKlMnOpQrStUv", Odd("This looks like an account identifier, not like a key.")),
            (
                "AbCdEfGhIjKlMnOpQrStUvAbCdEfGhIjKlMnOpQrStUv0123",
                Odd(
                    "This has no dots, so it looks like a key of Harness FirstGen or of Harness’ feature management.",
                ),
            ),
            ("00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab", Odd("This looks like an Okta API token.")),
            ("api-01234567-89ab-4cde-8f01-23456789abcd", Odd("This looks like a LaunchDarkly access token.")),
            (
                "https://app.harness.io/ng/account/AbCdEfGhIjKlMnOpQrStUv/home",
                Odd("This looks like an address, not like a key."),
            ),
            ("", Refused("API Key is empty.")),
        ],
    );
}

#[test]
fn a_headers_name_goes_even_when_the_key_is_unusual() {
    let field = latchkey_catalogue::find("harness").unwrap().field("apiKey").unwrap();
    let parsed = field.parse("x-api-key: abc").unwrap();
    assert_eq!(
        (parsed.value.as_str(), parsed.changes.as_slice()),
        ("abc", &[Sentence::from("Removed the name in front of it.")][..])
    );
}

#[test]
fn an_account_identifier_is_read_out_of_urls_and_keys() {
    const TOOK: &[&str] = &["Took AbCdEfGhIjKlMnOpQrStUv out of what was pasted."];
    check(
        "harness",
        "accountIdentifier",
        &[
            (ACCOUNT, Plain(ACCOUNT)),
            (
                "https://app.harness.io/ng/account/AbCdEfGhIjKlMnOpQrStUv/home/get-started",
                Changed(ACCOUNT, TOOK),
            ),
            ("https://app.harness.io/ng/#/account/AbCdEfGhIjKlMnOpQrStUv/home", Changed(ACCOUNT, TOOK)),
            ("app3.harness.io/ng/account/AbCdEfGhIjKlMnOpQrStUv", Changed(ACCOUNT, TOOK)),
            ("ng/account/AbCdEfGhIjKlMnOpQrStUv/settings?x=1", Changed(ACCOUNT, TOOK)),
            (PAT, Changed(ACCOUNT, TOOK)),
            (
                "see https://app.harness.io/ng/account/AbCdEfGhIjKlMnOpQrStUv/home please",
                Changed(ACCOUNT, TOOK),
            ),
            ("abc123DEF456", Odd("This has 12 characters; a Harness account identifier usually has 22.")),
            (
                "my account",
                Refused(
                    "This cannot be a Harness account identifier, which has letters, digits, hyphens and underscores only.",
                ),
            ),
            (
                "https://app.harness.io/",
                Refused(
                    "This cannot be a Harness account identifier, which has letters, digits, hyphens and underscores only.",
                ),
            ),
            (
                "../../x",
                Refused(
                    "This cannot be a Harness account identifier, which has letters, digits, hyphens and underscores only.",
                ),
            ),
            ("", Plain("")),
        ],
    );
}

#[test]
fn a_host_is_a_cluster_or_a_companys_own() {
    const OUTSIDE: &str = "This is not a Harness address.";
    check(
        "harness",
        "instanceUrl",
        &[
            ("", Plain("https://app.harness.io")),
            ("app.harness.io", Plain("https://app.harness.io")),
            (
                "https://app3.harness.io/ng/account/x/home",
                Changed("https://app3.harness.io", &["Read as app3.harness.io."]),
            ),
            ("accounts.eu.harness.io", Plain("https://accounts.eu.harness.io")),
            ("acme.harness.io", Plain("https://acme.harness.io")),
            (
                "developer.harness.io",
                Refused(
                    "developer.harness.io is a page of the vendor’s own, not the domain of an organization.",
                ),
            ),
            ("evil.eu.harness.io", Refused(OUTSIDE)),
            ("harness.acme.com", Refused(OUTSIDE)),
            ("10.0.0.7", Refused("This is an address of a machine, not the domain of an organization.")),
        ],
    );
}
