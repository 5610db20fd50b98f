//! Okta: domain and token.

use super::Made::{Changed, Odd, Plain, Refused};
use super::check;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const TAKEN: &[&str] = &["Took the Okta API token out of the text around it."];

#[test]
fn a_domain_is_read_out_of_whatever_names_it() {
    check(
        "okta",
        "instanceUrl",
        &[
            ("https://acme.okta.com", Changed("https://acme.okta.com", &["Read as acme.okta.com."])),
            ("acme.okta.com", Plain("https://acme.okta.com")),
            ("acme.oktapreview.com", Plain("https://acme.oktapreview.com")),
            ("acme.okta-emea.com", Plain("https://acme.okta-emea.com")),
            ("acme.okta-gov.com", Plain("https://acme.okta-gov.com")),
            ("acme.okta.mil", Plain("https://acme.okta.mil")),
            ("acme.okta-miltest.com", Plain("https://acme.okta-miltest.com")),
            ("acme.trex-govcloud.com", Plain("https://acme.trex-govcloud.com")),
            ("trial-1234567.okta.com", Plain("https://trial-1234567.okta.com")),
            ("dev-12345678.okta.com", Plain("https://dev-12345678.okta.com")),
            ("ACME.Okta.COM", Changed("https://acme.okta.com", &["Read as acme.okta.com."])),
            ("acme.okta.com.", Changed("https://acme.okta.com", &["Read as acme.okta.com."])),
            ("acme.okta.com:443", Changed("https://acme.okta.com", &["Read as acme.okta.com."])),
            ("http://acme.okta.com/", Changed("https://acme.okta.com", &["Read as acme.okta.com."])),
            (
                "https://acme.okta.com/app/UserHome?session_hint=AUTHENTICATED",
                Changed("https://acme.okta.com", &["Read as acme.okta.com."]),
            ),
            (
                "acme-admin.okta.com",
                Changed("https://acme.okta.com", &["Changed the admin console’s address to acme.okta.com."]),
            ),
            (
                "https://acme-admin.oktapreview.com/admin/access/api/tokens",
                Changed(
                    "https://acme.oktapreview.com",
                    &["Changed the admin console’s address to acme.oktapreview.com."],
                ),
            ),
            (" acme.okta.com\n", Changed("https://acme.okta.com", &["Removed the spaces around it."])),
            (
                "“acme.okta.com”",
                Changed("https://acme.okta.com", &["Removed the quotation marks around it."]),
            ),
            (
                "\u{feff}acme.okta.com\u{200b}",
                Changed("https://acme.okta.com", &["Removed characters that cannot be seen."]),
            ),
            (
                "Our Okta is https://acme.okta.com/app/UserHome, thanks",
                Changed("https://acme.okta.com", &["Took acme.okta.com out of the text around it."]),
            ),
            (
                "curl https://acme.okta.com/api/v1/users -H 'Accept: */*'",
                Changed("https://acme.okta.com", &["Took acme.okta.com out of the text around it."]),
            ),
        ],
    );
}

#[test]
fn what_is_no_organization_is_told_apart() {
    const ADDRESS: &str = "This is an address of a machine, not the domain of an organization.";
    const OUTSIDE: &str = "This is not an Okta domain.";
    const PLACEHOLDER: &str = "This is still the placeholder of a guide.";
    check(
        "okta",
        "instanceUrl",
        &[
            ("", Refused("Okta Domain URL is empty.")),
            ("your-org.okta.com", Refused(PLACEHOLDER)),
            ("https://{yourOktaDomain}", Refused(PLACEHOLDER)),
            ("https://<your-org>.okta.com", Refused(PLACEHOLDER)),
            ("acme.okta.com.com", Refused("The ending .com stands there twice.")),
            ("acme", Refused("This is only one part of a domain.")),
            (
                "login.okta.com",
                Refused("login.okta.com is a page of the vendor’s own, not the domain of an organization."),
            ),
            (
                "https://developer.okta.com/docs",
                Refused(
                    "developer.okta.com is a page of the vendor’s own, not the domain of an organization.",
                ),
            ),
            (
                "okta.com",
                Refused("okta.com is a page of the vendor’s own, not the domain of an organization."),
            ),
            ("a.b.okta.com", Refused(OUTSIDE)),
            ("login.acme.com", Refused(OUTSIDE)),
            ("acme.okta.com.evil.example", Refused(OUTSIDE)),
            ("acme.оkta.com", Refused("A character in it (U+043E) cannot be part of an Okta domain.")),
            ("127.0.0.1", Refused(ADDRESS)),
            ("http://[::1]/", Refused(ADDRESS)),
            ("localhost:8080", Refused(ADDRESS)),
            (
                "acme.okta.com:8443",
                Refused("This names a port; the service is only reached at the usual one."),
            ),
            ("ada@acme.okta.com", Refused("This holds an @, as an e-mail address or a user name does.")),
            ("ftp://acme.okta.com", Refused("This cannot be read as a domain.")),
            ("acmé.okta.com", Refused("A character in it (U+00E9) cannot be part of an Okta domain.")),
            (
                "one.okta.com or two.okta.com",
                Refused("This holds more than one value that could be an Okta domain."),
            ),
        ],
    );
}

#[test]
fn a_token_is_read_out_of_whatever_carries_it() {
    check(
        "okta",
        "apiToken",
        &[
            (TOKEN, Plain(TOKEN)),
            ("SSWS 00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab", Changed(TOKEN, TAKEN)),
            ("Authorization: SSWS 00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab", Changed(TOKEN, TAKEN)),
            ("Bearer 00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab", Changed(TOKEN, TAKEN)),
            ("OKTA_API_TOKEN=00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab", Changed(TOKEN, TAKEN)),
            ("export OKTA_TOKEN=\"00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab\";", Changed(TOKEN, TAKEN)),
            (
                "curl -H 'Authorization: SSWS 00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab' https://acme.okta.com/api/v1/users/me",
                Changed(TOKEN, TAKEN),
            ),
            ("{\"apiToken\": \"00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab\"}", Changed(TOKEN, TAKEN)),
            (
                "  00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab\r\n",
                Changed(TOKEN, &["Removed the spaces around it."]),
            ),
            (
                "00aBcDeFgHiJkLmNoPq\nRsTuVwXyZ0123456789_-ab",
                Changed(TOKEN, &["Removed spaces or line breaks inside it."]),
            ),
        ],
    );
}

#[test]
fn what_is_no_token_is_named_and_blocked_only_if_it_is_not_whole() {
    check(
        "okta",
        "apiToken",
        &[
            ("00Tabcdefg1234567890", Odd("This looks like the ID of a token, not like the token itself.")),
            ("00oabcdefg1234567890", Odd("This looks like the ID of an organization, not like a token.")),
            ("00uabcdefg1234567890", Odd("This looks like the ID of a user, not like a token.")),
            ("0oaabcdefg1234567890", Odd("This looks like the client ID of an app, not like a token.")),
            (
                "eyJhbGciOiJSUzI1NiJ9.e30.x",
                Odd("This looks like an OAuth access token, which expires within hours."),
            ),
            ("api-01234567-89ab-4cde-8f01-23456789abcd", Odd("This looks like a LaunchDarkly access token.")),
            ("sdk-01234567-89ab-4cde-8f01-23456789abcd", Odd("This looks like a LaunchDarkly SDK key.")),
            (
                "pat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.abcdefghij0123456789",
                Odd("This looks like a Harness API key."),
            ),
            (
                "sat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.abcdefghij0123456789",
                Odd("This looks like a Harness service account key."),
            ),
            ("https://acme.okta.com", Odd("This looks like an address, not like a token.")),
            (
                "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-",
                Refused(
                    "A part of it is missing: it has 40 characters, and an Okta API token has at least 42.",
                ),
            ),
            (
                "11aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab",
                Odd("This does not begin with 00, as an Okta API token usually does."),
            ),
            (
                "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789.+ab",
                Odd("This is not built as an Okta API token usually is."),
            ),
            ("", Refused("API Token is empty.")),
            ("SSWS", Odd("This does not begin with 00, as an Okta API token usually does.")),
            ("00abcé", Refused("A character in it (U+00E9) cannot be part of an Okta API token.")),
        ],
    );
}
