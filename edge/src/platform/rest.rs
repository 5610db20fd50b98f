//! The pieces of a response whose body is not whole. `entry.js` asks for each when the client has read the one before.

use super::{Adapters, bindings};
use crate::router;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

/// Makes the next piece: `[text, rest]`. `rest` says how the one after it is made; `undefined`: this was the last.
///
/// # Errors
/// A text for the log. What was sent is not whole then.
#[wasm_bindgen(js_name = restOf)]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub async fn rest_of(env: Env, rest: String) -> Result<js_sys::Array, JsValue> {
    let failed = |error: &dyn std::fmt::Display| JsValue::from_str(&error.to_string());
    let rest = URL_SAFE_NO_PAD.decode(rest).map_err(|error| failed(&error))?;
    let rest = String::from_utf8(rest).map_err(|error| failed(&error))?;
    let config = bindings::config(&env).await.map_err(|error| failed(&error))?;
    let adapters = Adapters::new(&env, config).map_err(|error| failed(&error))?;
    let (text, next) = router::rest(&adapters, &rest).await.map_err(|error| failed(&error))?;
    let next = next.map_or(JsValue::UNDEFINED, |next| URL_SAFE_NO_PAD.encode(next).into());
    Ok(js_sys::Array::of(&[text.into(), next]))
}
