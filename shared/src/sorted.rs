//! Makes sorted maps entry by entry.
//!
//! `collect` sorts all entries first, and each kind of entry brings a sorting algorithm of its own into the Worker: some six
//! kilobytes each, for maps of a handful of entries.

use std::collections::BTreeMap;

/// The map of these pairs; the last of equal keys counts.
pub fn map<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}
