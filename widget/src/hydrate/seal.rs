//! Seals secrets before they leave the page. The program that does it is a file of its own, which the boot script loads.
//!
//! Owns the edge's public key, as `GET connect` tells it, and the body of an attempt. Refuses to send a secret in clear:
//! without the program or a key, nothing is sent.

use super::api::{self, Answer, object, set};
use super::boot::Boot;
use super::page::Page;
use crate::attempt::Attempt;
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use latchkey_shared::Secret;
use latchkey_shared::browser::member;
use latchkey_shared::sealing::SealingKey;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What sealing needs besides the answers.
pub(super) struct Sealer {
    boot: Boot,
    /// The answer of `GET connect`, which may be on its way.
    session: RefCell<Promise>,
    key: RefCell<Option<SealingKey>>,
}

/// Why there is no body.
pub(super) enum Unsealed {
    /// The program did not load; the boot script has said so.
    NotLoaded,
    /// The key cannot be used by this page.
    Unusable,
    /// The edge refused to tell its key, or did not answer.
    NoKey(Box<Answer>),
}

impl Sealer {
    pub(super) fn new(boot: Boot, session: Promise) -> Self {
        Self { boot, session: RefCell::new(session), key: RefCell::default() }
    }

    /// Takes the key out of another answer of `GET connect`, when it is there.
    pub(super) fn renew(&self, session: Promise) {
        *self.session.borrow_mut() = session;
        self.key.take();
    }

    /// The key is not the edge's any more: the next attempt asks anew.
    pub(super) fn forget_key(&self) {
        self.renew(Promise::resolve(&JsValue::NULL));
    }

    /// The answer of `GET connect`, once it is there; `null` when it will not come.
    pub(super) async fn session(&self) -> JsValue {
        let session = self.session.borrow().clone();
        JsFuture::from(session).await.unwrap_or(JsValue::NULL)
    }

    async fn key(&self, token: &Secret) -> Result<SealingKey, Unsealed> {
        let known = self.key.borrow().clone();
        if let Some(key) = known {
            return Ok(key);
        }
        let answer = self.session().await;
        let body = Reflect::get(&answer, &"body".into()).unwrap_or(JsValue::NULL);
        let key = match member(&body, "sealing") {
            Some(key) => key,
            None => {
                let body = api::session(&self.boot, token).await.map_err(Unsealed::NoKey)?;
                member(&body, "sealing").ok_or(Unsealed::Unusable)?
            }
        };
        self.key.replace(Some(SealingKey::clone(&key)));
        Ok(key)
    }
}

/// The request's body, its secrets sealed afresh.
pub(super) async fn body(page: &Page, token: &Secret, attempt: &Attempt) -> Result<JsValue, Unsealed> {
    let sealer = &page.sealer;
    let program = JsFuture::from(sealer.boot.sealer()).await.map_err(|_| Unsealed::NotLoaded)?;
    let program: Function = program.dyn_into().map_err(|_| Unsealed::NotLoaded)?;
    let key = sealer.key(token).await?;
    let fields = Object::new();
    for (id, value) in &attempt.values {
        let is_secret = page.form.fields.iter().any(|field| field.id == *id && field.secret);
        let value = if is_secret {
            seal(&program, &key, token, attempt, id, value).await.ok_or(Unsealed::Unusable)?
        } else {
            // No secret: it goes to the edge over TLS, in the body of this request and nowhere else.
            object(&[("text", value.expose().into())])
        };
        set(&fields, id, &value);
    }
    let app = page.form.app.as_str().into();
    let body = object(&[("attemptId", attempt.id.as_str().into()), ("app", app), ("fields", fields.into())]);
    JSON::stringify(&body).map(JsValue::from).map_err(|_| Unsealed::Unusable)
}

/// One answer as it may leave the page.
async fn seal(
    program: &Function,
    key: &SealingKey,
    token: &Secret,
    attempt: &Attempt,
    field: &str,
    value: &Secret,
) -> Option<JsValue> {
    // The token's mode and session are part of what the answer is bound to; its secret stays here.
    let (mode, rest) = token.expose().strip_prefix("cs_")?.split_once('_')?;
    let (session, _) = rest.rsplit_once('.')?;
    // The program encrypts the answer inside this page.
    let answer = value.expose();
    let texts = [&key.suite, &key.public_key, &key.kid, mode, session, &attempt.id, field, answer];
    let texts: Array = texts.into_iter().map(JsValue::from_str).collect();
    // A promise, or the answer itself: the two programs that seal differ in that.
    let sealed = program.apply(&JsValue::UNDEFINED, &texts).ok()?;
    let sealed: Array = JsFuture::from(Promise::resolve(&sealed)).await.ok()?.dyn_into().ok()?;
    Some(object(&[("kid", key.kid.as_str().into()), ("enc", sealed.get(0)), ("ct", sealed.get(1))]))
}
