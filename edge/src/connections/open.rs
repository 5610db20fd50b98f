//! Opens a stored credential. Order of the read (DESIGN, invariant 3): the pointer, then KV; a miss reads the row's own copy.
//!
//! `GET …/credentials` calls it, and the health checks will.

use crate::connections::find_provider;
use crate::credential::Credential;
use crate::error::{Error, Result};
use crate::ports::BlobKey;
use crate::ports::{BlobStore, Platform};
use crate::store::protocol::ConnectionRow;
use crate::vault::{Binding, VaultError, open};
use latchkey_shared::{ErrorCode, Mode, ProjectId};

/// Opens the credential of a row that was just read.
///
/// # Errors
/// When KV does not answer, when it is nowhere or does not open. The detail for the log names the key, never the value.
pub async fn open_credential(
    platform: &impl Platform,
    mode: Mode,
    project: ProjectId,
    row: &ConnectionRow,
) -> Result<Credential> {
    let provider = find_provider(platform, &row.app).await?;
    let provider = provider.ok_or_else(|| Error::fault(format!("no provider {}", row.app)))?;
    let key = BlobKey { mode, project, connection: row.id, blob: row.blob.clone() };
    let stored = match platform.blobs().get(&key).await {
        Ok(stored) => stored,
        // The row's own copy is as good.
        Err(_) if row.sealed.is_some() => None,
        Err(error) => return Err(no_answer().logged(format!("get {key}: {error}"))),
    };
    let sealed = stored
        .or_else(|| row.sealed.clone())
        .ok_or_else(|| unreadable().logged(format!("{key} is nowhere")))?;
    let binding = Binding { key: &key, version: row.version, provider: &provider.id };
    open(&platform.config().key_ring, &binding, &sealed).map_err(|error| match error {
        VaultError::KeyMissing => Error::new(
            ErrorCode::VaultKeyMissing,
            "The vault key that wraps this account’s credential is not on the key ring any more.",
            "Put the key back into VAULT_KEYS, behind the primary one; GET /api/v1/vault tells its id.",
        )
        .logged(format!("{key}: {error}")),
        _ => unreadable().logged(format!("{key}: {error}")),
    })
}

fn no_answer() -> Error {
    Error::new(
        ErrorCode::StorageUnavailable,
        "Our storage does not answer right now.",
        "Try again in a moment.",
    )
    .retry_in(2)
}

fn unreadable() -> Error {
    Error::new(
        ErrorCode::CredentialUnreadable,
        "The stored credential of this account does not open: it is missing, or was altered where it is stored. Other \
         accounts are not concerned.",
        "Send the credential again with PATCH, and tell us the request id.",
    )
}
