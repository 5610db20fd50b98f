//! `GET /api/v1/providers`, `GET /api/v1/providers/{id}`: public, and with a test key, or the token of a session in test mode,
//! the magic values too.

use crate::access::auth;
use crate::api::input::provider;
use crate::error::{Error, Result};
use crate::http::{Request, Response};
use crate::ports::Platform;
use crate::store::protocol::{ProjectByApiKey, SessionByToken};
use latchkey_shared::Mode;
use latchkey_shared::provider::Provider;
use serde_json::{Value, json};

/// Every provider, in short.
///
/// # Errors
/// None.
pub fn list() -> Result<Response> {
    let providers: Vec<_> = latchkey_catalogue::all().map(summary).collect();
    Ok(Response::json(200, &json!({ "providers": providers })))
}

/// One provider: its fields, its guide, and with a test key or a token of test mode its test values.
///
/// # Errors
/// When there is no such provider, or a key is sent that is not valid.
pub async fn one(platform: &impl Platform, request: &Request, id: &str) -> Result<Response> {
    let provider = provider(id, Error::not_found)?;
    let mut answer = summary(provider);
    answer["fields"] = json!(provider.fields);
    answer["guide"] = json!(provider.guide);
    if request.header("authorization").is_some() {
        let mode = if let Ok(caller) = auth::session_token(platform, request) {
            let asked = SessionByToken { proof: caller.proof() };
            caller.call(asked).await?.session.mode
        } else {
            let caller = auth::api_key(platform, request)?;
            let mode = caller.mode();
            let asked = ProjectByApiKey { key: caller.proof() };
            caller.call(asked).await?;
            mode
        };
        if mode == Mode::Test {
            answer["testValues"] = json!(provider.listed_test_values(mode));
        }
    }
    Ok(Response::json(200, &answer))
}

fn summary(provider: &Provider) -> Value {
    json!({ "id": provider.id, "name": provider.name, "categories": provider.categories, "method": provider.method })
}
