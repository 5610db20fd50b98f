//! Makes the checkpoints of a project's audit log. The object says which entry is due, and this signs it: the database has no key.

use crate::access::audit_signature::sign;
use crate::ports::{Clock, Platform};
use crate::store::local::ObjectStore;

/// Makes the checkpoint that is due, and deletes entries behind an earlier one.
///
/// # Errors
/// A text for the log, if the database failed.
pub(super) fn sign_audit_log(platform: &impl Platform, object: &impl ObjectStore) -> Result<(), String> {
    let Some(Some(point)) = object.within(|store| store.take_due_audit())? else { return Ok(()) };
    let at = platform.clock().now_ms();
    let signature = sign(platform.config(), point.project, point.seq, &point.hash, at);
    object.within(|store| store.keep_checkpoint(&point, at, &signature)).map(drop)
}
