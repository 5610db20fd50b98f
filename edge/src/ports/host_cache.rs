//! Which project a host name belonged to, a short while ago. Owns forgetting; refuses to ask anybody.

use latchkey_shared::ProjectId;
use std::cell::RefCell;

/// How long an entry is believed, in milliseconds.
const KEPT_MS: i64 = 60_000;
/// The most entries there are. One more, and all are dropped, so that invented host names cannot fill the memory.
const ENTRIES_MAX: usize = 256;

/// A host name, the project it belonged to if it was one's, and when that was asked.
type Entry = (String, Option<ProjectId>, i64);

/// The entries of one isolate.
#[derive(Default)]
pub struct HostCache(RefCell<Vec<Entry>>);

impl HostCache {
    /// The project of a host name, if it was asked for within the last minute; `Some(None)`: it was no project's.
    #[must_use]
    pub fn get(&self, host: &str, now: i64) -> Option<Option<ProjectId>> {
        let entries = self.0.borrow();
        let (_, project, asked) = entries.iter().find(|(name, ..)| name == host)?;
        (now - asked < KEPT_MS).then_some(*project)
    }

    /// Keeps what the registry said.
    pub fn put(&self, host: &str, project: Option<ProjectId>, now: i64) {
        let mut entries = self.0.borrow_mut();
        entries.retain(|(name, _, asked)| name != host && now - asked < KEPT_MS);
        if entries.len() >= ENTRIES_MAX {
            entries.clear();
        }
        entries.push((host.to_owned(), project, now));
    }
}
