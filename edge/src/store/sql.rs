//! The part of SQL that the store needs: statements with values in, records out (`record.rs`).
//!
//! The Durable Object's SQLite implements [`Sql`], and so does an in-memory SQLite for the tests. It refuses to know a
//! table.

use crate::store::record::{Cells, FromValue, Record};
pub use crate::store::value::{Row, SqlError, Value, json};

/// Runs statements, one at a time.
pub trait Sql {
    /// Runs one statement and returns its rows.
    ///
    /// # Errors
    /// When the database refuses it.
    fn exec(&self, statement: &str, values: &[Value]) -> Result<Vec<Row>, SqlError>;

    /// The size of the database, without pages that are free again, in bytes.
    ///
    /// # Errors
    /// When the database does not say.
    fn size(&self) -> Result<i64, SqlError>;

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
        let rows = self.exec(&select_statement(&R::columns(), from), values)?;
        rows.into_iter().next().map(|row| R::read(&mut Cells::of(row))).transpose()
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
        let row = self.exec(statement, values)?.into_iter().next();
        row.map(|row| Cells::of(row).value(statement)).transpose()
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
        let (statement, values) = insert_statement(into, row);
        let statement = [&statement, " RETURNING ", &R::columns().join(", ")].concat();
        let row = self.exec(&statement, &values)?.into_iter().next();
        row.map(|row| R::read(&mut Cells::of(row))).transpose()
    }

    /// Inserts a row. `into` is the rest of the verb and the table: `INTO names`, or `OR IGNORE INTO names`.
    ///
    /// # Errors
    /// When the database refuses it.
    fn insert(&self, into: &str, row: Vec<(&str, Value)>) -> Result<(), SqlError> {
        let (statement, values) = insert_statement(into, row);
        self.exec(&statement, &values).map(drop)
    }
}

#[inline(never)]
fn select_statement(columns: &[&str], from: &str) -> String {
    ["SELECT ", &columns.join(", "), " ", from].concat()
}

/// An `INSERT` with a `?` for each column, and the values.
#[inline(never)]
fn insert_statement(into: &str, row: Vec<(&str, Value)>) -> (String, Vec<Value>) {
    let (columns, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
    let marks = vec!["?"; columns.len()].join(", ");
    (["INSERT ", into, " (", &columns.join(", "), ") VALUES (", &marks, ")"].concat(), values)
}
