//! A page of the console, made of answers of the API that are asked for here, in the name of the person who is signed in.
//!
//! It stands in the router because it calls the API. It refuses to read anything else: what a page shows, a backend can ask for too.

use super::api_get;
use crate::error::{Error, Result};
use crate::http::problem::problem;
use crate::http::{Request, Response};
use crate::pages::console;
use crate::ports::Platform;
use futures_util::future::join_all;
use latchkey_console::route::Route;
use latchkey_shared::ErrorCode;
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
        answer.map_or_else(|error| refusal(&error), |body| json!({ "status": 200, "body": body }))
    });
    let answers = join_all(asked).await;
    console::document(platform, request, &address, who, answers).await
}

/// A refusal, as the page shows it. Of a failure of ours it says no more than the API does.
fn refusal(error: &Error) -> Value {
    let shown = if error.code == ErrorCode::Internal { 500 } else { error.code.status() };
    let body: Value = serde_json::from_str(&problem(error, "", None).body).unwrap_or_default();
    json!({ "status": shown, "body": body })
}
