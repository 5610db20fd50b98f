//! Reads texts out of a JSON body by a path of a provider file (`shared/src/probe.rs` says what a path is).
//!
//! It limits length and number of the texts, and removes characters that nobody sees. It refuses nothing: a path that leads nowhere has no
//! texts. It is its own small language because RFC 9535 JSONPath cannot join texts or require a single match.

use latchkey_shared::Secret;
use latchkey_shared::shown::visible;
use serde_json::Value;

/// The longest text that is kept, in characters. Longer texts are cut.
const TEXT_MAX: usize = 200;

/// The largest number of texts that one path returns.
const TEXTS_MAX: usize = 50;

/// The longest text that holds a list, in characters.
const LIST_MAX: usize = 4000;

/// Looks up the finding that a path's condition names in braces.
pub(crate) type Known<'a> = &'a dyn Fn(&str) -> Option<String>;

/// For paths without findings in their conditions.
pub(crate) const NOTHING: Known<'static> = &|_| None;

/// The first text at a path.
pub(crate) fn text(body: &Value, path: &str, known: Known<'_>) -> Option<String> {
    texts(body, path, known).into_iter().next()
}

/// Every text at a path. Of alternatives, the first that leads to a text counts. Joined paths make one text.
pub(crate) fn texts(body: &Value, path: &str, known: Known<'_>) -> Vec<String> {
    texts_of(body, path, known, TEXT_MAX)
}

/// The texts of a list that one text at the path holds.
pub(crate) fn listed_texts(body: &Value, path: &str, known: Known<'_>, separator: &str) -> Vec<String> {
    let found = texts_of(body, path, known, LIST_MAX);
    found.iter().flat_map(|text| listed(text, separator)).take(TEXTS_MAX).collect()
}

/// The texts of a response header: one, or the list that it holds.
pub(crate) fn header_texts(header: &str, separator: Option<&str>) -> Vec<String> {
    let text = visible(header);
    let parts: Vec<String> = match separator {
        Some(separator) => listed(&text.chars().take(LIST_MAX).collect::<String>(), separator).collect(),
        None => vec![text.trim().chars().take(TEXT_MAX).collect()],
    };
    parts.into_iter().filter(|text| !text.is_empty()).take(TEXTS_MAX).collect()
}

/// The parts of a list, without the spaces around them.
fn listed<'a>(text: &'a str, separator: &'a str) -> impl Iterator<Item = String> + 'a {
    let parts = text.split(separator).map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.chars().take(TEXT_MAX).collect())
}

/// An access token at a path: as it is, if it can be sent in a header.
pub(crate) fn token(body: &Value, path: &str) -> Option<Secret> {
    /// The longest token, in bytes. Servers take headers of 8 kB in sum at least.
    const TOKEN_MAX: usize = 6000;
    let usable = |text: &&str| {
        (1..=TOKEN_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let found = split(path, '|').into_iter().find_map(|path| values(body, path, NOTHING).first().copied());
    found.and_then(Value::as_str).filter(usable).map(|text| Secret::new(text.to_owned()))
}

fn texts_of(body: &Value, path: &str, known: Known<'_>, longest: usize) -> Vec<String> {
    let alternatives = split(path, '|').into_iter().map(|one| {
        let joined = split(one, ' ');
        if let [single] = joined.as_slice() {
            return single_path(body, single, known, longest);
        }
        let parts: Vec<_> = joined
            .iter()
            .filter_map(|part| single_path(body, part, known, longest).into_iter().next())
            .collect();
        if parts.is_empty() { Vec::new() } else { vec![parts.join(" ")] }
    });
    alternatives.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

/// The value at a path of member names, as it is. `[]` is the body itself.
pub(crate) fn value<'a>(body: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(body, |value, step| if step == "[]" { Some(value) } else { value.get(step) })
}

fn single_path(body: &Value, path: &str, known: Known<'_>, longest: usize) -> Vec<String> {
    let found = values(body, path, known).into_iter().filter_map(|value| scalar(value, longest));
    found.filter(|text| !text.is_empty()).take(TEXTS_MAX).collect()
}

/// Every value at a single path.
pub(crate) fn values<'a>(body: &'a Value, path: &str, known: Known<'_>) -> Vec<&'a Value> {
    let mut found = vec![body];
    for step in split(path, '.') {
        let (step, only_one) = step.strip_suffix('!').map_or((step, false), |step| (step, true));
        found = match step.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(conditions) => found
                .into_iter()
                .filter_map(Value::as_array)
                .flatten()
                .filter(|item| conditions.split(',').all(|condition| holds(item, condition, known)))
                .collect(),
            None => found.into_iter().filter_map(|value| value.get(step)).collect(),
        };
        if only_one && found.len() != 1 {
            return Vec::new();
        }
    }
    found
}

/// Whether an item meets the condition `member=text`, or `member!=text`. A member inside another one is `outer.inner`.
fn holds(item: &Value, condition: &str, known: Known<'_>) -> bool {
    let Some((member, wanted)) = condition.split_once('=') else { return condition.is_empty() };
    let (member, differs) = member.strip_suffix('!').map_or((member, false), |member| (member, true));
    let name = wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let wanted = match name {
        Some(name) => known(name),
        None => Some(wanted.to_owned()),
    };
    let found = member
        .split('.')
        .try_fold(item, |value, member| value.get(member))
        .and_then(|value| scalar(value, TEXT_MAX));
    wanted.is_some() && (found == wanted) != differs
}

/// A string, number or boolean as text.
fn scalar(value: &Value, longest: usize) -> Option<String> {
    match value {
        Value::String(text) => Some(visible(text).chars().take(longest).collect()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// Splits a path at each separator that is not inside square brackets.
pub(super) fn split(path: &str, separator: char) -> Vec<&str> {
    let mut depth = 0_u32;
    path.split(|c: char| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && c == separator
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_leads_through_members_lists_and_conditions() {
        let body = json!({
            "id": 7, "on": true, "name": { "first": "Ada", "last": "Lovelace" },
            "keys": [{ "user": "u1", "kind": "Okta API", "name": "one" }, { "user": "u1", "kind": "Agent", "name": "two", "in": { "side": "deep" } }],
        });
        let known: Known<'_> = &|name| (name == "identity.id").then(|| "u1".to_owned());
        for (path, expected) in [
            ("id", vec!["7"]),
            ("on", vec!["true"]),
            ("name.first name.last", vec!["Ada Lovelace"]),
            ("nick|name.first", vec!["Ada"]),
            ("keys.[].name", vec!["one", "two"]),
            ("keys.[kind=Okta API].name", vec!["one"]),
            ("keys.[user={identity.id},kind=Okta API]!.name", vec!["one"]),
            ("keys.[user={identity.id}]!.name", vec![]),
            ("keys.[user={nobody}].name", vec![]),
            ("keys.[user!={nobody}].name", vec![]),
            ("keys.[kind!=Agent].name", vec!["one"]),
            ("keys.[in.side=deep].name", vec!["two"]),
            ("keys.[in.side!=deep].name", vec!["one"]),
            ("name", vec![]),
            ("keys.name", vec![]),
        ] {
            assert_eq!(texts(&body, path, known), expected, "{path}");
        }
    }

    #[test]
    fn a_text_that_holds_a_list_is_split_before_it_is_cut() {
        let long = vec!["scope:read"; 60].join(" ");
        let body = json!({ "few": "a  b ", "long": long, "one": "x".repeat(300) });
        for (path, separator, first, count) in [
            ("few", " ", "a", 2),
            ("long", " ", "scope:read", 50),
            ("one", ",", &*"x".repeat(200), 1),
            ("no", " ", "", 0),
        ] {
            let found = listed_texts(&body, path, NOTHING, separator);
            assert_eq!((found.first().map_or("", String::as_str), found.len()), (first, count), "{path}");
        }
        assert_eq!(header_texts(" repo, read:user ,", Some(",")), ["repo", "read:user"]);
        assert_eq!(header_texts(" repo, read:user ", None), ["repo, read:user"]);
        assert!(header_texts(" ", None).is_empty() && header_texts("", Some(",")).is_empty());
    }

    #[test]
    fn a_token_is_read_as_it_is_and_only_if_a_header_can_carry_it() {
        let long = "t".repeat(6000);
        for (body, read) in [
            (json!({ "t": long }), Some(long.as_str())),
            (json!({ "t": "a b" }), None),
            (json!({ "t": "a\r\nx: y" }), None),
            (json!({ "t": "é" }), None),
            (json!({ "t": "" }), None),
            (json!({ "t": 7 }), None),
            (json!({ "t": "t".repeat(6001) }), None),
            (json!({}), None),
        ] {
            assert_eq!(token(&body, "t").as_ref().map(Secret::expose), read, "{body}");
        }
        assert_eq!(token(&json!({ "b": { "c": "x" } }), "a|b.c").unwrap().expose(), "x");
    }
}
