//! The headers of responses, described once.

use serde_json::{Value, json};

/// All of them, by the name that references use.
pub(super) fn components() -> Value {
    let header = |required: bool, description: &str, schema: Value| json!({ "required": required, "description": description, "schema": schema });
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let seconds = json!({ "type": "integer", "minimum": 1 });
    json!({
        "X-Request-Id": header(true, "The id of this request in the log.", text("^req_[0-9A-Za-z]+$")),
        "ETag": header(true, "The account’s revision, and a hash of its health. Send it back as `If-Match` or `If-None-Match`.", text("^\"[0-9]+(-[0-9a-f]{8})?\"$")),
        "WWW-Authenticate": header(true, "How to authenticate.", text("^Bearer")),
        "Retry-After": header(false, "How many seconds to wait before trying again.", seconds.clone()),
        "Retry-After-Limit": header(true, "How many seconds to wait before trying again.", seconds),
        "RateLimit": header(true, "How many requests are left, and when the limit starts again.", json!({ "type": "string" })),
        "RateLimit-Policy": header(true, "The limits that apply.", json!({ "type": "string" })),
        "Idempotent-Replayed": header(false, "`true` if this is the response to an earlier request with the same `Idempotency-Key`.", json!({ "type": "string", "enum": ["true"] })),
    })
}

/// A reference to one of them.
pub(super) fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}
