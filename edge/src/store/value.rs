//! What a statement takes and returns: values, rows, and why there are none. It refuses to run anything.

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

/// What the database refused. For the log; statements hold no values.
#[derive(Debug, thiserror::Error)]
#[error("sql: {0}")]
pub struct SqlError(pub String);

/// One row of values, in the order of the statement's columns.
#[derive(Clone, Debug, PartialEq)]
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
