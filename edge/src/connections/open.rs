//! Opens a stored credential. Order of the read (ARCHITECTURE, invariant 3): the pointer in the row, then KV. If KV does not have the
//! value, the row's own copy is used.

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
/// If KV does not respond, or if the value is missing or does not open. The text for the log names the blob key, never the value.
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
        // The row has a copy of the same bytes.
        Err(_) if row.sealed.is_some() => None,
        Err(error) => return Err(storage_unavailable().logged(format!("get {key}: {error}"))),
    };
    let sealed = stored
        .or_else(|| row.sealed.clone())
        .ok_or_else(|| unreadable().logged(format!("{key} is nowhere")))?;
    let binding = Binding { key: &key, version: row.version, provider: &provider.id };
    open(&platform.config().key_ring, &binding, &sealed).map_err(|error| match error {
        VaultError::KeyMissing => Error::new(
            ErrorCode::VaultKeyMissing,
            "The vault key that wraps this account’s credential is not on the key ring any more.",
            "Put the key back into VAULT_KEYS, behind the primary one; GET /api/v1/vault shows its id.",
        )
        .logged(format!("{key}: {error}")),
        _ => unreadable().logged(format!("{key}: {error}")),
    })
}

fn storage_unavailable() -> Error {
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
