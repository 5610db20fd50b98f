//! Keys that are not whole, not alone, or no keys at all: told on their own field, before anything is sent.

use super::{GITLAB, LAUNCHDARKLY, OKTA, PAT, field, tells};
use latchkey_shared::ErrorCode;
use latchkey_shared::field::shape;

const KEYS: [(&str, &str, &str, &str); 4] = [
    ("okta", "apiToken", OKTA, "an Okta API token"),
    ("harness", "apiKey", PAT, "a Harness API key"),
    ("launchdarkly", "accessToken", LAUNCHDARKLY, "a LaunchDarkly access token"),
    ("gitlab", "accessToken", GITLAB, "a GitLab access token"),
];

/// What every key of the provider begins with.
fn shape_start(provider: &str, id: &str) -> &'static str {
    shape::beginning(&field(provider, id).parse.shapes[0])
}

fn told(provider: &str, id: &str, message: &str, text: &str) {
    tells(provider, id, ErrorCode::KeyMalformed, message, &[text]);
}

#[test]
fn a_key_that_was_cut_short_is_told() {
    for (provider, id, key, noun) in KEYS {
        let wanted = key.len();
        let message = |has: usize| {
            format!("A part of it is missing: it has {has} characters, and {noun} has at least {wanted}.")
        };
        for cut in [1, 2, 3, 5, 8, 12] {
            let start = key.get(..wanted - cut).unwrap();
            for text in [
                start.to_owned(),
                format!(" {start} "),
                format!("\"{start}\""),
                format!("API_TOKEN={start}"),
                format!("export KEY=\"{start}\""),
                format!("Authorization: {start}"),
            ] {
                told(provider, id, &message(wanted - cut), &text);
            }
        }
        told(provider, id, &message(shape_start(provider, id).len()), shape_start(provider, id));
        // Some characters are missing at the beginning.
        for cut in [1, 2, 3] {
            let text = key.get(cut..).unwrap();
            assert_eq!(
                field(provider, id).parse(text).map_err(|error| error.code),
                Err(ErrorCode::KeyMalformed),
                "{text}"
            );
        }
    }
}

#[test]
fn a_key_that_lacks_a_part_is_told() {
    let message = |has: usize| {
        format!("A part of it is missing: it has {has} characters, and a Harness API key has at least 72.")
    };
    let parts: Vec<&str> = PAT.split('.').collect();
    let [kind, account, token, secret] = parts.as_slice() else { panic!() };
    for text in [
        format!("{kind}.{account}.{token}"),
        format!("sat.{account}.{token}"),
        format!("{kind}.{account}.{token}."),
        format!("{kind}.{account}.{secret}"),
        format!("{account}.{token}.{secret}"),
        format!("{kind}.{account}"),
        format!("{kind}.{account}."),
    ] {
        let has = text.trim_end_matches('.').len().max(text.len());
        told("harness", "apiKey", &message(has), &text);
    }
    for text in [
        "api-01234567-89ab-4cde-8f01",
        "api-01234567-89ab-4cde",
        "api-01234567",
        "01234567-89ab-4cde-8f01-23456789abcd",
        "api-01234567-89ab-8f01-23456789abcd",
        "api-01234567-89ab-4cde-8f01-",
    ] {
        let message = format!(
            "A part of it is missing: it has {} characters, and a LaunchDarkly access token has at least 40.",
            text.len()
        );
        told("launchdarkly", "accessToken", &message, text);
    }
}

#[test]
fn a_key_that_was_pasted_twice_is_told() {
    for (provider, id, key, _) in KEYS {
        told(provider, id, "This was pasted twice.", &format!("{key}{key}"));
        told(provider, id, "This was pasted twice.", &format!(" \"{key}{key}\"\n"));
        told(provider, id, "This was pasted twice.", &format!("API_TOKEN={key}{key}"));
        // With something between them, they are one.
        for between in [" ", "\n", ",", "; "] {
            assert_eq!(
                field(provider, id).parse(&[key, between, key].concat()).unwrap().value,
                key,
                "{between:?}"
            );
        }
    }
}

#[test]
fn two_different_keys_are_told() {
    for (provider, id, key, noun) in KEYS {
        let other = key.replace("ab", "ba").replace("aB", "Ba");
        assert_ne!(other, key);
        let message = format!("This holds more than one value that could be {noun}.");
        for text in [
            format!("{key} {other}"),
            format!("{key}\n{other}"),
            format!("{key},{other}"),
            format!("{key}{other}"),
            format!("DEV_TOKEN={key}\nPROD_TOKEN={other}"),
            format!("{{\"a\":\"{key}\",\"b\":\"{other}\"}}"),
        ] {
            told(provider, id, &message, &text);
        }
    }
}

#[test]
fn a_masked_key_is_told() {
    for (provider, id, key, _) in KEYS {
        let (start, end) = (key.get(..6).unwrap(), key.get(key.len() - 4..).unwrap());
        for text in [
            "••••••••".to_owned(),
            "••••".to_owned(),
            "****".to_owned(),
            "************".to_owned(),
            "●●●●●●".to_owned(),
            format!("{start}••••••••{end}"),
            format!("{start}****{end}"),
            format!("{start}********"),
            format!("{start}...{end}"),
            format!("{start}…{end}"),
            format!("…{end}"),
            format!("****{end}"),
            format!("{start}xxxxxxxxxxxx{end}"),
            format!("{start}aXXXXXXXXXX"),
            format!("{start}------------"),
            format!("{start}__________"),
            format!("API_KEY=****{end}"),
            format!("{start}■■■■■■"),
            "######".to_owned(),
            format!("{start} •••• •••• {end}"),
        ] {
            told(provider, id, "A part of it is hidden, as pages show a key that they keep secret.", &text);
        }
    }
}

#[test]
fn a_placeholder_is_told() {
    for (provider, id, _, noun) in KEYS {
        let message = format!("This is a placeholder, not {noun}.");
        let start = shape_start(provider, id);
        for text in [
            "<YOUR-API-TOKEN>",
            "your-api-token",
            "YOUR_API_KEY",
            "YOUR_TOKEN_HERE",
            "<your token>",
            "your token here",
            "undefined",
            "null",
            "NULL",
            "None",
            "nil",
            "xxxx",
            "XXXXXXXX",
            "xxxx-xxxx-xxxx",
            "${API_TOKEN}",
            "$API_TOKEN",
            "{{ token }}",
            "%API_TOKEN%",
            "{token}",
            "[object Object]",
            "[token]",
            "changeme",
            "REPLACE_ME",
            "insert-token",
            "TODO",
            "process.env.OKTA_TOKEN",
            "API_TOKEN=<YOUR-API-TOKEN>",
            "Bearer <token>",
            "Authorization: Bearer YOUR_TOKEN",
            "token",
            "api_key",
            "secret",
            "(null)",
            "<secret>",
            "os.environ[\"TOKEN\"]",
            "{apiToken}",
            "paste your key",
            "enter-key",
            "example-token",
            "[REDACTED]",
            "N/A",
            "NaN",
            "(hidden)",
            "my-password",
            "test",
        ] {
            told(provider, id, &message, text);
        }
        for text in [
            format!("{start}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
            format!("{start}<token>"),
            format!("{start}your-token"),
            format!("{start}XXXX"),
        ] {
            told(provider, id, &message, &text);
        }
    }
    told(
        "gitlab",
        "accessToken",
        "This is a placeholder, not a GitLab access token.",
        "glpat-your-personal-access-token",
    );
    told(
        "launchdarkly",
        "accessToken",
        "This is a placeholder, not a LaunchDarkly access token.",
        "api-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    );
    told(
        "harness",
        "apiKey",
        "This is a placeholder, not a Harness API key.",
        "pat.<account>.<token>.<secret>",
    );
}

#[test]
fn a_whole_key_is_never_told_anything() {
    for (provider, id, key, _) in KEYS {
        let parsed = field(provider, id).parse(key).unwrap();
        assert_eq!((parsed.value.as_str(), parsed.changes.len(), parsed.warning), (key, 0, None));
    }
    for (provider, id, key) in [
        ("okta", "apiToken", "00goodxkeyxtokenxnullxABCDEFGHIJKLMNOPQR_1"),
        ("okta", "apiToken", "000000000000000000000000000000000000000000"),
        ("okta", "apiToken", "00newnewnewnewnewnewnewnewnewnewnewnewnew0"),
        // Older tokens, and those of an instance with a prefix of its own.
        ("gitlab", "accessToken", "aBcDeFgHiJkLmNoPqRsT"),
        ("gitlab", "accessToken", "acme-aBcDeFgHiJkLmNoPqRsT"),
        ("gitlab", "accessToken", "gl-aBcDeFgHiJkLmNoPqRsT"),
        ("gitlab", "accessToken", "glpat-nokeynulltodohereXzz"),
        ("gitlab", "accessToken", "glpat-0123456789abcdef01234567.01.0123456ab"),
        ("harness", "apiKey", "sat.0123456789abcdef01234567.abcdefghij0123456789"),
    ] {
        assert_eq!(field(provider, id).parse(key).unwrap().value, key);
    }
}
