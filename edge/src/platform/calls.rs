//! Calls of Durable Objects, KV and static files. `calls.js` does the work, so that a call crosses into JavaScript once and
//! its result crosses back once.
//!
//! It owns the time limits: any of these calls may never settle, for example after a panic in an object.

use super::{ASSETS, CONSOLE, CREDENTIALS, PROJECTS, REGISTRY};
use crate::ports::BlobKey;
use crate::ports::{Asker, BlobStore, PortError, ProjectStore, Quota, StoreCall, StoreReply, Target};
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::{Env, Result};

/// The time limit of a call to an object, in milliseconds.
const OBJECT_LIMIT: u32 = 5_000;

/// The time limit of an object that does its due work, in milliseconds.
const WORK_LIMIT: u32 = 120_000;

/// In the place of an operation: the object does its due work. `entry.js` knows it.
const WORK: &str = "work";

/// The time limit of the queue, in milliseconds.
const QUEUE_LIMIT: u32 = 10_000;

/// The time limit of a static file, in milliseconds.
const FILE_LIMIT: u32 = 10_000;

/// The time limit of KV, in milliseconds. It is longer than KV usually takes, and short enough that three requests and a
/// write fit into a lease of sixty seconds.
const KV_LIMIT: u32 = 8_000;

#[wasm_bindgen(module = "/src/platform/calls.js")]
extern "C" {
    fn call(
        namespace: &JsValue,
        name: &str,
        operation: &str,
        body: &str,
        limit: &str,
        asker: &str,
        time_limit: u32,
    ) -> js_sys::Promise;
    fn put(kv: &JsValue, key: &str, value: &str, limit: u32) -> js_sys::Promise;
    fn get(kv: &JsValue, key: &str, limit: u32) -> js_sys::Promise;
    fn file(assets: &JsValue, address: &str, limit: u32) -> js_sys::Promise;
    fn render(service: &JsValue, data: &str, limit: u32) -> js_sys::Promise;
    fn send(queue: &JsValue, lines: &str, limit: u32) -> js_sys::Promise;
    fn remove(kv: &JsValue, key: &str, limit: u32) -> js_sys::Promise;
}

/// The parts of a result.
async fn parts(what: &str, result: js_sys::Promise) -> std::result::Result<js_sys::Array, PortError> {
    let failed = |why: &str| PortError::Failed(format!("{what}: {why}"));
    let result = JsFuture::from(result).await.map_err(|_| failed("the call has no result"))?;
    result.dyn_into::<js_sys::Array>().map_err(|word| match word.as_string() {
        Some(word) if word == "timeout" => PortError::TimedOut,
        word => failed(&word.unwrap_or_default()),
    })
}

/// The document of a page of the console. `None` without the binding of the Worker that renders it.
pub(super) async fn console_page(env: &Env, data: &str) -> std::result::Result<Option<String>, PortError> {
    let Ok(service) = binding(env, CONSOLE) else { return Ok(None) };
    let parts = parts("the console's Worker", render(&service, data, FILE_LIMIT)).await?;
    let text = parts.get(1).as_string().unwrap_or_default();
    match parts.get(0).as_f64() {
        Some(200.0) => Ok(Some(text)),
        _ => Err(PortError::Failed(["the console was not rendered: ", &text].concat())),
    }
}

fn binding(env: &Env, name: &str) -> Result<JsValue> {
    let binding = js_sys::Reflect::get(env, &JsValue::from_str(name))?;
    if binding.is_undefined() {
        return Err(worker::Error::BindingError(name.to_owned()));
    }
    Ok(binding)
}

/// The Durable Objects.
pub(super) struct Objects {
    projects: JsValue,
    registry: JsValue,
    /// Where the request came from that calls.
    asker: RefCell<Option<Asker>>,
}

impl Objects {
    pub(super) fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            projects: binding(env, PROJECTS)?,
            registry: binding(env, REGISTRY)?,
            asker: RefCell::default(),
        })
    }
}

impl Objects {
    /// The namespace and the name of an object.
    fn place(&self, target: Target) -> (&JsValue, String) {
        match target {
            Target::Project(project) => (&self.projects, project.to_string()),
            Target::Registry => (&self.registry, "registry".to_owned()),
        }
    }
}

impl ProjectStore for Objects {
    fn asked_by(&self, asker: Option<Asker>) -> Option<Asker> {
        self.asker.replace(asker)
    }

    async fn call(
        &self,
        target: Target,
        store_call: StoreCall,
    ) -> std::result::Result<StoreReply, PortError> {
        let (namespace, name) = self.place(target);
        let limit = store_call.limit.map_or_else(String::new, |limit| {
            format!("{} {} {}", limit.limit, limit.caller, limit.address.unwrap_or_default())
        });
        let asker = self.asker.borrow().as_ref().map_or_else(String::new, |asker| {
            let (address, hash) = asker.address.clone().unwrap_or_default();
            format!("{} {address} {hash}", asker.request)
        });
        let StoreCall { operation, body, .. } = store_call;
        let replied = call(namespace, &name, operation, &body, &limit, &asker, OBJECT_LIMIT);
        let parts = parts("object", replied).await?;
        let text = parts.get(1).as_string().unwrap_or_default();
        match parts.get(0).as_f64() {
            Some(200.0) => Ok(StoreReply { text, quota: parts.get(2).as_string().and_then(read_quota) }),
            status => {
                let status = status.unwrap_or_default() as u16;
                Err(PortError::Failed(format!("object: status {status}: {text}")))
            }
        }
    }

    async fn work(&self, target: Target) -> std::result::Result<bool, PortError> {
        let (namespace, name) = self.place(target);
        let parts = parts("object", call(namespace, &name, WORK, "", "", "", WORK_LIMIT)).await?;
        let text = parts.get(1).as_string().unwrap_or_default();
        match parts.get(0).as_f64() {
            Some(200.0) => Ok(text == "more"),
            _ => Err(PortError::Failed(format!("object: {text}"))),
        }
    }
}

/// A queue, where it is bound.
pub(super) struct Queue(Option<JsValue>);

impl Queue {
    /// The queue of this binding.
    pub(super) fn new(env: &Env, name: &str) -> Self {
        Self(binding(env, name).ok())
    }

    pub(super) fn is_bound(&self) -> bool {
        self.0.is_some()
    }

    /// Sends messages, a batch of the platform at a time.
    pub(super) async fn send(
        &self,
        messages: impl Iterator<Item = serde_json::Value>,
    ) -> std::result::Result<(), PortError> {
        let Some(queue) = &self.0 else { return Err(PortError::Failed("there is no queue".to_owned())) };
        let lines = messages.map(|message| message.to_string()).collect::<Vec<_>>().join("\n");
        parts("queue", send(queue, &lines, QUEUE_LIMIT)).await.map(drop)
    }
}

/// `<limit> <remaining> <reset>`, as `objects.rs` writes it.
fn read_quota(text: String) -> Option<Quota> {
    let mut numbers = text.split(' ').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some(Quota { limit: next()?, remaining: next()?, reset: next()? })
}

/// KV: the namespace of sealed credentials. KV's own error messages contain no value.
pub(super) struct Kv {
    kv: JsValue,
    /// Inside an object: values that were read, because a value never changes and the test clock needs one many times.
    kept: Option<RefCell<BTreeMap<String, String>>>,
}

/// The most values that are kept. One more drops all.
const KEPT_MAX: usize = 500;

impl Kv {
    /// KV. `keeps`: whether it keeps what it reads.
    pub(super) fn new(env: &Env, keeps: bool) -> Result<Self> {
        Ok(Self { kv: binding(env, CREDENTIALS)?, kept: keeps.then(RefCell::default) })
    }
}

impl BlobStore for Kv {
    async fn put(&self, key: &BlobKey, value: &str) -> std::result::Result<(), PortError> {
        parts("kv", put(&self.kv, &key.to_string(), value, KV_LIMIT)).await.map(drop)
    }

    async fn get(&self, key: &BlobKey) -> std::result::Result<Option<String>, PortError> {
        let key = key.to_string();
        let kept = self.kept.as_ref().and_then(|kept| kept.borrow().get(&key).cloned());
        if kept.is_some() {
            return Ok(kept);
        }
        let value = parts("kv", get(&self.kv, &key, KV_LIMIT)).await?.get(0).as_string();
        if let (Some(kept), Some(value)) = (&self.kept, &value) {
            let mut kept = kept.borrow_mut();
            if kept.len() >= KEPT_MAX {
                kept.clear();
            }
            kept.insert(key, value.clone());
        }
        Ok(value)
    }

    async fn delete(&self, key: &BlobKey) -> std::result::Result<(), PortError> {
        parts("kv", remove(&self.kv, &key.to_string(), KV_LIMIT)).await.map(drop)
    }
}

/// The static files.
pub(super) struct Files(JsValue);

impl Files {
    pub(super) fn new(env: &Env) -> Result<Self> {
        binding(env, ASSETS).map(Self)
    }

    /// The response with the file of this name, or `None` if there is no such file.
    pub(super) async fn get(&self, name: &str) -> std::result::Result<Option<web_sys::Response>, PortError> {
        let result = file(&self.0, &format!("https://assets/assets/{name}"), FILE_LIMIT);
        Ok(parts("assets", result).await?.get(0).dyn_into().ok())
    }
}
