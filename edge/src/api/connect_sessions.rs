//! `/api/v1/connect-sessions`: a backend makes a session, which lets one end user link one account or change the key of
//! one. It can extend and revoke a session. Reading sessions is in `api/connect_session_views.rs`, the checks of single values are in
//! `api/input/session.rs`.

use crate::access::auth;
use crate::access::hosts::public_url;
use crate::access::idempotency::{REPLAYED, once, token_secret};
use crate::access::tokens::{is_our_session, make_session_token, session_id};
use crate::api::endpoint::{Built, IntoResponse, JsonBody, NoContent};
use crate::api::input::{check_take_over, description, name, origin, page_url, session};
use crate::api::invitation::{self, Invitation, invitation};
use crate::connections::connect_session_view::{ConnectSession, view};
use crate::crypto::digest::secret_hash;
use crate::error::{Error, Result};
use crate::http::body::{Object, Whole};
use crate::http::{Request, Response};
use crate::ports::{Clock, Platform};
use crate::store::protocol::{ChangeSession, CreateSession, RevokeSession, SessionProof, SessionRow};
use crate::time::iso;
use latchkey_shared::session::{EndOrganization, EndUser, SessionState};
use latchkey_shared::{ErrorCode, ProjectId, SessionId, base62};
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
    #[cfg_attr(feature = "schema", schemars(with = "EndUser"))]
    end_user: Object<EndUser>,
    /// The customer they belong to.
    #[cfg_attr(feature = "schema", schemars(with = "Option<EndOrganization>"))]
    organization: Option<Object<EndOrganization>>,
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
    expires_in: Option<Whole>,
    /// Origins that may embed the form, out of the project’s. When it is left out, all of the project’s may.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<Vec<crate::http::schema::Origin>>", length(max = 20))
    )]
    allowed_origins: Option<Vec<String>>,
    /// The account whose key is to be replaced, instead of linking a new one. `providers` must name its provider only. Needs
    /// the scope `connections:write` too.
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
    /// Whether the key is replaced right after it was linked, so that nobody outside knows it. Only for providers that can
    /// replace a key.
    #[serde(default)]
    take_over: bool,
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
    /// The link, ready to be passed on. Only with `?invitation=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Invitation"))]
    invitation: Option<Invitation>,
}

/// Makes a session. Its token is shown this once.
///
/// # Errors
/// Without a valid key, or when a value is not valid.
pub(crate) async fn create(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, NewSession>,
) -> Result<Built<CreatedSession>> {
    let caller = auth::key_caller(platform, request)?;
    let new = body.read()?;
    let offered = session::providers(platform, &new.providers).await?;
    let (Object(end_user), organization) = (new.end_user, new.organization.map(|Object(object)| object));
    session::people(&end_user, organization.as_ref())?;
    let expires_in = session::expires_in(new.expires_in)?;
    if let Some(origins) = &new.allowed_origins {
        origin::check(origins)?;
    }
    check_take_over(new.take_over, offered.iter().copied())?;
    let mode = caller.mode();
    page_url::check("returnUrl", new.return_url.as_deref(), mode)?;
    page_url::check("refreshUrl", new.refresh_url.as_deref(), mode)?;
    session::metadata(&new.metadata)?;
    let expires = platform.clock().now_ms() + expires_in * 1000;
    let row = SessionRow {
        prefill: session::prefill(&offered, new.prefill)?,
        scopes: session::scopes(&offered, new.scopes)?,
        providers: new.providers,
        organization,
        connection_name: new.connection_name.map(|text| name("connectionName", text)).transpose()?,
        description: description(new.description)?,
        connection: new.connection_id.as_deref().map(session::connection).transpose()?,
        return_url: new.return_url,
        refresh_url: new.refresh_url,
        locale: new.locale.map(session::locale).transpose()?,
        metadata: new.metadata,
        take_over: new.take_over.then_some(true),
        ..SessionRow::new(mode, end_user, expires)
    };
    open(platform, request, &caller, row, new.allowed_origins, false).await
}

/// Opens a session, and shows its token this once. `relink`: it is for the account's own person, as the account has them,
/// if the row names nobody.
///
/// # Errors
/// When the store refuses the session.
pub(super) async fn open<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &auth::KeyCaller<'_, P::Store>,
    row: SessionRow,
    allowed_origins: Option<Vec<String>>,
    relink: bool,
) -> Result<Built<CreatedSession>> {
    let config = platform.config();
    let invites = invitation::is_wanted(request)?;
    let once = once(platform, request, &caller.proof().id)?;
    let mut token = make_session_token(config, platform.entropy(), row.mode, caller.project);
    token.secret = token_secret(platform, request, once.as_ref(), &token.id)?;
    let id = base62::encode(token.id.random);
    let proof = SessionProof { id: id.clone(), mode: row.mode, hash: secret_hash(token.secret) };
    let shown = row.clone();
    let open = CreateSession {
        key: caller.proof(),
        proof,
        session: row,
        allowed_origins,
        once: once.clone(),
        relink: Some(relink),
    };
    let opened = caller.call(open).await.map_err(|mut error| {
        if error.code == ErrorCode::NameTaken {
            error.errors.iter_mut().for_each(|error| error.field = Some("connectionName".to_owned()));
        }
        error
    })?;
    let replayed = opened.id != id;
    if replayed {
        token.id = session_id(config, caller.project, random_part(&opened.id)?);
        token.secret = token_secret(platform, request, once.as_ref(), &token.id)?;
    }
    // Exposed this once, to the backend that made it. Only its hash is stored. In the link it is the fragment, which no
    // browser sends to a server.
    let secret = token.expose();
    let url = format!("{}/link/{}#{secret}", public_url(config, request, &opened.project), token.id);
    let made = CreatedSession {
        id: token.id.to_string(),
        invitation: match invites {
            true => Some(
                invitation(platform, request, &opened.project.name, &shown, (&url, opened.expires)).await,
            ),
            false => None,
        },
        token: secret,
        url,
        expires_at: iso(opened.expires),
    };
    let response = Built::json(201, &made);
    Ok(if replayed { response.with(REPLAYED, "true") } else { response })
}

/// A session that was done before it could be revoked.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndedSession {
    /// Identifies the session.
    id: String,
    /// Its state: `done`.
    state: SessionState,
}

/// Revokes a session: its page says so, and an attempt that is being checked is not stored. Returns nothing if the session is
/// revoked then. A session that is done stays done: its tokens end, and the response has its state.
///
/// # Errors
/// Without a valid key, or when there is no such session that this key may see.
pub(crate) async fn revoke(
    platform: &impl Platform,
    request: &Request,
    id: &str,
) -> Result<Built<NoContent>> {
    let caller = auth::key_caller(platform, request)?;
    let operation = RevokeSession { key: caller.proof(), id: random(platform, caller.project, id)? };
    let state = caller.call(operation).await?;
    if state == SessionState::Revoked {
        return Ok(Built::of(NoContent.into_response(204)));
    }
    let ended = EndedSession { id: id.to_owned(), state };
    Ok(Built::of(Response::json(200, &ended)))
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SessionChanges {
    /// For how many more seconds the session lives, from now on.
    #[cfg_attr(feature = "schema", schemars(with = "Option<i64>", range(min = 60, max = 2_592_000)))]
    expires_in: Option<Whole>,
}

/// Changes when a session expires. It lives at most thirty days after it was made, and no longer than its key.
///
/// # Errors
/// Without a valid key, when there is no such session that this key may see, when it has ended, or when a value is not valid.
pub(crate) async fn change(
    platform: &impl Platform,
    request: &Request,
    id: &str,
    body: JsonBody<'_, SessionChanges>,
) -> Result<ConnectSession> {
    let caller = auth::key_caller(platform, request)?;
    let random = random(platform, caller.project, id)?;
    let changes = body.read()?;
    let now = platform.clock().now_ms();
    let expires = changes.expires_in.map(|seconds| session::expires_in(Some(seconds))).transpose()?;
    let operation = ChangeSession {
        key: caller.proof(),
        id: random,
        expires: expires.map(|seconds| now + seconds * 1000),
        hash: None,
    };
    let changed = caller.call(operation).await?;
    Ok(view(id.to_owned(), changed.session, now))
}

/// Makes a new link for a session, shown this once. The link before stops working, and so does an attempt that it has under way.
///
/// # Errors
/// Without a valid key, when there is no such session that this key may see, or when it has ended.
pub(crate) async fn renew_link(
    platform: &impl Platform,
    request: &Request,
    id: &str,
) -> Result<CreatedSession> {
    let caller = auth::key_caller(platform, request)?;
    let random = random(platform, caller.project, id)?;
    let config = platform.config();
    let invites = invitation::is_wanted(request)?;
    let mut token = make_session_token(config, platform.entropy(), caller.mode(), caller.project);
    token.id = session_id(config, caller.project, random_part(&random)?);
    let hash = Some(secret_hash(token.secret));
    let operation = ChangeSession { key: caller.proof(), id: random, expires: None, hash };
    let changed = caller.call(operation).await?;
    // Exposed this once, as for a new session.
    let secret = token.expose();
    let url = format!("{}/link/{}#{secret}", public_url(config, request, &changed.project), token.id);
    let expires = changed.session.expires;
    let invitation = match invites {
        true => Some(
            invitation(platform, request, &changed.project.name, &changed.session, (&url, expires)).await,
        ),
        false => None,
    };
    Ok(CreatedSession { id: token.id.to_string(), token: secret, url, expires_at: iso(expires), invitation })
}

/// The number in a session's id that the store returned.
pub(super) fn random_part(id: &str) -> Result<u128> {
    base62::decode(id).ok_or_else(|| Error::fault("a stored id is not base62"))
}

/// The random part of a session's id, if the session is of the caller's project.
pub(super) fn random(platform: &impl Platform, project: ProjectId, id: &str) -> Result<String> {
    let ours = |id: &SessionId| id.project == project && is_our_session(platform.config(), id);
    let id = SessionId::parse(id).ok().filter(ours).ok_or_else(Error::not_found)?;
    Ok(base62::encode(id.random))
}
