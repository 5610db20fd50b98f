//! The providers Latchkey knows. Read from `shared/providers/*.toml` when this crate is built (`build.rs`); no TOML
//! parser is in any wasm, and there is no list to edit.

use latchkey_shared::provider::Provider;
use std::sync::OnceLock;

/// Every provider, by id. Read once, on first use.
#[must_use]
pub fn all() -> &'static [Provider] {
    static ALL: OnceLock<Vec<Provider>> = OnceLock::new();
    // `build.rs` wrote this text from the same types, so it reads back; the test below holds it.
    ALL.get_or_init(|| {
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/catalogue.json"))).unwrap_or_default()
    })
}

/// The provider with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Provider> {
    all().iter().find(|provider| provider.id == id)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_provider_file_is_in_the_catalogue() {
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../providers")).unwrap();
        let ids: Vec<_> = files
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(super::all().len(), ids.len());
        for id in ids {
            assert!(super::find(&id).is_some(), "{id}");
        }
    }
}
