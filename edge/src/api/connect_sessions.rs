//! `/api/v1/connect-sessions`: a backend makes a session, which lets one end user link one account or change the key of
//! one. It can read a session, and revoke it. The checks of single values are in `api/input/session.rs`.

use crate::access::auth;
use crate::access::hosts::public_url;
use crate::access::tokens::{is_our_session, make_session_token};
use crate::api::endpoint::{JsonBody, NoContent};
use crate::api::input::{description, name, origin, page_url, session};
use crate::crypto::digest::secret_hash;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::{Clock, Platform};
use crate::store::protocol::{CreateSession, RevokeSession, SessionByApiKey, SessionProof, SessionRow};
use crate::time::iso;
use latchkey_shared::session::{EndOrganization, EndUser, SessionState};
use latchkey_shared::{ConnectionId, ErrorCode, Mode, ProjectId, SessionId, base62};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewSession {
    /// The providers that the person may link.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Vec<crate::http::schema::ProviderName>", length(min = 1))
    )]
    providers: Vec<String>,
    /// The person who gets the form, as you know them.
    end_user: EndUser,
    /// The customer they belong to.
    organization: Option<EndOrganization>,
    /// The name of the new account. When it is left out, one is made.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Slug>"))]
    connection_name: Option<String>,
    /// For people.
    #[cfg_attr(feature = "schema", schemars(length(max = 256)))]
    description: Option<String>,
    /// Values to start with, by field id, without secrets.
    #[serde(default)]
    prefill: BTreeMap<String, String>,
    /// What the key must allow: scopes of the provider.
    #[serde(default)]
    scopes: Vec<String>,
    /// How long the session lives, in seconds.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<i64>", range(min = 60, max = 2_592_000), extend("default" = 1800))
    )]
    expires_in: Option<serde_json::Number>,
    /// Origins that may embed the form, out of the project’s. When it is left out, all of the project’s may.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<Vec<crate::http::schema::Origin>>", length(max = 20))
    )]
    allowed_origins: Option<Vec<String>>,
    /// The account whose key is to be replaced, instead of linking a new one. `providers` must name its provider only.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uuid")))]
    connection_id: Option<String>,
    /// Where the hosted page leads at the end: an https URL, with a test key also http://localhost.
    #[cfg_attr(feature = "schema", schemars(length(max = 2000), extend("format" = "uri")))]
    return_url: Option<String>,
    /// Where the page of an ended link leads, to get a new link. It has the form of `returnUrl`.
    #[cfg_attr(feature = "schema", schemars(length(max = 2000), extend("format" = "uri")))]
    refresh_url: Option<String>,
    /// The form's language, a BCP 47 tag. If the form does not have that language, it follows the browser's
    /// `Accept-Language`, and else is in English.
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 35), regex(pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"))
    )]
    locale: Option<String>,
    /// Your own entries. Only your backend can read them.
    #[cfg_attr(feature = "schema", schemars(extend("maxProperties" = 20)))]
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

/// A session as the backend that made it sees it.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectSession {
    /// Identifies the session. The id alone gives no access.
    id: String,
    /// Test or live.
    mode: Mode,
    /// Its state.
    state: ConnectSessionState,
    /// The providers that the person may link.
    providers: Vec<String>,
    /// The person who gets the form.
    end_user: EndUser,
    /// The customer they belong to.
    organization: Option<EndOrganization>,
    /// The name of the new account.
    connection_name: Option<String>,
    /// For people.
    description: Option<String>,
    /// What the key must allow.
    scopes: Vec<String>,
    /// Origins that may embed the form.
    allowed_origins: Vec<String>,
    /// The account whose key is to be replaced.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    connection_id: Option<ConnectionId>,
    /// Where the hosted page leads at the end.
    return_url: Option<String>,
    /// Where the page of an ended link leads.
    refresh_url: Option<String>,
    /// The language of the form.
    locale: Option<String>,
    /// Your own entries.
    metadata: BTreeMap<String, String>,
    /// When the person shared it with somebody else.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    shared_at: Option<String>,
    /// When it expires.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    expires_at: String,
}

/// The state of a session.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
enum ConnectSessionState {
    /// It is waiting for an attempt.
    Open,
    /// One attempt is being checked.
    Leased,
    /// The account is linked.
    Done,
    /// It was revoked.
    Revoked,
    /// It has expired.
    Expired,
}

/// A new session.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedSession {
    /// Identifies the session. The id alone gives no access.
    id: String,
    /// For the embedded form: give it to your page. It is shown this once.
    token: String,
    /// For an e-mail or a redirect: the page with the form. The token is its fragment.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    url: String,
    /// When it expires.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    expires_at: String,
}

/// Makes a session. Its token is shown this once.
///
/// # Errors
/// Without a valid key, or when a value is not valid.
pub(crate) async fn create(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, NewSession>,
) -> Result<CreatedSession> {
    let config = platform.config();
    let caller = auth::key_caller(platform, request)?;
    let new = body.read()?;
    let offered = session::providers(platform, &new.providers).await?;
    session::people(&new.end_user, new.organization.as_ref())?;
    let expires_in = session::expires_in(new.expires_in.as_ref())?;
    if let Some(origins) = &new.allowed_origins {
        origin::check(origins)?;
    }
    let mode = caller.mode();
    page_url::check("returnUrl", new.return_url.as_deref(), mode)?;
    page_url::check("refreshUrl", new.refresh_url.as_deref(), mode)?;
    session::metadata(&new.metadata)?;
    let token = make_session_token(config, platform.entropy(), mode, caller.project);
    let expires = platform.clock().now_ms() + expires_in * 1000;
    let row = SessionRow {
        mode,
        prefill: session::prefill(&offered, new.prefill)?,
        scopes: session::scopes(&offered, new.scopes)?,
        providers: new.providers,
        origins: Vec::new(),
        end_user: new.end_user,
        organization: new.organization,
        connection_name: new.connection_name.map(|text| name("connectionName", text)).transpose()?,
        description: description(new.description)?,
        state: SessionState::Open,
        expires,
        connection: new.connection_id.as_deref().map(session::connection).transpose()?,
        return_url: new.return_url,
        refresh_url: new.refresh_url,
        locale: new.locale.map(session::locale).transpose()?,
        metadata: new.metadata,
        progress: None,
        shared: None,
    };
    let proof = SessionProof { id: base62::encode(token.id.random), mode, hash: secret_hash(token.secret) };
    let open =
        CreateSession { key: caller.proof(), proof, session: row, allowed_origins: new.allowed_origins };
    let project = caller.call(open).await.map_err(|mut error| {
        if error.code == ErrorCode::NameTaken {
            error.errors.iter_mut().for_each(|error| error.field = Some("connectionName".to_owned()));
        }
        error
    })?;
    // Exposed this once, to the backend that made it. Only its hash is stored. In the link it is the fragment, which no
    // browser sends to a server.
    let secret = token.expose();
    let url = format!("{}/link/{}#{secret}", public_url(config, request, &project), token.id);
    Ok(CreatedSession { id: token.id.to_string(), token: secret, url, expires_at: iso(expires) })
}

/// A session as the backend that made it sees it. Its token is not shown again.
///
/// # Errors
/// Without a valid key, or when there is no such session that this key may see.
pub(crate) async fn read(platform: &impl Platform, request: &Request, id: &str) -> Result<ConnectSession> {
    let caller = auth::key_caller(platform, request)?;
    let operation = SessionByApiKey { key: caller.proof(), id: random(platform, caller.project, id)? };
    let session = caller.call(operation).await?.session;
    let expired = session.expires <= platform.clock().now_ms();
    Ok(ConnectSession {
        id: id.to_owned(),
        mode: session.mode,
        state: match session.state {
            SessionState::Open | SessionState::Leased if expired => ConnectSessionState::Expired,
            SessionState::Open => ConnectSessionState::Open,
            SessionState::Leased => ConnectSessionState::Leased,
            SessionState::Done => ConnectSessionState::Done,
            SessionState::Revoked => ConnectSessionState::Revoked,
        },
        providers: session.providers,
        end_user: session.end_user,
        organization: session.organization,
        connection_name: session.connection_name,
        description: session.description,
        scopes: session.scopes,
        allowed_origins: session.origins,
        connection_id: session.connection,
        return_url: session.return_url,
        refresh_url: session.refresh_url,
        locale: session.locale,
        metadata: session.metadata,
        shared_at: session.shared.map(iso),
        expires_at: iso(session.expires),
    })
}

/// Revokes a session: its page says so, and an attempt that is being checked is not stored. A finished one stays done.
///
/// # Errors
/// As for [`read`].
pub(crate) async fn revoke(platform: &impl Platform, request: &Request, id: &str) -> Result<NoContent> {
    let caller = auth::key_caller(platform, request)?;
    let operation = RevokeSession { key: caller.proof(), id: random(platform, caller.project, id)? };
    caller.call(operation).await?;
    Ok(NoContent)
}

/// The random part of a session's id, if the session is of the caller's project.
fn random(platform: &impl Platform, project: ProjectId, id: &str) -> Result<String> {
    let ours = |id: &SessionId| id.project == project && is_our_session(platform.config(), id);
    let id = SessionId::parse(id).ok().filter(ours).ok_or_else(Error::not_found)?;
    Ok(base62::encode(id.random))
}
