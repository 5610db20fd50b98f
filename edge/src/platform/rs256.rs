//! Checks a signature of RS256. `rs256.js` does the work.

use crate::ports::AccessKey;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/src/platform/rs256.js")]
extern "C" {
    #[wasm_bindgen(js_name = isRs256)]
    fn check(n: &str, e: &str, signed: &str, signature: &str) -> js_sys::Promise;
}

/// Whether the signature is right.
pub(super) async fn is_rs256(key: &AccessKey, signed: &str, signature: &str) -> bool {
    let checked = JsFuture::from(check(&key.modulus, &key.exponent, signed, signature)).await;
    checked.is_ok_and(|right| right.is_truthy())
}
