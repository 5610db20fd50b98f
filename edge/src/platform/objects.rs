//! The Rust behind a Durable Object: its own store, and its due work. The classes themselves, their requests and their alarm are
//! in `entry.js`.

use super::entropy::SystemClock;
use super::local::OwnStore;
use super::sql::Storage;
use super::{Adapters, bindings};
use crate::jobs::object_work::{Done, Way, object_work};
use crate::ports::{Asker, Clock, RateLimit};
use crate::store::local::ObjectStore;
use crate::store::sql::SqlError;
use latchkey_shared::Mode;
use latchkey_shared::console::ConsoleRole;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

/// The least time between two alarms, in milliseconds, so that a fault of ours never makes the alarm ring without end.
const PAUSE_MS: i64 = 1_000;

/// An object: a project's or the registry.
#[wasm_bindgen]
pub struct StoreObject {
    own: Rc<OwnStore>,
    env: Env,
}

#[wasm_bindgen]
impl StoreObject {
    /// The registry or a project's object, from `ctx.storage` and the Worker's bindings.
    ///
    /// # Errors
    /// If the storage has no database.
    #[wasm_bindgen(constructor)]
    pub fn new(storage: JsValue, env: Env, is_registry: bool) -> Result<Self, JsValue> {
        Ok(Self { own: Rc::new(OwnStore::new(Storage::new(storage)?, is_registry)), env })
    }

    /// Runs an operation and returns `[reply, due, quota, changed]`. If there is `due`, the alarm must not ring later than that, in
    /// milliseconds since 1970. `limit` is the caller that the call counts for, as `<limit> <caller> <address>`, or empty. `asker` is
    /// where the request came from, as `<request> <address> <hash of the address>`, or empty. `quota` is the rest of that caller's
    /// quota, as `<limit> <remaining> <reset>`. `changed` is what changed, in lines of mode, kind and id, or empty.
    ///
    /// # Errors
    /// A text for the log. Nothing was changed.
    pub fn run(
        &self,
        operation: &str,
        body: &str,
        limit: &str,
        asker: &str,
    ) -> Result<js_sys::Array, JsValue> {
        let reply = self.own.run(operation, body, read_limit(limit), read_asker(asker));
        let reply = reply.map_err(|error| JsValue::from_str(&error))?;
        Ok(js_sys::Array::of(&[
            JsValue::from_str(&reply.text),
            time(reply.due, SystemClock.now_ms()),
            reply.quota.map_or(JsValue::UNDEFINED, |quota| JsValue::from_str(&quota)),
            JsValue::from_str(&self.own.take_changed()),
        ]))
    }

    /// What the due work changed, as for [`Self::run`].
    pub fn changed(&self) -> String {
        self.own.take_changed()
    }

    /// The roles of console sessions now. `sessions` has a line of mode and id for each; the answer has a line for each, with the
    /// role, or empty if the session has ended.
    ///
    /// # Errors
    /// A text for the log.
    pub fn roles(&self, sessions: &str) -> Result<String, JsValue> {
        let roles = self.own.within(|store| {
            let role = |line: &str| {
                let (mode, id) = line.split_once(' ').unwrap_or_default();
                let role = Mode::parse(mode).map(|mode| store.console_role(mode, id)).transpose()?.flatten();
                Ok(role.map_or("", ConsoleRole::as_str))
            };
            sessions.lines().map(role).collect::<Result<Vec<_>, SqlError>>()
        });
        let roles = roles.map_err(|error| JsValue::from_str(&error))?;
        Ok(roles.map(|roles| roles.join("\n")).unwrap_or_default())
    }

    /// Does the due work, and returns when the alarm must ring next, if it must. `null` says that the project was deleted and
    /// nothing of it is left to do: then the whole storage is to be deleted. `wait`: makes the due checks right here, because
    /// somebody waits for them.
    ///
    /// # Errors
    /// A text for the log. The work that was done is kept.
    pub async fn work(&self, wait: bool) -> Result<JsValue, JsValue> {
        let failed = |error: &dyn std::fmt::Display| JsValue::from_str(&error.to_string());
        let config = bindings::config(&self.env).await.map_err(|error| failed(&error))?;
        let adapters = Adapters::inside(&self.env, config, Some(self.own.clone()));
        let adapters = adapters.map_err(|error| failed(&error))?;
        let way = if wait { Way::Here } else { Way::Queue };
        let done = object_work(&adapters, self.own.as_ref(), way).await.map_err(|error| failed(&error))?;
        Ok(match done {
            Done::Ended => JsValue::NULL,
            Done::Next(due) => time(due, SystemClock.now_ms() + PAUSE_MS),
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

/// Reads where a request came from, as `calls.rs` writes it.
fn read_asker(text: &str) -> Option<Asker> {
    let mut words = text.split(' ').map(str::to_owned);
    let request = words.next().filter(|request| !request.is_empty())?;
    let address = words.next().filter(|address| !address.is_empty()).zip(words.next());
    Some(Asker { request, address })
}

/// A time for JavaScript, not before `earliest`.
fn time(due: Option<i64>, earliest: i64) -> JsValue {
    due.map_or(JsValue::UNDEFINED, |due| JsValue::from_f64(due.max(earliest) as f64))
}
