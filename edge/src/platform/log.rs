//! The log: one JSON line for each fault of ours. It holds no secret, because no error does.

use crate::ports::Log;

/// The Worker's console.
pub(super) struct Console;

impl Log for Console {
    fn fault(&self, request_id: &str, detail: &str) {
        let line = serde_json::json!({ "level": "error", "requestId": request_id, "detail": detail });
        worker::console_error!("{line}");
    }
}
