//! `POST /api/v1/app-connections/{app}/{id}/verify`: checks an account now.

use super::{connection_id, if_match, moment, tagged};
use crate::access::auth;
use crate::api::endpoint::Built;
use crate::api::input;
use crate::connections::check::check;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::Platform;
use latchkey_shared::connection::AppConnection;
use latchkey_shared::report::Report;
use serde::Serialize;

/// An account that was just checked.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckedConnection {
    /// The account as it is now.
    app_connection: AppConnection,
    /// What the check found.
    report: Report,
}

/// Checks an account now, with its stored credential.
///
/// # Errors
/// When the account does not exist, when it is being checked or was checked too often, and for every result of the verification
/// except success. The health of the account follows from each result.
pub(crate) async fn verify(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
) -> Result<Built<CheckedConnection>> {
    let caller = auth::key_caller(platform, request)?;
    let provider = input::provider(platform, app, Error::not_found).await?;
    let (found, report) = check(platform, &caller, provider, connection_id(id)?, if_match(request)).await?;
    let (tag, app_connection, _) = tagged(found, moment(platform, &caller));
    let body = CheckedConnection { app_connection, report: report.into_said() };
    Ok(Built::json(200, &body).with("etag", tag))
}
