//! The SQLite of a Durable Object, and its transactions, which the bindings of `worker` do not have. `sql.js` does the
//! work.

use crate::store::sql::{Row, Sql, SqlError, Value};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen(module = "/src/platform/sql.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn exec(sql: &JsValue, statement: &str, values: &str) -> Result<String, JsValue>;
    fn size(sql: &JsValue) -> f64;
    #[wasm_bindgen(catch)]
    fn transaction(storage: &JsValue, work: &mut dyn FnMut() -> bool) -> Result<(), JsValue>;
}

/// The message of a JavaScript error.
pub(super) fn message(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |error| error.message().into())
}

/// The storage of an object.
pub(super) struct Storage {
    storage: JsValue,
    sql: ObjectSql,
}

/// The SQLite of an object.
pub(super) struct ObjectSql(JsValue);

impl Storage {
    /// Of `ctx.storage`.
    pub(super) fn new(storage: JsValue) -> Result<Self, JsValue> {
        let sql = js_sys::Reflect::get(&storage, &JsValue::from_str("sql"))?;
        Ok(Self { storage, sql: ObjectSql(sql) })
    }

    /// Runs `work` in a transaction. If it fails, nothing that it wrote is kept.
    ///
    /// # Errors
    /// The error of `work`, or of the commit.
    pub(super) fn transaction<T>(
        &self,
        work: impl FnOnce(&ObjectSql) -> Result<T, String>,
    ) -> Result<T, String> {
        let (mut work, mut outcome) = (Some(work), None);
        let committed = transaction(&self.storage, &mut || {
            outcome = work.take().map(|work| work(&self.sql));
            matches!(outcome, Some(Ok(_)))
        });
        match (outcome, committed) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(message(&error)),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err("the transaction did not run".to_owned()),
        }
    }
}

impl Sql for ObjectSql {
    fn exec(&self, statement: &str, values: &[Value]) -> Result<Vec<Row>, SqlError> {
        let values = serde_json::to_string(values).map_err(|error| SqlError(error.to_string()))?;
        let rows = exec(&self.0, statement, &values).map_err(|error| SqlError(message(&error)))?;
        serde_json::from_str(&rows).map_err(|error| SqlError(error.to_string()))
    }

    fn size(&self) -> Result<i64, SqlError> {
        Ok(size(&self.0) as i64)
    }
}
