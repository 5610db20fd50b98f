//! Records: how the columns of a row become the fields of a struct.
//!
//! `columns!` declares the columns of a record once. That makes both the list of the `SELECT` and the reader, so rows are
//! read by name, though they travel as plain lists of values. It refuses a column of another type than its field.

use crate::error::json_fault;
use crate::store::value::{Row, SqlError, Value};
use latchkey_shared::audit::{ActorType, AuditAction, AuditOutcome};
use latchkey_shared::connection::HookState;
use latchkey_shared::console::ConsoleRole;
use latchkey_shared::event::EventType;
use latchkey_shared::session::SessionState;
use latchkey_shared::webhook::{DeliveryState, DisabledReason};
use latchkey_shared::{ConnectionId, Mode, ProjectId};

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
        impl crate::store::record::Record for $record {
            fn columns() -> Vec<&'static str> {
                vec![$( columns!(@sql $field $($sql)?) ),*]
            }

            fn read(cells: &mut crate::store::record::Cells) -> Result<Self, crate::store::value::SqlError> {
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
    pub(crate) fn of(row: Row) -> Self {
        Self(row.0.into_iter())
    }

    #[inline(never)]
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
        serde_json::from_str(&text).map_err(|error| unexpected(column, &json_fault(&error)))
    }
}

#[inline(never)]
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

impl FromValue for ConsoleRole {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?)
    }
}

impl FromValue for SessionState {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?)
    }
}

impl FromValue for HookState {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?)
    }
}

impl FromValue for AuditAction {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?)
    }
}

impl FromValue for AuditOutcome {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?)
    }
}

impl FromValue for EventType {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?)
    }
}

impl FromValue for ActorType {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?)
    }
}

impl FromValue for DeliveryState {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?)
    }
}

impl FromValue for DisabledReason {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Person {
        id: i64,
        names: Vec<String>,
        seen: Option<i64>,
    }

    columns! { Person { id, names: json = "labels", seen } }

    fn read(values: Vec<Value>) -> Result<Person, String> {
        Person::read(&mut Cells::of(Row(values))).map_err(|error| error.to_string())
    }

    #[test]
    fn the_columns_are_those_of_the_reader() {
        assert_eq!(Person::columns(), ["id", "labels", "seen"]);
        let values = vec![Value::Int(7), Value::Text(r#"["Ada"]"#.to_owned()), Value::Null];
        assert_eq!(read(values), Ok(Person { id: 7, names: vec!["Ada".to_owned()], seen: None }));
    }

    #[test]
    fn a_column_of_another_type_is_a_fault_that_names_it() {
        let names = || Value::Text("[]".to_owned());
        let seen = read(vec![Value::Int(7), names(), Value::Text("soon".to_owned())]);
        assert_eq!(seen, Err("sql: column seen: has another type".to_owned()));
        assert!(
            read(vec![Value::Null, names(), Value::Null]).is_err_and(|error| error.contains("column id"))
        );
        assert!(
            read(vec![Value::Int(7), Value::Int(7), Value::Null])
                .is_err_and(|error| error.contains("column names"))
        );
    }
}
