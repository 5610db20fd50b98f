//! The requests of the form: `POST connect`, `POST connect/cancel`, and `GET connect` when the boot script's reply was lost
//! or is old.

use super::boot::Boot;
use super::dom;
use crate::messages::MESSAGES;
use gloo_net::http::Request;
use js_sys::{JSON, Object, Reflect};
use latchkey_shared::browser::{FromJs, member};
use latchkey_shared::connect::ConnectionSummary;
use latchkey_shared::{ErrorCode, FieldError, Problem, Secret};
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestCache, RequestCredentials, RequestInit, RequestRedirect};

const PATH: &str = "/api/v1/connect";
const CANCEL: &str = "/api/v1/connect/cancel";

/// Longer than the edge may take, so that a timeout here means that the response is lost.
const TIME_LIMIT_MS: i32 = 60_000;

/// The reply to a request.
pub(super) enum Reply {
    /// The account is connected: the stored connection, and the report, which only the page's scripts read.
    Accepted(ConnectionSummary, JsValue),
    /// A definite refusal, with its reasons.
    Refused(Problem),
    /// No response, or an unreadable one: nobody knows whether the account is connected.
    Lost,
}

/// An object with these members.
pub(super) fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        set(&object, name, value);
    }
    object.into()
}

pub(super) fn set(object: &Object, name: &str, value: &JsValue) {
    // Cannot fail on a plain object.
    _ = Reflect::set(object, &name.into(), value);
}

/// Submits once. `begun` gets the controller that aborts the request.
pub(super) async fn connect(
    boot: &Boot,
    token: &Secret,
    body: &JsValue,
    begun: impl FnOnce(AbortController),
) -> Reply {
    reply(send(boot, PATH, token, Some(body), begun).await)
}

/// Cancels an attempt and asks for its outcome.
pub(super) async fn cancel(boot: &Boot, token: &Secret, attempt: &str) -> Reply {
    let body = JSON::stringify(&object(&[("attemptId", attempt.into())])).map(JsValue::from);
    let Ok(body) = body else { return Reply::Lost };
    reply(send(boot, CANCEL, token, Some(&body), |_| ()).await)
}

fn reply(sent: Option<(u32, JsValue)>) -> Reply {
    sent.map_or(Reply::Lost, |(status, json)| read(status, &json))
}

/// Asks for the session again, because the boot script's reply was lost or is old.
pub(super) async fn session(boot: &Boot, token: &Secret) -> Result<JsValue, Box<Reply>> {
    match send(boot, PATH, token, None, |_| ()).await {
        Some((200, json)) => Ok(json),
        Some((status, json)) => Err(Box::new(read(status, &json))),
        None => Err(Box::new(Reply::Lost)),
    }
}

async fn send(
    boot: &Boot,
    path: &str,
    token: &Secret,
    body: Option<&JsValue>,
    begun: impl FnOnce(AbortController),
) -> Option<(u32, JsValue)> {
    let options = RequestInit::new();
    // The token proves possession of the session to the edge that made it.
    let headers = object(&[("Authorization", ["Bearer ", token.expose()].concat().into())]);
    // Errors come in the page's language.
    if let Some(language) = dom::document().and_then(|page| page.document_element()?.get_attribute("lang")) {
        set(headers.unchecked_ref(), "Accept-Language", &language.into());
    }
    if let Some(body) = body {
        options.set_method("POST");
        options.set_body(body);
        set(headers.unchecked_ref(), "Content-Type", &"application/json".into());
        set(headers.unchecked_ref(), "Accept", &"application/x-ndjson".into());
    }
    options.set_headers(&headers);
    options.set_cache(RequestCache::NoStore);
    options.set_credentials(RequestCredentials::Omit);
    options.set_redirect(RequestRedirect::Error);
    let controller = AbortController::new().ok()?;
    options.set_signal(Some(&controller.signal()));
    let late = controller.clone();
    spawn_local(async move {
        dom::sleep(TIME_LIMIT_MS).await;
        late.abort();
    });
    begun(controller);
    let request = web_sys::Request::new_with_str_and_init(path, &options).ok()?;
    let response: web_sys::Response = Request::from(request).send().await.ok()?.into();
    let reply = JsFuture::from(boot.read(&response)).await.ok()?;
    Some((member(&reply, "status")?, Reflect::get(&reply, &"body".into()).ok()?))
}

/// Reads a response by its status.
pub(super) fn read(status: u32, json: &JsValue) -> Reply {
    if status < 400 {
        let report = Reflect::get(json, &"report".into()).unwrap_or(JsValue::UNDEFINED);
        return member(json, "connection").map_or(Reply::Lost, |stored| Reply::Accepted(stored, report));
    }
    Problem::from_js(json).or_else(|| newer_problem(status, json)).map_or(Reply::Lost, Reply::Refused)
}

/// A refusal whose code is newer than this page. Its sentence still explains what happened.
fn newer_problem(status: u32, json: &JsValue) -> Option<Problem> {
    let detail: String = member(json, "detail").filter(|_| status < 500)?;
    let error = FieldError::whole(ErrorCode::Internal, detail.clone(), MESSAGES.try_again.text());
    Some(Problem {
        kind: String::new(),
        title: String::new(),
        status,
        detail,
        code: ErrorCode::Internal,
        request_id: String::new(),
        errors: vec![error],
        retry_after: None,
    })
}
