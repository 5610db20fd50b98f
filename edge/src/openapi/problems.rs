//! Error responses: the codes of each status of an endpoint, with an example.

use super::headers::header;
use super::schemas::Schemas;
use latchkey_shared::{ErrorCode, Problem};
use serde_json::{Map, Value, json};

/// The errors of storing a key: a field is wrong, the provider refuses the key, or it cannot be stored.
pub(super) const VERIFICATION: &[ErrorCode] = &[
    ErrorCode::FieldRequired,
    ErrorCode::UnknownField,
    ErrorCode::FieldTooLong,
    ErrorCode::HostMalformed,
    ErrorCode::HostIsAddress,
    ErrorCode::HostNotAllowed,
    ErrorCode::HostUnknown,
    ErrorCode::KeyMalformed,
    ErrorCode::IdMalformed,
    ErrorCode::TextMalformed,
    ErrorCode::SecretMisplaced,
    ErrorCode::AccountUnknown,
    ErrorCode::AccountMismatch,
    ErrorCode::ChoiceRequired,
    ErrorCode::ChoiceUnknown,
    ErrorCode::TestValueRequired,
    ErrorCode::KeyRejected,
    ErrorCode::InsufficientRights,
    ErrorCode::KeyExpired,
    ErrorCode::WrongKeyKind,
    ErrorCode::FeatureUnavailable,
    ErrorCode::NetworkRestricted,
    ErrorCode::AccessRefused,
    ErrorCode::AccountInactive,
    ErrorCode::OrganizationClosed,
    ErrorCode::ProviderUnavailable,
    ErrorCode::ProviderRateLimited,
    ErrorCode::ProviderUnexpected,
    ErrorCode::OutcomeUnknown,
];

/// The error responses of an endpoint with these codes, by status.
pub(super) fn responses(schemas: &mut Schemas, codes: &[ErrorCode]) -> Map<String, Value> {
    let problem = schemas.written::<Problem>();
    let mut statuses: Vec<u16> = codes.iter().map(|code| code.status()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let responses = statuses.into_iter().map(|status| {
        let mut of: Vec<ErrorCode> = codes.iter().copied().filter(|code| code.status() == status).collect();
        of.sort();
        of.dedup();
        (status.to_string(), response(problem.clone(), status, &of))
    });
    responses.collect()
}

fn response(mut schema: Value, status: u16, codes: &[ErrorCode]) -> Value {
    let list: Vec<_> = codes.iter().map(|code| format!("- `{code}`: {}.", code.title())).collect();
    let example = codes.first().map(|code| example(*code));
    schema["properties"] = json!({ "code": { "enum": codes }, "status": { "const": status } });
    let mut headers = json!({ "X-Request-Id": header("X-Request-Id") });
    match status {
        401 => headers["WWW-Authenticate"] = header("WWW-Authenticate"),
        409 | 503 => headers["Retry-After"] = header("Retry-After"),
        429 => {
            headers["Retry-After"] = header("Retry-After-Limit");
            headers["RateLimit"] = header("RateLimit");
            headers["RateLimit-Policy"] = header("RateLimit-Policy");
        }
        _ => {}
    }
    let mut content = json!({ "schema": schema, "example": example });
    if codes.contains(&ErrorCode::ChoiceRequired) {
        content = json!({ "schema": content["schema"], "examples": {
            "refused": { "value": content["example"] },
            "choice": { "summary": "The key opens several things", "value": choice() },
        } });
    }
    json!({
        "description": format!("An error, by `code`:\n\n{}", list.join("\n")),
        "headers": headers,
        "content": { "application/problem+json": content },
    })
}

/// A key that opens several workspaces.
fn choice() -> Value {
    let mut problem = example(ErrorCode::ChoiceRequired);
    problem["errors"] = json!([{
        "field": "workspace",
        "code": "choice_required",
        "message": "This key opens several. Which one do you want to connect?",
        "fix": "Choose one from the list and press Connect again. Nothing you typed is lost.",
        "choices": [{ "value": "1200000000000001", "label": "Acme" }, { "value": "1200000000000002", "label": "Acme Labs" }],
    }]);
    problem["detail"] = problem["errors"][0]["message"].clone();
    problem
}

fn example(code: ErrorCode) -> Value {
    let detail = format!("{}.", code.title());
    let fix = match code.status() {
        400 => "Compare the body with the documented one.",
        401 => "Send the whole key as Authorization: Bearer.",
        403 => "Use a key that has the scope.",
        404 => "Check the address, the id, and whether the key belongs to the same project and mode.",
        409 | 429 | 500.. => "Try again in a moment.",
        410 => "Ask for a new link.",
        412 => "Read it again, and send its new ETag as If-Match.",
        413 => "Send only the members that are documented.",
        415 => "Send the header Content-Type: application/json.",
        _ => "Send a value that is allowed.",
    };
    let wait = matches!(code.status(), 429 | 503).then_some(2);
    let mut problem = json!({
        "type": format!("urn:latchkey:problem:{code}"),
        "title": code.title(),
        "status": code.status(),
        "detail": detail,
        "code": code,
        "requestId": "req_5Xk2mQ0fV9sYb7Tn3Hc1Ld",
        "errors": [{ "field": null, "code": code, "message": detail, "fix": fix }],
    });
    if let Some(seconds) = wait {
        problem["retryAfter"] = json!(seconds);
    }
    problem
}
