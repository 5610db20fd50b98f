//! The store's SQL on the host: the same statements, on SQLite in memory.

use latchkey_edge::store::schema;
use latchkey_edge::store::sql::{Row, Sql, SqlError, Value};
use rusqlite::limits::Limit;
use rusqlite::types::{Value as Parameter, ValueRef};
use rusqlite::{Connection, params_from_iter};
use std::cell::Cell;
use std::sync::LazyLock;

/// What the SQLite of a Durable Object takes less of than SQLite does by default, so that a statement that runs here runs
/// there too.
const OBJECT_LIMITS: [(Limit, i32); 6] = [
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
    (Limit::SQLITE_LIMIT_COLUMN, 100),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
    (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 10),
];

/// The database of an object.
pub struct Database {
    connection: Connection,
    /// How many bytes to add to the size, so that a test can fill the database without filling it.
    pub filled: Cell<i64>,
    /// Whether its tables count as there. Those of [`Database::unfounded`] do only when the schema is begun.
    founded: Cell<bool>,
    /// The same when the transaction began.
    founded_before: Cell<bool>,
}

/// The bytes of a database on the newest schema. Hundreds of statements make it, and tests make thousands of objects.
static NEWEST: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut newest = Database::new();
    newest.connection.serialize("main").expect("a database in memory has bytes").to_vec()
});

impl Database {
    /// A new object, with its schema.
    #[must_use]
    pub fn new() -> Self {
        let database = Self::empty();
        schema::migrate(&database).expect("the schema is valid");
        database
    }

    /// A new object, without a schema.
    #[must_use]
    pub fn empty() -> Self {
        let connection = Connection::open_in_memory().expect("SQLite is linked in");
        for (limit, most) in OBJECT_LIMITS {
            connection.set_limit(limit, most).expect("the limit is one of SQLite's");
        }
        Self { connection, filled: Cell::new(0), founded: Cell::new(true), founded_before: Cell::new(true) }
    }

    /// A new object that looks as if it had no schema, until something begins to make it: then the newest is there at once.
    #[must_use]
    pub fn unfounded() -> Self {
        let mut database = Self { founded: Cell::new(false), ..Self::empty() };
        let read = database.connection.deserialize_read_exact("main", NEWEST.as_slice(), NEWEST.len(), false);
        read.expect("the bytes are of a database");
        database
    }

    /// Runs `work` in a transaction, as a Durable Object's `transactionSync` does.
    ///
    /// # Errors
    /// The error of `work`.
    pub fn transaction<T>(&self, work: impl FnOnce(&Self) -> Result<T, String>) -> Result<T, String> {
        self.exec("BEGIN", &[]).unwrap();
        self.founded_before.set(self.founded.get());
        let done = work(self);
        if done.is_err() {
            self.founded.set(self.founded_before.get());
        }
        self.exec(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }, &[]).unwrap();
        done
    }

    /// The tables, without those of SQLite and those in which a virtual table keeps its own.
    #[must_use]
    pub fn tables(&self) -> Vec<String> {
        let statement = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
            AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY name";
        self.values(statement, &[]).unwrap()
    }

    /// All rows as text, to search for leaks.
    #[must_use]
    pub fn dump(&self) -> String {
        let tables = self.values("SELECT name FROM sqlite_schema WHERE type = 'table'", &[]).unwrap();
        let rows =
            tables.iter().map(|table: &String| self.exec(&format!("SELECT * FROM {table}"), &[]).unwrap());
        rows.map(|rows| format!("{rows:?}\n")).collect()
    }

    /// How many rows a table has.
    #[must_use]
    pub fn count(&self, table: &str) -> i64 {
        self.value(&format!("SELECT count(*) FROM {table}"), &[]).unwrap().expect("a count has a row")
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::new()
    }
}

impl Sql for Database {
    fn exec(&self, statement: &str, values: &[Value]) -> Result<Vec<Row>, SqlError> {
        let failed = |error: rusqlite::Error| SqlError(error.to_string());
        if statement.starts_with("CREATE TABLE IF NOT EXISTS schema_version") {
            self.founded.set(true);
        } else if !self.founded.get() && statement.contains("FROM sqlite_schema") {
            return Ok(Vec::new());
        }
        let values = values.iter().map(|value| match value {
            Value::Null => Parameter::Null,
            Value::Int(number) => Parameter::Integer(*number),
            Value::Text(text) => Parameter::Text(text.clone()),
        });
        let mut prepared = self.connection.prepare(statement).map_err(failed)?;
        let width = prepared.column_count();
        let mut rows = prepared.query(params_from_iter(values)).map_err(failed)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let cell = |at| match row.get_ref(at).expect("the column exists") {
                ValueRef::Integer(number) => Value::Int(number),
                ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                _ => Value::Null,
            };
            found.push(Row((0..width).map(cell).collect()));
        }
        Ok(found)
    }

    fn size(&self) -> Result<i64, SqlError> {
        let statement = "SELECT (page_count - freelist_count) * page_size
            FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
        Ok(self.value::<i64>(statement, &[])?.unwrap_or_default() + self.filled.get())
    }
}
