//! The description and the router agree, both ways.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use super::document;
use crate::router::methods_of;
use serde_json::Value;
use std::collections::BTreeSet;

/// Paths that are no part of the API: pages for people, and what a load balancer asks. They answer HTML or one word.
const PAGES: [&str; 4] = ["/healthz", "/link/{id}", "/embed/{id}", "/guides/{app}"];

/// Every path of `Route::of`, read from its source: patterns are no values that could be listed.
fn routed() -> BTreeSet<String> {
    let source = include_str!("../router.rs");
    let (_, patterns) = source.split_once("fn of(").expect("the function");
    let (patterns, _) = patterns.split_once("fn methods(").expect("the function after it");
    let mut prefix = "";
    let mut paths = BTreeSet::new();
    for line in patterns.lines().map(str::trim) {
        let Some((pattern, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once("] =>")) else {
            continue;
        };
        if pattern.contains("ref rest") {
            prefix = "/api/v1";
            continue;
        }
        let segments = pattern.split(", ").map(|segment| match segment.strip_prefix('"') {
            Some(word) => format!("/{}", word.trim_end_matches('"')),
            None => format!("/{{{segment}}}"),
        });
        paths.insert(format!("{prefix}{}", segments.collect::<String>()));
    }
    paths
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let routed = routed();
    assert!(routed.len() > 20, "the patterns were not found: {routed:?}");
    let described: BTreeSet<String> = document()["paths"].as_object().unwrap().keys().cloned().collect();
    let pages: BTreeSet<String> = PAGES.map(str::to_owned).into();
    assert_eq!(described.union(&pages).cloned().collect::<BTreeSet<_>>(), routed);
}

#[test]
fn every_method_is_described_and_no_other() {
    for (path, operations) in document()["paths"].as_object().unwrap() {
        let routed = methods_of(path).expect(path);
        let routed: BTreeSet<String> =
            routed.split(", ").filter(|method| *method != "HEAD").map(str::to_lowercase).collect();
        let described: BTreeSet<String> = operations.as_object().unwrap().keys().cloned().collect();
        assert_eq!(described, routed, "{path}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut seen = 0;
    visit(&document, &mut |reference| {
        seen += 1;
        let pointer = reference.strip_prefix('#').expect("a place in the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    });
    assert!(seen > 100, "{seen}");
}

#[test]
fn every_call_has_an_id_of_its_own_and_says_what_it_does() {
    let document = document();
    let mut ids = BTreeSet::new();
    for operation in
        document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values())
    {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id.to_owned()), "{id}");
        for member in ["summary", "description", "tags", "security"] {
            assert!(!operation[member].is_null(), "{id} {member}");
        }
        let limited = &operation["responses"]["429"]["headers"];
        for header in ["Retry-After", "RateLimit", "RateLimit-Policy"] {
            assert!(limited[header].is_object(), "{id} {header}");
        }
    }
}

fn visit(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| match value {
            Value::String(reference) if name == "$ref" => found(reference),
            value => visit(value, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| visit(item, found)),
        _ => {}
    }
}
