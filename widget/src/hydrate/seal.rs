//! Seals secrets before they leave the page, with a program of its own that the boot script loads.
//!
//! Owns the body of an attempt. Refuses to send a secret in clear: without the program or a key, nothing is sent.

use super::api::{object, set};
use super::page::Page;
use super::sealer::SealError;
use crate::attempt::Attempt;
use js_sys::{Array, Function, JSON, Object, Promise};
use latchkey_shared::Secret;
use latchkey_shared::sealing::SealingKey;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The body of the request, with its secrets sealed afresh.
pub(super) async fn body(page: &Page, token: &Secret, attempt: &Attempt) -> Result<JsValue, SealError> {
    let program = page.sealer.program().await?;
    let key = page.sealer.key(token).await?;
    let fields = Object::new();
    for (id, value) in &attempt.values {
        let is_secret = page.form.fields.iter().any(|field| field.id == *id && field.secret);
        let value = if is_secret {
            seal(&program, &key, token, attempt, id, value).await.ok_or(SealError::Unusable)?
        } else {
            // Not a secret: it goes to the edge over TLS, in the body of this request and nowhere else.
            object(&[("text", value.expose().into())])
        };
        set(&fields, id, &value);
    }
    let app = page.form.app.as_str().into();
    let body = object(&[("attemptId", attempt.id.as_str().into()), ("app", app), ("fields", fields.into())]);
    JSON::stringify(&body).map(JsValue::from).map_err(|_| SealError::Unusable)
}

/// One value as it may leave the page.
async fn seal(
    program: &Function,
    key: &SealingKey,
    token: &Secret,
    attempt: &Attempt,
    field: &str,
    value: &Secret,
) -> Option<JsValue> {
    // The value is bound to the token's mode and session; the token's secret part stays here.
    let (mode, rest) = token.expose().strip_prefix("cs_")?.split_once('_')?;
    let (session, _) = rest.rsplit_once('.')?;
    // The program encrypts the value inside this page.
    let value = value.expose();
    let texts = [&key.suite, &key.public_key, &key.kid, mode, session, &attempt.id, field, value];
    let texts: Array = texts.into_iter().map(JsValue::from_str).collect();
    // The script returns a promise, the program in Rust the value itself.
    let sealed = program.apply(&JsValue::UNDEFINED, &texts).ok()?;
    let sealed: Array = JsFuture::from(Promise::resolve(&sealed)).await.ok()?.dyn_into().ok()?;
    Some(object(&[("kid", key.kid.as_str().into()), ("enc", sealed.get(0)), ("ct", sealed.get(1))]))
}
