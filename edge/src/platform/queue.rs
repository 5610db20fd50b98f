//! The consumers of the queues. `entry.js` calls them for each message by itself, and acknowledges each by itself.

use super::{Adapters, bindings};
use crate::jobs::check_batch::{Allowance, check_batch};
use crate::jobs::deliver_webhooks::deliver_webhooks;
use crate::ports::{CheckMessage, WebhookMessage};
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

/// Sends the events of a message to their webhook endpoint. A message of another form is nothing to do.
///
/// # Errors
/// A text for the log. The message is to be delivered again.
#[wasm_bindgen(js_name = deliverWebhooks)]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub async fn deliver(env: Env, project: String, endpoint: String, lease: f64) -> Result<(), JsValue> {
    let Ok(project) = ProjectId::parse(&project) else { return Ok(()) };
    let failed = |error: &dyn std::fmt::Display| JsValue::from_str(&error.to_string());
    let config = bindings::config(&env).await.map_err(|error| failed(&error))?;
    let mut allowance = Allowance::of(&config);
    let adapters = Adapters::new(&env, config).map_err(|error| failed(&error))?;
    let message = WebhookMessage { project, endpoint, lease: lease as i64 };
    deliver_webhooks(&adapters, message, &mut allowance).await.map_err(|error| failed(&error))
}
