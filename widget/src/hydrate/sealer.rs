//! The keeper of the edge's public key and of the program that seals.
//!
//! Owns the key, as the reply of `GET connect` names it, and asking for it again. Refuses to see a value that was entered;
//! `seal.rs` uses both for that.

use super::api::{self, Reply};
use super::boot::Boot;
use js_sys::{Function, Promise, Reflect};
use latchkey_shared::Secret;
use latchkey_shared::browser::member;
use latchkey_shared::sealing::SealingKey;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Everything that sealing needs besides the values.
pub(super) struct Sealer {
    boot: Boot,
    /// The reply of `GET connect`, which may still be on its way.
    session: RefCell<Promise>,
    key: RefCell<Option<SealingKey>>,
}

/// Why nothing was sealed.
pub(super) enum SealError {
    /// The program did not load. The boot script has shown that already.
    NotLoaded,
    /// This page cannot use the key.
    Unusable,
    /// The edge refused to send its key, or did not respond.
    NoKey(Box<Reply>),
}

impl Sealer {
    pub(super) fn new(boot: Boot, session: Promise) -> Self {
        Self { boot, session: RefCell::new(session), key: RefCell::default() }
    }

    /// Uses the key of another reply of `GET connect` from now on.
    pub(super) fn renew(&self, session: Promise) {
        *self.session.borrow_mut() = session;
        self.key.take();
    }

    /// The edge no longer has the key: the next attempt asks for the new one.
    pub(super) fn forget_key(&self) {
        self.renew(Promise::resolve(&JsValue::NULL));
    }

    /// The reply of `GET connect`, once it has arrived; `null` when it will not arrive.
    pub(super) async fn session(&self) -> JsValue {
        let session = self.session.borrow().clone();
        JsFuture::from(session).await.unwrap_or(JsValue::NULL)
    }

    /// The function that seals, once its program is loaded.
    pub(super) async fn program(&self) -> Result<Function, SealError> {
        let program = JsFuture::from(self.boot.sealer()).await.map_err(|_| SealError::NotLoaded)?;
        program.dyn_into().map_err(|_| SealError::NotLoaded)
    }

    /// The edge's public key.
    pub(super) async fn key(&self, token: &Secret) -> Result<SealingKey, SealError> {
        let known = self.key.borrow().clone();
        if let Some(key) = known {
            return Ok(key);
        }
        let reply = self.session().await;
        let body = Reflect::get(&reply, &"body".into()).unwrap_or(JsValue::NULL);
        let key = match member(&body, "sealing") {
            Some(key) => key,
            None => {
                let body = api::session(&self.boot, token).await.map_err(SealError::NoKey)?;
                member(&body, "sealing").ok_or(SealError::Unusable)?
            }
        };
        self.key.replace(Some(SealingKey::clone(&key)));
        Ok(key)
    }
}
