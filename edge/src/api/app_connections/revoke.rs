//! `POST /api/v1/app-connections/{app}/{id}/revoke`: ends the key of an account at its provider, and forgets the account.

use super::{connection_id, if_match};
use crate::access::auth;
use crate::api::endpoint::{Built, JsonBody};
use crate::api::input;
use crate::connections::account_view::task_view;
use crate::connections::end::{RevokedStep, end};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::Platform;
use crate::procedures::StepState;
use latchkey_shared::ErrorCode;
use latchkey_shared::connection::ConnectionTask;
use serde::{Deserialize, Serialize};

#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RevokeOptions {
    /// Whether the account is forgotten even if the provider does not answer.
    #[serde(default)]
    force: bool,
}

/// What a revocation did.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RevokedConnection {
    /// The steps, in order.
    steps: Vec<StepOfRevocation>,
    /// Only if the provider did not answer: what is tried again. The account is shown until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<ConnectionTask>,
}

/// A step of a revocation.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct StepOfRevocation {
    /// Its name.
    step: &'static str,
    /// `done`; `skipped`: there was nothing to do; `failed`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["done", "skipped", "failed"])))]
    state: &'static str,
    /// Why it failed, for machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<ErrorCode>,
    /// Why it failed, in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

/// Ends the key of an account and forgets the account. If the provider does not answer, it is tried again.
///
/// # Errors
/// When the account does not exist, when `If-Match` names another revision, or while its key is being replaced.
pub(crate) async fn revoke(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
    body: JsonBody<'_, RevokeOptions>,
) -> Result<Built<RevokedConnection>> {
    let caller = auth::key_caller(platform, request)?;
    let provider = input::provider(platform, app, Error::not_found).await?;
    let id = connection_id(id)?;
    let force = body.read_or_default()?.force;
    let done = end(platform, &caller, provider, id, if_match(request), force).await?;
    let task = done.left.as_ref().and_then(|found| found.connection.current_task()).map(task_view);
    let status = if task.is_some() { 202 } else { 200 };
    let steps = done.steps.into_iter().map(view).collect();
    Ok(Built::json(status, &RevokedConnection { steps, task }))
}

fn view(step: RevokedStep) -> StepOfRevocation {
    let state = match step.state {
        StepState::Done => "done",
        StepState::Skipped => "skipped",
        StepState::Failed | StepState::Unreachable => "failed",
    };
    let error = step.error.as_ref();
    StepOfRevocation {
        step: step.step,
        state,
        code: error.map(|error| error.code),
        message: error.map(|error| error.message.said()),
        fix: error.map(|error| error.fix.said()),
    }
}
