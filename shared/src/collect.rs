//! Short lists in order: pairs in a `BTreeMap`, and items by a key.
//!
//! The standard library has a sorting algorithm for long lists, and the compiler makes one for each type of item: about six kilobytes each in
//! the Worker, for lists of a few entries. These insert one item at a time.

use std::collections::BTreeMap;

/// The map of these pairs. If keys are equal, the last pair wins.
pub fn collect_btree<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}

/// The items in the order of their keys. Items with equal keys stay in their order. For lists of up to a few hundred items.
pub fn sort_few<T, K: PartialOrd>(items: &mut [T], key: impl Fn(&T) -> K) {
    order_few(items, |before, item| key(before) > key(item));
}

/// The items in an order: `wrong` says whether two of them stand the other way round. As [`sort_few`].
pub fn order_few<T>(items: &mut [T], wrong: impl Fn(&T, &T) -> bool) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0
            && let (Some(before), Some(item)) = (items.get(at - 1), items.get(at))
            && wrong(before, item)
        {
            items.swap(at - 1, at);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sort_few;

    #[test]
    fn items_are_in_the_order_of_their_keys_and_equal_ones_stay_in_theirs() {
        let mut items = [(3, 'a'), (1, 'b'), (3, 'c'), (2, 'd'), (1, 'e'), (0, 'f')];
        sort_few(&mut items, |(number, _)| *number);
        assert_eq!(items, [(0, 'f'), (1, 'b'), (1, 'e'), (2, 'd'), (3, 'a'), (3, 'c')]);
        sort_few(&mut [0_u8; 0], |number| *number);
    }
}
