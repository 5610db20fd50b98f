//! The Durable Objects: a ledger over the object's own SQLite, and its alarm for due work.

use super::entropy::SystemClock;
use super::kv::Kv;
use crate::ledger::sql::{Row, Sql, SqlError, Value};
use crate::ledger::{Ledger, schema, writes};
use crate::ports::{BlobStore, Clock};
use std::cell::Cell;
use worker::{
    DurableObject, Env, Request, Response, Result, SqlStorage, SqlStorageValue, State, durable_object,
};

/// The object's SQLite.
struct ObjectSql(SqlStorage);

impl Sql for ObjectSql {
    fn exec(&self, statement: &str, values: &[Value]) -> std::result::Result<Vec<Row>, SqlError> {
        let failed = |error: worker::Error| SqlError(error.to_string());
        let values: Vec<SqlStorageValue> = values.iter().cloned().map(into_js).collect();
        let rows = self.0.exec(statement, values).map_err(failed)?.raw();
        rows.map(|row| Ok(Row(row.map_err(failed)?.into_iter().map(from_js).collect()))).collect()
    }
}

fn into_js(value: Value) -> SqlStorageValue {
    match value {
        Value::Null => SqlStorageValue::Null,
        Value::Int(number) => SqlStorageValue::Integer(number),
        Value::Text(text) => SqlStorageValue::String(text),
    }
}

fn from_js(value: SqlStorageValue) -> Value {
    match value {
        SqlStorageValue::Integer(number) => Value::Int(number),
        // Numbers arrive as JavaScript's; ours are integers within its safe range.
        SqlStorageValue::Float(number) => Value::Int(number as i64),
        SqlStorageValue::Boolean(truth) => Value::Int(i64::from(truth)),
        SqlStorageValue::String(text) => Value::Text(text),
        SqlStorageValue::Null | SqlStorageValue::Blob(_) => Value::Null,
    }
}

/// What both kinds of object share.
struct Object {
    state: State,
    env: Env,
    /// When the alarm is set to ring, as far as this instance knows.
    alarm: Cell<Option<i64>>,
    /// Why the schema is not there, if so.
    broken: Option<String>,
}

impl Object {
    fn new(state: State, env: Env) -> Self {
        let broken = schema::migrate(&ObjectSql(state.storage().sql())).err().map(|error| error.to_string());
        Self { state, env, alarm: Cell::new(None), broken }
    }

    fn sql(&self) -> ObjectSql {
        ObjectSql(self.state.storage().sql())
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        if let Some(broken) = &self.broken {
            return Response::error(broken, 500);
        }
        let operation = request.path().trim_start_matches('/').to_owned();
        let body = request.text().await?;
        let reply = Ledger::new(&self.sql(), SystemClock.now_ms()).run(&operation, &body);
        if writes(&operation) {
            self.set_alarm(0).await?;
        }
        match reply {
            Ok(reply) => Response::ok(reply),
            Err(detail) => Response::error(detail, 500),
        }
    }

    /// Sets the alarm to the next due work, but not before `earliest`.
    async fn set_alarm(&self, earliest: i64) -> Result<()> {
        let sql = self.sql();
        let next = Ledger::new(&sql, SystemClock.now_ms()).next_due().map_err(|error| error.to_string())?;
        if let Some(due) = next.map(|due| due.max(earliest))
            && self.alarm.get() != Some(due)
        {
            self.state
                .storage()
                .set_alarm(worker::ScheduledTime::new(js_sys::Date::new(&(due as f64).into())))
                .await?;
            self.alarm.set(Some(due));
        }
        Ok(())
    }

    async fn ring(&self) -> Result<Response> {
        const PAUSE_MS: i64 = 60_000;
        self.alarm.set(None);
        let now = SystemClock.now_ms();
        let sql = self.sql();
        let ledger = Ledger::new(&sql, now);
        let work = ledger.take_due_work().map_err(|error| error.to_string())?;
        let kv = Kv::new(&self.env)?;
        let mut earliest = now;
        for key in &work.blobs {
            match kv.delete(key).await {
                Ok(()) => ledger.swept(key).map_err(|error| error.to_string())?,
                Err(error) => {
                    worker::console_error!(
                        "{}",
                        serde_json::json!({ "level": "error", "detail": format!("sweep {key}: {error}") })
                    );
                    earliest = now + PAUSE_MS;
                }
            }
        }
        self.set_alarm(earliest).await?;
        Response::ok("")
    }
}

macro_rules! object {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[durable_object]
        pub struct $name {
            object: Object,
        }

        impl DurableObject for $name {
            fn new(state: State, env: Env) -> Self {
                Self { object: Object::new(state, env) }
            }

            async fn fetch(&self, request: Request) -> Result<Response> {
                self.object.fetch(request).await
            }

            async fn alarm(&self) -> Result<Response> {
                self.object.ring().await
            }
        }
    };
}

object! {
    /// One per project.
    ProjectObject
}
object! {
    /// One per deployment: the list of projects.
    RegistryObject
}
