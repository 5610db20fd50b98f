//! The cookies of the console, and where a request that uses one may come from.
//!
//! A browser has one cookie for each mode. A request says in the header `latchkey-console` which of them it means, so that the
//! cookie of one mode never acts in the other, and so that a page of another site, which cannot send that header, never uses
//! one. `Authorization` wins: then no cookie is read. It refuses to check a secret: the store does that.

use crate::access::tokens::is_our_console_token;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::store::refusals::console_session_ended;
use latchkey_shared::{ConsoleToken, ErrorCode, Mode};

/// The header that names the mode whose cookie counts: `test` or `live`.
pub const HEADER: &str = "latchkey-console";

/// The name of a mode's cookie. Its prefix keeps other host names from setting it (RFC 6265bis, section 4.1.3.2).
#[must_use]
pub fn cookie_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Test => "__Host-latchkey-test",
        Mode::Live => "__Host-latchkey-live",
    }
}

/// The mode whose cookie the request asks for. `None`: it asks for none, or it has `Authorization`.
///
/// # Errors
/// If the header has another value.
pub fn wanted(request: &Request) -> Result<Option<Mode>> {
    match request.header(HEADER) {
        Some(mode) if request.header("authorization").is_none() => {
            let mode = Mode::parse(mode).ok_or_else(|| {
                let message = "The header latchkey-console names no mode.";
                Error::on(HEADER, ErrorCode::InvalidParameter, message, "Send test or live.")
            })?;
            Ok(Some(mode))
        }
        _ => Ok(None),
    }
}

/// The token in the mode's cookie, if there is one of that mode. It is not checked here.
#[must_use]
pub fn cookie(request: &Request, mode: Mode) -> Option<ConsoleToken> {
    let pairs = request.header("cookie")?.split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut tokens = pairs.filter(|(name, _)| *name == cookie_name(mode)).map(|(_, token)| token);
    ConsoleToken::parse(tokens.next()?).ok().filter(|token| token.mode == mode)
}

/// The token in the mode's cookie, if this deployment made it.
///
/// # Errors
/// If there is no cookie, or it has another token.
pub(crate) fn token(request: &Request, config: &Config, mode: Mode) -> Result<ConsoleToken> {
    let named = |cookies: &str| cookies.contains(cookie_name(mode));
    if !request.header("cookie").is_some_and(named) {
        return Err(Error::new(
            ErrorCode::CredentialsMissing,
            "You are not signed in to the console in this mode.",
            "Sign in, at /console.",
        ));
    }
    let ours = cookie(request, mode).filter(|token| is_our_console_token(config, token));
    ours.ok_or_else(console_session_ended)
}

/// The cookie with this token, for as many seconds.
pub(crate) fn set_cookie(mode: Mode, token: &str, seconds: i64) -> String {
    let name = cookie_name(mode);
    format!("{name}={token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={seconds}")
}

/// Refuses a request that does not come from a page of this origin.
///
/// # Errors
/// If `Origin` is missing or another one (RFC 6454, section 7).
pub(crate) fn check_origin(request: &Request) -> Result<()> {
    let message = match request.header("origin") {
        Some(origin) if origin.eq_ignore_ascii_case(&request.origin) => return Ok(()),
        Some(_) => "The request comes from a page of another site.",
        None => "The request does not say which page it comes from.",
    };
    let fix = "Use the console on this host name. A program sends an API key as Authorization: Bearer.";
    Err(Error::new(ErrorCode::ForeignOrigin, message, fix))
}
