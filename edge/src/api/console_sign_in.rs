//! `POST` and `DELETE /console/session`: a person signs in to the console, and out of it.
//!
//! Both come from our own page only: `Origin` must be the request's own. Who signs in proves it with an API key that has the scope
//! `console`, with a link, or by Cloudflare Access. The answer sets the cookie of the session's mode, which no program of a page can
//! read. It refuses to say whether a key or link was unknown, of another project's host name, or wrong.

use super::console::{OneConsole, console_of};
use crate::access::auth::{self, Caller};
use crate::access::cloudflare_access;
use crate::access::console::{check_origin, set_cookie, wanted};
use crate::access::hosts::site;
use crate::access::tokens::{is_our_console_link, make_console_token};
use crate::api::endpoint::{Built, JsonBody, NoContent};
use crate::api::input::invalid;
use crate::api::projects::registered;
use crate::crypto::digest::secret_hash;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::{Clock, Platform, Target};
use crate::store::client::StoreClient;
use crate::store::protocol::{KeyProof, Refusal, SignIn, SignInWay, SignOut};
use crate::store::refusals::{CallerKind, refused};
use latchkey_shared::limits::{CONSOLE_REQUESTS, USER_AGENT_MAX};
use latchkey_shared::{ConsoleLink, ErrorCode, Mode, ProjectId, base62};
use serde::Deserialize;

/// One of the three ways to sign in.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SignInBody {
    /// An API key with the scope `console`.
    key: Option<String>,
    /// The token of a link.
    link: Option<String>,
    /// The project and mode to enter, for a person whom Cloudflare Access has let in.
    access: Option<Place>,
}

/// Where a person wants to sign in.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Place {
    /// The project’s id.
    project: String,
    /// Test or live.
    #[cfg_attr(feature = "schema", schemars(with = "Mode"))]
    mode: String,
}

/// Signs in.
///
/// # Errors
/// From another site, or when the key, the link or the statement of Cloudflare Access is not valid.
pub(crate) async fn sign_in(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, SignInBody>,
) -> Result<Built<OneConsole>> {
    check_origin(request)?;
    match body.read()? {
        SignInBody { key: Some(key), link: None, access: None } => {
            let caller = auth::caller_of_key(platform, request, &key)?;
            let (place, way) = ((caller.project, caller.mode()), SignInWay::Key(caller.proof()));
            begin(platform, request, place, caller.store(), way).await
        }
        SignInBody { key: None, link: Some(link), access: None } => {
            let caller = link_caller(platform, request, &link)?;
            let (place, way) = ((caller.project, caller.mode()), SignInWay::Link(caller.proof()));
            begin(platform, request, place, caller.store(), way).await
        }
        SignInBody { key: None, link: None, access: Some(place) } => {
            let email = cloudflare_access::email(platform, request).await?;
            let wrong = || invalid("mode", "There is no such mode.", "Use test or live.");
            let mode = Mode::parse(&place.mode).ok_or_else(wrong)?;
            let project = registered(platform, &place.project).await?;
            let store = StoreClient::new(platform.store(), Target::Project(project), CallerKind::Console);
            begin(platform, request, (project, mode), &store, SignInWay::Email(email)).await
        }
        _ => {
            Err(invalid("key", "The body does not say how you sign in.", "Send one of key, link and access."))
        }
    }
}

/// The caller with a link, which the body has.
fn link_caller<'a, P: Platform>(
    platform: &'a P,
    request: &'a Request,
    link: &str,
) -> Result<auth::KeyCaller<'a, P::Store>> {
    let link = ConsoleLink::parse(link).ok().filter(|link| is_our_console_link(platform.config(), link));
    let link = link.ok_or_else(|| refused(&Refusal::UnknownLink, CallerKind::Console))?;
    let id = base62::encode(link.id.random);
    let hash = secret_hash(link.secret);
    let proof = KeyProof { id, mode: link.mode, hash, address: None, console: None };
    let kind = CallerKind::Console;
    Ok(Caller::new(platform, request, kind, (link.mode, link.id), CONSOLE_REQUESTS, proof))
}

async fn begin<P: Platform>(
    platform: &P,
    request: &Request,
    (project, mode): (ProjectId, Mode),
    store: &StoreClient<'_, P::Store>,
    way: SignInWay,
) -> Result<Built<OneConsole>> {
    // At another project's host name there is no such project.
    if !site(platform, request).await?.has(project) {
        return Err(Error::not_found());
    }
    let token = make_console_token(platform.config(), platform.entropy(), mode, project);
    let new = KeyProof {
        id: base62::encode(token.id.random),
        mode: token.mode,
        hash: secret_hash(token.secret),
        address: None,
        console: Some(true),
    };
    let operation = SignIn { way, new, agent: request.header("user-agent").and_then(agent) };
    let kind = match operation.way {
        SignInWay::Key(_) => CallerKind::ApiKey,
        SignInWay::Link(_) | SignInWay::Email(_) => CallerKind::Console,
    };
    let begun = store.send_twice(&operation).await;
    let view = begun.map_err(|error| error.for_caller(kind))?;
    let seconds = (view.session.expires - platform.clock().now_ms()) / 1000;
    // Exposed this once, to the browser. Only its hash is stored.
    let cookie = set_cookie(token.mode, &token.expose(), seconds);
    let modes = vec![token.mode];
    Ok(Built::json(200, &console_of(view, modes, platform.clock().now_ms())).with("set-cookie", cookie))
}

/// What a browser says about itself, without characters that nobody sees, and cut.
fn agent(text: &str) -> Option<String> {
    let plain = text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ');
    let text: String = plain.take(USER_AGENT_MAX).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Signs out of the mode that the header `latchkey-console` names. A session that has ended already is signed out too.
///
/// # Errors
/// From another site, or when the header is missing.
pub(crate) async fn sign_out(platform: &impl Platform, request: &Request) -> Result<Built<NoContent>> {
    check_origin(request)?;
    let Some(mode) = wanted(request)? else {
        let fix = "Send the header latchkey-console: test or live.";
        return Err(Error::new(
            ErrorCode::CredentialsMissing,
            "The request does not say which mode to leave.",
            fix,
        ));
    };
    if let Ok(caller) = auth::console_caller(platform, request, mode) {
        caller.call(SignOut { key: caller.proof() }).await?;
    }
    Ok(Built::of(crate::http::Response::done()).with("set-cookie", set_cookie(mode, "", 0)))
}
