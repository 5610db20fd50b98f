//! `GET /api/v1/live`: a WebSocket that tells a page of the console what changed, so that it asks for it. It tells kinds and ids, never
//! data.
//!
//! A browser cannot set headers on it, so the mode is in the query, and `Origin` must be our own. The person is checked here; the
//! socket itself belongs to the project's object, and `live.js` opens it there as the answer's header says.

use crate::access::auth;
use crate::access::console::check_origin;
use crate::access::hosts::site;
use crate::api::endpoint::{Built, NoContent};
use crate::api::input::invalid;
use crate::error::{Error, Result};
use crate::http::{Request, Response};
use crate::ports::Platform;
use crate::store::protocol::ReadConsole;
use latchkey_shared::limits::{LIVE_IDS_MAX, LIVE_SOCKETS_MAX};
use latchkey_shared::{ErrorCode, Mode};

/// Opens the channel of a mode.
///
/// # Errors
/// From another site, without a console session of the mode, or when the request does not ask for a WebSocket.
pub(crate) async fn open(platform: &impl Platform, request: &Request) -> Result<Built<NoContent>> {
    let upgrade = request.header("upgrade").unwrap_or_default();
    if request.header("cookie").is_none() {
        let message = "The request has no cookie of the console.";
        return Err(Error::new(ErrorCode::CredentialsMissing, message, "Sign in, at /console."));
    }
    check_origin(request)?;
    let mode = request.query.get("mode").and_then(|mode| Mode::parse(mode));
    let mode = mode.ok_or_else(|| invalid("mode", "The mode is missing or unknown.", "Use test or live."))?;
    let caller = auth::console_caller(platform, request, mode)?;
    if !site(platform, request).await?.has(caller.project) {
        return Err(Error::not_found());
    }
    let session = caller.call(ReadConsole { key: caller.proof() }).await?.session;
    if !upgrade.eq_ignore_ascii_case("websocket") {
        let fix = "Open it as a WebSocket (RFC 6455). A program reads GET /api/v1/events.";
        return Err(invalid("Upgrade", "The request does not ask for a WebSocket.", fix));
    }
    let live = format!("{} {mode} {} {LIVE_SOCKETS_MAX} {LIVE_IDS_MAX}", caller.project, session.id);
    Ok(Built::of(Response::done()).with("latchkey-live", live))
}
