//! The translation tables, as the build writes them for the Worker.

use latchkey_shared::i18n::Phrases;
use serde_json::{Map, Value, json};
use std::path::Path;

/// The table of a language: the sentences of Latchkey, and those of each translated provider.
#[must_use]
pub fn table(language: &str) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &Path| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let mut table = read(&root.join(format!("widget/languages/{language}.json")));
    let mut providers = Map::new();
    for provider in latchkey_catalogue::ids() {
        let file = root.join(format!("shared/providers/{provider}/languages/{language}.json"));
        if file.exists() {
            providers.extend(read(&file).as_object().unwrap().clone());
        }
    }
    table["providers"] = json!(providers);
    table
}

/// The sentences of a language, without the translations of some texts of providers.
#[must_use]
pub fn phrases(language: &'static str, without: &[&str]) -> &'static Phrases {
    let mut table = table(language);
    table["providers"].as_object_mut().unwrap().retain(|english, _| !without.contains(&english.as_str()));
    Box::leak(Box::new(Phrases::read(language, table.to_string().as_bytes()).unwrap()))
}
