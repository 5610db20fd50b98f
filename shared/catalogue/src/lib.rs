//! The providers Latchkey knows. Read from `shared/providers/<id>/` when this crate is built (`build.rs`); no TOML
//! parser is in any wasm, and there is no list to edit.
//!
//! Each is read when it is first asked for, so that a request pays for the one provider it is about.

use latchkey_shared::provider::Provider;
use std::sync::OnceLock;

/// One provider, and what its file was compacted to.
struct Entry {
    id: &'static str,
    bytes: &'static [u8],
    read: OnceLock<Option<Provider>>,
}

impl Entry {
    /// `build.rs` wrote the bytes from the same types, so they read back; the test below holds it.
    fn provider(&'static self) -> Option<&'static Provider> {
        self.read.get_or_init(|| postcard::from_bytes(self.bytes).ok()).as_ref()
    }
}

// `static ENTRIES: [Entry; _]`, sorted by id.
include!(concat!(env!("OUT_DIR"), "/entries.rs"));

/// The id of every provider, sorted; reads none of them.
pub fn ids() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.id)
}

/// Every provider, by id.
pub fn all() -> impl Iterator<Item = &'static Provider> {
    ENTRIES.iter().filter_map(Entry::provider)
}

/// The provider with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Provider> {
    ENTRIES.iter().find(|entry| entry.id == id)?.provider()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_provider_file_is_in_the_catalogue_and_reads_back() {
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../providers")).unwrap();
        let files = files.map(|file| file.unwrap().path());
        let mut ids: Vec<_> = files
            .filter(|path| path.is_dir())
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        ids.sort();
        assert_eq!(super::ids().collect::<Vec<_>>(), ids);
        assert_eq!(super::all().map(|provider| provider.id.clone()).collect::<Vec<_>>(), ids);
    }
}
