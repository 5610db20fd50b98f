//! The use case of a backend that replaces the credential of an account. The order of writes is that of `create`. The old credential
//! stays in place until the new one is verified and stored, and is kept for a day after that.

use crate::access::auth::KeyCaller;
use crate::connections::write::{Write, not_stored, verified, write};
use crate::credential::submitted::FieldValues;
use crate::credential::{Credential, few_enough};
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::ports::{BlobKey, Platform};
use crate::store::client::{CallError, Committed};
use crate::store::protocol::{AbandonConnection, BeginUpdate, CommitUpdate, ConnectionInProject};
use crate::store::refusals::CallerKind;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::{ConnectionId, ErrorCode, FieldError};

/// The new state that a backend wants an account to have.
pub struct Update {
    /// The provider, which must be the account's.
    pub provider: &'static Provider,
    /// The account.
    pub id: ConnectionId,
    /// `If-Match`: the revisions that the account may have; `None`: any.
    pub if_match: Option<String>,
    /// The new name; `None` keeps the old one.
    pub name: Option<String>,
    /// The new description; `Some(None)` removes it, `None` keeps it.
    pub description: Option<Option<String>>,
    /// All field values of the new credential.
    pub values: FieldValues,
    /// The version that this update restores; `None` if the values are new.
    pub restores: Option<u32>,
}

/// Verifies the new credential and replaces the old one.
///
/// # Errors
/// Every ending but the accepted one. The account is unchanged then, except after [`ErrorCode::OutcomeUnknown`], when it is not known.
pub async fn update<P: Platform>(
    platform: &P,
    caller: &KeyCaller<'_, P::Store>,
    update: Update,
) -> Result<ConnectionInProject> {
    let Update { provider, id, if_match, name, description, values, restores } = update;
    few_enough(values.len())?;
    let blob = BlobKey::from_random(platform.entropy().bytes16(), caller.mode(), caller.project, id);
    let begin = BeginUpdate {
        key: caller.proof(),
        app: provider.id.clone(),
        blob: blob.clone(),
        if_match,
        name: name.clone(),
    };
    let begun = caller.call(begin).await?;
    let abandon = |written, refused: Option<FieldError>| AbandonConnection {
        key: caller.proof(),
        blob: blob.clone(),
        app: provider.id.clone(),
        written,
        refused: refused.as_ref().map(|error| error.code),
        field: refused.and_then(|error| error.field),
    };
    let row = begun.connection;
    let offered = ProjectProvider::new(provider, &begun.project.settings.hosts);
    let (mut written, mut refused) = (false, None);
    let stored = async {
        let credential = Credential::read(&offered, values).map_err(Error::fields)?;
        let verified = verified(platform, caller, &offered, credential, &mut refused).await?;
        written = true;
        let new = Write {
            key: &blob,
            provider,
            verified: &verified,
            version: row.version + 1,
            name: name.unwrap_or(row.name),
            description: description.unwrap_or(row.description),
        };
        write(platform, new).await
    }
    .await;
    let connection = match stored {
        Ok(connection) => connection,
        Err(error) => {
            // If this call has no reply, the sweep abandons the update.
            let _ = caller.store().try_call(&abandon(written, refused)).await;
            return Err(error);
        }
    };
    let commit = CommitUpdate { key: caller.proof(), revision: row.revision, connection, restores };
    match caller.store().commit_or_ask(&commit, &abandon(true, None)).await {
        Ok(Committed::Done(updated)) => Ok(updated),
        // The reply to abandoning is the current account. If it points at the new value, the commit took effect.
        Ok(Committed::Asked { reply: Some(found), .. }) if found.connection.blob == blob.blob => Ok(found),
        Ok(Committed::Asked { log, .. }) => Err(not_stored().logged(log)),
        Err(CallError::Unanswered(log)) => Err(Error::new(
            ErrorCode::OutcomeUnknown,
            "The key was accepted, but our storage did not say in time whether it took the old one’s place.",
            "Read the account before trying again: its version tells.",
        )
        .retry_in(2)
        .logged(log)),
        Err(refused) => {
            let _ = caller.store().try_call(&abandon(true, None)).await;
            Err(refused.for_caller(CallerKind::ApiKey))
        }
    }
}
