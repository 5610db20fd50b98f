//! `POST`, `DELETE /api/v1/connect/share`: "I'm not the admin". The person who was invited lets somebody else fill the form in.
//!
//! A share is a second token of the same session, not a session of its own: whatever ends the session ends both, its progress
//! is there for both, and only one of them can link the account. The invited person's own token is never handed on, and the
//! one that is can be taken back alone. Only its hash is kept, so a link that was lost is replaced, never shown again.

use crate::access::auth;
use crate::access::hosts::public_url;
use crate::access::tokens::another_session_token;
use crate::crypto::digest::secret_hash;
use crate::error::Result;
use crate::http::{Request, Response};
use crate::ports::Platform;
use crate::store::protocol::ShareSession;
use crate::time::iso;
use serde_json::json;

/// Makes a link for somebody else. One that was made before stops working.
///
/// # Errors
/// Without a valid token, with one that was itself shared, or when the session has ended.
pub async fn share(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::session_token(platform, request)?;
    let token = another_session_token(platform.entropy(), caller.mode(), caller.id.clone());
    let asked = ShareSession { proof: caller.proof(), hash: Some(secret_hash(token.secret)) };
    let found = caller.call(asked).await?;
    // Exposed this once, to the person who shares it; only its hash is stored, and in the link it is the fragment.
    let address = public_url(platform.config(), request, &found.project);
    let url = format!("{address}/link/{}#{}", token.id, token.expose());
    let answer = json!({ "url": url, "expiresAt": iso(found.session.expires) });
    Ok(Response::json(201, &answer))
}

/// Takes the shared link back.
///
/// # Errors
/// The same.
pub async fn unshare(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::session_token(platform, request)?;
    let asked = ShareSession { proof: caller.proof(), hash: None };
    caller.call(asked).await?;
    Ok(Response::done())
}
