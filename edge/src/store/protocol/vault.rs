//! Operations that rotate the vault's keys.

use super::{Actor, KeyCount, KeyProof, Operation, ValueToRewrap};
use crate::ports::BlobKey;

operations! {
    /// Counts the values that each wrapping key wraps.
    CountKeys("count-keys") -> Vec<KeyCount> {
        /// Who calls; `None` is the owner of the deployment.
        key: Option<KeyProof>,
    }

    /// Returns values that the primary key does not wrap.
    ListValuesToRewrap("list-values-to-rewrap") -> Vec<ValueToRewrap> {
        /// Who calls; `None` is the owner of the deployment.
        key: Option<KeyProof>,
        /// The id of the primary key.
        primary: String,
        /// All ids on the key ring.
        known: Vec<String>,
        /// The most that are returned.
        limit: u32,
    }

    /// Records the blob that a re-wrapped value may be written to.
    BeginRewrap("begin-rewrap") -> () {
        /// The blob that may be written.
        blob: BlobKey,
    }

    /// Replaces the blob of a version by the re-wrapped one, if the version still has the old one. A repeated call returns
    /// the same.
    ReplaceBlob("replace-blob") -> bool {
        /// The old blob.
        from: String,
        /// The new blob.
        to: BlobKey,
        /// The version whose credential it is.
        version: u32,
        /// The id of the key that wraps it now.
        key_id: String,
        /// The new sealed value.
        sealed: String,
        /// Who moves it. Left out: the timer.
        by: Option<Actor>,
    }
}
