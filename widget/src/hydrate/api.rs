//! The one call the form makes: `POST connect`. (`GET connect` is under way before this code arrives: `boot.js`.)

use crate::attempt::Attempt;
use crate::words::WORDS;
use gloo_net::http::Request;
use js_sys::{JSON, Object, Reflect};
use latchkey_shared::browser::{FromJs, member};
use latchkey_shared::connect::ConnectResponse;
use latchkey_shared::{ErrorCode, FieldError, Problem, Secret};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestCache, RequestCredentials, RequestInit, RequestRedirect};

const PATH: &str = "/api/v1/connect";

/// Longer than the edge may take, so that giving up here means that the answer is lost.
const TIME_LIMIT_MS: u32 = 60_000;

/// What a call came to.
pub(super) enum Answer {
    /// The account is connected.
    Accepted(ConnectResponse),
    /// A definite no, with its reasons.
    Refused(Problem),
    /// No answer, or none that can be read: whether the account is connected is not known.
    Lost,
}

/// The request's body.
pub(super) fn body(app: &str, attempt: &Attempt) -> JsValue {
    let fields = Object::new();
    for (id, value) in &attempt.values {
        // The answer goes to the edge over TLS, in the body of this request and nowhere else.
        set(&fields, id, &object(&[("text", value.expose().into())]));
    }
    let body =
        object(&[("attemptId", attempt.id.as_str().into()), ("app", app.into()), ("fields", fields.into())]);
    JSON::stringify(&body).map_or(JsValue::UNDEFINED, JsValue::from)
}

/// An object with these members.
pub(super) fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        set(&object, name, value);
    }
    object.into()
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Cannot fail on a plain object.
    _ = Reflect::set(object, &name.into(), value);
}

/// Submits once.
pub(super) async fn connect(token: &Secret, body: &JsValue) -> Answer {
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_headers(&object(&[
        // The token proves possession of the session to the edge that made it.
        ("Authorization", ["Bearer ", token.expose()].concat().into()),
        ("Content-Type", "application/json".into()),
    ]));
    options.set_body(body);
    options.set_cache(RequestCache::NoStore);
    options.set_credentials(RequestCredentials::Omit);
    options.set_redirect(RequestRedirect::Error);
    options.set_signal(Some(&AbortSignal::timeout_with_u32(TIME_LIMIT_MS)));
    let Ok(request) = web_sys::Request::new_with_str_and_init(PATH, &options) else { return Answer::Lost };
    let request = Request::from(request);
    let Ok(response) = request.send().await else { return Answer::Lost };
    let response: web_sys::Response = response.into();
    let Ok(reading) = response.json() else { return Answer::Lost };
    let Ok(json) = JsFuture::from(reading).await else { return Answer::Lost };
    read(response.status(), &json)
}

/// Reads an answer by its status.
pub(super) fn read(status: u16, json: &JsValue) -> Answer {
    if status < 400 {
        return ConnectResponse::from_js(json).map_or(Answer::Lost, Answer::Accepted);
    }
    Problem::from_js(json).or_else(|| newer_problem(status, json)).map_or(Answer::Lost, Answer::Refused)
}

/// A refusal with a code that is newer than this page: its sentence still tells the person what happened.
fn newer_problem(status: u16, json: &JsValue) -> Option<Problem> {
    let detail: String = member(json, "detail").filter(|_| status < 500)?;
    let error = FieldError::whole(ErrorCode::Internal, detail.clone(), WORDS.try_again);
    Some(Problem {
        kind: String::new(),
        title: String::new(),
        status: status.into(),
        detail,
        code: ErrorCode::Internal,
        request_id: String::new(),
        errors: vec![error],
        retry_after: None,
    })
}
