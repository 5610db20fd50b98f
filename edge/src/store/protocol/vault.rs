//! Operations of the rotation of the vault's keys.

use super::{KeyCount, KeyProof, Operation, ValueToRewrap};
use crate::ports::BlobKey;
use latchkey_shared::ProjectId;

operations! {
    /// How many values each wrapping key wraps. Without an asker, for the deployment's owner.
    CountKeys("count-keys") -> Vec<KeyCount> {
        /// Who asks.
        key: Option<KeyProof>,
    }

    /// Projects that were not moved to the primary key of this ring, or not looked at for a day; those that waited longest first.
    ListUnrotatedProjects("list-unrotated-projects") -> Vec<ProjectId> {
        /// The ids of the ring's keys, the primary first.
        ring: String,
        /// At most so many.
        limit: u32,
    }

    /// Notes that a project was looked at.
    NoteRotation("note-rotation") -> () {
        /// Which.
        id: ProjectId,
        /// The ring whose primary key wraps all its values now, if it does.
        ring: Option<String>,
    }

    /// Values that are not wrapped by the primary key.
    ListValuesToRewrap("list-values-to-rewrap") -> Vec<ValueToRewrap> {
        /// Who asks; none: the deployment's owner.
        key: Option<KeyProof>,
        /// The id of the primary key.
        primary: String,
        /// Every id on the key ring.
        known: Vec<String>,
        /// At most so many.
        limit: u32,
    }

    /// Notes the value that is about to be written in another's place.
    BeginRewrap("begin-rewrap") -> () {
        /// What may be written.
        blob: BlobKey,
    }

    /// Points at the re-wrapped value, if the version still pointed at the old one. Repeating it answers the same.
    ReplaceBlob("replace-blob") -> bool {
        /// The blob of the old value.
        from: String,
        /// The new value.
        to: BlobKey,
        /// The version it is the credential of.
        version: u32,
        /// The key that wraps it now.
        key_id: String,
        /// The new value itself.
        sealed: String,
    }
}
