//! What must be true of a provider file beyond its shape: everything it names is there, and nothing in it can leak a secret.
//!
//! A fault is a place in the file and a sentence. One file here per part of a provider file.

mod fields;
mod guide;
mod probes;
mod test_mode;
mod verdicts;

use latchkey_shared::ProviderId;
use latchkey_shared::provider::Provider;

/// Places and sentences.
pub(crate) type Faults = Vec<(String, String)>;

/// Everything that is wrong with a file that could be read.
pub(crate) fn faults(provider: &Provider, folder: &str) -> Faults {
    let mut faults = Faults::new();
    let mut identity = Checker::new(&mut faults, "id");
    identity.must(ProviderId::parse(&provider.id).is_ok(), || "this is not a provider id".into());
    identity.must(folder == provider.id, || format!("the folder must be named {}", provider.id));
    fields::check(provider, &mut faults);
    guide::check(provider, &mut faults);
    probes::check(provider, &mut faults);
    verdicts::check(provider, &mut faults);
    test_mode::check(provider, &mut faults);
    faults
}

/// Collects the faults of one place.
pub(crate) struct Checker<'a> {
    faults: &'a mut Faults,
    place: String,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(faults: &'a mut Faults, place: impl Into<String>) -> Self {
        Self { faults, place: place.into() }
    }

    /// Notes a fault unless `right`.
    pub(crate) fn must(&mut self, right: bool, sentence: impl FnOnce() -> String) {
        self.must_at("", right, sentence);
    }

    /// The same, at a place below this one.
    pub(crate) fn must_at(&mut self, below: &str, right: bool, sentence: impl FnOnce() -> String) {
        if !right {
            let dot = if below.is_empty() { "" } else { "." };
            self.faults.push((format!("{}{dot}{below}", self.place), sentence()));
        }
    }

    /// A checker for a place below this one.
    pub(crate) fn below(&mut self, place: &str) -> Checker<'_> {
        Checker { place: format!("{}.{place}", self.place), faults: self.faults }
    }
}

/// The names between braces.
pub(crate) fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).map(|rest| rest.split_once('}').map_or(rest, |(name, _)| name))
}
