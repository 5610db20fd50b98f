//! The use case of a backend that replaces the key of an account by a new one with the same rights.

use crate::access::auth::KeyCaller;
use crate::connections::task_try::new_lease;
use crate::connections::tasks::work;
use crate::error::{Error, Result};
use crate::ports::Platform;
use crate::store::client::CallError;
use crate::store::protocol::{BeginTask, ConnectionInProject, Refusal, TaskEnding};
use crate::store::refusals::CallerKind;
use latchkey_shared::ConnectionId;
use latchkey_shared::connection::TaskKind;
use latchkey_shared::provider::Provider;

/// Replaces the key of an account. Returns the account, and whether it is done. Otherwise it is tried again.
///
/// # Errors
/// If the account does not exist or is being changed, if the provider cannot replace keys or refuses to, or if our storage
/// fails.
pub(crate) async fn replace<P: Platform>(
    platform: &P,
    caller: &KeyCaller<'_, P::Store>,
    provider: &'static Provider,
    id: ConnectionId,
    if_match: Option<String>,
) -> Result<(ConnectionInProject, bool)> {
    let lease = new_lease(platform);
    let begin = BeginTask {
        key: caller.proof(),
        app: provider.id.clone(),
        id,
        if_match,
        kind: TaskKind::Rotate,
        offered: provider.rotate.is_some(),
        force: false,
        lease: lease.clone(),
    };
    let found = caller.store().send_twice(&begin).await;
    let found = found.map_err(|error| error.for_caller(CallerKind::ApiKey))?;
    let (tried, after) = work(platform, caller.store(), caller.mode(), &found, &lease).await?;
    if let Some(fault) = tried.fault {
        return Err(fault);
    }
    let after = after.ok_or_else(Error::not_found)?;
    match tried.ending {
        // Another try took over meanwhile, so the new key of this one is not the account's.
        TaskEnding::Rotated { connection, .. } if connection.key.blob != after.connection.blob => {
            Err(CallError::Refused(Refusal::Ending).for_caller(CallerKind::ApiKey))
        }
        TaskEnding::Refused { error, .. } | TaskEnding::Lost(error) => Err(Error::fields(vec![error])),
        TaskEnding::Later { .. } => Ok((after, false)),
        _ => Ok((after, true)),
    }
}
