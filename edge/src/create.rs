//! The use case: a backend stores an account with its own key. The same order of writes as in `connect`, without a session.

use crate::answers::Answers;
use crate::connect::accepted;
use crate::credential::Credential;
use crate::credentials_hash::credentials_hash;
use crate::error::{Error, Result};
use crate::index::{Asker, CallError, call};
use crate::ledger::operation::{
    AbandonConnection, BeginConnection, CommitConnection, ConnectionInProject, KeyProof, NewConnection,
};
use crate::ports::{BlobStore, Entropy, Platform, Target};
use crate::simulator::verify_in;
use crate::vault::{Binding, BlobKey, seal};
use crate::verify::{Question, Verification, Verified};
use latchkey_shared::offer::Offer;
use latchkey_shared::provider::Provider;
use latchkey_shared::{ConnectionId, ErrorCode, Mode, ProjectId};

/// What is written: a verified credential, and how the connection is called.
pub struct Write<'a> {
    /// Where to.
    pub key: &'a BlobKey,
    /// Whose form it answers.
    pub provider: &'static Provider,
    /// What was accepted. There is no other way to make one.
    pub verified: &'a Verified,
    /// The version it is the credential of; the first is 1.
    pub version: u32,
    /// The wanted name.
    pub name: String,
    /// For people.
    pub description: Option<String>,
}

/// Seals the credential and writes it to KV. It is not visible before it is committed.
///
/// # Errors
/// When KV does not take it.
pub async fn write(platform: &impl Platform, new: Write<'_>) -> Result<NewConnection> {
    let binding = Binding { key: new.key, version: new.version, provider: &new.provider.id };
    let config = platform.config();
    let sealed = seal(&config.key_ring, platform.entropy(), &binding, new.verified)
        .map_err(|error| Error::fault(error.to_string()))?;
    let put = platform.blobs().put(new.key, &sealed).await;
    put.map_err(|error| not_stored().logged(format!("put: {error}")))?;
    let credential = new.verified.credential();
    Ok(NewConnection {
        key: new.key.clone(),
        sealed,
        app: new.provider.id.clone(),
        method: new.provider.method.clone(),
        name: new.name,
        description: new.description,
        credentials: credential.public(new.provider),
        hash: credentials_hash(config, new.key.project, &new.provider.method, credential),
        report: new.verified.report().clone(),
        key_id: config.key_ring.primary_id().to_owned(),
    })
}

pub(crate) fn not_stored() -> Error {
    Error::new(
        ErrorCode::StorageUnavailable,
        "The key was accepted, but could not be stored. Nothing was kept.",
        "Try again in a moment. Nothing you typed is lost.",
    )
    .retry_in(2)
}

/// What a backend asks for.
#[derive(Debug)]
pub struct Creation {
    /// Routes to the ledger; the mac of the key was checked.
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

/// Asks the provider on behalf of a backend, which waits for the answer alone; as what a key was refused is left in `refused`, for
/// the audit log.
///
/// # Errors
/// Every ending but the accepted one.
pub(crate) async fn verified(
    platform: &impl Platform,
    mode: Mode,
    target: Target,
    offer: &Offer,
    credential: Credential,
    refused: &mut Option<ErrorCode>,
) -> Result<Box<Verified>> {
    let question = Question { offer, credential, scopes: &[], known_organization: None, passed: &|_| () };
    let verification = verify_in(mode, platform, target, question).await?;
    if let Verification::Rejected(error) = &verification {
        *refused = Some(error.code);
    }
    accepted(verification)
}

/// Verifies and stores the account.
///
/// # Errors
/// Every ending but the accepted one; nothing is stored then.
pub async fn create(platform: &impl Platform, creation: Creation) -> Result<ConnectionInProject> {
    let Creation { project, key, provider, name, description, answers, once } = creation;
    let target = Target::Project(project);
    let connection = ConnectionId::from_random(platform.entropy().bytes16());
    let blob = BlobKey::make(platform.entropy(), key.mode, project, connection);
    let begin = BeginConnection { key: key.clone(), blob: blob.clone(), name: name.clone() };
    let abandon = |written, refused| AbandonConnection {
        key: key.clone(),
        blob: blob.clone(),
        app: provider.id.clone(),
        written,
        refused,
    };
    let begun = match call(platform.index(), target, &begin).await {
        Ok(begun) => begun,
        Err(error) => {
            if matches!(error, CallError::Unanswered(_)) {
                // It may have reserved the name; if this is not answered either, the sweep frees it.
                let _ = call(platform.index(), target, &abandon(false, None)).await;
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
            let _ = call(platform.index(), target, &abandon(written, refused)).await;
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
        match call(platform.index(), target, &commit).await {
            Ok(stored) => return Ok(stored),
            Err(CallError::Unanswered(why)) => log = why,
            Err(refused) => return Err(refused.for_asker(Asker::Key)),
        }
    }
    match call(platform.index(), target, &abandon).await {
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
