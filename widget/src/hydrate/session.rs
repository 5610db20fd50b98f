//! The reply of `GET connect`: the prefilled values, and whether the session can still be used.

use super::api::{self, Reply};
use super::page::{PASTED, Page};
use super::{field_values, submit};
use crate::form::{FormMessage, Phase};
use crate::messages::MESSAGES;
use js_sys::Promise;
use latchkey_shared::ErrorCode;
use latchkey_shared::browser::member;
use latchkey_shared::connect::Prefill;
use latchkey_shared::session::SessionState;
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Applies the reply when it arrives. The form works without it: an ended session is then noticed at submit.
pub(super) fn apply(page: Rc<Page>, reply: Promise) {
    spawn_local(async move {
        let Ok(reply) = JsFuture::from(reply).await else { return };
        if page.is_gone() {
            return;
        }
        let Some(status) = member::<u32>(&reply, "status") else { return };
        let Some(body) = member::<Body>(&reply, "body") else { return };
        if status == 200 {
            greet(&page, &body.0);
        } else if let Reply::Refused(problem) = api::read(status, &body.0)
            && submit::is_final(problem.code)
            && page.phase() == Phase::Asking
        {
            submit::refused(&page, problem);
        }
    });
}

fn greet(page: &Rc<Page>, body: &JsValue) {
    // Of a session that is done there is only its state, and for a while the account.
    if member::<SessionState>(body, "state") == Some(SessionState::Done) {
        if page.phase() == Phase::Asking {
            let (message, fix) = MESSAGES.used;
            page.host_events.error(ErrorCode::SessionUsed, None);
            page.end(FormMessage::new(message.text(), fix.text()));
        }
        return;
    }
    for Prefill { field, value } in member::<Vec<Prefill>>(body, "prefill").unwrap_or_default() {
        let Some(at) = page.form.fields.iter().position(|known| known.id == field && !known.secret) else {
            continue;
        };
        if let Some(input) = page
            .input(at)
            .filter(|input| (input.value().is_empty() || page.is_list(at)) && page.may_write(at))
        {
            if page.is_list(at) {
                _ = input.set_attribute(PASTED, &value);
            } else {
                input.set_value(&value);
            }
            field_values::prefilled(page, at);
        }
    }
}

/// Any value, unchanged.
struct Body(JsValue);

impl latchkey_shared::browser::FromJs for Body {
    fn from_js(value: &JsValue) -> Option<Self> {
        Some(Self(value.clone()))
    }
}
