//! What the embedding page may hear, through the boot script's channel. Ids and codes, never an answer.

use super::api::object;
use js_sys::Function;
use latchkey_shared::ErrorCode;
use latchkey_shared::connect::ConnectionSummary;
use wasm_bindgen::JsValue;

pub(super) struct Outbox {
    say: Function,
}

impl Outbox {
    pub(super) fn new(say: Function) -> Self {
        Self { say }
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

    /// The form asks to be closed.
    pub(super) fn close(&self, reason: &str) {
        self.say("close", &[("reason", reason.into())]);
    }

    fn say(&self, name: &str, detail: &[(&str, JsValue)]) {
        // Nobody listens on a page of its own.
        _ = self.say.call2(&JsValue::UNDEFINED, &name.into(), &object(detail));
    }
}
