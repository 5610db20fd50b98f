//! A body with a wrong type is refused with the path of the member and what is wanted, whatever the member: every member of every
//! body in the description, with every type that it does not have.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use super::document;
use crate::http::query::Query;
use crate::http::{Body, Request};
use crate::router::ENDPOINTS;
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::collections::BTreeMap;

/// A value that no refusal may repeat. It reads like the end of the parser's own message.
const SECRET: &str = "hunter2`, expected a boolean at line 1 column 1";

/// A value with something wrong in it: the path of that, what is wanted there, and the value.
type Case = (String, &'static str, Value);

struct Description(Value);

impl Description {
    /// The alternatives of a schema that are not null, without references.
    fn alternatives<'a>(&'a self, schema: &'a Value) -> Vec<&'a Value> {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.alternatives(self.0.pointer(reference.strip_prefix('#').unwrap()).unwrap());
        }
        match schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
            Some(several) => several.iter().flat_map(|one| self.alternatives(one)).collect(),
            None if schema["type"] == "null" => Vec::new(),
            None => vec![schema],
        }
    }

    fn may_be_null(&self, schema: &Value) -> bool {
        let named = |schema: &Value| schema["type"] == "null" || types(schema).contains(&"null");
        named(schema) || schema["anyOf"].as_array().is_some_and(|several| several.iter().any(named))
    }

    /// A value of the right types.
    fn sample(&self, schema: &Value) -> Value {
        let schema = self.alternatives(schema)[0];
        match types(schema)[0] {
            "object" => Value::Object(self.required(schema)),
            "array" => json!([]),
            "integer" => json!(1),
            "boolean" => json!(false),
            _ => json!("x"),
        }
    }

    fn required(&self, schema: &Value) -> Map<String, Value> {
        let names = schema["required"].as_array().into_iter().flatten();
        names
            .map(|name| name.as_str().unwrap())
            .map(|name| (name.to_owned(), self.sample(&schema["properties"][name])))
            .collect()
    }

    /// Every way to have one wrong type in a value of this schema.
    fn cases(&self, schema: &Value) -> Vec<Case> {
        let mut cases = Vec::new();
        let alternatives = self.alternatives(schema);
        let kind = types(alternatives[0])[0];
        let sentence = match kind {
            "object" => "must be an object.",
            "array" => "must be a list.",
            "integer" => "must be a whole number.",
            "boolean" => "must be true or false.",
            "string" => "must be a string.",
            other => unreachable!("{other}"),
        };
        let wrong = [
            ("string", json!(SECRET)),
            ("integer", json!(73_577_357)),
            ("integer", json!(-7.357e-9)),
            ("boolean", json!(true)),
            ("array", json!([])),
            ("array", json!([SECRET, SECRET, SECRET])),
            ("object", json!({})),
            ("object", json!({ "x": SECRET })),
        ];
        for (_, value) in wrong.into_iter().filter(|(other, _)| *other != kind) {
            cases.push((String::new(), sentence, value));
        }
        if !self.may_be_null(schema) {
            cases.push((String::new(), sentence, Value::Null));
        }
        for schema in alternatives {
            match types(schema)[0] {
                "array" => {
                    for (path, sentence, value) in self.cases(&schema["items"]) {
                        let right = self.sample(&schema["items"]);
                        cases.push((format!("[1]{}", after(&path)), sentence, json!([right, value])));
                    }
                }
                "object" => {
                    let members = schema["properties"].as_object().cloned().unwrap_or_default();
                    // It is read as any object; `api/input/branding.rs` checks what is inside.
                    let open = members.contains_key("fontStack");
                    let more = Some(&schema["additionalProperties"]).filter(|more| more.is_object());
                    let more = more.map(|more| ("some".to_owned(), more.clone()));
                    for (name, member) in members.into_iter().filter(|_| !open).chain(more) {
                        for (path, sentence, value) in self.cases(&member) {
                            let mut object = self.required(schema);
                            object.insert(name.clone(), value);
                            cases.push((format!("{name}{}", after(&path)), sentence, object.into()));
                        }
                    }
                }
                _ => {}
            }
        }
        cases
    }
}

/// A path, behind a name.
fn after(path: &str) -> String {
    if path.is_empty() || path.starts_with('[') { path.to_owned() } else { format!(".{path}") }
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        Value::String(one) => vec![one],
        _ => vec!["string"],
    }
}

fn request(method: &str, body: &str) -> Request {
    Request {
        method: method.to_owned(),
        origin: String::new(),
        path: String::new(),
        query: Query::default(),
        headers: BTreeMap::from([("content-type".into(), "application/json; charset=utf-8".into())]),
        body: Body::Bytes(body.into()),
        quota: Cell::default(),
    }
}

#[test]
fn a_wrong_type_names_the_member_and_what_is_wanted_and_repeats_nothing() {
    let description = Description(document());
    let mut seen = 0;
    for endpoint in ENDPOINTS {
        // The document has the API alone.
        let Some(read) = endpoint.read.filter(|_| endpoint.path.starts_with("/api/")) else { continue };
        let operation = &description.0["paths"][endpoint.path][endpoint.method.to_lowercase().as_str()];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let what = format!("{} {}", endpoint.method, endpoint.path);
        let right = description.sample(schema).to_string();
        assert!(read(&request(endpoint.method, &right)).is_ok(), "{what} {right}");
        for (path, sentence, body) in description.cases(schema) {
            // Null is read there, and refused by name: `tests/core/manners.rs`.
            if endpoint.path.ends_with("/api-keys/{id}")
                && body.as_object().is_some_and(|body| body.values().all(Value::is_null))
            {
                continue;
            }
            for text in [body.to_string(), serde_json::to_string_pretty(&body).unwrap().replace(':', " : ")] {
                let refused = read(&request(endpoint.method, &text)).expect_err(&format!("{what} {text}"));
                let wanted = match path.as_str() {
                    "" => "The body must be an object.".to_owned(),
                    path => format!("{path} {sentence}"),
                };
                assert_eq!(refused.detail.to_string(), wanted, "{what} {text}");
                assert_eq!(refused.errors[0].field.as_deref().unwrap_or_default(), path, "{what} {text}");
                let said = format!("{refused:?}");
                assert!(!said.contains("hunter2") && !said.contains("7357"), "{what} {said}");
                seen += 1;
            }
        }
    }
    assert!(seen > 800, "{seen}");
}

#[test]
fn a_name_that_is_unknown_missing_or_twice_has_its_path_too() {
    let read = |path: &str, text: &str| {
        let endpoint = ENDPOINTS.iter().find(|one| one.method == "POST" && one.path == path).unwrap();
        let error = endpoint.read.unwrap()(&request("POST", text)).unwrap_err();
        (error.errors[0].field.clone().unwrap_or_default(), error.detail.to_string())
    };
    let session = "/api/v1/connect-sessions";
    for (path, text, field, detail) in [
        (session, r#"{"providers":["okta"]}"#, "endUser", "lacks the member endUser (line 1, column 22)"),
        (session, r#"{"providers":["okta"],"endUser":{} }"#, "endUser.id", "lacks the member endUser.id"),
        (
            session,
            r#"{"providers":[],"endUser":{"id":"u"},"organization":{"name":"n"}}"#,
            "organization.id",
            "lacks",
        ),
        (
            session,
            r#"{"prviders":["okta"]}"#,
            "prviders",
            "has an unknown member prviders (line 1, column 11)",
        ),
        (session, "{\n  \"prviders\" : [\"okta\"]}", "prviders", "has an unknown member prviders (line 2,"),
        (session, r#"{"takeOver":true,"takeOver":true}"#, "takeOver", "has the member takeOver twice"),
        (session, r#"{"00hunter2":true}"#, "", "has an unexpected shape at line 1, column 12."),
        (session, r#"{"metadata":{"sk_live_1234":5}}"#, "metadata.*", "metadata.* must be a string."),
        (session, r#"{"metadata":{"a.b[0]":5}}"#, "metadata.*", "metadata.* must be a string."),
        (session, r#"{"expiresIn":1e999}"#, "expiresIn", "expiresIn must be a smaller number."),
        (
            "/api/v1/projects",
            r#"{"name":"x","hosts":{"okta":{"customDomain":true}}}"#,
            "hosts.okta.customDomain",
            "unknown member",
        ),
        (
            "/api/v1/projects",
            r#"{"name":"x","hosts":{"okta":[true,[]]}}"#,
            "hosts.okta",
            "hosts.okta must be an object.",
        ),
        (
            "/api/v1/connect",
            r#"{"attemptId":"a","app":"okta","fields":{"apiToken":{}}}"#,
            "fields.apiToken",
            "fields.apiToken does not have the documented form.",
        ),
        (
            "/api/v1/connect",
            r#"{"attemptId":"a","app":"okta","fields":{"a":{"text":"x"},"apiToken":{"kid":"k","enc":"e"}, "b":{}}}"#,
            "fields.apiToken",
            "documented form",
        ),
        (
            "/api/v1/connect",
            r#"{"attemptId":"a","app":"okta","fields":{"apiToken":"hunter2"}}"#,
            "fields.apiToken",
            "fields.apiToken must be an object.",
        ),
    ] {
        let (found, said) = read(path, text);
        assert_eq!(found, field, "{text}: {said}");
        assert!(said.contains(detail), "{text}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}
