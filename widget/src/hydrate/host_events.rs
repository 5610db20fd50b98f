//! The events that the host page receives through the boot script's channel. They hold ids and codes, never a field value.

use super::api::object;
use super::boot::Boot;
use latchkey_shared::ErrorCode;
use latchkey_shared::connect::ConnectionSummary;
use wasm_bindgen::JsValue;

pub(super) struct HostEvents {
    boot: Boot,
}

impl HostEvents {
    pub(super) fn new(boot: Boot) -> Self {
        Self { boot }
    }

    /// The form runs and can be submitted.
    pub(super) fn ready(&self) {
        self.emit("ready", &[]);
    }

    /// The account is connected.
    pub(super) fn success(&self, connection: &ConnectionSummary) {
        self.emit(
            "success",
            &[
                ("connectionId", connection.id.as_str().into()),
                ("app", connection.app.as_str().into()),
                ("name", connection.name.as_str().into()),
                ("version", connection.version.into()),
            ],
        );
    }

    /// Something is wrong with a field, or with the form as a whole.
    pub(super) fn error(&self, code: ErrorCode, field: Option<&str>) {
        self.emit(
            "error",
            &[("code", code.as_str().into()), ("field", field.map_or(JsValue::NULL, JsValue::from))],
        );
    }

    fn emit(&self, name: &str, detail: &[(&str, JsValue)]) {
        self.boot.emit(name, &object(detail));
    }
}
