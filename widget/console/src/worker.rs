//! The program of the Worker that renders: one function for its script (`worker.js`).

use crate::render::{Files, render};
use wasm_bindgen::prelude::*;

/// The document of a page. An error is a text for the log.
///
/// # Errors
/// As for [`render`].
#[wasm_bindgen]
#[allow(clippy::needless_pass_by_value, reason = "the generated glue hands over its own texts")]
pub fn document(data: String, css: String, js: String, wasm: String) -> Result<String, JsValue> {
    render(&data, &Files { css: &css, js: &js, wasm: &wasm }).map_err(JsValue::from)
}
