//! `POST /api/v1/app-connections/{app}/{id}/rollback`: restores the credential before the last change.
//!
//! A rollback is an update: the earlier credential is verified again, because its provider may not accept it any more and
//! nothing is stored that was not verified (ARCHITECTURE, invariant 1). It gets a new version. So a rollback can be rolled
//! back.

use super::{OneConnection, connection_id, if_match, moment, one};
use crate::access::auth;
use crate::api::endpoint::Built;
use crate::api::input;
use crate::connections::open::open_credential;
use crate::connections::update::{Update, update};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::http::etag::tag;
use crate::ports::Platform;
use crate::store::protocol::FindKeptVersion;
use latchkey_shared::ErrorCode;
use latchkey_shared::collect::collect_btree;

/// Restores the credential before the last change.
///
/// # Errors
/// When no earlier version is kept, when its provider does not accept it, or when the vault cannot open it. The account is
/// unchanged in each case. Otherwise as for an update.
pub(crate) async fn rollback(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
) -> Result<Built<OneConnection>> {
    let caller = auth::key_caller(platform, request)?;
    let provider = input::provider(platform, app, Error::not_found).await?;
    let id = connection_id(id)?;
    let if_match = if_match(request);
    let operation = FindKeptVersion { key: caller.proof(), app: app.to_owned(), id, if_match };
    let found = caller.call(operation).await?;
    let kept = found.ok_or_else(|| {
        Error::new(
            ErrorCode::VersionNotKept,
            "No earlier version of this account’s credential is kept.",
            "A version is kept for a day after it is replaced. Send the credential itself with PATCH instead.",
        )
    })?;
    let credential = open_credential(platform, caller.mode(), caller.project, &kept).await?;
    let restore = Update {
        provider,
        id,
        // Only the revision that was read is changed. If another request changed it meanwhile, this one is refused.
        if_match: Some(tag(kept.revision)),
        name: None,
        description: None,
        values: collect_btree(credential.values().map(|(id, value)| (id.to_owned(), value.clone()))),
        restores: Some(kept.version),
    };
    Ok(one(200, update(platform, &caller, restore).await?, moment(platform, &caller)))
}
