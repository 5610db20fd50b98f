//! What a statement takes and returns: values, rows, and why there are none. It refuses to run anything.
//!
//! Values and rows travel as JSON between the WebAssembly and the database, so they read and write themselves: a page of a
//! list has a thousand values, and a copy of each would be a tenth of the request.

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

/// A value in a row, or for a `?`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `NULL`.
    Null,
    /// An integer within the safe range of JavaScript's numbers.
    Int(i64),
    /// A text.
    Text(String),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Column;
        impl Visitor<'_> for Column {
            type Value = Value;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("null, a number or a text")
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }

            fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
                Ok(Value::Int(number))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
                Ok(Value::Int(number as i64))
            }

            // JavaScript may write an integer as a float. Ours are within its safe range.
            fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
                Ok(Value::Int(number as i64))
            }

            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<Value, E> {
                Ok(Value::Text(text))
            }
        }
        deserializer.deserialize_any(Column)
    }
}

/// What the database refused. For the log; statements hold no values.
#[derive(Debug, thiserror::Error)]
#[error("sql: {0}")]
pub struct SqlError(pub String);

/// One row of values, in the order of the statement's columns.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// The text at a position, or an empty one. For rows without a record, such as those of a query plan.
    #[must_use]
    pub fn text(&self, at: usize) -> String {
        match self.0.get(at) {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Int(number)) => number.to_string(),
            Some(Value::Null) | None => String::new(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Stores something as JSON text.
///
/// # Errors
/// When it cannot be written as JSON, which no type of ours does.
pub fn json(value: &impl serde::Serialize) -> Result<Value, SqlError> {
    serde_json::to_string(value).map(Value::Text).map_err(|error| SqlError(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_from_the_json_of_the_database() {
        let rows: Vec<Row> = serde_json::from_str(r#"[[null, 7, -1, 1.7e12, "a\nb"], []]"#).unwrap();
        let first =
            vec![Value::Null, Value::Int(7), Value::Int(-1), Value::Int(1_700_000_000_000), "a\nb".into()];
        assert_eq!(rows, [Row(first), Row(Vec::new())]);
        assert!(serde_json::from_str::<Vec<Row>>("[[true]]").is_err());
        assert!(serde_json::from_str::<Vec<Row>>("[[{}]]").is_err());
    }

    #[test]
    fn values_are_written_as_json() {
        let values = [Value::Null, Value::Int(i64::from(u32::MAX)), "\u{202e}\"".into()];
        assert_eq!(serde_json::to_string(&values).unwrap(), "[null,4294967295,\"\u{202e}\\\"\"]");
    }
}
