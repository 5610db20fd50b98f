//! Punctuation around a value: what a sentence, a list, a link or a script puts there.

use super::{ACCOUNT, GITLAB, OKTA, PAT, reads};

#[test]
fn a_host_is_taken_out_of_punctuation() {
    reads(
        "okta",
        "instanceUrl",
        "https://acme.okta.com",
        &[
            "acme.okta.com,",
            "acme.okta.com;",
            "acme.okta.com)",
            "(acme.okta.com)",
            "[acme.okta.com]",
            "{acme.okta.com}",
            "acme.okta.com!",
            "acme.okta.com…",
            "acme.okta.com?",
            "acme.okta.com...",
            "\"acme.okta.com\",",
            "'https://acme.okta.com';",
            "`acme.okta.com`.",
            "«acme.okta.com»",
            "‹https://acme.okta.com›",
            "「acme.okta.com」",
            "（acme.okta.com）",
            "**acme.okta.com**",
            "*https://acme.okta.com*",
            "| acme.okta.com |",
            "|acme.okta.com|",
            "- acme.okta.com",
            "• acme.okta.com",
            "1. acme.okta.com",
            "> acme.okta.com",
            "[acme.okta.com](https://acme.okta.com)",
            "[Okta](https://acme.okta.com/app/UserHome)",
            "[our Okta](https://acme.okta.com)",
            "See [Okta](https://acme.okta.com), then sign in.",
            "[Okta]: https://acme.okta.com",
            "`Okta <https://acme.okta.com>`_",
            "<https://acme.okta.com|acme.okta.com>",
            "<a href=\"https://acme.okta.com\">acme.okta.com</a>",
            "<a href='https://acme.okta.com/login'>Okta</a>",
            "[[https://acme.okta.com][Okta]]",
            "Our domain is acme.okta.com.",
            "Our domain is \"acme.okta.com\".",
            "We use Okta (acme.okta.com) for everything; ask me.",
            "Sign in at https://acme.okta.com/login/login.htm?fromURI=%2Fapp, please!",
            "Okta: acme.okta.com",
            "Hi Ada, it’s acme.okta.com – best, Bob",
            "https://acme.okta.com, https://acme.okta.com/admin",
        ],
    );
}

#[test]
fn hosts_of_the_others_are_taken_out_too() {
    reads(
        "gitlab",
        "instanceUrl",
        "https://gitlab.com",
        &["gitlab.com,", "(https://gitlab.com)", "[x](https://gitlab.com/a/b)", "it is on gitlab.com."],
    );
    reads(
        "harness",
        "instanceUrl",
        "https://acme.harness.io",
        &["acme.harness.io;", "<https://acme.harness.io>,", "We are at acme.harness.io!"],
    );
    reads(
        "launchdarkly",
        "instanceUrl",
        "https://app.eu.launchdarkly.com",
        &["app.eu.launchdarkly.com.,", "(app.eu.launchdarkly.com)", "**app.eu.launchdarkly.com**"],
    );
}

#[test]
fn keys_and_ids_are_taken_out_of_punctuation() {
    let around = [
        "{},",
        "({})",
        "\"{}\";",
        "[{}]",
        "<{}>.",
        "`{}`",
        "Here it is: {}.",
        "**{}**",
        "| {} |",
        "«{}»",
        "- {}",
        "'{}',",
        "token={};",
        "({}).",
        "“{}”!",
    ];
    for (provider, id, value) in [
        ("okta", "apiToken", OKTA),
        ("harness", "apiKey", PAT),
        ("harness", "accountIdentifier", ACCOUNT),
        ("gitlab", "accessToken", GITLAB),
    ] {
        let texts = around.map(|text| text.replace("{}", value));
        reads(provider, id, value, &texts.each_ref().map(String::as_str));
    }
}
