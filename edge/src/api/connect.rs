//! `GET /api/v1/connect`, `POST /api/v1/connect`: for the page, with a session token.

use super::unknown_provider;
use crate::answers;
use crate::connect::{Attempt, connect};
use crate::error::Result;
use crate::http::{Request, Response, auth, body};
use crate::index::{Asker, CallError, call};
use crate::ledger::operation::{ReadSession, Refusal};
use crate::ports::{Clock, Platform, Target};
use crate::time::iso;
use latchkey_shared::connect::{Branding, ConnectRequest, Form, SessionView};
use latchkey_shared::offer::Offer;
use latchkey_shared::session::SessionState;
use serde_json::json;

/// The form of a provider, without its guide.
pub(crate) fn form(offer: &Offer) -> Form {
    let provider = offer.provider;
    Form { app: provider.id.clone(), name: provider.name.clone(), fields: offer.fields_for_page() }
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
    let session = found.session;
    if session.state == SessionState::Done {
        return Err(refused(CallError::Refused(Refusal::Used)));
    }
    if session.expires <= platform.clock().now_ms() {
        return Err(refused(CallError::Refused(Refusal::Expired)));
    }
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
        "definition": offered.first().map(|provider| form(&Offer::new(provider, &found.project.settings.hosts))),
        "prefill": session.prefill,
        "progress": null,
        "sealing": platform.config().sealing_keys.current(),
    });
    Ok(Response::json(200, &answer))
}

/// One attempt to link the account.
///
/// # Errors
/// Every ending but the accepted one.
pub async fn submit(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::session_token(request, platform.config())?;
    let submitted: ConnectRequest = body::json(request)?;
    let id = submitted.attempt_id;
    let valid = (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !valid {
        let fix = "Use 8 to 64 letters, digits and hyphens, a UUID for example; the same to repeat an attempt, another for a new one.";
        return Err(super::invalid("attemptId", "The attempt’s id is not one.", fix));
    }
    let provider = super::provider(&submitted.app, unknown_provider)?;
    let answers = answers::read(provider, &platform.config().sealing_keys, submitted.fields)?;
    let address = auth::address(request, platform.config());
    let attempt = Attempt { session: caller.id, proof: caller.proof, id, provider, address, answers };
    let response = connect(platform, attempt).await?;
    Ok(Response::json(200, &json!(response)))
}
