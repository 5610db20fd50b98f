//! The index and the files are what the providers in `shared/providers/` say.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use latchkey_provider_file::Files;
use std::path::{Path, PathBuf};

/// The files that the build wrote, by their path below the folder of the assets.
const OUT: &str = env!("OUT_DIR");

fn folders() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../providers")).unwrap();
    let mut folders: Vec<_> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The provider that a folder describes.
fn provider(folder: &Path) -> Provider {
    let name = folder.file_name().unwrap().to_string_lossy();
    latchkey_provider_file::read(&name, &Files::of(folder).unwrap()).unwrap()
}

/// An entry like that of the index, with nothing loaded.
fn unloaded(entry: &Entry) -> Entry {
    let Entry { id, name, aliases, description, color, categories, method, .. } = *entry;
    let Entry { own_hosts, scopes, key_shapes, file, translated, .. } = *entry;
    let loaded = OnceLock::new();
    Entry {
        id,
        name,
        aliases,
        description,
        translated,
        color,
        categories,
        method,
        own_hosts,
        scopes,
        key_shapes,
        file,
        loaded,
    }
}

#[test]
fn the_index_is_what_the_providers_say() {
    assert!(!INDEX.is_empty());
    let providers: Vec<_> = folders().iter().map(|folder| provider(folder)).collect();
    assert_eq!(ids().collect::<Vec<_>>(), providers.iter().map(|provider| &provider.id).collect::<Vec<_>>());
    for (entry, provider) in index().iter().zip(&providers) {
        assert_eq!(entry.name, provider.name);
        assert_eq!(entry.aliases, provider.aliases);
        assert_eq!(entry.description, provider.description);
        assert_eq!(entry.color, provider.color.as_deref());
        assert_eq!(entry.translated, ["gitlab", "harness", "launchdarkly", "okta"].contains(&entry.id));
        assert_eq!(entry.categories, provider.categories);
        assert_eq!(entry.method, provider.method);
        assert_eq!(entry.own_hosts, provider.own_hosts);
        let scopes: Vec<_> = provider.scopes.iter().map(|scope| &scope.id).collect();
        assert_eq!(entry.scopes, scopes);
        assert!(super::entry(&provider.id).is_some_and(|found| found.id == entry.id));
    }
    assert!(super::entry("nobody").is_none());
}

#[test]
fn each_file_reads_back_as_its_provider() {
    for (entry, folder) in index().iter().zip(folders()) {
        let bytes = std::fs::read(Path::new(OUT).join(entry.file)).unwrap();
        let entry = unloaded(entry);
        assert!(entry.loaded().is_none());
        let read = serde_json::to_value(entry.load(&bytes).unwrap()).unwrap();
        assert_eq!(read, serde_json::to_value(provider(&folder)).unwrap(), "{}", entry.id);
        assert!(entry.loaded().is_some(), "it is kept");
        assert!(entry.load(&[]).is_some(), "and needs no bytes again");
    }
    assert!(load("nobody", &[]).is_none());
}

#[test]
fn there_is_one_file_for_each_provider_and_its_name_has_the_hash_of_its_bytes() {
    use sha2::{Digest as _, Sha256};
    let mut expected: Vec<_> = index()
        .iter()
        .map(|entry| {
            let bytes = std::fs::read(Path::new(OUT).join(entry.file)).unwrap();
            let hash: String =
                Sha256::digest(&bytes).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(entry.file, format!("providers/{}-{hash}.postcard", entry.id));
            entry.file.to_owned()
        })
        .collect();
    let files = std::fs::read_dir(Path::new(OUT).join("providers")).unwrap();
    let mut found: Vec<_> =
        files.map(|file| format!("providers/{}", file.unwrap().file_name().to_string_lossy())).collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn bytes_of_another_provider_or_of_none_are_refused_and_the_right_ones_still_read() {
    let bytes = |entry: &Entry| std::fs::read(Path::new(OUT).join(entry.file)).unwrap();
    let [first, second, ..] = index() else { panic!("there are two providers at least") };
    let entry = unloaded(first);
    let right = bytes(first);
    for wrong in [bytes(second), Vec::new(), right.get(..right.len() / 2).unwrap().to_vec()] {
        assert!(entry.load(&wrong).is_none());
        assert!(entry.loaded().is_none());
    }
    assert!(entry.load(&right).is_some());
}

#[cfg(feature = "embedded")]
#[test]
fn every_provider_is_found_by_its_id() {
    for (found, folder) in all().zip(folders()) {
        let provider = provider(&folder);
        assert_eq!(found.id, provider.id);
        assert!(find(&provider.id).is_some_and(|found| found.name == provider.name));
    }
    assert_eq!(all().count(), index().len());
    assert!(find("nobody").is_none());
}
