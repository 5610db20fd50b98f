//! Collects pairs into a `BTreeMap`, one insertion at a time.
//!
//! The standard `collect` sorts all pairs first, and the compiler makes a sorting algorithm for each type of pair: about six
//! kilobytes each in the Worker, for maps of a few entries.

use std::collections::BTreeMap;

/// The map of these pairs. If keys are equal, the last pair wins.
pub fn collect_btree<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}
