//! Calls a Durable Object, within a time limit: a panic there would leave the caller waiting for ever. The work is done in
//! `index.js`, so that a call crosses into JavaScript once and back once.

use super::{PROJECTS, REGISTRY};
use crate::ports::{PortError, ProjectIndex, Target};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::{Env, Result};

const TIME_LIMIT_MS: u32 = 5_000;

#[wasm_bindgen(module = "/src/platform/index.js")]
extern "C" {
    fn call(namespace: &JsValue, name: &str, operation: &str, body: &str, time_limit: u32)
    -> js_sys::Promise;
}

/// The Durable Objects.
pub(super) struct Objects {
    projects: JsValue,
    registry: JsValue,
}

impl Objects {
    pub(super) fn new(env: &Env) -> Result<Self> {
        let binding = |name: &str| js_sys::Reflect::get(env, &JsValue::from_str(name));
        Ok(Self { projects: binding(PROJECTS)?, registry: binding(REGISTRY)? })
    }
}

impl ProjectIndex for Objects {
    async fn call(
        &self,
        target: Target,
        operation: &'static str,
        body: String,
    ) -> std::result::Result<String, PortError> {
        let (namespace, name) = match target {
            Target::Project(project) => (&self.projects, project.to_string()),
            Target::Registry => (&self.registry, "registry".to_owned()),
        };
        let failed = |what: &str| PortError::Failed(format!("object: {what}"));
        let answer = JsFuture::from(call(namespace, &name, operation, &body, TIME_LIMIT_MS)).await;
        let answer = answer.map_err(|_| failed("no answer"))?;
        let Some(parts) = answer.dyn_ref::<js_sys::Array>() else {
            return Err(match answer.as_string() {
                Some(word) if word == "timeout" => PortError::TimedOut,
                word => failed(&word.unwrap_or_default()),
            });
        };
        let text = parts.get(1).as_string().unwrap_or_default();
        match parts.get(0).as_f64() {
            Some(200.0) => Ok(text),
            status => Err(failed(&format!("answered {}: {text}", status.unwrap_or_default()))),
        }
    }
}
