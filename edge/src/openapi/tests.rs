//! The description and the router's table agree, both ways.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use super::document;
use crate::router::ENDPOINTS;
use serde_json::Value;
use std::collections::BTreeSet;

/// Whether an endpoint belongs to the API. Others are pages for people, and the check of a load balancer.
fn is_api(path: &str) -> bool {
    path.starts_with("/api/v1/") || path == "/.well-known/latchkey-audit-key"
}

fn described() -> BTreeSet<(String, String)> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let methods = paths.iter().flat_map(|(path, operations)| {
        operations.as_object().unwrap().keys().map(|method| (path.clone(), method.to_uppercase()))
    });
    methods.collect()
}

#[test]
fn every_endpoint_is_described_and_every_description_has_its_endpoint() {
    let api = ENDPOINTS.iter().filter(|endpoint| is_api(endpoint.path));
    let listed: BTreeSet<_> =
        api.map(|endpoint| (endpoint.path.to_owned(), endpoint.method.to_owned())).collect();
    assert!(listed.len() > 30, "{listed:?}");
    assert_eq!(described(), listed);
}

#[test]
fn every_endpoint_shows_an_example_of_its_request_and_its_response() {
    let document = document();
    for endpoint in ENDPOINTS.iter().filter(|endpoint| is_api(endpoint.path)) {
        let (method, path) = (endpoint.method, endpoint.path);
        let operation = &document["paths"][path][method.to_lowercase().as_str()];
        let example = &operation["requestBody"]["content"]["application/json"]["examples"];
        assert_eq!(example.is_object(), endpoint.request.is_some(), "{method} {path}");
        let response = &operation["responses"][endpoint.status.to_string()];
        assert!(response.is_object(), "{method} {path}");
        let bodies = response["content"].as_object();
        assert_eq!(bodies.is_some(), endpoint.status != 204, "{method} {path}");
        for (kind, body) in bodies.into_iter().flatten() {
            let example = &body["example"];
            let shown = if kind == "application/json" { example.is_object() } else { example.is_string() };
            assert!(shown, "{method} {path} {kind}");
        }
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
fn every_operation_has_an_id_of_its_own_and_says_what_it_does() {
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
