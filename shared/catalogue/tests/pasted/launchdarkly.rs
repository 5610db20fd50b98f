//! LaunchDarkly: token and instance.

use super::Made::{Changed, Odd, Plain, Refused};
use super::check;

const TOKEN: &str = "api-01234567-89ab-4cde-8f01-23456789abcd";
const TAKEN: &[&str] = &["Took the LaunchDarkly access token out of the text around it."];

#[test]
fn a_token_is_read_and_look_alikes_are_named() {
    check(
        "launchdarkly",
        "accessToken",
        &[
            (TOKEN, Plain(TOKEN)),
            ("api-01234567-89AB-4CDE-8F01-23456789ABCD", Plain("api-01234567-89AB-4CDE-8F01-23456789ABCD")),
            ("Authorization: api-01234567-89ab-4cde-8f01-23456789abcd", Changed(TOKEN, TAKEN)),
            ("Bearer api-01234567-89ab-4cde-8f01-23456789abcd", Changed(TOKEN, TAKEN)),
            ("LD_ACCESS_TOKEN=api-01234567-89ab-4cde-8f01-23456789abcd", Changed(TOKEN, TAKEN)),
            (
                "'api-01234567-89ab-4cde-8f01-23456789abcd'",
                Changed(TOKEN, &["Removed the quotation marks around it."]),
            ),
            (
                "\tapi-01234567-89ab-4cde-8f01-23456789abcd ",
                Changed(TOKEN, &["Removed the spaces around it."]),
            ),
            (
                "sdk-01234567-89ab-4cde-8f01-23456789abcd",
                Odd(
                    "This looks like an SDK key, which an application uses to read its flags. It does not work for the API.",
                ),
            ),
            (
                "mob-01234567-89ab-4cde-8f01-23456789abcd",
                Odd(
                    "This looks like a mobile key, which an app uses to read its flags. It does not work for the API.",
                ),
            ),
            ("rel-01234567-89ab-4cde-8f01-23456789abcd", Odd("This looks like the key of a Relay Proxy.")),
            (
                "61095542756dba551110ae21",
                Odd(
                    "This looks like a client-side ID, or like the ID of a token. Neither works for the API.",
                ),
            ),
            ("eyJhbGciOiJSUzI1NiJ9.e30.x", Odd("This looks like an OAuth access token.")),
            ("00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab", Odd("This looks like an Okta API token.")),
            (
                "sat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.abcdefghij0123456789",
                Odd("This looks like a Harness service account key."),
            ),
            (
                "api-01234567-89ab-4cde-8f01-23456789ab",
                Refused(
                    "A part of it is missing: it has 38 characters, and a LaunchDarkly access token has at least 40.",
                ),
            ),
            (
                "api-0123456789ab4cde8f0123456789abcd-x-y-",
                Odd("This has 41 characters; a LaunchDarkly access token usually has 40."),
            ),
            (
                "api-0123456789ab4cde8f0123456789abcd-x-y",
                Odd("This is not built as a LaunchDarkly access token usually is."),
            ),
            ("…1234", Refused("A part of it is hidden, as pages show a key that they keep secret.")),
            ("1234", Odd("This does not begin with api-, as a LaunchDarkly access token usually does.")),
            ("", Refused("Access Token is empty.")),
        ],
    );
}

#[test]
fn an_instance_is_one_of_three() {
    const OUTSIDE: &str = "This is not a LaunchDarkly instance.";
    check(
        "launchdarkly",
        "instanceUrl",
        &[
            ("", Plain("https://app.launchdarkly.com")),
            ("app.launchdarkly.com", Plain("https://app.launchdarkly.com")),
            (
                "https://app.eu.launchdarkly.com/settings/authorization",
                Changed("https://app.eu.launchdarkly.com", &["Read as app.eu.launchdarkly.com."]),
            ),
            (
                "APP.LAUNCHDARKLY.US",
                Changed("https://app.launchdarkly.us", &["Read as app.launchdarkly.us."]),
            ),
            ("launchdarkly.com", Refused(OUTSIDE)),
            ("sdk.launchdarkly.com", Refused(OUTSIDE)),
            ("app.launchdarkly.com.evil.example", Refused(OUTSIDE)),
            ("app.apac.launchdarkly.com", Refused(OUTSIDE)),
        ],
    );
}
