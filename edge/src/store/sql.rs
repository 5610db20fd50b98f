//! The part of SQL that the store needs: statements with values in, records out.
//!
//! It owns how a record is read: `columns!` declares the columns of a record once, which makes both the list of the
//! `SELECT` and the reader. So rows are read by name, and travel as plain lists of values. The Durable Object's SQLite
//! implements [`Sql`], and so does an in-memory SQLite for the tests. It refuses to know a table.

use latchkey_shared::session::SessionState;
use latchkey_shared::{ConnectionId, Mode, ProjectId};

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
        let read = |row: Row| R::read(&mut Cells(row.0.into_iter()));
        self.exec(statement, values)?.into_iter().map(read).collect()
    }

    /// Runs a statement that returns one column, and returns its values.
    ///
    /// # Errors
    /// When the database refuses the statement, or the column holds something else than a `T`.
    fn values<T: FromValue>(&self, statement: &str, values: &[Value]) -> Result<Vec<T>, SqlError> {
        let read = |row: Row| Cells(row.0.into_iter()).value(statement);
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

/// A record that is read from the columns of a query. `columns!` implements it.
pub trait Record: Sized {
    /// The columns as SQL, in the order in which [`Record::read`] reads them.
    fn columns() -> Vec<&'static str>;

    /// Reads the record.
    ///
    /// # Errors
    /// When a column holds something else than the record expects: a fault of ours.
    fn read(cells: &mut Cells) -> Result<Self, SqlError>;
}

/// Two records of one query, the columns of the first one in front.
impl<A: Record, B: Record> Record for (A, B) {
    fn columns() -> Vec<&'static str> {
        [A::columns(), B::columns()].concat()
    }

    fn read(cells: &mut Cells) -> Result<Self, SqlError> {
        Ok((A::read(cells)?, B::read(cells)?))
    }
}

/// Declares which columns a record is read from: a line with all its fields, each named as its column is.
///
/// `field: json` is stored as JSON text. `field = "sql"` reads another column or an expression. A field that is left out
/// does not compile.
macro_rules! columns {
    ($record:ident { $($field:ident $(: $kind:ident)? $(= $sql:literal)?),* $(,)? }) => {
        impl crate::store::sql::Record for $record {
            fn columns() -> Vec<&'static str> {
                vec![$( columns!(@sql $field $($sql)?) ),*]
            }

            fn read(cells: &mut crate::store::sql::Cells) -> Result<Self, crate::store::sql::SqlError> {
                Ok(Self { $( $field: columns!(@read cells $field $($kind)?) ),* })
            }
        }
    };
    (@sql $field:ident) => { stringify!($field) };
    (@sql $field:ident $sql:literal) => { $sql };
    (@read $cells:ident $field:ident) => { $cells.value(stringify!($field))? };
    (@read $cells:ident $field:ident json) => { $cells.json(stringify!($field))? };
}

/// The values of one row that are not read yet.
#[derive(Debug)]
pub struct Cells(std::vec::IntoIter<Value>);

impl Cells {
    fn next(&mut self) -> Value {
        self.0.next().unwrap_or(Value::Null)
    }

    /// Reads the next column.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn value<T: FromValue>(&mut self, column: &str) -> Result<T, SqlError> {
        T::from_value(self.next()).ok_or_else(|| unexpected(column, "has another type"))
    }

    /// Reads the next column, which holds JSON text. `NULL` reads as JSON's `null`.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn json<T: serde::de::DeserializeOwned>(&mut self, column: &str) -> Result<T, SqlError> {
        let text = match self.next() {
            Value::Text(text) => text,
            _ => "null".to_owned(),
        };
        serde_json::from_str(&text).map_err(|error| unexpected(column, &error.to_string()))
    }
}

fn unexpected(column: &str, why: &str) -> SqlError {
    SqlError(format!("column {column}: {why}"))
}

/// A type that a column may hold.
pub trait FromValue: Sized {
    /// The value as this type; `None` when it is another one.
    fn from_value(value: Value) -> Option<Self>;
}

impl FromValue for String {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Int(number) = value { Some(number) } else { None }
    }
}

impl FromValue for u32 {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value)?.try_into().ok()
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        if value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}

impl FromValue for ConnectionId {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?).ok()
    }
}

impl FromValue for ProjectId {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?).ok()
    }
}

impl FromValue for Mode {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?)
    }
}

impl FromValue for SessionState {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?)
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
