//! Writes an [`Error`] as problem details (RFC 9457), in one language. Errors become HTTP responses nowhere else.

use super::Response;
use crate::error::Error;
use latchkey_shared::i18n::{Phrases, Sentence, within};
use latchkey_shared::limits::PROBLEM_ERRORS_MAX;
use latchkey_shared::{FieldError, Problem};

/// The response for an error, in the language of `phrases`; `None` is English.
#[must_use]
pub fn problem(error: &Error, request_id: &str, phrases: Option<&'static Phrases>) -> Response {
    let problem = within(phrases, || details(error, request_id));
    let body = serde_json::to_string(&problem).unwrap_or_default();
    with_headers(Response::new(error.code.status(), "application/problem+json", body), error)
}

/// The problem details of an error, in the current language.
#[must_use]
pub fn details(error: &Error, request_id: &str) -> Problem {
    Problem {
        kind: format!("urn:latchkey:problem:{}", error.code),
        title: Sentence::from(error.code.title()).said(),
        status: u32::from(error.code.status()),
        detail: error.detail.said(),
        code: error.code,
        request_id: request_id.to_owned(),
        // An outcome that was recorded before the list was limited may have more.
        errors: error.errors.iter().take(PROBLEM_ERRORS_MAX).cloned().map(FieldError::into_said).collect(),
        retry_after: error.retry_after,
    }
}

/// The response with the headers that the error asks for.
#[must_use]
pub fn with_headers(response: Response, error: &Error) -> Response {
    let status = response.status;
    let headers = [
        error.retry_after.map(|seconds| ("retry-after", seconds.to_string())),
        error.header.map(|(name, value)| (name, value.to_owned())),
        (status == 401).then(|| ("www-authenticate", "Bearer".to_owned())),
    ];
    headers.into_iter().flatten().fold(response, |response, (name, value)| response.with(name, value))
}
