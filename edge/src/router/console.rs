//! A page of the console, made of answers of the API that are asked for here, in the name of the person who is signed in.
//!
//! It stands in the router because it calls the API. It refuses to read anything else: what a page shows, a backend can ask for too.

use super::{api_get, request_id};
use crate::api::input::branding;
use crate::error::{Error, Result};
use crate::http::problem::problem;
use crate::http::{Request, Response};
use crate::pages::{console, look};
use crate::ports::{Log, Platform};
use futures_util::future::join_all;
use latchkey_console::route::Route;
use latchkey_shared::Mode;
use serde_json::{Value, json};

/// `GET /console/<mode>/<page>…`.
///
/// # Errors
/// 404 for an address that the console does not have, and without the Worker that renders.
pub(super) async fn page(platform: &impl Platform, request: &Request) -> Result<Response> {
    if let Some(mode) = preview_of(request) {
        let mut answer = api_get(platform, request, mode, "/api/v1/project").await?;
        let project = answer["project"].take();
        let branding = look::tried(request, &project["branding"], branding::tried);
        return look::page(platform, request, mode, &project, &branding).await;
    }
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

/// The mode of the preview of a look, if that is what the address asks for.
fn preview_of(request: &Request) -> Option<Mode> {
    let mode = request.path.strip_prefix("/console/")?.strip_suffix("/preview")?;
    Mode::parse(mode)
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
