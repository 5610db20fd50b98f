//! A database that records the query plan of each statement.

use crate::sqlite::Database;
use latchkey_edge::store::sql::{Row, Sql, SqlError, Value};
use std::cell::RefCell;

/// A database, and the plans of the statements that ran on it.
pub struct Planned<'a> {
    database: &'a Database,
    /// Each statement with the lines of its plan.
    pub plans: RefCell<Vec<(String, Vec<String>)>>,
}

impl<'a> Planned<'a> {
    /// No statement ran yet.
    #[must_use]
    pub fn new(database: &'a Database) -> Self {
        Self { database, plans: RefCell::default() }
    }

    /// The statements that scan a table or sort rows, with their plans. A statement may sort or group the rows of a list that ends
    /// with a `LIMIT`.
    #[must_use]
    pub fn slow(&self) -> Vec<String> {
        // Tables of one row or of a row for each table, and the rows of a subquery.
        let small = [
            "SCAN project",
            "SCAN ended_project",
            "SCAN sqlite_schema",
            "SCAN (subquery",
            "SCAN CONSTANT ROW",
            // A search, and a row by its number.
            "SCAN account_grams VIRTUAL TABLE INDEX 0:M",
            "SCAN account_grams VIRTUAL TABLE INDEX 0:=",
        ];
        let of_few = |statement: &str| {
            let (_, list) = statement.split_once("NOT INDEXED WHERE n IN (SELECT ").unwrap_or_default();
            list.split_once(" LIMIT ?)")
                .is_some_and(|(list, _)| list.matches('(').count() == list.matches(')').count())
        };
        let is_slow = |statement: &str, line: &String| {
            (line.contains("TEMP B-TREE") && !of_few(statement))
                || (line.starts_with("SCAN") && !small.iter().any(|start| line.starts_with(start)))
        };
        let plans = self.plans.borrow();
        let slow =
            plans.iter().filter(|(statement, lines)| lines.iter().any(|line| is_slow(statement, line)));
        slow.map(|(statement, lines)| format!("{statement}\n  {}", lines.join("\n  "))).collect()
    }
}

impl Sql for Planned<'_> {
    fn exec(&self, statement: &str, values: &[Value]) -> Result<Vec<Row>, SqlError> {
        let plan = self.database.exec(&format!("EXPLAIN QUERY PLAN {statement}"), values)?;
        let lines = plan.iter().map(|row| row.text(3)).collect();
        self.plans.borrow_mut().push((statement.to_owned(), lines));
        self.database.exec(statement, values)
    }

    fn size(&self) -> Result<i64, SqlError> {
        self.database.size()
    }
}
