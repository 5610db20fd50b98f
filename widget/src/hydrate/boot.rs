//! What the boot script does for the form's program. It owns the shape of that object, which `boot.js` hands over.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Response;

#[wasm_bindgen]
extern "C" {
    /// The boot script's functions.
    #[derive(Clone)]
    pub type Boot;

    /// Tells the embedding page, and the page's other scripts, that something has happened: its name and its detail.
    #[wasm_bindgen(method)]
    pub(super) fn emit(this: &Boot, name: &str, detail: &JsValue);

    /// The function that seals, once its program is loaded.
    #[wasm_bindgen(method)]
    pub(super) fn sealer(this: &Boot) -> Promise;

    /// A response as `{status, body}`. One that comes in lines is told of as it comes.
    #[wasm_bindgen(method)]
    pub(super) fn read(this: &Boot, response: &Response) -> Promise;

    /// Shows that the account is connected, and its report; the focus goes there.
    #[wasm_bindgen(method)]
    pub(super) fn connected(this: &Boot, report: &JsValue);
}
