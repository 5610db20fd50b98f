//! What must be true of a provider beyond the types of its keys: everything it names exists, and nothing in it can leak a secret.
//!
//! A fault is a place and a sentence. The first name of a place says which file it is in.

mod about;
mod fields;
mod guide;
mod hook;
mod probes;
mod procedures;
mod responses;
mod secrets;
mod test_mode;

use latchkey_shared::ProviderId;
use latchkey_shared::provider::Provider;

/// Places and sentences.
pub(crate) type Faults = Vec<(String, String)>;

/// The faults of a provider whose files could be read.
pub(crate) fn faults(provider: &Provider, folder: &str) -> Faults {
    let mut faults = Faults::new();
    let mut identity = Checker::new(&mut faults, "id");
    identity.must(ProviderId::parse(&provider.id).is_ok(), || {
        "a provider id has lower-case letters, digits and hyphens".into()
    });
    identity.must(folder == provider.id, || format!("the folder must be named {}", provider.id));
    about::check(provider, &mut faults);
    fields::check(provider, &mut faults);
    guide::check(provider, &mut faults);
    probes::check(provider, &mut faults);
    responses::check(provider, &mut faults);
    secrets::check(provider, &mut faults);
    procedures::check(provider, &mut faults);
    hook::check(provider, &mut faults);
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

    /// Notes a fault at a place below this one, unless `right`.
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

/// The names of the fields, for a sentence.
pub(crate) fn field_names(provider: &Provider) -> String {
    provider.fields.iter().map(|field| field.id.as_str()).collect::<Vec<_>>().join(", ")
}

/// Whether a placeholder has no end. A brace with a space next to it stands for itself.
pub(crate) fn unclosed(template: &str) -> bool {
    template.split('{').skip(1).any(|rest| !rest.starts_with(char::is_whitespace) && !rest.contains('}'))
}

/// The names between braces.
pub(crate) fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).map(|rest| rest.split_once('}').map_or(rest, |(name, _)| name))
}
