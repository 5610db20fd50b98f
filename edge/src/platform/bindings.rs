//! The deployment's settings, read once per isolate: plain variables, secrets of the Worker, and secrets of the account's
//! Secrets Store, whichever each name is bound to.

use crate::config::{Config, ConfigError};
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::Env;
use zeroize::Zeroize;

#[wasm_bindgen]
extern "C" {
    type Stored;
    /// Called as a method: of another service's method, `call` would be another method.
    #[wasm_bindgen(method, catch)]
    fn get(this: &Stored) -> Result<JsValue, JsValue>;
}

thread_local! {
    /// Parsed once per isolate: secrets do not change while one lives.
    static CONFIG: OnceCell<Rc<Config>> = const { OnceCell::new() };
}

/// The settings.
///
/// # Errors
/// Names the first binding that is missing or wrong.
pub(super) async fn config(env: &Env) -> Result<Rc<Config>, ConfigError> {
    if let Some(config) = CONFIG.with(|cell| cell.get().cloned()) {
        return Ok(config);
    }
    let mut values = Vec::new();
    for name in Config::BINDINGS {
        values.push((name, value(env, name).await));
    }
    let binding = |asked: &str| values.iter().find(|(name, _)| *name == asked)?.1.clone();
    let config = Config::from_bindings(binding);
    values.iter_mut().for_each(|(_, value)| value.zeroize());
    let config = Rc::new(config?);
    Ok(CONFIG.with(|cell| cell.get_or_init(|| config).clone()))
}

/// A binding's text: the binding itself, or what its `get()` promises, as a secret of the Secrets Store does.
async fn value(env: &Env, name: &str) -> Option<String> {
    let binding = js_sys::Reflect::get(env, &JsValue::from_str(name)).ok()?;
    if let Some(text) = binding.as_string() {
        return Some(text);
    }
    // What is promised may be of another service, and then it is no `Promise` by its class.
    let answer = binding.dyn_into::<js_sys::Object>().ok()?.unchecked_into::<Stored>().get().ok()?;
    JsFuture::from(js_sys::Promise::resolve(&answer)).await.ok()?.as_string()
}
