//! `POST /api/v1/app-connections/{app}/{id}/suspend` and `…/resume`: whether the credential is given out.

use super::{OneConnection, connection_id, if_match, moment, one};
use crate::access::auth;
use crate::api::endpoint::{Built, JsonBody};
use crate::api::input::note;
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{ResumeConnection, SuspendConnection};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SuspensionReason {
    /// Why, for people. The account shows it.
    #[cfg_attr(feature = "schema", schemars(length(max = 256)))]
    reason: Option<String>,
}

/// Suspends an account: its credential is not given out until it is resumed. Checks go on.
///
/// # Errors
/// When the account does not exist, when `If-Match` names another revision, or when the reason is too long.
pub(crate) async fn suspend(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
    body: JsonBody<'_, SuspensionReason>,
) -> Result<Built<OneConnection>> {
    let caller = auth::key_caller(platform, request)?;
    let operation = SuspendConnection {
        key: caller.proof(),
        app: app.to_owned(),
        id: connection_id(id)?,
        if_match: if_match(request),
        reason: note("reason", body.read_or_default()?.reason)?,
    };
    Ok(one(200, caller.call(operation).await?, moment(platform, &caller)))
}

/// Resumes an account.
///
/// # Errors
/// When the account does not exist, or when `If-Match` names another revision.
pub(crate) async fn resume(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
) -> Result<Built<OneConnection>> {
    let caller = auth::key_caller(platform, request)?;
    let operation = ResumeConnection {
        key: caller.proof(),
        app: app.to_owned(),
        id: connection_id(id)?,
        if_match: if_match(request),
    };
    Ok(one(200, caller.call(operation).await?, moment(platform, &caller)))
}
