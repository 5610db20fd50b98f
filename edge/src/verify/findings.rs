//! What the probes of one verification have found so far, by name.

use super::path::texts;
use latchkey_shared::probe::{Condition, Extraction, Probe};
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

impl Findings {
    /// Every name the probes may find something under, standing for itself: `<identity.id>`.
    pub(super) fn standing_for_themselves(probes: &[Probe]) -> Self {
        let names = probes.iter().flat_map(|probe| probe.extract.keys());
        let found = names.map(|name| (name.clone(), vec![format!("<{name}>")])).collect();
        Self { found, capabilities: Vec::new() }
    }

    /// Takes what an accepting answer tells.
    pub(super) fn take(&mut self, probe: &Probe, body: &Value) {
        for (name, extraction) in &probe.extract {
            let mut found = texts(body, extraction.path(), &|name| self.one(name).map(str::to_owned));
            if let Extraction::Mapped { map, .. } = extraction {
                found = found.iter().filter_map(|text| map.get(text).cloned()).collect();
            }
            if !found.is_empty() {
                self.found.insert(name.clone(), found);
            }
        }
        for capability in &probe.capabilities {
            let says = capability.path.as_deref().map(|path| texts(body, path, super::path::NOTHING));
            let permitted = match says.as_deref() {
                None => true,
                Some([word]) if word == "true" => true,
                Some([word]) if word == "false" => false,
                // It did not say.
                Some(_) => continue,
            };
            self.capabilities.push(CapabilityState {
                id: capability.id.clone(),
                title: capability.title.clone(),
                permitted,
            });
        }
    }

    /// Takes that the key may not do what a probe asks.
    pub(super) fn deny(&mut self, probe: &Probe) {
        self.capabilities.extend(probe.capabilities.iter().map(|capability| CapabilityState {
            id: capability.id.clone(),
            title: capability.title.clone(),
            permitted: false,
        }));
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
