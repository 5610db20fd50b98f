//! What the embedding page may hear, through the boot script's channel. Ids and codes, never an answer.

use super::api::object;
use super::boot::Boot;
use latchkey_shared::ErrorCode;
use latchkey_shared::connect::ConnectionSummary;
use wasm_bindgen::JsValue;

pub(super) struct Outbox {
    boot: Boot,
}

impl Outbox {
    pub(super) fn new(boot: Boot) -> Self {
        Self { boot }
    }

    /// The form runs.
    pub(super) fn ready(&self) {
        self.say("ready", &[]);
    }

    /// The account is connected.
    pub(super) fn success(&self, connection: &ConnectionSummary) {
        self.say(
            "success",
            &[
                ("connectionId", connection.id.as_str().into()),
                ("app", connection.app.as_str().into()),
                ("name", connection.name.as_str().into()),
                ("version", connection.version.into()),
            ],
        );
    }

    /// Something is wrong, on a field or as a whole.
    pub(super) fn error(&self, code: ErrorCode, field: Option<&str>) {
        self.say(
            "error",
            &[("code", code.as_str().into()), ("field", field.map_or(JsValue::NULL, JsValue::from))],
        );
    }

    fn say(&self, name: &str, detail: &[(&str, JsValue)]) {
        self.boot.say(name, &object(detail));
    }
}
