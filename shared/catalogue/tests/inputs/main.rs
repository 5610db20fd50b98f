//! Seven kinds of what people paste, each as a table across the providers: what is read, what is suggested, and what is told. And what
//! stays refused, whatever it looks like.
#![cfg(feature = "embedded")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod configuration;
mod hostile;
mod ids;
mod keys;
mod punctuation;
mod schemes;
mod suggestions;
mod typography;

use latchkey_shared::ErrorCode;
use latchkey_shared::field::Field;

const OKTA: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const PAT: &str = "pat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.abcdefghij0123456789";
const ACCOUNT: &str = "AbCdEfGhIjKlMnOpQrStUv";
const LAUNCHDARKLY: &str = "api-01234567-89ab-4cde-8f01-23456789abcd";
const GITLAB: &str = "glpat-aBcDeFgHiJkLmNoPqRsT";

/// A field of a provider.
fn field(provider: &str, id: &str) -> &'static Field {
    latchkey_catalogue::find(provider).unwrap().field(id).unwrap()
}

/// Checks each text, and tells all that is wrong at once.
fn each(texts: &[&str], wrong: impl Fn(&str) -> Option<String>) {
    let wrong: Vec<_> = texts.iter().filter_map(|text| Some(format!("{text:?}: {}", wrong(text)?))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each text is read as this value, and the person is told so.
fn reads(provider: &str, id: &str, value: &str, texts: &[&str]) {
    each(texts, |text| match field(provider, id).parse(text) {
        Err(error) => Some(format!("{} {}", error.message, error.fix)),
        Ok(parsed) if parsed.value != value => Some(parsed.value),
        Ok(parsed) if parsed.changes.is_empty() || parsed.warning.is_some() => Some(format!("{parsed:?}")),
        Ok(_) => None,
    });
}

/// Each text is refused, and this value is suggested, which is then read as it is.
fn suggests(provider: &str, id: &str, value: &str, texts: &[&str]) {
    let accepted = field(provider, id).parse(value).unwrap();
    assert_eq!((accepted.value, accepted.changes), (format!("https://{value}"), vec![]));
    each(texts, |text| match field(provider, id).parse(text) {
        Ok(parsed) => Some(format!("was read by itself as {}", parsed.value)),
        Err(error) if error.suggestion.as_deref() == Some(value) => {
            (error.fix.to_string() != format!("Did you mean {value}?")).then(|| error.fix.to_string())
        }
        Err(error) => Some(format!("{:?} {}", error.suggestion, error.message)),
    });
}

/// Each text is refused with this code and this message, without a suggestion.
fn tells(provider: &str, id: &str, code: ErrorCode, message: &str, texts: &[&str]) {
    each(texts, |text| match field(provider, id).parse(text) {
        Ok(parsed) => Some(format!("was read as {}", parsed.value)),
        Err(error) => {
            let told = (error.code, error.message.to_string(), error.suggestion, error.field.as_deref());
            let wanted = (code, message.to_owned(), None, Some(id));
            (told != wanted || error.fix.is_empty()).then(|| format!("{told:?} {}", error.fix))
        }
    });
}
