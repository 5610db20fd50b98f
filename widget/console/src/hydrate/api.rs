//! Calls of the API with the console's session. The browser sends the cookie. The header says which mode's session is meant, and no page of
//! another site can send it.

use super::json;
use crate::answers::Answer;
use crate::app::App;
use gloo_net::http::{Method, RequestBuilder};
use serde_json::Value;
use wasm_bindgen::JsValue;

/// The header that names the session.
const SESSION: &str = "latchkey-console";

/// One call. Without an answer its status is 0.
pub(super) async fn call(app: App, method: &str, path: &str, body: &Value) -> Answer {
    use leptos::prelude::WithUntracked;
    let mode = app.route.with_untracked(|route| route.mode);
    send(mode.as_str(), method, path, body).await.unwrap_or_else(Answer::none)
}

async fn send(mode: &str, method: &str, path: &str, body: &Value) -> Option<Answer> {
    let method = match method {
        "POST" => Method::POST,
        "PATCH" => Method::PATCH,
        "PUT" => Method::PUT,
        "DELETE" => Method::DELETE,
        _ => Method::GET,
    };
    let builder =
        RequestBuilder::new(path).method(method).header(SESSION, mode).header("accept", "application/json");
    let request = if body.is_null() {
        builder.build()
    } else {
        builder.header("content-type", "application/json").body(JsValue::from_str(&json::text(body)))
    };
    let response = request.ok()?.send().await.ok()?;
    let status = response.status();
    let text = response.text().await.unwrap_or_default();
    Some(Answer { status, body: json::parse(&text) })
}
