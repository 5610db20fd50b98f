//! Reads JSON bodies. What is wrong is told by place and member name; a value is never repeated, it may be a secret.

use super::{BODY_MAX, Body, Request};
use crate::error::{Error, Result};
use latchkey_shared::ErrorCode;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::error::Category;

/// Reads the body as JSON of one shape.
///
/// # Errors
/// When it is too large, not declared as JSON, broken, or of another shape.
pub fn json<T: DeserializeOwned>(request: &Request) -> Result<T> {
    let Body::Bytes(bytes) = &request.body else {
        return Err(Error::new(
            ErrorCode::BodyTooLarge,
            format!("The body is longer than {BODY_MAX} bytes."),
            "Send only the members that are documented.",
        ));
    };
    let media_type =
        request.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Error::new(
            ErrorCode::UnsupportedMediaType,
            "The body is not declared as JSON.",
            "Send the header Content-Type: application/json.",
        ));
    }
    serde_json::from_slice(bytes).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> Error {
    let place = format!("line {}, column {}", error.line(), error.column());
    let detail = match error.classify() {
        Category::Data => match member(&error.to_string()) {
            Some(what) => format!("The body has an unexpected shape: {what} ({place})."),
            None => format!("The body has an unexpected shape at {place}."),
        },
        _ => format!("The body is not valid JSON: it breaks off or goes wrong at {place}."),
    };
    Error::new(ErrorCode::MalformedBody, detail, "Compare the body with the documented one.")
}

/// `unknown field `x`` or `missing field `x``, when x is a plausible name. Other messages of the parser repeat values.
fn member(message: &str) -> Option<String> {
    let (kind, rest) = message.split_once(" field `")?;
    let (name, _) = rest.split_once('`')?;
    let plausible = name.len() <= 30 && name.bytes().all(|b| b.is_ascii_alphabetic());
    (matches!(kind, "unknown" | "missing" | "duplicate") && plausible)
        .then(|| format!("{kind} member {name}"))
}

/// Reads a member that is there, though it may be `null`.
///
/// # Errors
/// Those of reading it.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::collections::BTreeMap;

    #[derive(serde::Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its shape matters")]
    struct Shape {
        count: u32,
    }

    fn read(body: &str) -> Error {
        let request = Request {
            method: "POST".into(),
            origin: String::new(),
            path: String::new(),
            query: BTreeMap::new(),
            headers: BTreeMap::from([("content-type".into(), "application/json; charset=utf-8".into())]),
            body: Body::Bytes(body.into()),
            quota: Cell::default(),
        };
        json::<Shape>(&request).unwrap_err()
    }

    #[test]
    fn a_malformed_body_is_placed_and_no_value_repeated() {
        for (body, detail) in [
            (r#"{"count": "hunter2"}"#, "The body has an unexpected shape at line 1, column 19."),
            (
                r#"{"count": 1, "other": 2}"#,
                "The body has an unexpected shape: unknown member other (line 1, column 20).",
            ),
            ("{}", "The body has an unexpected shape: missing member count (line 1, column 2)."),
            (
                r#"{"count": "#,
                "The body is not valid JSON: it breaks off or goes wrong at line 1, column 10.",
            ),
            (r#"{"00hunter2": 1}"#, "The body has an unexpected shape at line 1, column 12."),
        ] {
            assert_eq!(read(body).detail, detail);
        }
    }
}
