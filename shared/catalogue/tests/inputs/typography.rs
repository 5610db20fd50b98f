//! Characters that only look like those of a name: mapped as UTS 46 maps them, else named.

use super::{OKTA, reads, suggests, tells};
use latchkey_shared::ErrorCode;

#[test]
fn what_a_browser_maps_is_mapped() {
    reads(
        "okta",
        "instanceUrl",
        "https://acme-corp.okta.com",
        &[
            "acme-corp。okta。com",
            "acme-corp．okta．com",
            "acme-corp｡okta｡com",
            "ａｃｍｅ－ｃｏｒｐ．ｏｋｔａ．ｃｏｍ",
            "ＡＣＭＥ-corp.okta.com",
            "https：／／acme-corp.okta.com",
            "https://acme-corp.okta。com/app",
            "acme\u{ad}-corp.okta.com",
            "acme-corp.ok\u{ad}ta.com",
            "\u{a0}acme-corp.okta.com\u{a0}",
            "acme-corp.okta.com\u{3000}",
            "acme-corp\u{a0}.okta.com",
            "acme-corp . okta . com",
            "acme-corp. okta. com",
            "acme-corp .okta .com",
            "acme-corp.okta\u{202f}.com",
            "acme-corp.okta.com\u{200b}",
            "\u{feff}https://acme-corp.okta.com",
            "“acme-corp.okta.com”",
            "acme-corp.okta.com。",
        ],
    );
    reads(
        "gitlab",
        "instanceUrl",
        "https://gitlab.com",
        &["gitlab。com", "ｇｉｔｌａｂ．ｃｏｍ", "gitlab . com", "git\u{ad}lab.com"],
    );
    reads(
        "launchdarkly",
        "instanceUrl",
        "https://app.launchdarkly.com",
        &["app。launchdarkly。com", "app. launchdarkly. com", "ａｐｐ.launchdarkly.com"],
    );
    reads("harness", "instanceUrl", "https://app3.harness.io", &["app３.harness.io", "app3．harness．io"]);
}

#[test]
fn a_hyphen_of_another_kind_is_named_and_the_right_name_suggested() {
    for (hyphen, code) in [
        ('‐', "U+2010"),
        ('‑', "U+2011"),
        ('‒', "U+2012"),
        ('–', "U+2013"),
        ('—', "U+2014"),
        ('―', "U+2015"),
        ('−', "U+2212"),
    ] {
        for (provider, noun, text, host) in [
            ("okta", "an Okta domain", "acme-corp.okta.com", "acme-corp.okta.com"),
            ("okta", "an Okta domain", "https://acme-corp.okta-emea.com/app", "acme-corp.okta-emea.com"),
            ("harness", "a Harness address", "acme-corp.harness.io", "acme-corp.harness.io"),
        ] {
            let text = text.replace("acme-corp", &format!("acme{hyphen}corp"));
            suggests(provider, "instanceUrl", host, &[&text]);
            let error = super::field(provider, "instanceUrl").parse(&text).unwrap_err();
            assert_eq!(
                error.message.to_string(),
                format!("A character in it ({code}) cannot be part of {noun}.")
            );
        }
    }
}

#[test]
fn a_letter_that_looks_like_another_is_named() {
    for (text, code) in [
        ("acme.\u{43e}kta.com", "U+043E"),
        ("\u{430}cme.okta.com", "U+0430"),
        ("acm\u{e9}.okta.com", "U+00E9"),
        ("acme.okta.c\u{43e}m", "U+043E"),
        ("acme.\u{3bf}kta.com", "U+03BF"),
        ("acme\u{b7}okta.com", "U+00B7"),
        ("acme\u{2024}okta.com", "U+2024"),
        ("acme.o\u{212a}ta.com", "U+212A"),
        ("\u{1d41a}cme.okta.com", "U+1D41A"),
    ] {
        let error = super::field("okta", "instanceUrl").parse(text).unwrap_err();
        assert_eq!(
            error.message.to_string(),
            format!("A character in it ({code}) cannot be part of an Okta domain."),
            "{text:?}"
        );
    }
    let broken = OKTA.replace('_', "–");
    tells(
        "okta",
        "apiToken",
        ErrorCode::KeyMalformed,
        "A character in it (U+2013) cannot be part of an Okta API token.",
        &[&broken],
    );
}
