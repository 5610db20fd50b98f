//! The use cases on accounts: connect, create, update, check and open. Each has a file, and so have the steps that they share.

pub(crate) mod account_view;
pub mod check;
pub mod connect;
pub(crate) mod connect_session_view;
pub mod create;
pub(crate) mod end;
pub(crate) mod event_view;
pub mod hooks;
pub mod open;
pub(crate) mod replace;
mod revoke;
mod rotate;
pub(crate) mod session_view;
mod task_try;
pub mod tasks;
pub mod update;
pub(crate) mod verify_in_mode;
pub(crate) mod write;

use crate::error::Result;
use crate::ports::Platform;
use crate::store::refusals::unanswered;
use latchkey_shared::provider::Provider;

/// A provider of the catalogue, if it has one with this id.
///
/// # Errors
/// When its data cannot be read.
pub(crate) async fn find_provider(platform: &impl Platform, id: &str) -> Result<Option<&'static Provider>> {
    platform.provider(id).await.map_err(|error| unanswered(format!("provider {id}: {error}")))
}
