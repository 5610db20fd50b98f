//! `GET /api/v1/connect`, `POST /api/v1/connect`, `POST /api/v1/connect/cancel`: the page's calls, with a session token.

use crate::access::auth;
use crate::access::client_address::client_network;
use crate::api::endpoint::{Built, JsonBody};
use crate::api::input;
use crate::api::input::unknown_provider;
use crate::connections::connect::{Attempt, cancel, connect};
use crate::connections::session_view::{chosen, form, prefill};
use crate::credential::submitted;
use crate::error::Result;
use crate::http::{Request, Response, language};
use crate::ports::{Clock, Platform};
use crate::store::client::CallError;
use crate::store::protocol::SessionByToken;
use crate::store::refusals::CallerKind;
use crate::time::iso;
use latchkey_shared::connect::{
    Branding, ConnectRequest, ConnectResponse, ConnectionView, Form, Prefill, SessionView,
};
use latchkey_shared::msg;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::sealing::SealingKey;
use latchkey_shared::session::SessionState;
use serde::{Deserialize, Serialize};

/// What the page needs beside its first HTML.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectView {
    /// The session.
    session: SessionView,
    /// Whose product the form belongs to.
    branding: Branding,
    /// The providers that the session offers.
    providers: Vec<OfferedProvider>,
    /// The form of one provider: `app` of the query, or the first.
    definition: Option<Form>,
    /// Values to start with.
    prefill: Vec<Prefill>,
    /// The finished steps of the guide.
    progress: Option<ReadProgress>,
    /// The account whose key is to be replaced.
    connection: Option<ConnectionView>,
    /// Where the hosted page leads at the end.
    return_url: Option<String>,
    /// Where the page of an ended link leads.
    refresh_url: Option<String>,
    /// Whether the session was shared.
    share: ShareView,
    /// The key that secrets are sealed to.
    #[cfg_attr(feature = "schema", schemars(with = "SealingKey"))]
    sealing: Option<SealingKey>,
}

/// The finished steps of a guide.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ReadProgress {
    /// The provider of the guide.
    app: String,
    /// The ids of the steps.
    steps: Vec<String>,
}

/// Whether a session was shared with somebody else.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct ShareView {
    /// When it was shared. Null: it is not shared.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    shared_at: Option<String>,
    /// Whether the token of this request is the shared one.
    by_share: bool,
}

/// A provider, in short.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct OfferedProvider {
    /// Its id.
    id: &'static str,
    /// Its name.
    name: &'static str,
    /// When the session's person connected it last. It is left out if they have no such account, if the session offers one provider only,
    /// and for an invited person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    connected_at: Option<String>,
}

/// What a page gets from its session.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes the response, which is built member by member")]
pub(crate) enum ConnectReply {
    /// The session can be used.
    Usable(Box<ConnectView>),
    /// The account is linked.
    Done(DoneView),
}

/// A session that is done. It has nothing of the session itself.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct DoneView {
    /// `done`.
    state: SessionState,
    /// The account that was linked, as it was then. It is left out a quarter of an hour after that, or when the account was
    /// deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<LinkedConnection>,
}

/// The account that was linked, in short.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct LinkedConnection {
    /// Its id.
    id: String,
    /// Its provider.
    app: String,
    /// Its name.
    name: String,
}

/// What a page may know once it has the token: who was invited, the form, values to start with, and the session's state. Of a
/// session that is done, only that it is, and for a while which account was linked.
///
/// # Errors
/// Without a valid token, or when the session was revoked or has expired.
pub(crate) async fn read(platform: &impl Platform, request: &Request) -> Result<Built<ConnectReply>> {
    let caller = auth::session_caller(platform, request)?;
    let found = caller.call(SessionByToken { proof: caller.proof(), opens: Some(true) }).await?;
    let now = platform.clock().now_ms();
    if found.session.state == SessionState::Done {
        let linked = found.linked(now).map(|(id, app, name)| LinkedConnection {
            id: id.to_string(),
            app: app.to_owned(),
            name: name.to_owned(),
        });
        let done = DoneView { state: SessionState::Done, connection: linked };
        return Ok(Built::of(Response::json(200, &done)));
    }
    if let Some(refusal) = found.ended(now) {
        return Err(CallError::Refused(refusal).for_caller(CallerKind::SessionToken));
    }
    let app = chosen(platform, &found, request.query.get("app").map(String::as_str)).await?;
    let definition = app.map(|app| form(&ProjectProvider::new(app, &found.project.settings.hosts), &found));
    let prefill = prefill(&found, app);
    let connection = found.session.connection.zip(found.current).map(|(id, current)| ConnectionView {
        id: id.to_string(),
        app: current.app,
        name: current.name,
        version: current.version,
        stored_at: iso(current.stored),
        key_name: current.key_name,
    });
    let accounts = found.accounts.unwrap_or_default();
    let connected = |app: &str| accounts.iter().find(|(known, _)| known == app).map(|(_, made)| iso(*made));
    let session = found.session;
    let offered = session.providers.iter().filter_map(|id| latchkey_catalogue::entry(id));
    let view = ConnectView {
        session: SessionView {
            id: caller.id.to_string(),
            mode: session.mode,
            state: session.state,
            expires_at: iso(session.expires),
            end_user: session.end_user,
            organization: session.organization,
        },
        branding: Branding { name: found.project.name },
        providers: offered
            .map(|entry| OfferedProvider {
                id: entry.id,
                name: entry.name,
                connected_at: connected(entry.id),
            })
            .collect(),
        definition,
        prefill,
        progress: session.progress.map(|saved| ReadProgress { app: saved.app, steps: saved.steps }),
        connection,
        return_url: session.return_url,
        refresh_url: session.refresh_url,
        share: ShareView { shared_at: session.shared.map(iso), by_share: found.by_share },
        sealing: platform.config().sealing_keys.current(),
    };
    let say = || ConnectView { definition: view.definition.map(Form::into_said), ..view };
    Ok(Built::of(language::json(platform, request, 200, say).await))
}

/// One attempt to link the account.
///
/// # Errors
/// Every result except success.
pub(crate) async fn submit(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, ConnectRequest>,
) -> Result<Built<ConnectResponse>> {
    let caller = auth::session_caller(platform, request)?;
    let submitted = body.read()?;
    let id = attempt_id(submitted.attempt_id)?;
    let provider = input::provider(platform, &submitted.app, unknown_provider).await?;
    let values = submitted::read(provider, &platform.config().sealing_keys, submitted.fields)?;
    let address = client_network(request, platform.config());
    let attempt = Attempt { id, provider, address, values };
    let response = connect(platform, &caller, attempt).await?;
    Ok(Built::of(language::json(platform, request, 200, || response.into_said()).await))
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CancelAttempt {
    /// The attempt to cancel.
    #[cfg_attr(feature = "schema", schemars(length(min = 8, max = 64), regex(pattern = "^[A-Za-z0-9-]+$")))]
    attempt_id: String,
}

/// Cancels an attempt. The response is the attempt's own: its result, if it had ended, or that it was canceled.
///
/// # Errors
/// Every result except success.
pub(crate) async fn cancel_attempt(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, CancelAttempt>,
) -> Result<Built<ConnectResponse>> {
    let caller = auth::session_caller(platform, request)?;
    let id = attempt_id(body.read()?.attempt_id)?;
    let response = cancel(&caller, id).await?;
    Ok(Built::of(language::json(platform, request, 200, || response.into_said()).await))
}

fn attempt_id(id: String) -> Result<String> {
    let valid = (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if valid {
        return Ok(id);
    }
    let fix = msg!(
        "Use 8 to 64 letters, digits and hyphens, such as a UUID. Send the same to repeat an attempt, and another for a new one."
    );
    Err(input::invalid("attemptId", msg!("attemptId is not valid."), fix))
}
