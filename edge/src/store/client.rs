//! Calls the store: writes an operation out, sends it, reads the reply back.

use crate::ports::{PortError, ProjectStore, Target};
use crate::store::protocol::{Operation, Refusal, answer};
use serde::Deserialize;

/// Why a call gave no reply.
#[derive(Debug)]
pub enum CallError {
    /// The store refused, and changed nothing.
    Refused(Refusal),
    /// The call failed or was not answered: whether it acted is unknown.
    Unanswered(String),
}

/// Calls one operation.
///
/// # Errors
/// A refusal, or that no answer came.
pub async fn call<O: Operation>(
    index: &impl ProjectStore,
    target: Target,
    operation: &O,
) -> Result<O::Reply, CallError> {
    let body = serde_json::to_string(operation);
    let reply = ask(index, target, O::NAME, body).await?;
    let mut reader = serde_json::Deserializer::from_str(&reply);
    O::Reply::deserialize(&mut reader).map_err(|error| unreadable(O::NAME, &error))
}

fn unreadable(name: &str, error: &serde_json::Error) -> CallError {
    lost(name, &error.to_string())
}

/// What does not depend on the operation's types, once for all of them.
async fn ask(
    index: &impl ProjectStore,
    target: Target,
    name: &'static str,
    body: serde_json::Result<String>,
) -> Result<String, CallError> {
    let body = body.map_err(|error| lost(name, &error.to_string()))?;
    let text = index.call(target, name, body).await;
    let text = text.map_err(|error: PortError| lost(name, &error.to_string()))?;
    answer::read(text).map_err(|error| lost(name, &error.to_string()))?.map_err(CallError::Refused)
}

fn lost(name: &str, why: &str) -> CallError {
    CallError::Unanswered(format!("{name}: {why}"))
}
