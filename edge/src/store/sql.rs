//! The little of SQL that the store needs: positional values in, rows of values out. The Durable Object's SQLite is one
//! implementation, a file-less SQLite on the host is the tests'.

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

/// Runs statements, one at a time.
pub trait Sql {
    /// Runs one statement and returns its rows.
    ///
    /// # Errors
    /// When the database refuses it.
    fn exec(&self, statement: &str, values: &[Value]) -> Result<Vec<Row>, SqlError>;
}

/// One row, read from left to right by its columns' positions.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// A text; empty when the column is no text.
    #[must_use]
    pub fn text(&self, at: usize) -> String {
        self.optional_text(at).unwrap_or_default()
    }

    /// A text, or `None` for `NULL`.
    #[must_use]
    pub fn optional_text(&self, at: usize) -> Option<String> {
        match self.0.get(at) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }

    /// An integer; zero when the column is none.
    #[must_use]
    pub fn int(&self, at: usize) -> i64 {
        match self.0.get(at) {
            Some(Value::Int(number)) => *number,
            _ => 0,
        }
    }

    /// What was stored as JSON.
    ///
    /// # Errors
    /// When the column holds something else: a fault of ours.
    pub fn json<T: serde::de::DeserializeOwned>(&self, at: usize) -> Result<T, SqlError> {
        serde_json::from_str(&self.text(at)).map_err(|error| SqlError(format!("column {at}: {error}")))
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
