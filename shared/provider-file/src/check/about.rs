//! How people find a provider: its other names, its color, what it is, and which kinds of service. And whose key it is: whether any
//! response says that.

use super::{Checker, Faults};
use latchkey_shared::provider::{CATEGORIES, METHODS, Provider};
use std::collections::BTreeSet;

/// The most other names.
const ALIASES_MAX: usize = 6;

/// The longest other name, in characters.
const ALIAS_MAX: usize = 40;

/// The longest description, in characters.
const DESCRIPTION_MAX: usize = 60;

/// The findings of which one says whose key it is.
const OWNERS: [&str; 3] = ["identity.id", "organization.id", "key.id"];

pub(super) fn check(provider: &Provider, faults: &mut Faults) {
    let Provider { aliases, color, description, categories, .. } = provider;
    let mut checker = Checker::new(faults, "aliases");
    checker.must(aliases.len() <= ALIASES_MAX, || {
        format!("there are too many: a provider has at most {ALIASES_MAX} aliases")
    });
    for (at, alias) in aliases.iter().enumerate() {
        let length = alias.trim().chars().count();
        checker.must_at(
            &at.to_string(),
            (1..=ALIAS_MAX).contains(&length) && length == alias.chars().count(),
            || format!("an alias has from 1 to {ALIAS_MAX} characters, and no space around them"),
        );
        let lower = alias.to_lowercase();
        let before = aliases.get(..at).unwrap_or_default();
        let new = provider.name.to_lowercase() != lower
            && !before.iter().any(|other| other.to_lowercase() == lower);
        checker
            .must_at(&at.to_string(), new, || format!("`{alias}` is the name or another alias: remove it"));
    }
    let digits = |text: &str| text.len() == 6 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    Checker::new(faults, "color").must(color.as_deref().is_none_or(digits), || {
        "a color is six hexadecimal digits in lower case, such as `1f6feb`; leave it out if it is not known".into()
    });
    let length = description.trim().chars().count();
    let right = (1..=DESCRIPTION_MAX).contains(&length) && !description.trim_end().ends_with('.');
    Checker::new(faults, "description").must(right, || {
        format!("a description has from 1 to {DESCRIPTION_MAX} characters and no full stop; say what the service is")
    });
    let mut checker = Checker::new(faults, "categories");
    let distinct: BTreeSet<_> = categories.iter().collect();
    checker.must(matches!(categories.len(), 1 | 2) && distinct.len() == categories.len(), || {
        "a provider has one category or two different ones".into()
    });
    for (at, category) in categories.iter().enumerate() {
        checker.must_at(&at.to_string(), CATEGORIES.contains(&category.as_str()), || {
            format!("there is no category `{category}`; there are {}", CATEGORIES.join(", "))
        });
    }
    Checker::new(faults, "method").must(METHODS.contains(&provider.method.as_str()), || {
        format!("there is no method `{}`; there are {}", provider.method, METHODS.join(", "))
    });
    owner(provider, faults);
}

/// Some response says whose key it is, unless the file says that none does.
fn owner(provider: &Provider, faults: &mut Faults) {
    let found = provider.probes.iter().flat_map(|probe| probe.extract.keys());
    let named: Vec<_> = found.filter(|name| OWNERS.contains(&name.as_str())).collect();
    Checker::new(faults, "probes").must(provider.anonymous || !named.is_empty(), || {
        format!(
            "no probe extracts {}, so an account could not be known again; extract one, or say `anonymous = true`",
            OWNERS.join(", ")
        )
    });
    if let Some(name) = named.first() {
        Checker::new(faults, "anonymous").must(!provider.anonymous, || {
            format!("a probe extracts `{name}`, so a response says whose key it is: remove `anonymous`")
        });
    }
}
