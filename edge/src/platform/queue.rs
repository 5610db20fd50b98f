//! The consumer of the queue of checks. `entry.js` calls it for each message by itself, and acknowledges it by itself.

use super::{Adapters, bindings};
use crate::jobs::check_batch::{Allowance, check_batch};
use crate::ports::CheckMessage;
use latchkey_shared::ProjectId;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

/// Makes the checks of a message. A message of another form is nothing to do.
///
/// # Errors
/// A text for the log. The message is to be delivered again.
#[wasm_bindgen(js_name = checkBatch)]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub async fn consume(env: Env, project: String, batch: f64) -> Result<(), JsValue> {
    let Ok(project) = ProjectId::parse(&project) else { return Ok(()) };
    let failed = |error: &dyn std::fmt::Display| JsValue::from_str(&error.to_string());
    let config = bindings::config(&env).await.map_err(|error| failed(&error))?;
    let mut allowance = Allowance::of(&config);
    let adapters = Adapters::new(&env, config).map_err(|error| failed(&error))?;
    let message = CheckMessage { project, batch: batch as i64 };
    check_batch(&adapters, message, &mut allowance).await.map_err(|error| failed(&error))
}
