//! What the probes of one verification have found so far, by name.

use super::path::{NOTHING, split, text, texts};
use crate::time::from_any;
use latchkey_shared::i18n::Sentence;
use latchkey_shared::probe::{Capability, Condition, Extraction, Probe};
use latchkey_shared::report::CapabilityState;
use serde_json::Value;
use std::collections::BTreeMap;

/// Names and what was found under them.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: BTreeMap<String, Vec<String>>,
    /// What the key may do and what not, as far as it was answered.
    pub(super) capabilities: Vec<CapabilityState>,
}

/// What one answer tells.
#[derive(Debug, Default)]
pub(super) struct Learned {
    found: BTreeMap<String, Vec<String>>,
    capabilities: Vec<CapabilityState>,
    /// The origin that the organisation names.
    pub(super) canonical: Option<String>,
}

fn state(capability: &Capability, permitted: bool) -> CapabilityState {
    CapabilityState { id: capability.id.clone(), title: Sentence::from(&capability.title), permitted }
}

impl Findings {
    /// Every name the probes may find something under, standing for itself: `<identity.id>`.
    pub(super) fn standing_for_themselves(probes: &[Probe]) -> Self {
        let names = probes.iter().flat_map(|probe| probe.extract.keys());
        let found = names.map(|name| (name.clone(), vec![format!("<{name}>")])).collect();
        Self { found, capabilities: Vec::new() }
    }

    /// Reads what an accepting answer tells; `keep` says which texts may be kept. The body is not needed afterwards.
    pub(super) fn learn(&self, probe: &Probe, body: &Value, keep: impl Fn(&str) -> bool) -> Learned {
        let known = |name: &str| self.one(name).map(str::to_owned);
        let mut learned = Learned::default();
        for (name, extraction) in &probe.extract {
            let read = |path: &str| {
                let found = texts(body, path, &known).into_iter().filter(|text| keep(text));
                match extraction {
                    Extraction::Mapped { map, .. } => {
                        found.filter_map(|text| map.get(&text).cloned()).collect()
                    }
                    // What is no time is none, and the next place is asked.
                    Extraction::Path(_) if name.ends_with("At") => {
                        found.filter(|text| from_any(text).is_some()).collect::<Vec<_>>()
                    }
                    Extraction::Path(_) => found.collect(),
                }
            };
            let places = split(extraction.path(), '|');
            if let Some(found) = places.into_iter().map(read).find(|found| !found.is_empty()) {
                learned.found.insert(name.clone(), found);
            }
        }
        for capability in &probe.capabilities {
            let says = capability.path.as_deref().map(|path| texts(body, path, NOTHING));
            let permitted = match says.as_deref() {
                None => true,
                Some([word]) if word == "true" => true,
                Some([word]) if word == "false" => false,
                // It did not say.
                Some(_) => continue,
            };
            learned.capabilities.push(state(capability, permitted));
        }
        learned.canonical =
            probe.canonical.as_ref().and_then(|canonical| text(body, &canonical.path, NOTHING));
        learned
    }

    /// Takes what was learned.
    pub(super) fn add(&mut self, learned: Learned) {
        self.found.extend(learned.found);
        self.capabilities.extend(learned.capabilities);
    }

    /// Takes that the key may not do what a probe asks.
    pub(super) fn deny(&mut self, probe: &Probe) {
        self.capabilities.extend(probe.capabilities.iter().map(|capability| state(capability, false)));
    }

    /// The first text under a name.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    /// Every text under a name.
    pub(super) fn all(&self, name: &str) -> &[String] {
        self.found.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether every name of the condition has one of its texts.
    pub(super) fn hold(&self, condition: &Condition) -> bool {
        condition.iter().all(|(name, wanted)| {
            self.all(name).iter().any(|found| wanted.iter().any(|text| text == "*" || text == found))
        })
    }
}
