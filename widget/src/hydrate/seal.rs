//! Seals secrets before they leave the page, with a program of its own that the boot script loads.
//!
//! Owns the body of an attempt. Refuses to send a secret in clear: without the program or a key, nothing is sent.

use super::api::{object, set};
use super::page::Page;
use super::sealer::SealError;
use crate::attempt::Attempt;
use js_sys::{Array, Function, JSON, Object, Promise};
use latchkey_shared::Secret;
use latchkey_shared::sealing::{FORMAT, SealingKey};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The body of the request, with its secrets sealed afresh.
pub(super) async fn body(page: &Page, token: &Secret, attempt: &Attempt) -> Result<JsValue, SealError> {
    let program = page.sealer.program().await?;
    let key = page.sealer.key(token).await?;
    let fields = Object::new();
    let is_secret = |id: &str| page.form.fields.iter().any(|field| field.id == id && field.secret);
    // Not secrets: they go to the edge over TLS, in the body of this request and nowhere else. Each secret is bound to them.
    let clear = Array::new();
    // The browser sorts: a sort in Rust would weigh more than everything else here.
    let ids: Array = attempt.values.iter().map(|(id, _)| JsValue::from_str(id)).collect();
    for id in ids.sort().iter() {
        let known = attempt.values.iter().find(|(known, _)| id == *known && !is_secret(known));
        let Some((name, value)) = known else { continue };
        let text = JsValue::from_str(value.expose());
        clear.push(&id);
        clear.push(&text);
        set(&fields, name, &object(&[("text", text)]));
    }
    let app = JsValue::from_str(&page.form.app);
    let bound = Bound { app: &app, clear: &clear };
    for (id, value) in attempt.values.iter().filter(|(id, _)| is_secret(id)) {
        let value =
            seal(&program, &key, token, attempt, &bound, id, value).await.ok_or(SealError::Unusable)?;
        set(&fields, id, &value);
    }
    let body = object(&[("attemptId", attempt.id.as_str().into()), ("app", app), ("fields", fields.into())]);
    JSON::stringify(&body).map(JsValue::from).map_err(|_| SealError::Unusable)
}

/// What each secret of an attempt is bound to besides its attempt and field.
struct Bound<'a> {
    app: &'a JsValue,
    /// The values in clear, sorted by field id: id, value, id, value, and so on.
    clear: &'a Array,
}

/// One value as it may leave the page.
async fn seal(
    program: &Function,
    key: &SealingKey,
    token: &Secret,
    attempt: &Attempt,
    bound: &Bound<'_>,
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
    texts.push(bound.app);
    texts.push(bound.clear);
    // The script returns a promise, the program in Rust the value itself.
    let sealed = program.apply(&JsValue::UNDEFINED, &texts).ok()?;
    let sealed: Array = JsFuture::from(Promise::resolve(&sealed)).await.ok()?.dyn_into().ok()?;
    Some(object(&[
        ("format", FORMAT.into()),
        ("kid", key.kid.as_str().into()),
        ("enc", sealed.get(0)),
        ("ct", sealed.get(1)),
    ]))
}
