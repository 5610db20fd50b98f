//! `GET /api/v1/connect`, `POST /api/v1/connect`, `POST /api/v1/connect/cancel`: for the page, with a session token.

use crate::access::auth;
use crate::api::input;
use crate::api::input::unknown_provider;
use crate::connections::connect::{Attempt, cancel, connect};
use crate::connections::session_view::{chosen, form, prefill};
use crate::credential::submitted;
use crate::error::Result;
use crate::http::{Request, Response, body, language};
use crate::ports::{Clock, Platform};
use crate::store::client::CallError;
use crate::store::protocol::SessionByToken;
use crate::store::refusals::CallerKind;
use crate::time::iso;
use latchkey_shared::connect::{Branding, ConnectRequest, ConnectionView, Form, SessionView};
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::session::SessionState;
use serde::Deserialize;
use serde_json::json;

/// What comes after the token: who is asked, what is prefilled, where the session stands.
///
/// # Errors
/// Without a valid token, or when the session has ended.
pub async fn read(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::session_token(platform, request)?;
    let asked = SessionByToken { proof: caller.proof() };
    let found = caller.call(asked).await?;
    let done = found.session.state == SessionState::Done;
    if let Some(refusal) = found.ended(platform.clock().now_ms()).filter(|_| !done) {
        return Err(CallError::Refused(refusal).for_caller(CallerKind::SessionToken));
    }
    let app = chosen(&found, request.query.get("app").map(String::as_str));
    let definition = app.map(|app| form(&ProjectProvider::new(app, &found.project.settings.hosts), &found));
    // What is done tells how it ended, and nothing to start with.
    let prefill = if done { Vec::new() } else { prefill(&found, app) };
    let connection = found.session.connection.zip(found.current).map(|(id, current)| ConnectionView {
        id: id.to_string(),
        app: current.app,
        name: current.name,
        version: current.version,
        stored_at: iso(current.stored),
        key_name: current.key_name,
    });
    let session = found.session;
    let offered: Vec<_> = session.providers.iter().filter_map(|id| latchkey_catalogue::find(id)).collect();
    let providers: Vec<_> =
        offered.iter().map(|provider| json!({ "id": provider.id, "name": provider.name })).collect();
    let view = SessionView {
        id: caller.id.to_string(),
        mode: session.mode,
        state: session.state,
        expires_at: iso(session.expires),
        end_user: session.end_user,
        organization: session.organization,
    };
    let say = || {
        json!({
            "session": view,
            "branding": Branding { name: found.project.name },
            "providers": providers,
            "definition": definition.map(Form::into_said),
            "prefill": prefill,
            "progress": session.progress.map(|saved| json!({ "app": saved.app, "steps": saved.steps })),
            "connection": connection,
            "returnUrl": session.return_url,
            "refreshUrl": session.refresh_url,
            "share": { "sharedAt": session.shared.map(iso), "byShare": found.by_share },
            "sealing": platform.config().sealing_keys.current(),
        })
    };
    Ok(language::json(platform, request, 200, say).await)
}

/// One attempt to link the account.
///
/// # Errors
/// Every ending but the accepted one.
pub async fn submit(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::session_token(platform, request)?;
    let submitted: ConnectRequest = body::json(request)?;
    let id = attempt_id(submitted.attempt_id)?;
    let provider = input::provider(&submitted.app, unknown_provider)?;
    let values = submitted::read(provider, &platform.config().sealing_keys, submitted.fields)?;
    let address = auth::address(request, platform.config());
    let attempt = Attempt { id, provider, address, values };
    let response = connect(platform, &caller, attempt).await?;
    Ok(language::json(platform, request, 200, || response.into_said()).await)
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Cancel {
    /// The attempt that is taken back.
    #[cfg_attr(feature = "schema", schemars(length(min = 8, max = 64), regex(pattern = "^[A-Za-z0-9-]+$")))]
    attempt_id: String,
}

/// Takes an attempt back. Answers like the attempt itself: how it had ended, or that it was cancelled.
///
/// # Errors
/// Every ending but the accepted one.
pub async fn cancel_attempt(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::session_token(platform, request)?;
    let Cancel { attempt_id: id } = body::json(request)?;
    let response = cancel(&caller, attempt_id(id)?).await?;
    Ok(language::json(platform, request, 200, || response.into_said()).await)
}

fn attempt_id(id: String) -> Result<String> {
    let valid = (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if valid {
        return Ok(id);
    }
    let fix = "Use 8 to 64 letters, digits and hyphens, a UUID for example; the same to repeat an attempt, another for a new one.";
    Err(input::invalid("attemptId", "The attempt’s id is not one.", fix))
}
