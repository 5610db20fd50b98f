//! Calls of what surrounds the Worker: the Durable Objects, KV and the static files, within a time limit, because none of them need
//! ever answer (a panic in an object leaves its caller waiting). The work is done in `calls.js`, so that a call crosses into JavaScript
//! once and back once.

use super::{ASSETS, CREDENTIALS, PROJECTS, REGISTRY};
use crate::ports::BlobKey;
use crate::ports::{BlobStore, PortError, ProjectStore, Quota, StoreCall, StoreReply, Target};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::{Env, Result};

/// In milliseconds.
const OBJECT_LIMIT: u32 = 5_000;

/// In milliseconds.
const FILE_LIMIT: u32 = 10_000;

/// In milliseconds: longer than KV usually takes, and short enough for a lease of sixty seconds to hold three requests and one write.
const KV_LIMIT: u32 = 8_000;

#[wasm_bindgen(module = "/src/platform/calls.js")]
extern "C" {
    fn call(
        namespace: &JsValue,
        name: &str,
        operation: &str,
        body: &str,
        limit: &str,
        time_limit: u32,
    ) -> js_sys::Promise;
    fn put(kv: &JsValue, key: &str, value: &str, limit: u32) -> js_sys::Promise;
    fn get(kv: &JsValue, key: &str, limit: u32) -> js_sys::Promise;
    fn file(assets: &JsValue, address: &str, limit: u32) -> js_sys::Promise;
    fn forget(kv: &JsValue, key: &str, limit: u32) -> js_sys::Promise;
}

/// The answer's parts.
async fn answer(what: &str, answer: js_sys::Promise) -> std::result::Result<js_sys::Array, PortError> {
    let failed = |why: &str| PortError::Failed(format!("{what}: {why}"));
    let answer = JsFuture::from(answer).await.map_err(|_| failed("no answer"))?;
    answer.dyn_into::<js_sys::Array>().map_err(|word| match word.as_string() {
        Some(word) if word == "timeout" => PortError::TimedOut,
        word => failed(&word.unwrap_or_default()),
    })
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
}

impl Objects {
    pub(super) fn new(env: &Env) -> Result<Self> {
        Ok(Self { projects: binding(env, PROJECTS)?, registry: binding(env, REGISTRY)? })
    }
}

impl ProjectStore for Objects {
    async fn call(&self, target: Target, asked: StoreCall) -> std::result::Result<StoreReply, PortError> {
        let (namespace, name) = match target {
            Target::Project(project) => (&self.projects, project.to_string()),
            Target::Registry => (&self.registry, "registry".to_owned()),
        };
        let limit = asked.limit.map(|limit| format!("{} {}", limit.limit, limit.caller)).unwrap_or_default();
        let replied = call(namespace, &name, asked.operation, &asked.body, &limit, OBJECT_LIMIT);
        let parts = answer("object", replied).await?;
        let text = parts.get(1).as_string().unwrap_or_default();
        match parts.get(0).as_f64() {
            Some(200.0) => Ok(StoreReply { text, quota: parts.get(2).as_string().and_then(read_quota) }),
            status => {
                let status = status.unwrap_or_default() as u16;
                Err(PortError::Failed(format!("object: answered {status}: {text}")))
            }
        }
    }
}

/// `<limit> <remaining> <reset>`, as `objects.rs` writes it.
fn read_quota(text: String) -> Option<Quota> {
    let mut numbers = text.split(' ').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some(Quota { limit: next()?, remaining: next()?, reset: next()? })
}

/// KV, as the store of immutable values: the namespace of sealed credentials. KV's own messages hold no value.
pub(super) struct Kv(JsValue);

impl Kv {
    pub(super) fn new(env: &Env) -> Result<Self> {
        binding(env, CREDENTIALS).map(Self)
    }
}

impl BlobStore for Kv {
    async fn put(&self, key: &BlobKey, value: &str) -> std::result::Result<(), PortError> {
        answer("kv", put(&self.0, &key.to_string(), value, KV_LIMIT)).await.map(drop)
    }

    async fn get(&self, key: &BlobKey) -> std::result::Result<Option<String>, PortError> {
        Ok(answer("kv", get(&self.0, &key.to_string(), KV_LIMIT)).await?.get(0).as_string())
    }

    async fn delete(&self, key: &BlobKey) -> std::result::Result<(), PortError> {
        answer("kv", forget(&self.0, &key.to_string(), KV_LIMIT)).await.map(drop)
    }
}

/// The static files.
pub(super) struct Files(JsValue);

impl Files {
    pub(super) fn new(env: &Env) -> Result<Self> {
        binding(env, ASSETS).map(Self)
    }

    /// The file of this name, as the runtime answers it, or nothing when there is none.
    pub(super) async fn get(&self, name: &str) -> std::result::Result<Option<web_sys::Response>, PortError> {
        let asked = file(&self.0, &format!("https://assets/assets/{name}"), FILE_LIMIT);
        Ok(answer("assets", asked).await?.get(0).dyn_into().ok())
    }
}
