//! The part of SQL that the store needs: statements with values in, records out (`record.rs`).
//!
//! The Durable Object's SQLite implements [`Sql`], and so does an in-memory SQLite for the tests. It refuses to know a
//! table.

use crate::store::record::{Cells, FromValue, Record};

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
    /// The text at a position, or an empty one. For rows without a [`Record`], such as those of a query plan.
    #[must_use]
    pub fn text(&self, at: usize) -> String {
        self.0.get(at).cloned().and_then(String::from_value).unwrap_or_default()
    }
}

/// Runs statements, one at a time.
pub trait Sql {
    /// Runs one statement and returns its rows.
    ///
    /// # Errors
    /// When the database refuses it.
    fn exec(&self, statement: &str, values: &[Value]) -> Result<Vec<Row>, SqlError>;

    /// Selects records. The statement begins with the record's columns, `from` is the rest of it.
    ///
    /// # Errors
    /// When the database refuses the statement, or a column holds something else than the record expects.
    fn select<R: Record>(&self, from: &str, values: &[Value]) -> Result<Vec<R>, SqlError> {
        self.records(&select_statement(&R::columns(), from), values)
    }

    /// Selects the first record, if there is one.
    ///
    /// # Errors
    /// The same as for [`Sql::select`].
    fn select_one<R: Record>(&self, from: &str, values: &[Value]) -> Result<Option<R>, SqlError> {
        Ok(self.select(from, values)?.into_iter().next())
    }

    /// Runs a whole statement that returns exactly the columns of the record, in their order.
    ///
    /// # Errors
    /// The same as for [`Sql::select`].
    fn records<R: Record>(&self, statement: &str, values: &[Value]) -> Result<Vec<R>, SqlError> {
        let read = |row: Row| R::read(&mut Cells::of(row));
        self.exec(statement, values)?.into_iter().map(read).collect()
    }

    /// Runs a statement that returns one column, and returns its values.
    ///
    /// # Errors
    /// When the database refuses the statement, or the column holds something else than a `T`.
    fn values<T: FromValue>(&self, statement: &str, values: &[Value]) -> Result<Vec<T>, SqlError> {
        let read = |row: Row| Cells::of(row).value(statement);
        self.exec(statement, values)?.into_iter().map(read).collect()
    }

    /// The first of [`Sql::values`], if there is one.
    ///
    /// # Errors
    /// The same as for [`Sql::values`].
    fn value<T: FromValue>(&self, statement: &str, values: &[Value]) -> Result<Option<T>, SqlError> {
        Ok(self.values(statement, values)?.into_iter().next())
    }

    /// Whether a statement returns a row.
    ///
    /// # Errors
    /// When the database refuses it.
    fn exists(&self, statement: &str, values: &[Value]) -> Result<bool, SqlError> {
        Ok(!self.exec(statement, values)?.is_empty())
    }

    /// Inserts a row and returns it as a record.
    ///
    /// # Errors
    /// The same as for [`Sql::select`].
    fn insert_returning<R: Record>(
        &self,
        into: &str,
        row: Vec<(&str, Value)>,
    ) -> Result<Option<R>, SqlError> {
        let (columns, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
        let statement = [&insert_statement(into, &columns), " RETURNING ", &R::columns().join(", ")].concat();
        Ok(self.records(&statement, &values)?.into_iter().next())
    }

    /// Inserts a row. `into` is the rest of the verb and the table: `INTO names`, or `OR IGNORE INTO names`.
    ///
    /// # Errors
    /// When the database refuses it.
    fn insert(&self, into: &str, row: Vec<(&str, Value)>) -> Result<(), SqlError> {
        let (columns, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
        self.exec(&insert_statement(into, &columns), &values).map(drop)
    }
}

fn select_statement(columns: &[&str], from: &str) -> String {
    ["SELECT ", &columns.join(", "), " ", from].concat()
}

/// An `INSERT` with a `?` for each column.
fn insert_statement(into: &str, columns: &[&str]) -> String {
    let marks = vec!["?"; columns.len()].join(", ");
    ["INSERT ", into, " (", &columns.join(", "), ") VALUES (", &marks, ")"].concat()
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
