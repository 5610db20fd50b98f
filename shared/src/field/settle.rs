//! What one answer tells about another: an id that a key carries, a host that a pasted address names.
//!
//! The widget fills such answers in while the person looks on, and settles them before it submits; the edge settles
//! them again. A key is bound to the id in it; an address may have been copied from anywhere, so a key is asked first.

use super::{Field, ParseKind};
use crate::i18n::phrase;
use crate::msg;
use crate::{ErrorCode, FieldError};

/// What the other answers tell about the field at `at`, and which of them does. Empty answers tell nothing.
#[must_use]
pub fn told(fields: &[Field], typed: &[&str], at: usize) -> Option<(usize, String)> {
    told_by(fields, typed, at, true).or_else(|| told_by(fields, typed, at, false))
}

fn told_by(fields: &[Field], typed: &[&str], at: usize, by_secret: bool) -> Option<(usize, String)> {
    let field = fields.get(at)?;
    let others = fields.iter().zip(typed).enumerate();
    let mut others = others.filter(|(from, (other, _))| *from != at && other.secret == by_secret);
    // As it came first: a whole address tells more than the host that is read out of it. Then as it is read: what was
    // pasted along with a key, or into the middle of it, is gone.
    others.find_map(|(from, (other, text))| {
        let read = || field.capture(&other.parse(text).ok()?.value);
        Some((from, field.capture(text).or_else(read)?))
    })
}

/// Fills in what one answer tells about another, and finds answers that do not belong together.
///
/// All three in the form's order: `typed` are the answers as they came, `values` as they were read.
#[must_use]
pub fn settle(fields: &[Field], typed: &[&str], values: &mut [String]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (at, field) in fields.iter().enumerate().filter(|(_, field)| !field.secret) {
        let empty = |text: Option<&str>| text.is_none_or(|text| text.trim().is_empty());
        let value = if empty(typed.get(at).copied()) {
            told(fields, typed, at).map(|(_, told)| told)
        } else {
            let read: Vec<&str> = values.iter().map(String::as_str).collect();
            if field.parse.kind == ParseKind::Id
                && let Some((from, told)) = told_by(fields, &read, at, true)
                && read.get(at).is_some_and(|value| *value != told)
            {
                errors.extend(fields.get(from).map(|key| mismatch(field, key)));
            }
            None
        };
        let Some(place) = values.get_mut(at) else { continue };
        if let Some(value) = value {
            *place = value;
        } else if field.inferred && place.is_empty() {
            errors.push(field.error(
                ErrorCode::FieldRequired,
                msg!("{label} is empty, and no other answer carries it.", label = phrase(&field.label)),
                msg!("Enter {noun}.", noun = phrase(&field.parse.phrase)),
            ));
        }
    }
    errors
}

fn mismatch(field: &Field, key: &Field) -> FieldError {
    field.error(
        ErrorCode::AccountMismatch,
        msg!(
            "The {key} belongs to another account than this {this}.",
            key = phrase(&key.label),
            this = phrase(&field.label)
        ),
        msg!(
            "Empty this field to use the account of the {key}, or enter the key of this account.",
            key = phrase(&key.label)
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::tests::field;

    /// An account's id, its key, and its host, in this order.
    fn fields() -> Vec<Field> {
        let mut id = field("account", ParseKind::Id);
        id.inferred = true;
        id.parse.after = Some("account".into());
        id.parse.within = vec!["pat.({w3}).{w+}".into()];
        let mut key = field("key", ParseKind::Key);
        key.secret = true;
        let mut host = field("host", ParseKind::Host);
        host.optional = true;
        host.parse.suffixes = vec!["harness.io".into()];
        vec![id, key, host]
    }

    /// Errors, by code and field, and the values of id and host.
    fn settled(typed: [&str; 3]) -> (Vec<(ErrorCode, String)>, String, String) {
        let fields = fields();
        let read = |(field, text): (&Field, &&str)| field.parse(text).unwrap().value;
        let mut values: Vec<String> = fields.iter().zip(&typed).map(read).collect();
        let errors = settle(&fields, &typed, &mut values);
        let errors = errors.into_iter().map(|error| (error.code, error.field.unwrap())).collect();
        (errors, values[0].clone(), values[2].clone())
    }

    #[test]
    fn an_empty_answer_is_filled_from_a_key_or_an_address_and_a_key_comes_first() {
        assert_eq!(settled(["", "pat.abc.x", ""]), (vec![], "abc".into(), String::new()));
        let address = "https://app3.harness.io/ng/account/xyz/home";
        let host = "https://app3.harness.io";
        assert_eq!(settled(["", "sat", address]), (vec![], "xyz".into(), host.into()));
        assert_eq!(settled(["", "pat.abc.x", address]), (vec![], "abc".into(), host.into()));
    }

    #[test]
    fn a_typed_id_must_be_the_keys_even_when_an_address_names_another() {
        let address = "https://app3.harness.io/ng/account/xyz/home";
        assert_eq!(settled(["abc", "pat.abc.x", address]).0, []);
        assert_eq!(
            settled(["xyz", "pat.abc.x", address]).0,
            [(ErrorCode::AccountMismatch, "account".to_owned())]
        );
    }

    #[test]
    fn a_key_that_has_to_be_cleaned_first_tells_its_id_too() {
        for key in
            ["x-api-key:pat.abc.x", "pat.a\u{200b}bc.x", "pat.abc\n.x", "Authorization: Bearer pat.abc.x"]
        {
            assert_eq!(settled(["", key, ""]).1, "abc", "{key:?}");
        }
    }

    #[test]
    fn what_nothing_tells_is_missing() {
        assert_eq!(settled(["", "sat", ""]).0, [(ErrorCode::FieldRequired, "account".to_owned())]);
    }
}
