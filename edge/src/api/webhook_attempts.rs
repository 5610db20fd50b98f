//! An attempt to deliver an event, as the API shows it, with the cause of a failure and what to do.

use crate::store::protocol::Attempt;
use crate::time::iso;
use latchkey_shared::webhook::AttemptError;
use serde::Serialize;

/// An attempt to deliver an event.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct AttemptView {
    /// When it began.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    at: String,
    /// How long it took, in milliseconds.
    duration_ms: i64,
    /// The status of the answer. Null: there was none.
    status: Option<u16>,
    /// The first 256 bytes of the answer's body. What cannot be seen is escaped as `\\u{…}`. Somebody else wrote it: show it as text only.
    answer: String,
    /// Why it failed. Null: the endpoint accepted the event.
    error: Option<FailedAttempt>,
}

/// Why an attempt failed.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct FailedAttempt {
    /// The kind of failure.
    code: AttemptError,
    /// The cause.
    message: String,
    /// What to do.
    fix: &'static str,
}

impl AttemptView {
    /// An attempt as the API shows it.
    pub(super) fn of(attempt: Attempt) -> Self {
        Self {
            at: iso(attempt.at),
            duration_ms: attempt.ms,
            status: attempt.status,
            error: attempt.error.map(|error| failure(error, attempt.status)),
            answer: attempt.answer,
        }
    }
}

fn failure(code: AttemptError, status: Option<u16>) -> FailedAttempt {
    let status = status.map(|status| status.to_string()).unwrap_or_default();
    let (message, fix) = match code {
        AttemptError::Refused => (
            format!("The endpoint answered with status {status}."),
            "Answer with 2xx as soon as the event is stored, and work on it afterwards.",
        ),
        AttemptError::Redirected => (
            format!("The endpoint answered with the redirect {status}, which is not followed."),
            "Change the URL of the endpoint to the one it leads to.",
        ),
        AttemptError::TimedOut => (
            "The endpoint did not answer within ten seconds.".to_owned(),
            "Answer as soon as the event is stored, and work on it afterwards.",
        ),
        AttemptError::Unreachable => (
            "There was no connection to the endpoint, or it broke.".to_owned(),
            "Check that its host name can be found, that its certificate is valid, and that it can be reached from the Internet.",
        ),
        AttemptError::Unreadable => (
            "The event cannot be read, which is a fault of ours.".to_owned(),
            "Read the account by the API. The operator of the deployment finds the cause in its log.",
        ),
        AttemptError::AddressNotAllowed => (
            "The URL of the endpoint is not allowed anymore.".to_owned(),
            "Change it to a URL that begins with https:// and has a public host name.",
        ),
    };
    FailedAttempt { code, message, fix }
}
