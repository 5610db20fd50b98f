//! The use case: a backend changes the credential of an account. The same order of writes as when it was made; the credential
//! before stays in place until the new one is verified and stored, and is kept for a while after.

use crate::connections::write::{Write, not_stored, verified, write};
use crate::credential::Credential;
use crate::credential::submitted::Answers;
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::ports::BlobKey;
use crate::ports::{Platform, Target};
use crate::store::client::{CallError, call};
use crate::store::protocol::{AbandonConnection, BeginUpdate, CommitUpdate, ConnectionInProject, KeyProof};
use crate::store::refusals::Asker;
use latchkey_shared::offer::Offer;
use latchkey_shared::provider::Provider;
use latchkey_shared::{ConnectionId, ErrorCode, ProjectId};

/// What a backend asks for.
pub struct Change {
    /// Routes to the store; the mac of the key was checked.
    pub project: ProjectId,
    /// Who asks.
    pub key: KeyProof,
    /// The provider, which must be the account's.
    pub provider: &'static Provider,
    /// The account.
    pub id: ConnectionId,
    /// The revision it must have.
    pub revision: Option<u32>,
    /// The new name.
    pub name: Option<String>,
    /// The new description; none in it takes it away.
    pub description: Option<Option<String>>,
    /// The new answers, all of them.
    pub answers: Answers,
    /// The earlier version they were taken from, if they were.
    pub restores: Option<u32>,
}

/// Verifies the new credential and puts it in the old one's place.
///
/// # Errors
/// Every ending but the accepted one; the account is unchanged then.
pub async fn change(platform: &impl Platform, change: Change) -> Result<ConnectionInProject> {
    let Change { project, key, provider, id, revision, name, description, answers, restores } = change;
    let target = Target::Project(project);
    let blob = BlobKey::from_random(platform.entropy().bytes16(), key.mode, project, id);
    let begin = BeginUpdate {
        key: key.clone(),
        app: provider.id.clone(),
        blob: blob.clone(),
        revision,
        name: name.clone(),
    };
    let begun = call(platform.store(), target, &begin).await.map_err(|error| error.for_asker(Asker::Key))?;
    let give_up = |written, refused| AbandonConnection {
        key: key.clone(),
        blob: blob.clone(),
        app: provider.id.clone(),
        written,
        refused,
    };
    let row = begun.connection;
    let offer = Offer::new(provider, &begun.project.settings.hosts);
    let (mut written, mut refused) = (false, None);
    let stored = async {
        let credential = Credential::read(&offer, answers).map_err(Error::fields)?;
        let verified = verified(platform, key.mode, target, &offer, credential, &mut refused).await?;
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
            // If this is not answered, the sweep does it.
            let _ = call(platform.store(), target, &give_up(written, refused)).await;
            return Err(error);
        }
    };
    let commit = CommitUpdate { key: key.clone(), revision: row.revision, connection, restores };
    let mut log = String::new();
    for _ in 0..2 {
        match call(platform.store(), target, &commit).await {
            Ok(changed) => return Ok(changed),
            Err(CallError::Unanswered(why)) => log = why,
            Err(refused) => {
                let _ = call(platform.store(), target, &give_up(true, None)).await;
                return Err(refused.for_asker(Asker::Key));
            }
        }
    }
    // Giving up answers whether it had acted: the row then points at the new value.
    match call(platform.store(), target, &give_up(true, None)).await {
        Ok(Some(found)) if found.connection.blob == blob.blob => Ok(found),
        Ok(_) => Err(not_stored().logged(log)),
        Err(_) => Err(Error::new(
            ErrorCode::OutcomeUnknown,
            "The key was accepted, but our storage did not say in time whether it took the old one’s place.",
            "Read the account before trying again: its version tells.",
        )
        .retry_in(2)
        .logged(log)),
    }
}
