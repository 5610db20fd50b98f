//! The answers of the API that a page is made of, and how a view reads them: by a path of names, and never with a panic.
//!
//! A view shows what is there. A member that is missing reads as empty, because an older edge may not send it yet.

use serde_json::Value;

/// One answer of the API.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status of HTTP. 0: there was no answer.
    pub status: u16,
    /// The body. Null if it was not JSON.
    pub body: Value,
}

impl Answer {
    /// No answer came.
    #[must_use]
    pub fn none() -> Self {
        Self { status: 0, body: Value::Null }
    }

    /// Whether it is what was asked for.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Reads it from the page's data.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        let status =
            value.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        Self { status: status.unwrap_or_default(), body: value.get("body").cloned().unwrap_or_default() }
    }

    /// As a member of the page's data.
    #[must_use]
    pub fn write(&self) -> Value {
        serde_json::json!({ "status": self.status, "body": self.body })
    }
}

/// The value at a path of names, such as `details.health.state`. Null if there is none.
#[must_use]
pub fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').try_fold(value, |value, name| value.get(name)).unwrap_or(&Value::Null)
}

/// The text at a path. Empty if there is none.
#[must_use]
pub fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    at(value, path).as_str().unwrap_or_default()
}

/// The number at a path. 0 if there is none.
#[must_use]
pub fn number(value: &Value, path: &str) -> i64 {
    at(value, path).as_i64().unwrap_or_default()
}

/// The truth at a path. No if there is none.
#[must_use]
pub fn truth(value: &Value, path: &str) -> bool {
    at(value, path).as_bool().unwrap_or_default()
}

/// The list at a path. Empty if there is none.
#[must_use]
pub fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    at(value, path).as_array().map_or(&[], Vec::as_slice)
}

/// The texts of the list at a path.
#[must_use]
pub fn texts<'a>(value: &'a Value, path: &str) -> Vec<&'a str> {
    list(value, path).iter().filter_map(Value::as_str).collect()
}

/// The first of these paths that has a text.
#[must_use]
pub fn first<'a>(value: &'a Value, paths: &[&str]) -> &'a str {
    paths.iter().map(|path| text(value, path)).find(|text| !text.is_empty()).unwrap_or_default()
}

/// The text of a value in JSON, in lines.
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) fn pretty(value: &Value) -> String {
    #[cfg(feature = "hydrate")]
    return crate::hydrate::json::pretty(value);
    #[cfg(not(feature = "hydrate"))]
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_reads_as_empty() {
        let value = json!({ "a": { "b": "c", "n": 3, "l": ["x", 1, "y"] }, "z": null });
        assert_eq!((text(&value, "a.b"), text(&value, "a.b.c"), text(&value, "z.z")), ("c", "", ""));
        assert_eq!((number(&value, "a.n"), number(&value, "a.b")), (3, 0));
        assert_eq!((texts(&value, "a.l"), list(&value, "q").len()), (vec!["x", "y"], 0));
        assert_eq!(first(&value, &["z", "a.x", "a.b"]), "c");
    }
}
