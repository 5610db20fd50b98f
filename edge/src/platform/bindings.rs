//! Reads the settings of the deployment, once per isolate. A name may be bound to a plain variable, a secret of the Worker,
//! or a secret of the account's Secrets Store.

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
    /// Called as a method, because `Function.prototype.call` means something else for a method of another service.
    #[wasm_bindgen(method, catch)]
    fn get(this: &Stored) -> Result<JsValue, JsValue>;
}

thread_local! {
    /// Parsed once per isolate, because secrets do not change while it lives.
    static CONFIG: OnceCell<Rc<Config>> = const { OnceCell::new() };
}

/// The settings.
///
/// # Errors
/// Names the first binding that is missing or malformed.
pub(super) async fn config(env: &Env) -> Result<Rc<Config>, ConfigError> {
    if let Some(config) = CONFIG.with(|cell| cell.get().cloned()) {
        return Ok(config);
    }
    let mut values = Vec::new();
    for name in Config::BINDINGS {
        values.push((name, value(env, name).await));
    }
    let binding = |wanted: &str| values.iter().find(|(name, _)| *name == wanted)?.1.clone();
    let config = Config::from_bindings(binding);
    values.iter_mut().for_each(|(_, value)| value.zeroize());
    let config = Rc::new(config?);
    Ok(CONFIG.with(|cell| cell.get_or_init(|| config).clone()))
}

/// The text of a binding: the binding itself, or the result of its `get()`, which a secret of a Secrets Store has.
async fn value(env: &Env, name: &str) -> Option<String> {
    let binding = js_sys::Reflect::get(env, &JsValue::from_str(name)).ok()?;
    if let Some(text) = binding.as_string() {
        return Some(text);
    }
    // The promise may come from another service, and then it is not an instance of `Promise`.
    let promise = binding.dyn_into::<js_sys::Object>().ok()?.unchecked_into::<Stored>().get().ok()?;
    JsFuture::from(js_sys::Promise::resolve(&promise)).await.ok()?.as_string()
}
