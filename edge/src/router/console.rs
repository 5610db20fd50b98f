//! A page of the console, made of answers of the API that are asked for here, in the name of the person who is signed in.
//!
//! It stands in the router because it calls the API. It refuses to read anything else: what a page shows, a backend can ask for too.

use super::{api_get, request_id};
use crate::error::{Error, Result};
use crate::http::problem::problem;
use crate::http::{Request, Response};
use crate::pages::console;
use crate::ports::{Log, Platform};
use futures_util::future::join_all;
use latchkey_console::route::Route;
use serde_json::{Value, json};

/// `GET /console/<mode>/<page>…`.
///
/// # Errors
/// 404 for an address that the console does not have, and without the Worker that renders.
pub(super) async fn page(platform: &impl Platform, request: &Request) -> Result<Response> {
    let address = console::address(request);
    let route = Route::parse(&address).ok_or_else(Error::not_found)?;
    let who = match api_get(platform, request, route.mode, "/api/v1/console").await {
        Ok(mut answer) => answer["console"].take(),
        Err(error) if error.code.status() == 401 => return Ok(console::to_sign_in(&address)),
        Err(error) => return Err(error),
    };
    let calls = route.calls();
    let asked = calls.iter().map(|call| async {
        let answer = api_get(platform, request, route.mode, call).await;
        answer.map_or_else(|error| refusal(platform, &error), |body| json!({ "status": 200, "body": body }))
    });
    let answers = join_all(asked).await;
    console::document(platform, request, &address, who, answers).await
}

/// A refusal, as the page shows it. What failed on our side is in the log, under the id that the page shows.
fn refusal(platform: &impl Platform, error: &Error) -> Value {
    let id = request_id(platform);
    if let Some(detail) = &error.log {
        platform.log().fault(&id, detail);
    }
    let body: Value = serde_json::from_str(&problem(error, &id, None).body).unwrap_or_default();
    json!({ "status": error.code.status(), "body": body })
}
