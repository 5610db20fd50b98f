//! The document of the limits is true, and the limits fit the catalogue.

use latchkey_shared::limits::{FIELDS_MAX, LIMITS};
use latchkey_tests::Database;

const DOCUMENT: &str = include_str!("../../edge/docs/limits.md");

/// The rows of the document: the name of the constant, and the number and unit.
fn rows() -> Vec<(String, String)> {
    let cells = |line: &str| -> Vec<String> { line.split('|').map(|cell| cell.trim().to_owned()).collect() };
    let (limits, _) = DOCUMENT.split_once("## What bounds each table").unwrap();
    let rows = limits.lines().filter(|line| line.starts_with("| `")).map(cells);
    rows.map(|row| (row[1].trim_matches('`').to_owned(), row[2].clone())).collect()
}

/// A number as the document writes it: `50,000`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[test]
fn the_document_has_every_limit_with_its_number() {
    let limits: Vec<_> = LIMITS
        .iter()
        .map(|limit| (limit.name.to_owned(), format!("{} {}", grouped(limit.most), limit.unit)))
        .collect();
    assert_eq!(rows(), limits);
}

#[test]
fn no_provider_has_more_fields_than_a_body_may_have() {
    let most = latchkey_catalogue::all().map(|provider| provider.fields.len()).max().unwrap();
    assert!((1..=FIELDS_MAX).contains(&most), "{most}");
}

#[test]
fn the_document_says_what_bounds_each_table() {
    let tables = Database::new().tables();
    let (_, documented) = DOCUMENT.split_once("## What bounds each table").unwrap();
    let rows = documented.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(rows.collect::<Vec<_>>(), tables);
}
