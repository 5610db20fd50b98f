//! Reads JSON bodies. An error names the place and the member, and never repeats a value, because it may be a secret.

use super::{BODY_MAX, Body, Request};
use crate::error::{Error, Result};
use latchkey_shared::{ErrorCode, msg};
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;

/// Reads the body as JSON of the type `T`.
///
/// # Errors
/// If the body is too large, not declared as JSON, not valid JSON, or does not have the shape of `T`.
pub fn json<T: DeserializeOwned>(request: &Request) -> Result<T> {
    let Body::Bytes(bytes) = &request.body else {
        return Err(Error::new(
            ErrorCode::BodyTooLarge,
            msg!("The body is longer than {bytes} bytes.", bytes = BODY_MAX.to_string()),
            msg!("Send only the documented members."),
        ));
    };
    let media_type =
        request.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Error::new(
            ErrorCode::UnsupportedMediaType,
            msg!("The body is not declared as JSON."),
            msg!("Send the header Content-Type: application/json."),
        ));
    }
    serde_json::from_slice(bytes).map(|Object(body)| body).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> Error {
    let (line, column) = (error.line().to_string(), error.column().to_string());
    let detail = match (error.classify(), member(&error.to_string())) {
        (Category::Data, Some((Fault::Unknown, member))) => {
            msg!(
                "The body has an unknown member {member} (line {line}, column {column}).",
                member = member,
                line = line,
                column = column
            )
        }
        (Category::Data, Some((Fault::Missing, member))) => {
            msg!(
                "The body lacks the member {member} (line {line}, column {column}).",
                member = member,
                line = line,
                column = column
            )
        }
        (Category::Data, Some((Fault::Duplicate, member))) => {
            msg!(
                "The body has the member {member} twice (line {line}, column {column}).",
                member = member,
                line = line,
                column = column
            )
        }
        (Category::Data, None) => {
            msg!(
                "The body has an unexpected shape at line {line}, column {column}.",
                line = line,
                column = column
            )
        }
        _ => msg!(
            "The body is not valid JSON: it breaks off or goes wrong at line {line}, column {column}.",
            line = line,
            column = column
        ),
    };
    Error::new(ErrorCode::MalformedBody, detail, msg!("Compare the body with the documented one."))
}

/// The kind of error in a member.
enum Fault {
    Unknown,
    Missing,
    Duplicate,
}

/// The member that the parser's message names (``unknown field `x` ``), if the name is plausible. Other messages of the parser
/// contain values, so they are not used.
fn member(message: &str) -> Option<(Fault, String)> {
    let (kind, rest) = message.split_once(" field `")?;
    let (name, _) = rest.split_once('`')?;
    let fault = match kind {
        "unknown" => Fault::Unknown,
        "missing" => Fault::Missing,
        "duplicate" => Fault::Duplicate,
        _ => return None,
    };
    let plausible = name.len() <= 30 && name.bytes().all(|b| b.is_ascii_alphabetic());
    plausible.then(|| (fault, name.to_owned()))
}

/// Reads a member that is present but may be `null`: with `#[serde(default)]`, a missing member is `None`, and `null` is `Some(None)`.
///
/// # Errors
/// If the value does not have the shape of `T`.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A whole number, in any of JSON's spellings (`60`, `60.0`, `6e1`). Any other number reads as zero, which is in no range.
#[derive(Clone, Copy, Debug)]
pub struct Whole(pub i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        let float = || number.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i64);
        Ok(Self(number.as_i64().or_else(float).unwrap_or(0)))
    }
}

/// A struct that is read from an object only. Serde reads one from a list too, by position, which nobody documents.
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        T::deserialize(StructAsMap(deserializer)).map(Self)
    }
}

struct StructAsMap<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for StructAsMap<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
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
    fn an_error_names_the_place_and_repeats_no_value() {
        for (body, detail) in [
            (r#"{"count": "hunter2"}"#, "The body has an unexpected shape at line 1, column 19."),
            (r#"{"count": 1, "other": 2}"#, "The body has an unknown member other (line 1, column 20)."),
            ("{}", "The body lacks the member count (line 1, column 2)."),
            (
                r#"{"count": "#,
                "The body is not valid JSON: it breaks off or goes wrong at line 1, column 10.",
            ),
            (r#"{"00hunter2": 1}"#, "The body has an unexpected shape at line 1, column 12."),
        ] {
            assert_eq!(read(body).detail.to_string(), detail);
        }
    }
}
