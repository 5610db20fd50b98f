//! `POST /api/v1/console-links`: makes a link that signs one person in to the console, once.
//!
//! The token is in the fragment of the link, so that no server's log has it. It is shown this once.

use crate::access::auth;
use crate::access::hosts::public_url;
use crate::access::tokens::make_console_link;
use crate::api::endpoint::JsonBody;
use crate::api::input::{invalid, line};
use crate::crypto::digest::secret_hash;
use crate::error::Result;
use crate::http::Request;
use crate::http::body::Whole;
use crate::ports::{Clock, Platform};
use crate::store::client::StoreClient;
use crate::store::protocol::{CreateConsoleLink, KeyProof};
use crate::time::iso;
use latchkey_shared::console::ConsoleRole;
use latchkey_shared::limits::{CONSOLE_LINK_SECONDS, NAME_MAX};
use latchkey_shared::{Mode, ProjectId, base62};
use serde::{Deserialize, Serialize};

/// How long a link works if nothing is said, in seconds.
const USUAL_SECONDS: i64 = 600;

#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewConsoleLink {
    /// What the person may do. When it is left out, it is all that the caller’s key may, or `admin`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<ConsoleRole>"))]
    role: Option<String>,
    /// Who is to use it. When it is left out, it is the name of the caller’s key, or `Owner`.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    name: Option<String>,
    /// For how many seconds the link works.
    #[cfg_attr(feature = "schema", schemars(with = "Option<u32>", range(min = 60, max = 3600)))]
    expires_in: Option<Whole>,
    /// Test or live. A key makes links of its own mode only; the owner has to say it.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Mode>"))]
    mode: Option<String>,
}

/// A new link.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct ConsoleLinkView {
    /// The link, shown this once. It works once.
    url: String,
    /// When it stops working.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    expires_at: String,
    /// What the person may do.
    role: ConsoleRole,
    /// The mode that the person is signed in to.
    mode: Mode,
}

/// One new link.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedConsoleLink {
    /// The link.
    console_link: ConsoleLinkView,
}

/// Makes a link of the caller's mode.
///
/// # Errors
/// Without the scopes `admin` and `console`, or when a value is not allowed.
pub(crate) async fn create(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, NewConsoleLink>,
) -> Result<CreatedConsoleLink> {
    let caller = auth::key_caller(platform, request)?;
    let new = body.read_or_default()?;
    if new.mode.as_deref().is_some_and(|mode| mode != caller.mode().as_str()) {
        return Err(invalid("mode", "A key can only make links of its own mode.", "Leave mode out."));
    }
    let place = (caller.project, caller.mode());
    make(platform, request, place, caller.store(), Some(caller.proof()), new).await
}

/// Makes a link with the admin token.
///
/// # Errors
/// Without the admin token, when there is no such project, or when a value is not allowed.
pub(crate) async fn create_for(
    platform: &impl Platform,
    request: &Request,
    id: &str,
    body: JsonBody<'_, NewConsoleLink>,
) -> Result<CreatedConsoleLink> {
    auth::admin(request, platform.config())?;
    let project = super::projects::registered(platform, id).await?;
    let new = body.read()?;
    let mode = new.mode.as_deref().and_then(Mode::parse);
    let mode = mode.ok_or_else(|| invalid("mode", "The mode is missing or unknown.", "Use test or live."))?;
    let store = StoreClient::project(platform.store(), project);
    make(platform, request, (project, mode), &store, None, new).await
}

async fn make<P: Platform>(
    platform: &P,
    request: &Request,
    (project, mode): (ProjectId, Mode),
    store: &StoreClient<'_, P::Store>,
    by: Option<KeyProof>,
    new: NewConsoleLink,
) -> Result<CreatedConsoleLink> {
    let role = new.role.map(|word| {
        let known = ConsoleRole::ALL.map(ConsoleRole::as_str).join(", ");
        let wrong = || invalid("role", "There is no such role.", format!("Use one of: {known}."));
        ConsoleRole::parse(&word).ok_or_else(wrong)
    });
    let name = new.name.map(|name| line("name", &name, NAME_MAX));
    let seconds = new.expires_in.map_or(USUAL_SECONDS, |seconds| seconds.0);
    if !(60..=CONSOLE_LINK_SECONDS).contains(&seconds) {
        let fix = format!("Send seconds from 60 to {CONSOLE_LINK_SECONDS}.");
        return Err(invalid("expiresIn", "The link would work for too short or too long.", fix));
    }
    let link = make_console_link(platform.config(), platform.entropy(), mode, project);
    let id = base62::encode(link.id.random);
    let proof = KeyProof { id, mode, hash: secret_hash(link.secret), address: None, console: None };
    let expires = platform.clock().now_ms() + seconds * 1000;
    let operation =
        CreateConsoleLink { by, new: proof, role: role.transpose()?, name: name.transpose()?, expires };
    let made = store.call(operation).await?;
    let base = public_url(platform.config(), request, &made.project);
    // Exposed this once, to the caller. Only its hash is stored.
    let url = [base.as_str(), "/console/sign-in#", &link.expose()].concat();
    let console_link =
        ConsoleLinkView { url, expires_at: iso(made.expires), role: made.role, mode: made.mode };
    Ok(CreatedConsoleLink { console_link })
}
