//! The Rust behind a Durable Object: a store over the object's own SQLite, and its due work. The classes themselves, their
//! requests and their alarm are in `entry.js`.

use super::calls::Kv;
use super::entropy::SystemClock;
use super::sql::{ObjectSql, Storage};
use crate::ports::{BlobStore, Clock, RateLimit};
use crate::store::quota::{Meter, RequestCounts};
use crate::store::{Store, schema};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

/// An object: a project's or the registry.
#[wasm_bindgen]
pub struct StoreObject {
    storage: Storage,
    kv: Kv,
    /// Whether it is the registry.
    is_registry: bool,
    /// Whether this instance has found the object in use, on the newest schema.
    in_use: Cell<bool>,
    /// The requests of each caller in this minute.
    counts: RefCell<RequestCounts>,
}

#[wasm_bindgen]
impl StoreObject {
    /// The registry or a project's object, from `ctx.storage` and the Worker's bindings.
    ///
    /// # Errors
    /// If a binding is missing.
    #[wasm_bindgen(constructor)]
    pub fn new(storage: JsValue, env: Env, is_registry: bool) -> Result<Self, JsValue> {
        Ok(Self {
            storage: Storage::new(storage)?,
            kv: Kv::new(&env)?,
            is_registry,
            in_use: Cell::new(false),
            counts: RefCell::default(),
        })
    }

    /// Runs an operation and returns `[reply, due, quota]`. If there is `due`, the alarm must not ring later than that, in
    /// milliseconds since 1970. `limit` is the caller that the call counts for, as `<limit> <caller> <address>`, or empty. `quota` is
    /// the rest of that caller's quota, as `<limit> <remaining> <reset>`.
    ///
    /// # Errors
    /// A text for the log. Nothing was changed.
    pub fn run(&self, operation: &str, body: &str, limit: &str) -> Result<js_sys::Array, JsValue> {
        let now = SystemClock.now_ms();
        let meter = Meter::new(&self.counts, read_limit(limit));
        let (reply, due) = self.transaction(|sql| {
            let store = Store::new(sql, now).metered(&meter);
            Ok((store.answer(self.is_registry, &self.in_use, operation, body)?, store.due()))
        })?;
        let quota = meter.quota().map(|quota| format!("{} {} {}", quota.limit, quota.remaining, quota.reset));
        Ok(js_sys::Array::of(&[
            JsValue::from_str(&reply),
            time(due, now),
            quota.map_or(JsValue::UNDEFINED, |quota| JsValue::from_str(&quota)),
        ]))
    }

    /// Does the due work, and returns when the alarm must ring next, if it must. `null` says that the project was deleted and
    /// nothing of it is left to do: then the whole storage is to be deleted.
    ///
    /// # Errors
    /// A text for the log. The work that was done is kept.
    pub async fn alarm(&self) -> Result<JsValue, JsValue> {
        /// The least time between two alarms, so that a fault of ours never makes the alarm ring without end.
        const PAUSE_MS: i64 = 1_000;
        let now = SystemClock.now_ms();
        let take = |sql: &ObjectSql| match schema::is_founded(sql)? {
            true => {
                schema::migrate(sql)?;
                Store::new(sql, now).take_due_work().map(Some)
            }
            false => Ok(None),
        };
        let Some(work) = self.transaction(|sql| take(sql).map_err(|error| error.to_string()))? else {
            return Ok(JsValue::UNDEFINED);
        };
        if work.ended {
            return Ok(JsValue::NULL);
        }
        for key in work.blobs {
            let deleted = self.kv.delete(&key).await;
            if let Err(error) = &deleted {
                let detail = format!("sweep {key}: {error}");
                worker::console_error!("{}", serde_json::json!({ "level": "error", "detail": detail }));
            }
            self.transaction(|sql| {
                let store = Store::new(sql, now);
                let recorded = if deleted.is_ok() { store.blob_deleted(&key) } else { store.postpone(&key) };
                recorded.map_err(|error| error.to_string())
            })?;
        }
        let now = SystemClock.now_ms();
        let due =
            self.transaction(|sql| Store::new(sql, now).next_due().map_err(|error| error.to_string()))?;
        Ok(time(due, now + PAUSE_MS))
    }
}

impl StoreObject {
    /// Runs `work` in a transaction.
    fn transaction<T>(&self, work: impl FnOnce(&ObjectSql) -> Result<T, String>) -> Result<T, JsValue> {
        self.storage.transaction(work).map_err(|error| {
            // Migrations may have been rolled back.
            self.in_use.set(false);
            JsValue::from_str(&error)
        })
    }
}

/// Reads the caller that a call counts for, as `calls.rs` writes it.
fn read_limit(text: &str) -> Option<RateLimit> {
    let mut words = text.split(' ');
    Some(RateLimit {
        limit: words.next()?.parse().ok()?,
        caller: words.next()?.to_owned(),
        address: words.next().filter(|address| !address.is_empty()).map(str::to_owned),
    })
}

/// A time for JavaScript, not before `earliest`.
fn time(due: Option<i64>, earliest: i64) -> JsValue {
    due.map_or(JsValue::UNDEFINED, |due| JsValue::from_f64(due.max(earliest) as f64))
}
