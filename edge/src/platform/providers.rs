//! The data of providers: files beside the others, read by this Worker alone, once per isolate and provider. The catalogue
//! keeps what was read.

use super::calls::Files;
use crate::ports::PortError;
use latchkey_shared::provider::Provider;
use wasm_bindgen_futures::JsFuture;
use worker::Env;

/// The provider with this id, if the catalogue has it.
///
/// # Errors
/// When its file cannot be read, or is not of this build. The next request tries again.
pub(super) async fn provider(env: &Env, id: &str) -> Result<Option<&'static Provider>, PortError> {
    let Some(entry) = latchkey_catalogue::entry(id) else { return Ok(None) };
    if let Some(provider) = entry.loaded() {
        return Ok(Some(provider));
    }
    let failed = |why: &str| PortError::Failed(format!("{}: {why}", entry.file));
    let files = Files::new(env).map_err(|error| failed(&error.to_string()))?;
    let file = files.get(entry.file).await?.ok_or_else(|| failed("there is no such file"))?;
    let bytes = file.array_buffer().map_err(|_| failed("its bytes cannot be read"))?;
    let bytes = JsFuture::from(bytes).await.map_err(|_| failed("its bytes cannot be read"))?;
    let provider = entry.load(&js_sys::Uint8Array::new(&bytes).to_vec());
    provider.map(Some).ok_or_else(|| failed("it is not the file of this build"))
}
