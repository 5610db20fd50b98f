//! Test only: every key of the format is explained in `shared/providers/README.md` and shown in the template.
//!
//! The keys come from the format itself: from a provider that has all of them, serialized again.
#![cfg(test)]

use crate::template::filled;
use latchkey_provider_file::{Files, Part};
use latchkey_shared::provider::Provider;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../shared/providers/README.md");

const FIRST_PAGE: &str = include_str!("../../../README.md");

/// Parts whose members have names of one's own: headers, findings, texts, field ids.
const FREE: [&str; 9] =
    ["secretHeaders", "headers", "when", "unless", "extract", "map", "json", "form", "fields of a value"];

/// A part of a file and a key in it.
type Keys = BTreeSet<(String, String)>;

fn keys(members: &Map<String, Value>, part: &str, found: &mut Keys) {
    for (key, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        found.insert((part.to_owned(), key.clone()));
        let below = match (part, key.as_str()) {
            ("values", "fields") => "fields of a value",
            (_, "bodyHas") => "expect",
            ("hook", "events") => "events",
            ("revoke" | "rotate" | "hook", _) if value.is_array() => "step",
            (_, key) => key,
        };
        inside(value, below, found);
    }
}

fn inside(value: &Value, part: &str, found: &mut Keys) {
    match value {
        // What is extracted may be a table, and so may a secret header.
        Value::Object(members) if part == "extract" => {
            members.values().for_each(|value| inside(value, "extraction", found));
        }
        Value::Object(members) if part == "secretHeaders" => {
            members.values().for_each(|value| inside(value, "basic", found));
        }
        Value::Object(members) if !FREE.contains(&part) => keys(members, part, found),
        Value::Array(items) => items.iter().for_each(|item| inside(item, part, found)),
        _ => {}
    }
}

/// The keys of a provider's files. Those at the top belong to the part that is named like the file.
fn keys_of(files: &Files) -> Keys {
    let mut found = Keys::new();
    for part in Part::ALL {
        // A provider may do without a file.
        let Some(text) = files.text(part) else { continue };
        let members: Map<String, Value> = toml::from_str(text).unwrap();
        keys(&members, part.file(), &mut found);
    }
    found
}

/// The keys that the format has, below the same names.
fn keys_of_format(provider: &Provider) -> Keys {
    let mut members: Map<String, Value> =
        serde_json::from_value(serde_json::to_value(provider).unwrap()).unwrap();
    let test_mode = members.remove("testMode").unwrap();
    members.extend(test_mode.as_object().unwrap().clone());
    let mut found = Keys::new();
    for part in Part::ALL {
        let own = members.clone().into_iter().filter(|(key, _)| part.keys().contains(&key.as_str()));
        keys(&own.collect(), part.file(), &mut found);
    }
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
fn every_key_of_every_provider_is_explained() {
    let explained = explained();
    for folder in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/providers")).unwrap() {
        let folder = folder.unwrap().path();
        if folder.is_dir() {
            let used = keys_of(&Files::of(&folder).unwrap());
            assert_eq!(without(&used, &explained), [], "{}", folder.display());
        }
    }
}

#[test]
fn every_key_of_the_format_is_explained_and_shown_in_the_template() {
    let files = filled("acme");
    let shown = keys_of(&files);
    let mut format = keys_of_format(&latchkey_provider_file::read("acme", &files).unwrap());
    // Set by a project's opt-in, and refused in a file.
    for chosen in ["custom", "unlisted"] {
        format.remove(&("parse".to_owned(), chosen.to_owned()));
    }
    let explained = explained();
    assert_eq!(without(&format, &shown), [], "in the format, and not in the template");
    assert_eq!(without(&shown, &explained), [], "in the template, and not explained");
    assert_eq!(without(&explained, &shown), [], "explained, and not in the template");
}

#[test]
fn the_page_names_every_code_that_a_file_can_have() {
    for code in latchkey_provider_file::CODES {
        assert!(PAGE.contains(&format!("`{code}`")), "{code}");
    }
}

#[test]
fn the_first_page_names_every_provider_once_and_counts_them() {
    use latchkey_shared::provider::Confidence;
    let folders = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/providers")).unwrap();
    let folders = folders.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let mut providers: Vec<_> = folders.map(|folder| crate::read(&folder).unwrap()).collect();
    providers.sort_by(|one, other| one.name.cmp(&other.name));
    let rows = FIRST_PAGE.lines().skip_while(|line| *line != "| kind | services |").skip(2);
    let cells = rows.take_while(|line| line.starts_with("| ")).filter_map(|row| row.split(" | ").nth(1));
    let mut named: Vec<&str> = cells.flat_map(|cell| cell.trim_end_matches([' ', '|']).split(", ")).collect();
    named.sort_unstable();
    let names: Vec<&str> = providers.iter().map(|provider| provider.name.as_str()).collect();
    assert_eq!(named, names);
    let of = |known| providers.iter().filter(|provider| provider.confidence == known).count();
    let (first, second, third) =
        (of(Confidence::Specification), of(Confidence::Documentation), of(Confidence::Secondary));
    for sentence in [
        format!("{} services, each", providers.len()),
        format!(
            "{first} rest on the vendor's specification or SDK, {second} on its documents, {third} on what others wrote"
        ),
    ] {
        assert!(FIRST_PAGE.contains(&sentence), "README.md must say: {sentence}");
    }
}
