//! Fields that depend on each other: an id that a key carries, a host that a pasted address names.
//!
//! The widget fills such fields while the person watches, and checks all fields again before it submits. The edge repeats both.
//! A key is bound to the id in it. An address may come from anywhere, so keys are searched first.

use super::{Field, ParseKind, shape};
use crate::i18n::phrase;
use crate::msg;
use crate::{ErrorCode, FieldError};

/// The value of the field at index `at`, as another field carries it, and the index of that other field.
///
/// `typed` holds the text of each field, in the form's order. Secret fields are searched first. `None` if no field carries it.
#[must_use]
pub fn value_from_others(fields: &[Field], typed: &[&str], at: usize) -> Option<(usize, String)> {
    value_from(fields, typed, at, true).or_else(|| value_from(fields, typed, at, false))
}

fn value_from(fields: &[Field], typed: &[&str], at: usize, by_secret: bool) -> Option<(usize, String)> {
    let field = fields.get(at)?;
    let others = fields.iter().zip(typed).enumerate();
    let mut others = others.filter(|(from, (other, _))| *from != at && other.secret == by_secret);
    // First the text as typed, because a whole address carries more than its host. Then the parsed value, because the parser
    // removes text around a key and characters in it.
    others.find_map(|(from, (other, text))| {
        let read = || field.capture(&other.parse(text).ok()?.value);
        Some((from, field.capture(text).or_else(read)?))
    })
}

/// A key that stands in the address of another field, as in a clone address: `https://user:<key>@host/group/app.git`.
pub struct KeyInAddress {
    /// The index of the key's field.
    pub at: usize,
    /// The key. It is secret.
    pub key: String,
    /// The address without it.
    pub address: String,
}

/// The key in the address of the field at index `at`. `None` if that field is no host, if no key's rule has the shape of what stands in
/// front of the host, or if the rest is not a valid host: then nothing may be taken out.
#[must_use]
pub fn key_in_address(fields: &[Field], typed: &[&str], at: usize) -> Option<KeyInAddress> {
    let host = fields.get(at).filter(|field| field.parse.kind == ParseKind::Host)?;
    let text = typed.get(at)?.trim();
    let (scheme, rest) = text.split_once("://")?;
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    let (user, name) = authority.rsplit_once('@')?;
    let key = user.rsplit_once(':').map_or(user, |(_, key)| key);
    let is_key =
        |field: &Field| field.secret && field.parse.shapes.iter().any(|shape| shape::fits(shape, key));
    let address = [scheme, "://", name, path].concat();
    host.parse(&address).ok()?;
    Some(KeyInAddress { at: fields.iter().position(is_key)?, key: key.to_owned(), address })
}

/// Fills empty fields with values that other fields carry. Returns an error for each inferred field that stays empty, and for each
/// key that belongs to another account than the typed id.
///
/// All slices are in the form's order: `typed` has the texts as they arrived, `values` the parsed ones.
#[must_use]
pub fn fill_from_other_fields(fields: &[Field], typed: &[&str], values: &mut [String]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (at, field) in fields.iter().enumerate().filter(|(_, field)| !field.secret) {
        let empty = |text: Option<&str>| text.is_none_or(|text| text.trim().is_empty());
        let value = if empty(typed.get(at).copied()) {
            value_from_others(fields, typed, at).map(|(_, value)| value)
        } else {
            let read: Vec<&str> = values.iter().map(String::as_str).collect();
            if field.is_bound_to_key()
                && let Some((from, carried)) = value_from(fields, &read, at, true)
                && read.get(at).is_some_and(|value| *value != carried)
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
                msg!("{label} is empty, and no other field carries it.", label = phrase(&field.label)),
                field.wanted(),
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

    /// Runs the check: errors as code and field, then the values of id and host.
    fn checked(typed: [&str; 3]) -> (Vec<(ErrorCode, String)>, String, String) {
        let fields = fields();
        let read = |(field, text): (&Field, &&str)| field.parse(text).unwrap().value;
        let mut values: Vec<String> = fields.iter().zip(&typed).map(read).collect();
        let errors = fill_from_other_fields(&fields, &typed, &mut values);
        let errors = errors.into_iter().map(|error| (error.code, error.field.unwrap())).collect();
        (errors, values[0].clone(), values[2].clone())
    }

    #[test]
    fn an_empty_field_is_filled_from_a_key_before_an_address() {
        assert_eq!(checked(["", "pat.abc.x", ""]), (vec![], "abc".into(), String::new()));
        let address = "https://app3.harness.io/ng/account/xyz/home";
        let host = "https://app3.harness.io";
        assert_eq!(checked(["", "sat", address]), (vec![], "xyz".into(), host.into()));
        assert_eq!(checked(["", "pat.abc.x", address]), (vec![], "abc".into(), host.into()));
    }

    #[test]
    fn a_typed_id_must_match_the_key_and_may_differ_from_an_address() {
        let address = "https://app3.harness.io/ng/account/xyz/home";
        assert_eq!(checked(["abc", "pat.abc.x", address]).0, []);
        assert_eq!(
            checked(["xyz", "pat.abc.x", address]).0,
            [(ErrorCode::AccountMismatch, "account".to_owned())]
        );
    }

    #[test]
    fn a_key_with_text_around_it_still_carries_its_id() {
        for key in
            ["x-api-key:pat.abc.x", "pat.a\u{200b}bc.x", "pat.abc\n.x", "Authorization: Bearer pat.abc.x"]
        {
            assert_eq!(checked(["", key, ""]).1, "abc", "{key:?}");
        }
    }

    #[test]
    fn a_key_in_an_address_is_found_with_the_address_without_it() {
        let mut fields = fields();
        fields[1].parse.shapes = vec!["pat.{w3}.{w+}".into()];
        let found = |text: &str| {
            key_in_address(&fields, &["", "", text], 2).map(|found| (found.at, found.key, found.address))
        };
        let taken =
            |address: &str| Some((1, "pat.abc.x".to_owned(), ["https://app3.harness.io", address].concat()));
        for (text, address) in [
            ("https://oauth2:pat.abc.x@app3.harness.io/group/app.git", "/group/app.git"),
            ("https://pat.abc.x@app3.harness.io/", "/"),
            (" https://user:pat.abc.x@app3.harness.io ", ""),
        ] {
            assert_eq!(found(text), taken(address), "{text}");
        }
        for text in [
            "https://app3.harness.io/group/app.git",
            "https://user:password@app3.harness.io/group/app.git",
            "https://user:pat.abc.x@evil.example/group/app.git",
            "https://user:pat.abc.x@evil.example/@app3.harness.io",
            "https://app3.harness.io:pat.abc.x@evil.example/",
            "user:pat.abc.x@app3.harness.io",
            "pat.abc.x",
            "",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        assert!(key_in_address(&fields, &["", "https://user:pat.abc.x@app3.harness.io", ""], 1).is_none());
    }

    /// A key that carries the label of its host, and that host.
    fn with_label(key: &str, host: &str) -> Result<String, ErrorCode> {
        let mut secret = field("key", ParseKind::Key);
        secret.parse.shapes = vec!["{h8}-{w+}".into()];
        let mut place = field("host", ParseKind::Host);
        place.inferred = true;
        place.parse.suffixes = vec!["api.mailchimp.com".into()];
        place.parse.within = vec!["{h8}-({w+})".into()];
        let fields = [secret, place];
        let typed = [key, host];
        let read = |(field, text): (&Field, &&str)| field.parse(text).map(|parsed| parsed.value);
        let values = fields.iter().zip(&typed).map(read).collect::<Result<Vec<_>, _>>();
        let mut values = values.map_err(|error| error.code)?;
        let errors = fill_from_other_fields(&fields, &typed, &mut values);
        errors.first().map_or_else(|| Ok(values[1].clone()), |error| Err(error.code))
    }

    #[test]
    fn a_key_carries_the_label_of_its_host() {
        for (key, host, value) in [
            ("0123abcd-us21", "", Ok("https://us21.api.mailchimp.com")),
            ("Authorization: Bearer 0123abcd-US21", "", Ok("https://us21.api.mailchimp.com")),
            ("0123abcd-us21", "us21.api.mailchimp.com", Ok("https://us21.api.mailchimp.com")),
            ("0123abcd-us21", "us7.api.mailchimp.com", Err(ErrorCode::AccountMismatch)),
            ("other", "", Err(ErrorCode::FieldRequired)),
            ("other", "us7.api.mailchimp.com", Ok("https://us7.api.mailchimp.com")),
            // No label of a host, and one that the vendor keeps for itself.
            ("0123abcd-us_21", "", Err(ErrorCode::FieldRequired)),
            ("0123abcd-login", "", Err(ErrorCode::FieldRequired)),
        ] {
            assert_eq!(with_label(key, host), value.map(str::to_owned), "{key} {host}");
        }
    }

    #[test]
    fn an_inferred_field_that_no_other_field_carries_is_required() {
        assert_eq!(checked(["", "sat", ""]).0, [(ErrorCode::FieldRequired, "account".to_owned())]);
    }
}
