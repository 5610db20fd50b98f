//! The module's one export, for the form's program.

use crate::seal;
use latchkey_shared::Mode;
use latchkey_shared::sealing::Context;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn random(buffer: &mut [u8]) -> Result<(), JsValue>;
}

/// Seals one value: `["<enc>", "<ct>"]`, or `undefined` when the key cannot be used.
#[wasm_bindgen(js_name = seal)]
#[allow(clippy::too_many_arguments, reason = "each is a text; an object would weigh more on both sides")]
pub fn seal_in_browser(
    suite: &str,
    public_key: &str,
    kid: &str,
    mode: &str,
    session: &str,
    attempt: &str,
    field: &str,
    value: &str,
    app: &str,
    clear: Vec<String>,
) -> Option<Vec<String>> {
    let clear: Vec<_> = clear.iter().map(String::as_str).collect();
    let context = Context { kid, mode: Mode::parse(mode)?, session, attempt, app, clear: &clear, field };
    let mut randomness = [0; 32];
    random(&mut randomness).ok()?;
    let sealed = seal((suite, public_key), &context, value, &mut randomness)?;
    Some(vec![sealed.enc, sealed.ct])
}
