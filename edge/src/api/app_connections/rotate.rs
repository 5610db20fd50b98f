//! `POST /api/v1/app-connections/{app}/{id}/rotate`: replaces the key of an account by a new one with the same rights.

use super::{OneConnection, connection_id, if_match, moment, one};
use crate::access::auth;
use crate::api::endpoint::Built;
use crate::api::input;
use crate::connections::replace::replace;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::Platform;

/// Replaces the key of an account. If the provider does not answer, it is tried again, and the account shows it.
///
/// # Errors
/// When the account does not exist, when `If-Match` names another revision, and when the provider cannot replace keys, or
/// refuses to.
pub(crate) async fn rotate(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
) -> Result<Built<OneConnection>> {
    let caller = auth::key_caller(platform, request)?;
    let provider = input::provider(platform, app, Error::not_found).await?;
    let (found, done) = replace(platform, &caller, provider, connection_id(id)?, if_match(request)).await?;
    Ok(one(if done { 200 } else { 202 }, found, moment(platform, &caller)))
}
