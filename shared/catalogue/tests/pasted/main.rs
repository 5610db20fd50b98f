//! What people paste into each provider's form, and what is made of it: the value, or the exact message.
#![cfg(feature = "embedded")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod harness;
mod launchdarkly;
mod okta;

use latchkey_shared::field::Parsed;

/// What must come of a text.
#[derive(Debug, PartialEq)]
enum Made {
    /// This value, without a word.
    Plain(&'static str),
    /// This value, with these changes told.
    Changed(&'static str, &'static [&'static str]),
    /// The text as it is, with this warning.
    Odd(&'static str),
    /// Nothing, with this message.
    Refused(&'static str),
}

/// Compares each text of a table with what must come of it.
fn check(provider: &str, field: &str, table: &[(&str, Made)]) {
    let provider = latchkey_catalogue::find(provider).unwrap();
    let field = provider.field(field).unwrap();
    for (input, expected) in table {
        let parsed = field.parse(input);
        let right = match (expected, &parsed) {
            (Made::Plain(value), Ok(Parsed { value: found, changes, warning })) => {
                value == found && changes.is_empty() && warning.is_none()
            }
            (Made::Changed(value, told), Ok(Parsed { value: found, changes, warning })) => {
                value == found && changes == told && warning.is_none()
            }
            (Made::Odd(message), Ok(Parsed { value, warning: Some(warning), .. })) => {
                message == &warning.message && value == input && !warning.fix.is_empty()
            }
            (Made::Refused(message), Err(error)) => message == &error.message && !error.fix.is_empty(),
            _ => false,
        };
        assert!(right, "{input:?}: wanted {expected:?}, got {:?}", told(&parsed));
    }
}

/// What came of a text, with its value.
fn told(parsed: &Result<Parsed, latchkey_shared::FieldError>) -> String {
    match parsed {
        Ok(Parsed { value, changes, warning }) => {
            format!("{value:?} {changes:?} {:?}", warning.as_ref().map(|it| &it.message))
        }
        Err(error) => format!("{:?} {:?}", error.message, error.fix),
    }
}
