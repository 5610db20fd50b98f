//! `POST /api/v1/app-connections/{app}/{id}/rollback`: the credential before the last change comes back.
//!
//! It comes back as a change does, with a version of its own and verified first: its provider may not accept it any more, and
//! nothing is stored that was not verified (DESIGN, invariant 1). So a rollback can be rolled back.

use super::{connection_id, if_match, one};
use crate::access::auth;
use crate::api::input;
use crate::connections::open::open_credential;
use crate::connections::update::{Update, update};
use crate::error::{Error, Result};
use crate::http::{Request, Response};
use crate::ports::Platform;
use crate::store::protocol::FindKeptVersion;
use latchkey_shared::ErrorCode;
use latchkey_shared::collect::collect_btree;

/// Takes the last change of the credential back.
///
/// # Errors
/// When there is no earlier version any more; when its provider does not accept it, or the vault cannot open it: the
/// account is unchanged then. As for a change otherwise.
pub async fn rollback(platform: &impl Platform, request: &Request, app: &str, id: &str) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let provider = input::provider(app, Error::not_found)?;
    let id = connection_id(id)?;
    let revision = if_match(request)?;
    let asked = FindKeptVersion { key: caller.proof(), app: app.to_owned(), id, revision };
    let found = caller.call(asked).await?;
    let kept = found.ok_or_else(|| {
        Error::new(
            ErrorCode::VersionNotKept,
            "No earlier version of this account’s credential is kept.",
            "A version is kept for a day after it was replaced. Send the credential itself instead, with PATCH.",
        )
    })?;
    let credential = open_credential(platform, caller.mode(), caller.project, &kept).await?;
    let restore = Update {
        provider,
        id,
        // What was read is what is taken back: a change meanwhile refuses this one.
        revision: Some(kept.revision),
        name: None,
        description: None,
        values: collect_btree(credential.values().map(|(id, value)| (id.to_owned(), value.clone()))),
        restores: Some(kept.version),
    };
    Ok(one(200, update(platform, &caller, restore).await?))
}
