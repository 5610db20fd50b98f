//! The Durable Objects: a ledger over the object's own SQLite, and its alarm for due work.

use super::entropy::SystemClock;
use super::kv::Kv;
use super::request::Address;
use super::transaction;
use crate::ledger::sql::{Row, Sql, SqlError, Value};
use crate::ledger::{Ledger, schema, writes};
use crate::meter::{Counts, metered};
use crate::ports::{BlobStore, Clock};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
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
    /// Whether this instance has seen the newest schema.
    migrated: Cell<bool>,
    /// Who made how many requests in this minute.
    counts: Rc<RefCell<Counts>>,
}

impl Object {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, alarm: Cell::new(None), migrated: Cell::new(false), counts: Rc::default() }
    }

    fn sql(&self) -> ObjectSql {
        ObjectSql(self.state.storage().sql())
    }

    /// Runs work that is kept as a whole or not at all, on the newest schema.
    fn transaction<T: 'static>(
        &self,
        work: impl FnOnce(&ObjectSql) -> std::result::Result<T, String> + 'static,
    ) -> Result<T> {
        let migrated = self.migrated.get();
        let done = transaction::run(&self.state, self.sql(), move |sql: &ObjectSql| {
            if !migrated {
                schema::migrate(sql).map_err(|error| error.to_string())?;
            }
            work(sql)
        })?;
        self.migrated.set(true);
        Ok(done)
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let operation = Address::of(&request).path.trim_start_matches('/').to_owned();
        let body = request.text().await?;
        let writes = writes(&operation);
        let now = SystemClock.now_ms();
        let counts = self.counts.clone();
        let done = self.transaction(move |sql| {
            let ledger = Ledger::new(sql, now);
            let run = |body: &str| ledger.run(&operation, body);
            let reply = metered(&mut counts.borrow_mut(), &body, now, run)?;
            let due = if writes { ledger.next_due().map_err(|error| error.to_string())? } else { None };
            Ok((reply, due))
        });
        match done {
            Ok((reply, due)) => {
                self.set_alarm(due, now).await?;
                Response::ok(reply)
            }
            Err(error) => Response::error(error.to_string(), 500),
        }
    }

    /// Sets the alarm to the next due work, but not before `earliest`.
    async fn set_alarm(&self, due: Option<i64>, earliest: i64) -> Result<()> {
        if let Some(due) = due.map(|due| due.max(earliest))
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
        /// Between two rings, so that a fault of ours never makes the alarm ring without end.
        const PAUSE_MS: i64 = 1_000;
        self.alarm.set(None);
        let now = SystemClock.now_ms();
        let work = self.transaction(move |sql| {
            Ledger::new(sql, now).take_due_work().map_err(|error| error.to_string())
        })?;
        let kv = Kv::new(&self.env)?;
        for key in work.blobs {
            let deleted = kv.delete(&key).await;
            if let Err(error) = &deleted {
                let detail = format!("sweep {key}: {error}");
                worker::console_error!("{}", serde_json::json!({ "level": "error", "detail": detail }));
            }
            self.transaction(move |sql| {
                let ledger = Ledger::new(sql, now);
                let noted = if deleted.is_ok() { ledger.swept(&key) } else { ledger.postpone(&key) };
                noted.map_err(|error| error.to_string())
            })?;
        }
        let now = SystemClock.now_ms();
        let due =
            self.transaction(move |sql| Ledger::new(sql, now).next_due().map_err(|error| error.to_string()))?;
        self.set_alarm(due, now + PAUSE_MS).await?;
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
