//! `GET /api/v1/connect`, `POST /api/v1/connect`, `POST /api/v1/connect/cancel`: for the page, with a session token.

use super::unknown_provider;
use crate::answers;
use crate::connect::{Attempt, cancel, connect};
use crate::error::Result;
use crate::http::{Request, Response, auth, body};
use crate::index::{Asker, CallError, call};
use crate::ledger::operation::{ReadSession, Refusal, SessionInProject};
use crate::ports::{Clock, Platform, Target};
use crate::time::iso;
use latchkey_shared::connect::{Branding, ConnectRequest, ConnectionView, Form, Prefill, SessionView};
use latchkey_shared::offer::Offer;
use latchkey_shared::provider::Provider;
use latchkey_shared::session::SessionState;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// The form of a provider, without its guide. When it changes the key of an account, what that account has already is folded
/// away: only what is missing is asked, and the secrets always are, because what is stored is never sent to a host it was not
/// checked with.
pub(crate) fn form(offer: &Offer, found: &SessionInProject) -> Form {
    let provider = offer.provider;
    let mut fields = offer.fields_for_page();
    for field in fields.iter_mut().filter(|field| !field.secret) {
        field.advanced |=
            found.current.as_ref().is_some_and(|current| current.credentials.contains_key(&field.id));
    }
    let update = found.session.connection.is_some();
    Form { app: provider.id.clone(), name: provider.name.clone(), update, fields }
}

/// The provider of a session that is meant: the one that is asked for, or the first.
pub(crate) fn chosen(found: &SessionInProject, app: Option<&str>) -> Option<&'static Provider> {
    let mut offered = found.session.providers.iter().filter_map(|id| latchkey_catalogue::find(id));
    match app {
        Some(app) => offered.find(|provider| provider.id == app),
        None => offered.next(),
    }
}

/// What to start with, latest word last in this list and first in what is told: what the backend knows, what the account has,
/// what was filled in before.
fn prefill(found: &SessionInProject, app: Option<&Provider>) -> Vec<Prefill> {
    let mut values: BTreeMap<_, _> =
        found.session.prefill.iter().map(|known| (known.field.as_str(), known.value.as_str())).collect();
    if let Some(current) = &found.current {
        values.extend(current.credentials.iter().map(|(field, value)| (field.as_str(), value.as_str())));
    }
    let saved = found.session.progress.as_ref().filter(|saved| app.is_some_and(|app| app.id == saved.app));
    if let Some(saved) = saved {
        values.extend(saved.fields.iter().map(|(field, value)| (field.as_str(), value.as_str())));
    }
    let told = |(field, value): (&str, &str)| Prefill { field: field.to_owned(), value: value.to_owned() };
    values.into_iter().map(told).collect()
}

/// What comes after the token: who is asked, what is prefilled, where the session stands.
///
/// # Errors
/// Without a valid token, or when the session has ended.
pub async fn read(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::session_token(request, platform.config())?;
    let refused = |error: CallError| error.for_asker(Asker::Session);
    let asked = ReadSession { proof: caller.proof };
    let found = call(platform.index(), Target::Project(caller.project), &asked).await.map_err(refused)?;
    let done = found.session.state == SessionState::Done;
    if let Some(refusal) = ended(&found, platform.clock().now_ms()).filter(|_| !done) {
        return Err(refused(CallError::Refused(refusal)));
    }
    let app = chosen(&found, request.query.get("app").map(String::as_str));
    let definition = app.map(|app| form(&Offer::new(app, &found.project.settings.hosts), &found));
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
    let answer = json!({
        "session": view,
        "branding": Branding { name: found.project.name },
        "providers": providers,
        "definition": definition,
        "prefill": prefill,
        "progress": session.progress.map(|saved| json!({ "app": saved.app, "steps": saved.steps })),
        "connection": connection,
        "returnUrl": session.return_url,
        "refreshUrl": session.refresh_url,
        "share": { "sharedAt": session.shared.map(iso), "byShare": found.by_share },
        "sealing": platform.config().sealing_keys.current(),
    });
    Ok(Response::json(200, &answer))
}

/// Why no attempt can be made with a session, if so.
pub(crate) fn ended(found: &SessionInProject, now: i64) -> Option<Refusal> {
    match found.session.state {
        SessionState::Done => Some(Refusal::Used),
        SessionState::Revoked => Some(Refusal::Revoked),
        _ if found.session.expires <= now => Some(Refusal::Expired),
        _ if found.session.connection.is_some() && found.current.is_none() => Some(Refusal::Gone),
        _ => None,
    }
}

/// One attempt to link the account.
///
/// # Errors
/// Every ending but the accepted one.
pub async fn submit(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::session_token(request, platform.config())?;
    let submitted: ConnectRequest = body::json(request)?;
    let id = attempt_id(submitted.attempt_id)?;
    let provider = super::provider(&submitted.app, unknown_provider)?;
    let answers = answers::read(provider, &platform.config().sealing_keys, submitted.fields)?;
    let address = auth::address(request, platform.config());
    let attempt = Attempt { session: caller.id, proof: caller.proof, id, provider, address, answers };
    let response = connect(platform, attempt).await?;
    Ok(Response::json(200, &json!(response)))
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
pub async fn take_back(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::session_token(request, platform.config())?;
    let Cancel { attempt_id: id } = body::json(request)?;
    let response = cancel(platform, caller.project, caller.proof, attempt_id(id)?).await?;
    Ok(Response::json(200, &json!(response)))
}

fn attempt_id(id: String) -> Result<String> {
    let valid = (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if valid {
        return Ok(id);
    }
    let fix = "Use 8 to 64 letters, digits and hyphens, a UUID for example; the same to repeat an attempt, another for a new one.";
    Err(super::invalid("attemptId", "The attempt’s id is not one.", fix))
}
