//! `GET /api/v1/console` and `/api/v1/console-sessions`: who is signed in to the console, as what, and until when.

use crate::access::{auth, console};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::{Clock, Platform};
use crate::store::protocol::{
    ConsoleSessionRow, ConsoleSessionView, ListConsoleSessions, ReadConsole, RevokeConsoleSession,
};
use crate::time::iso;
use latchkey_shared::collect::sort_few;
use latchkey_shared::console::ConsoleRole;
use latchkey_shared::limits::CONSOLE_IDLE_MINUTES;
use latchkey_shared::{ErrorCode, KeyScope, Mode, ProjectId};
use serde::Serialize;

/// The project of the console.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct ConsoleProject {
    /// A UUID.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Uuid"))]
    id: ProjectId,
    /// The product’s name.
    name: String,
    /// The name that pages show.
    display_name: String,
    /// The owner.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Uuid"))]
    organization_id: String,
    /// When it is deleted for good. Until then an admin can restore it. Null: it was not deleted.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    deletes_at: Option<String>,
}

/// The console, as the signed-in person has it.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Console {
    /// The project.
    project: ConsoleProject,
    /// The mode of the session.
    mode: Mode,
    /// The modes in which this browser is signed in to this project.
    modes: Vec<Mode>,
    /// The role.
    role: ConsoleRole,
    /// What the role may do with the key that signed in.
    scopes: Vec<KeyScope>,
    /// The session’s id, as `GET /api/v1/console-sessions` lists it.
    session_id: String,
    /// Who signed in: the name of a key or of a link, or an e-mail address.
    signed_in_as: String,
    /// When the session ends.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    expires_at: String,
    /// When it ends, if it is not used again.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    idle_expires_at: String,
    /// The time of the mode. Test mode has a clock of its own.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    now: String,
    /// The addresses it may be used from. Left out: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    addresses: Option<Vec<String>>,
}

/// The console of the caller.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct OneConsole {
    /// The console.
    console: Console,
}

/// A console session, as admins see it.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct ConsoleSession {
    /// Identifies the session.
    id: String,
    /// Test or live.
    mode: Mode,
    /// The role now.
    role: ConsoleRole,
    /// What it may do now.
    scopes: Vec<KeyScope>,
    /// Who signed in: the name of a key or of a link, or an e-mail address.
    signed_in_as: String,
    /// The API key that it ends with. Null: it was begun without one.
    api_key_id: Option<String>,
    /// The e-mail address that Cloudflare Access verified.
    email: Option<String>,
    /// Where it was begun from: the network of the address.
    network: Option<String>,
    /// What the browser said about itself.
    user_agent: Option<String>,
    /// When it was begun.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    created_at: String,
    /// When it was last used, to the minute.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    last_used_at: String,
    /// When it ends.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    expires_at: String,
    /// Whether it is the caller’s own.
    current: bool,
}

/// The console sessions of a mode.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConsoleSessions {
    /// Newest first.
    console_sessions: Vec<ConsoleSession>,
}

/// A console session that was revoked.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct RevokedConsoleSession {
    /// The session, as it was.
    console_session: ConsoleSession,
}

/// The signed-in person and their project.
///
/// # Errors
/// Without a console session.
pub(crate) async fn read(platform: &impl Platform, request: &Request) -> Result<OneConsole> {
    let Some(mode) = console::wanted(request)? else {
        return Err(Error::new(
            ErrorCode::CredentialsMissing,
            "The request does not say which console session it is of.",
            "Send the header latchkey-console: test or live, with the cookie of that mode. An API key has no console.",
        ));
    };
    let caller = auth::console_caller(platform, request, mode)?;
    let view = caller.call(ReadConsole { key: caller.proof() }).await?;
    let mut modes = vec![mode];
    for other in [Mode::Test, Mode::Live].into_iter().filter(|other| *other != mode) {
        let Ok(caller) = auth::console_caller(platform, request, other) else { continue };
        if caller.project == view.project.id && caller.call(ReadConsole { key: caller.proof() }).await.is_ok()
        {
            modes.push(other);
        }
    }
    Ok(console_of(view, modes, platform.clock().now_ms()))
}

/// The response for a session.
pub(crate) fn console_of(view: ConsoleSessionView, mut modes: Vec<Mode>, now: i64) -> OneConsole {
    sort_few(&mut modes, |mode| *mode);
    let ConsoleSessionView { session, project } = view;
    let now = iso(project.now_in(session.mode, now));
    let idle = session.expires.min(session.used + CONSOLE_IDLE_MINUTES * 60_000);
    let project = ConsoleProject {
        id: project.id,
        display_name: project.name.clone(),
        name: project.name,
        organization_id: project.org_id,
        deletes_at: project.ends.map(iso),
    };
    let console = Console {
        project,
        mode: session.mode,
        modes,
        role: session.role,
        scopes: session.scopes,
        session_id: session.id,
        signed_in_as: session.name,
        expires_at: iso(session.expires),
        idle_expires_at: iso(idle),
        now,
        addresses: session.addresses,
    };
    OneConsole { console }
}

/// The console sessions of the caller's mode.
///
/// # Errors
/// Without the scope `admin`.
pub(crate) async fn list(platform: &impl Platform, request: &Request) -> Result<ConsoleSessions> {
    let caller = auth::key_caller(platform, request)?;
    let own = caller.proof();
    let rows = caller.call(ListConsoleSessions { key: caller.proof() }).await?;
    let console_sessions = rows.into_iter().map(|row| view(row, &own.id)).collect();
    Ok(ConsoleSessions { console_sessions })
}

/// Ends a console session. A person may always end their own.
///
/// # Errors
/// When it is not there, or without the scope `admin`.
pub(crate) async fn revoke(
    platform: &impl Platform,
    request: &Request,
    id: &str,
) -> Result<RevokedConsoleSession> {
    let caller = auth::key_caller(platform, request)?;
    if id.len() > 30 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Error::not_found());
    }
    let own = caller.proof();
    let row = caller.call(RevokeConsoleSession { key: caller.proof(), id: id.to_owned() }).await?;
    Ok(RevokedConsoleSession { console_session: view(row, &own.id) })
}

fn view(row: ConsoleSessionRow, own: &str) -> ConsoleSession {
    ConsoleSession {
        current: row.id == own,
        id: row.id,
        mode: row.mode,
        role: row.role,
        scopes: row.scopes,
        signed_in_as: row.name,
        api_key_id: row.key,
        email: row.email,
        network: row.address,
        user_agent: row.agent,
        created_at: iso(row.created),
        last_used_at: iso(row.used),
        expires_at: iso(row.expires),
    }
}
