//! The functions of the boot script that the form's program calls. This file owns the shape of that object, which `boot.js`
//! hands over.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{HtmlInputElement, Response};

#[wasm_bindgen]
extern "C" {
    /// The boot script's functions.
    #[derive(Clone)]
    pub type Boot;

    /// Sends an event to the host page and to the page's other scripts: its name and its detail.
    #[wasm_bindgen(method)]
    pub(super) fn emit(this: &Boot, name: &str, detail: &JsValue);

    /// The program that parses, once it is loaded. It is asked for again only with `again`.
    #[wasm_bindgen(method)]
    pub(super) fn parser(this: &Boot, again: bool) -> Promise;

    /// The function that seals, once its program is loaded.
    #[wasm_bindgen(method)]
    pub(super) fn sealer(this: &Boot) -> Promise;

    /// A response as `{status, body}`. A response in lines emits an event for each line as it arrives.
    #[wasm_bindgen(method)]
    pub(super) fn read(this: &Boot, response: &Response) -> Promise;

    /// Puts an option into a list at an index, and removes those behind it.
    #[wasm_bindgen(method)]
    pub(super) fn offer(this: &Boot, list: &HtmlInputElement, at: u32, value: &str, label: &str);

    /// Shows that the account is connected, with its report, and moves the focus there.
    #[wasm_bindgen(method)]
    pub(super) fn connected(this: &Boot, report: &JsValue);
}
