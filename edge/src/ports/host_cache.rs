//! Caches which project a host name belongs to. It owns when an entry is dropped, and refuses to look one up elsewhere.

use latchkey_shared::ProjectId;
use std::cell::RefCell;

/// How long an entry is valid, in milliseconds.
const KEPT_MS: i64 = 60_000;
/// The most entries. One more drops all, so that invented host names cannot fill the memory.
const ENTRIES_MAX: usize = 256;

/// A host name, the project that it belongs to, and when this was looked up.
type Entry = (String, Option<ProjectId>, i64);

/// The cache of one isolate.
#[derive(Default)]
pub struct HostCache(RefCell<Vec<Entry>>);

impl HostCache {
    /// The project of a host name, if it was looked up within the last minute. `Some(None)`: it belonged to no project.
    #[must_use]
    pub fn get(&self, host: &str, now: i64) -> Option<Option<ProjectId>> {
        let entries = self.0.borrow();
        let (_, project, looked_up) = entries.iter().find(|(name, ..)| name == host)?;
        (now - looked_up < KEPT_MS).then_some(*project)
    }

    /// Keeps the result of a look-up.
    pub fn put(&self, host: &str, project: Option<ProjectId>, now: i64) {
        let mut entries = self.0.borrow_mut();
        entries.retain(|(name, _, looked_up)| name != host && now - looked_up < KEPT_MS);
        if entries.len() >= ENTRIES_MAX {
            entries.clear();
        }
        entries.push((host.to_owned(), project, now));
    }
}
