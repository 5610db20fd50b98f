//! The providers Latchkey knows: an index of all of them, and each provider's data when it is first asked for.
//!
//! `build.rs` makes both from `shared/providers/<id>/`, so there is no list to edit and no TOML parser in any wasm. The data of a provider
//! is a file, [`Entry::file`]. The Worker reads it from its assets and passes the bytes to [`load`]. With the feature `embedded`, which
//! is on by default, the files are in the program too, and `find` needs no bytes.

use latchkey_shared::provider::{OwnHosts, Provider};
use std::sync::OnceLock;

/// A provider in the index.
#[derive(Debug)]
pub struct Entry {
    /// The provider's id.
    pub id: &'static str,
    /// The name that people read.
    pub name: &'static str,
    /// Other words by which people search for it.
    pub aliases: &'static [&'static str],
    /// What the service is, in a few words.
    pub description: &'static str,
    /// Whether its guide has translations.
    pub translated: bool,
    /// The brand's own color, six hexadecimal digits.
    pub color: Option<&'static str>,
    /// The kinds of service.
    pub categories: &'static [&'static str],
    /// How the key authenticates.
    pub method: &'static str,
    /// Which hosts of the customer's own a project may opt into.
    pub own_hosts: Option<OwnHosts>,
    /// The ids of what a session may ask for.
    pub scopes: &'static [&'static str],
    /// The shapes by which the provider's keys are told from other words (`latchkey_shared::field::shape::telling`).
    pub key_shapes: &'static [&'static str],
    /// The file with the provider's data, below the folder of the Worker's assets. Its name has the hash of its bytes.
    pub file: &'static str,
    loaded: OnceLock<Provider>,
}

impl Entry {
    /// The provider, if it was loaded before.
    #[must_use]
    pub fn loaded(&self) -> Option<&Provider> {
        self.loaded.get()
    }

    /// Reads the provider from the bytes of its [`file`](Self::file), and keeps it for as long as the program runs. `None` if the bytes are
    /// not this provider's; the next call tries again.
    #[must_use]
    pub fn load(&self, bytes: &[u8]) -> Option<&Provider> {
        if self.loaded.get().is_none() {
            let provider = postcard::from_bytes::<Provider>(bytes).ok().filter(|read| read.id == self.id)?;
            // If another thread was faster, its provider is the same.
            _ = self.loaded.set(provider);
        }
        self.loaded.get()
    }
}

// `static INDEX: [Entry; _]`, sorted by id, and with `embedded` `static EMBEDDED: [&[u8]; _]` in the same order.
include!(concat!(env!("OUT_DIR"), "/index.rs"));

/// The index of all providers, sorted by id.
#[must_use]
pub fn index() -> &'static [Entry] {
    &INDEX
}

/// The id of every provider, sorted.
pub fn ids() -> impl Iterator<Item = &'static str> {
    INDEX.iter().map(|entry| entry.id)
}

/// The index's entry of a provider.
#[must_use]
pub fn entry(id: &str) -> Option<&'static Entry> {
    INDEX.iter().find(|entry| entry.id == id)
}

/// Reads a provider from the bytes of its file; see [`Entry::load`].
#[must_use]
pub fn load(id: &str, bytes: &[u8]) -> Option<&'static Provider> {
    entry(id)?.load(bytes)
}

/// The provider with this id.
#[cfg(feature = "embedded")]
#[must_use]
pub fn find(id: &str) -> Option<&'static Provider> {
    let (entry, bytes) = INDEX.iter().zip(EMBEDDED).find(|(entry, _)| entry.id == id)?;
    entry.load(bytes)
}

/// Every provider, sorted by id.
#[cfg(feature = "embedded")]
pub fn all() -> impl Iterator<Item = &'static Provider> {
    INDEX.iter().zip(EMBEDDED).filter_map(|(entry, bytes)| entry.load(bytes))
}

#[cfg(test)]
mod tests;
