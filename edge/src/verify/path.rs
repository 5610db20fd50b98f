//! Reads texts out of a JSON body by a path of a provider file (`shared/src/probe.rs` says what a path is).
//!
//! It limits length and number of the texts, and removes characters that nobody sees. It refuses nothing: a path that leads nowhere has no
//! texts. It is its own small language because RFC 9535 JSONPath cannot join texts or require a single match.

use latchkey_shared::shown::visible;
use serde_json::Value;

/// The longest text that is kept, in characters. Longer texts are cut.
const TEXT_MAX: usize = 200;

/// The largest number of texts that one path returns.
const TEXTS_MAX: usize = 50;

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
    let alternatives = split(path, '|').into_iter().map(|one| {
        let joined = split(one, ' ');
        if let [single] = joined.as_slice() {
            return single_path(body, single, known);
        }
        let parts: Vec<_> =
            joined.iter().filter_map(|part| single_path(body, part, known).into_iter().next()).collect();
        if parts.is_empty() { Vec::new() } else { vec![parts.join(" ")] }
    });
    alternatives.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

/// The value at a path of member names, as it is.
pub(crate) fn value<'a>(body: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(body, |value, step| value.get(step))
}

fn single_path(body: &Value, path: &str, known: Known<'_>) -> Vec<String> {
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
    found.into_iter().filter_map(scalar).filter(|text| !text.is_empty()).take(TEXTS_MAX).collect()
}

/// Whether an item meets the condition `member=text`.
fn holds(item: &Value, condition: &str, known: Known<'_>) -> bool {
    let Some((member, wanted)) = condition.split_once('=') else { return condition.is_empty() };
    let name = wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let wanted = match name {
        Some(name) => known(name),
        None => Some(wanted.to_owned()),
    };
    wanted.is_some() && item.get(member).and_then(scalar) == wanted
}

/// A string, number or boolean as text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(visible(text).chars().take(TEXT_MAX).collect()),
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
            "keys": [{ "user": "u1", "kind": "Okta API", "name": "one" }, { "user": "u1", "kind": "Agent", "name": "two" }],
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
            ("name", vec![]),
            ("keys.name", vec![]),
        ] {
            assert_eq!(texts(&body, path, known), expected, "{path}");
        }
    }
}
