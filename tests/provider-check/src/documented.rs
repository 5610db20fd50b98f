//! Test only: every key of the format is explained in `shared/providers/README.md` and shown in the template.
//!
//! What the format's keys are is taken from the format itself: from a provider that has all of them, written out again.
#![cfg(test)]

use crate::template::filled;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../shared/providers/README.md");

/// Parts whose members have names of one's own: headers, findings, texts, field ids.
const FREE: [&str; 8] =
    ["secretHeaders", "headers", "when", "unless", "extract", "map", "json", "fields of a value"];

/// A part of a file and a key in it.
type Keys = BTreeSet<(String, String)>;

fn keys(members: &Map<String, Value>, part: &str, found: &mut Keys) {
    for (key, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        found.insert((part.to_owned(), key.clone()));
        let below = match (part, key.as_str()) {
            ("values", "fields") => "fields of a value",
            (_, "holds") => "expect",
            (_, key) => key,
        };
        inside(value, below, found);
    }
}

fn inside(value: &Value, part: &str, found: &mut Keys) {
    match value {
        // What is extracted may be a path with a map.
        Value::Object(members) if part == "extract" => {
            members.values().for_each(|value| inside(value, "extraction", found));
        }
        Value::Object(members) if !FREE.contains(&part) => keys(members, part, found),
        Value::Array(items) => items.iter().for_each(|item| inside(item, part, found)),
        _ => {}
    }
}

fn keys_of(file: &Value) -> Keys {
    let mut found = Keys::new();
    file.as_object().into_iter().for_each(|members| keys(members, "file", &mut found));
    found
}

/// The first column of each table that stands below a heading with the parts' names.
fn explained() -> Keys {
    let mut found = Keys::new();
    let mut parts: Vec<&str> = Vec::new();
    for line in PAGE.lines() {
        if line.starts_with('#') {
            parts = line.split('`').skip(1).step_by(2).collect();
        } else if let Some(key) = line.strip_prefix("| `").and_then(|row| row.split('`').next()) {
            found.extend(parts.iter().map(|part| ((*part).to_owned(), key.to_owned())));
        }
    }
    found
}

fn without(some: &Keys, others: &Keys) -> Vec<(String, String)> {
    some.difference(others).cloned().collect()
}

#[test]
fn every_key_of_every_provider_file_is_explained() {
    let explained = explained();
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/providers")).unwrap() {
        let path = file.unwrap().path().join("provider.toml");
        if path.exists() {
            let file: Value = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            assert_eq!(without(&keys_of(&file), &explained), [], "{}", path.display());
        }
    }
}

#[test]
fn every_key_of_the_format_is_explained_and_shown_in_the_template() {
    let text = filled("acme");
    let shown = keys_of(&toml::from_str(&text).unwrap());
    let provider = latchkey_provider_file::read("acme", &text).unwrap();
    let mut format = keys_of(&serde_json::to_value(provider).unwrap());
    // Set by a project's opt-in, and refused in a file.
    for chosen in ["custom", "unlisted"] {
        format.remove(&("parse".to_owned(), chosen.to_owned()));
    }
    let explained = explained();
    assert_eq!(without(&format, &shown), [], "in the format, and not in the template");
    assert_eq!(without(&shown, &explained), [], "in the template, and not explained");
    assert_eq!(without(&explained, &shown), [], "explained, and not in the template");
}
