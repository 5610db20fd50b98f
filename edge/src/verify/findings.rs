//! The findings of one verification: texts from the provider's responses, by name, and what the key may do.

use super::path::{Known, NOTHING, header_texts, listed_texts, split, text, texts, values};
use crate::time::{ProviderTime, from_any};
use latchkey_shared::i18n::Sentence;
use latchkey_shared::limits::CHOICE_LABEL_MAX;
use latchkey_shared::probe::{Capability, Condition, Extraction, Probe};
use latchkey_shared::report::CapabilityState;
use latchkey_shared::{Choice, Secret};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The most items of a list of choices that are looked at. A response could have tens of thousands.
const CHOICES_READ: usize = 1000;

/// All findings so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    found: BTreeMap<String, Vec<String>>,
    /// Values of a procedure, which a JSON body can have as they are.
    pub(crate) values: BTreeMap<String, Value>,
    /// Texts in the place of a time that are no time we can read.
    pub(super) unreadable: Vec<String>,
    /// What the key may and may not do, as far as probes have tried it.
    pub(super) capabilities: Vec<CapabilityState>,
}

/// The findings of one response.
#[derive(Debug, Default)]
pub(super) struct Extracted {
    found: BTreeMap<String, Vec<String>>,
    unreadable: Vec<String>,
    capabilities: Vec<CapabilityState>,
    /// The origin that the organization names as its own.
    pub(super) canonical: Option<String>,
    /// The access token that the probe gets.
    pub(super) token: Option<Secret>,
    /// The things among which the key may work, each once.
    pub(super) choices: Vec<Choice>,
}

/// The texts that an extraction finds in a response, at this one of its paths. What they mean is left to its map.
pub(crate) fn found(
    extraction: &Extraction,
    path: &str,
    response: &Response<'_>,
    known: Known<'_>,
) -> Vec<String> {
    let split = extraction.split.as_deref();
    match (&extraction.header, split) {
        (Some(name), _) => {
            response.headers.get(name).map(|text| header_texts(text, split)).unwrap_or_default()
        }
        (None, Some(separator)) => listed_texts(response.body, path, known, separator),
        (None, None) => texts(response.body, path, known),
    }
}

/// What an extraction reads.
#[derive(Clone, Copy)]
pub(crate) struct Response<'a> {
    pub(crate) body: &'a Value,
    pub(crate) headers: &'a BTreeMap<String, String>,
}

fn state(capability: &Capability, permitted: bool) -> CapabilityState {
    CapabilityState { id: capability.id.clone(), title: Sentence::from(&capability.title), permitted }
}

impl Findings {
    /// Every name that the probes can extract, with a placeholder as its text: `<identity.id>`.
    pub(super) fn placeholders(probes: &[Probe]) -> Self {
        let chosen = probes.iter().filter_map(|probe| Some(&probe.choices.as_ref()?.field));
        let names = probes.iter().flat_map(|probe| probe.extract.keys()).chain(chosen);
        let found = names.map(|name| (name.clone(), vec![format!("<{name}>")])).collect();
        Self { found, ..Self::default() }
    }

    /// Extracts a probe's findings from an accepted response. Only texts for which `keep` returns true are kept.
    pub(super) fn extract(
        &self,
        probe: &Probe,
        response: &Response<'_>,
        keep: impl Fn(&str) -> bool,
    ) -> Extracted {
        let known = |name: &str| self.one(name).map(str::to_owned);
        let mut extracted = Extracted::default();
        for (name, extraction) in &probe.extract {
            let mut unreadable = None;
            let read = |path: &str| {
                let found = found(extraction, path, response, &known).into_iter().filter(|text| keep(text));
                if !extraction.map.is_empty() {
                    return found.filter_map(|text| extraction.map.get(&text).cloned()).collect();
                }
                if !name.ends_with("At") {
                    return found.collect();
                }
                // If the text is not a time, try the next path. If none has a time, the report says so.
                let is_time = |text: &String| match from_any(text) {
                    ProviderTime::Unreadable => {
                        unreadable.get_or_insert_with(|| text.clone());
                        false
                    }
                    time => time != ProviderTime::None,
                };
                found.filter(is_time).collect::<Vec<_>>()
            };
            let paths = split(&extraction.path, '|');
            match paths.into_iter().map(read).find(|found| !found.is_empty()) {
                Some(found) => _ = extracted.found.insert(name.clone(), found),
                None => extracted.unreadable.extend(unreadable),
            }
        }
        let body = response.body;
        for capability in &probe.capabilities {
            let values = capability.path.as_deref().map(|path| texts(body, path, NOTHING));
            let permitted = match values.as_deref() {
                None => true,
                Some([word]) if word == "true" => true,
                Some([word]) if word == "false" => false,
                // The response has no clear value, so nothing is known.
                Some(_) => continue,
            };
            extracted.capabilities.push(state(capability, permitted));
        }
        extracted.canonical =
            probe.canonical.as_ref().and_then(|canonical| text(body, &canonical.path, NOTHING));
        extracted.choices = self.choices(probe, body, keep);
        extracted
    }

    /// The findings of a response that is accepted without any: what the key may do if a body need not say it.
    pub(super) fn without_any(probe: &Probe) -> Extracted {
        let plain = probe.capabilities.iter().filter(|capability| capability.path.is_none());
        let capabilities = plain.map(|capability| state(capability, true)).collect();
        Extracted { capabilities, ..Extracted::default() }
    }

    /// The things that the body lists as a probe's choices. One whose id is not kept is left out; one whose name is not kept has its id
    /// as its label.
    fn choices(&self, probe: &Probe, body: &Value, keep: impl Fn(&str) -> bool) -> Vec<Choice> {
        let Some(choices) = &probe.choices else { return Vec::new() };
        let known = |name: &str| self.one(name).map(str::to_owned);
        let mut found: Vec<Choice> = Vec::new();
        let mut seen = BTreeSet::new();
        for item in values(body, &choices.path, &known).into_iter().take(CHOICES_READ) {
            let kept = |path: &str| text(item, path, NOTHING).filter(|text| keep(text));
            let Some(value) = kept(&choices.id) else { continue };
            if !seen.insert(value.clone()) {
                continue;
            }
            let label = kept(&choices.name).unwrap_or_else(|| value.clone());
            found.push(Choice { value, label: label.chars().take(CHOICE_LABEL_MAX).collect() });
        }
        found
    }

    /// Adds the findings of one response.
    pub(super) fn add(&mut self, extracted: Extracted) {
        self.found.extend(extracted.found);
        self.unreadable.extend(extracted.unreadable);
        self.capabilities.extend(extracted.capabilities);
    }

    /// Notes that the key may not do what this probe tries.
    pub(super) fn deny(&mut self, probe: &Probe) {
        self.capabilities.extend(probe.capabilities.iter().map(|capability| state(capability, false)));
    }

    /// Every name that has a text.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.found.keys()
    }

    /// Adds a text.
    pub(crate) fn set(&mut self, name: &str, texts: Vec<String>) {
        self.found.insert(name.to_owned(), texts);
    }

    /// The first text under a name.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    /// Every text under a name.
    pub(super) fn all(&self, name: &str) -> &[String] {
        self.found.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether every name in the condition has one of the texts it lists. `*` stands for any text.
    pub(crate) fn satisfy(&self, condition: &Condition) -> bool {
        condition.iter().all(|(name, wanted)| {
            self.all(name).iter().any(|found| wanted.iter().any(|text| text == "*" || text == found))
        })
    }
}
