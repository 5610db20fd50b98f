//! `POST`, `DELETE /api/v1/connect/share`: "I'm not the admin". The person who was invited lets somebody else fill in the
//! form.
//!
//! A share is a second token of the same session, not a session of its own. What ends the session ends both, both see the
//! same progress, and only one of them can link the account. The invited person's own token is never passed on, and the
//! shared one can be withdrawn alone. Only its hash is kept, so a lost link is replaced and never shown again.

use crate::access::auth;
use crate::access::hosts::public_url;
use crate::access::tokens::another_session_token;
use crate::api::endpoint::NoContent;
use crate::crypto::digest::secret_hash;
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::ShareSession;
use crate::time::iso;
use serde::Serialize;

/// A link for somebody else.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct SharedLink {
    /// The page with the form. The token is its fragment, and is shown this once.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    url: String,
    /// When it expires, which is when the session expires.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    expires_at: String,
}

/// Makes a link for somebody else. An earlier one stops working.
///
/// # Errors
/// Without a valid token, with one that was itself shared, or when the session has ended.
pub(crate) async fn share(platform: &impl Platform, request: &Request) -> Result<SharedLink> {
    let caller = auth::session_caller(platform, request)?;
    let token = another_session_token(platform.entropy(), caller.mode(), caller.id.clone());
    let operation = ShareSession { proof: caller.proof(), hash: Some(secret_hash(token.secret)) };
    let found = caller.call(operation).await?;
    // Exposed this once, to the person who shares it. Only its hash is stored, and in the link it is the fragment.
    let address = public_url(platform.config(), request, &found.project);
    let url = format!("{address}/link/{}#{}", token.id, token.expose());
    Ok(SharedLink { url, expires_at: iso(found.session.expires) })
}

/// Withdraws the shared link.
///
/// # Errors
/// As for [`share`].
pub(crate) async fn unshare(platform: &impl Platform, request: &Request) -> Result<NoContent> {
    let caller = auth::session_caller(platform, request)?;
    caller.call(ShareSession { proof: caller.proof(), hash: None }).await?;
    Ok(NoContent)
}
