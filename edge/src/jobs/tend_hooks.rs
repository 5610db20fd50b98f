//! Registers the push channels that accounts want, and looks after those that are there. The object of a project runs it.

use crate::connections::hooks::{remove_unknown, tend};
use crate::crypto::entropy::Entropy;
use crate::ports::{Clock, Log, Platform};
use crate::store::client::StoreClient;
use crate::store::protocol::{SettleHook, TakeDueHook, TendedHook};
use latchkey_shared::{Mode, ProjectId, base62};

/// The most channels of one call. The rest is due again at once.
pub const HOOKS_MAX: u32 = 5;

/// The most requests that looking after a channel makes.
pub(crate) const HOOK_REQUESTS: u32 = 15;

/// After so many milliseconds nothing more is begun.
const PATIENCE_MS: i64 = 20_000;

/// Looks after at most `limit` channels of a project that are due. Returns how many there were.
///
/// # Errors
/// A text for the log, if the store does not answer.
pub async fn tend_hooks<P: Platform>(platform: &P, project: ProjectId, limit: u32) -> Result<u32, String> {
    tend_in(platform, project, None, limit).await
}

/// The same for the accounts of one mode. `None`: of any.
///
/// # Errors
/// A text for the log, if the store does not answer.
pub(super) async fn tend_in<P: Platform>(
    platform: &P,
    project: ProjectId,
    mode: Option<Mode>,
    limit: u32,
) -> Result<u32, String> {
    let began = platform.clock().now_ms();
    let store = StoreClient::project(platform.store(), project);
    let fault = |error: crate::error::Error| error.log.unwrap_or_else(|| error.detail.to_string());
    for tended in 0..limit {
        if platform.clock().now_ms() - began > PATIENCE_MS {
            return Ok(tended);
        }
        let fresh = base62::encode(u128::from_be_bytes(platform.entropy().bytes16()));
        let Some(due) = store.call(TakeDueHook { fresh, mode }).await.map_err(fault)? else {
            return Ok(tended);
        };
        let tended = tend(platform, &store, &due).await.unwrap_or_else(|error| {
            let polled = due.poll_since.is_some();
            let nothing = TendedHook { retry_in: error.retry_after, polled, ..TendedHook::unknown() };
            platform.log().fault("hook", &fault(error));
            nothing
        });
        let hook = Some(due.hook.clone());
        let mut given = due.given.clone();
        given.extend(tended.given.clone());
        let settle = SettleHook { connection: due.found.connection.id, lease: due.lease, tended, hook };
        if store.call(settle).await.map_err(fault)? == Some(true)
            && due.poll_since.is_none()
            && let Err(error) = remove_unknown(platform, &store, &due, given).await
        {
            platform.log().fault("hook", &fault(error));
        }
    }
    Ok(limit)
}
