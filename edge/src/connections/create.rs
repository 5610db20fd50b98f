//! The use case: a backend stores an account with its own key. The same order of writes as in `connect`, without a session.

use crate::connections::write::{Write, not_stored, verified, write};
use crate::credential::Credential;
use crate::credential::submitted::Answers;
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::ports::BlobKey;
use crate::ports::{Platform, Target};
use crate::store::client::{CallError, call};
use crate::store::protocol::{
    AbandonConnection, BeginConnection, CommitConnection, ConnectionInProject, KeyProof,
};
use crate::store::refusals::Asker;
use latchkey_shared::offer::Offer;
use latchkey_shared::provider::Provider;
use latchkey_shared::{ConnectionId, ErrorCode, ProjectId};

/// What a backend asks for.
#[derive(Debug)]
pub struct Creation {
    /// Routes to the store; the mac of the key was checked.
    pub project: ProjectId,
    /// Who asks.
    pub key: KeyProof,
    /// The provider.
    pub provider: &'static Provider,
    /// The wanted name.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// The answers as they came.
    pub answers: Answers,
    /// The idempotency key of the request.
    pub once: Option<String>,
}

/// Verifies and stores the account.
///
/// # Errors
/// Every ending but the accepted one; nothing is stored then.
pub async fn create(platform: &impl Platform, creation: Creation) -> Result<ConnectionInProject> {
    let Creation { project, key, provider, name, description, answers, once } = creation;
    let target = Target::Project(project);
    let connection = ConnectionId::from_random(platform.entropy().bytes16());
    let blob = BlobKey::from_random(platform.entropy().bytes16(), key.mode, project, connection);
    let begin = BeginConnection { key: key.clone(), blob: blob.clone(), name: name.clone() };
    let abandon = |written, refused| AbandonConnection {
        key: key.clone(),
        blob: blob.clone(),
        app: provider.id.clone(),
        written,
        refused,
    };
    let begun = match call(platform.store(), target, &begin).await {
        Ok(begun) => begun,
        Err(error) => {
            if matches!(error, CallError::Unanswered(_)) {
                // It may have reserved the name; if this is not answered either, the sweep frees it.
                let _ = call(platform.store(), target, &abandon(false, None)).await;
            }
            return Err(error.for_asker(Asker::Key));
        }
    };
    let offer = Offer::new(provider, &begun.settings.hosts);
    let (mut written, mut refused) = (false, None);
    let stored = async {
        let credential = Credential::read(&offer, answers).map_err(Error::fields)?;
        let verified = verified(platform, key.mode, target, &offer, credential, &mut refused).await?;
        written = true;
        write(platform, Write { key: &blob, provider, verified: &verified, version: 1, name, description })
            .await
    }
    .await;
    match stored {
        Ok(connection) => {
            commit(
                platform,
                target,
                CommitConnection { key: key.clone(), connection, once },
                abandon(true, None),
            )
            .await
        }
        Err(error) => {
            // If this is not answered, the sweep frees the name.
            let _ = call(platform.store(), target, &abandon(written, refused)).await;
            Err(error)
        }
    }
}

/// Commits. One that was not answered is sent once more, because it cannot act twice; then it is given up, and giving up
/// tells whether it had acted after all.
async fn commit(
    platform: &impl Platform,
    target: Target,
    commit: CommitConnection,
    abandon: AbandonConnection,
) -> Result<ConnectionInProject> {
    let mut log = String::new();
    for _ in 0..2 {
        match call(platform.store(), target, &commit).await {
            Ok(stored) => return Ok(stored),
            Err(CallError::Unanswered(why)) => log = why,
            Err(refused) => return Err(refused.for_asker(Asker::Key)),
        }
    }
    match call(platform.store(), target, &abandon).await {
        Ok(Some(stored)) => Ok(stored),
        Ok(None) => Err(not_stored().logged(log)),
        Err(_) => Err(Error::new(
            ErrorCode::OutcomeUnknown,
            "The key was accepted, but our storage did not say in time whether the account is stored.",
            "List the connections before trying again: if the name is there, it was stored.",
        )
        .retry_in(2)
        .logged(log)),
    }
}
