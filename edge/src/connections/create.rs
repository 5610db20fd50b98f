//! The use case of a backend that stores an account with its API key. The order of writes is that of `connect`, without a session.

use crate::access::auth::KeyCaller;
use crate::connections::write::{Write, not_stored, verified, write};
use crate::credential::submitted::FieldValues;
use crate::credential::{Credential, few_enough};
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::ports::{BlobKey, Platform};
use crate::store::client::{CallError, Committed};
use crate::store::protocol::{AbandonConnection, BeginConnection, CommitConnection, ConnectionInProject};
use crate::store::refusals::CallerKind;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::{ConnectionId, ErrorCode, FieldError};

/// The account that a backend wants to store.
#[derive(Debug)]
pub struct Creation {
    /// The provider.
    pub provider: &'static Provider,
    /// The name, unique in the project and mode.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// The field values, as the backend sent them.
    pub values: FieldValues,
    /// Whether the key is replaced at once, by one that nobody outside knows.
    pub take_over: bool,
    /// The idempotency key of the request, if it has one.
    pub once: Option<String>,
}

/// Verifies and stores the account.
///
/// # Errors
/// Every ending but the accepted one. Nothing is stored then, except after [`ErrorCode::OutcomeUnknown`], when it is not known.
pub async fn create<P: Platform>(
    platform: &P,
    caller: &KeyCaller<'_, P::Store>,
    creation: Creation,
) -> Result<ConnectionInProject> {
    let Creation { provider, name, description, values, take_over, once } = creation;
    few_enough(values.len())?;
    let connection = ConnectionId::from_random(platform.entropy().bytes16());
    let blob = BlobKey::from_random(platform.entropy().bytes16(), caller.mode(), caller.project, connection);
    let begin = BeginConnection { key: caller.proof(), blob: blob.clone(), name: name.clone() };
    let abandon = |written, refused: Option<FieldError>| AbandonConnection {
        key: caller.proof(),
        blob: blob.clone(),
        app: provider.id.clone(),
        written,
        refused: refused.as_ref().map(|error| error.code),
        field: refused.and_then(|error| error.field),
    };
    let begun = match caller.store().try_call(&begin).await {
        Ok(begun) => begun,
        Err(error) => {
            if matches!(error, CallError::Unanswered(_)) {
                // The store may have reserved the name. If this call has no reply either, the sweep frees the name.
                let _ = caller.store().try_call(&abandon(false, None)).await;
            }
            return Err(error.for_caller(CallerKind::ApiKey));
        }
    };
    let offered = ProjectProvider::new(provider, &begun.settings.hosts);
    let (mut written, mut refused) = (false, None);
    let stored = async {
        let credential = Credential::read(&offered, values).map_err(Error::fields)?;
        let verified = verified(platform, caller, &offered, credential, &mut refused).await?;
        written = true;
        write(platform, Write { key: &blob, provider, verified: &verified, version: 1, name, description })
            .await
    }
    .await;
    let connection = match stored {
        Ok(connection) => connection,
        Err(error) => {
            // If this call has no reply, the sweep frees the name.
            let _ = caller.store().try_call(&abandon(written, refused)).await;
            return Err(error);
        }
    };
    let commit = CommitConnection {
        key: caller.proof(),
        connection,
        idempotency_key: once,
        take_over: Some(take_over),
    };
    // To ask, abandon: after that the commit can no longer take effect, and the reply says whether it did before.
    match caller.store().commit_or_ask(&commit, &abandon(true, None)).await {
        Ok(Committed::Done(stored) | Committed::Asked { reply: Some(stored), .. }) => Ok(stored),
        Ok(Committed::Asked { reply: None, log }) => Err(not_stored().logged(log)),
        Err(CallError::Unanswered(log)) => Err(Error::new(
            ErrorCode::OutcomeUnknown,
            "The key was accepted, but our storage did not say in time whether the account is stored.",
            "List the connections before trying again: if the name is there, it was stored.",
        )
        .retry_in(2)
        .logged(log)),
        Err(refused) => Err(refused.for_caller(CallerKind::ApiKey)),
    }
}
