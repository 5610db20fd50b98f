//! What is missing in the translations of providers. It owns the list of the texts that people read; `widget/languages/` has the others.
//!
//! A text without a translation is shown in English, so a missing one is no fault of the build.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The keys of `provider.toml` whose texts are translated.
const ASKED: [&str; 9] = ["label", "help", "phrase", "message", "fix", "title", "bullets", "intro", "body"];
/// More of them, in its guide.
const GUIDE: [&str; 2] = ["needs", "warning"];
/// The keys of `verify.toml` whose texts are translated. A cause is a table with a `text`.
const VERIFIED: [&str; 4] = ["title", "message", "fix", "text"];

/// Of every provider, or of one, how many texts each language lacks; of one, the texts too.
///
/// # Errors
/// A sentence about a file that cannot be read.
pub(crate) fn missing(providers: &Path, languages: &Path, only: Option<&str>) -> Result<String, String> {
    let languages = names(languages)?;
    let mut report = String::new();
    for id in names(providers)?.into_iter().filter(|id| only.is_none_or(|only| only == id)) {
        let folder = providers.join(&id);
        if !folder.is_dir() {
            continue;
        }
        let texts = texts(&folder)?;
        let lacking = languages.iter().map(|language| Ok((language, lacking(&folder, language, &texts)?)));
        let lacking = lacking.collect::<Result<Vec<_>, String>>()?;
        let counts: Vec<_> =
            lacking.iter().map(|(language, texts)| format!("{language} {}", texts.len())).collect();
        _ = writeln!(report, "{id}: {} texts; missing: {}", texts.len(), counts.join(", "));
        for (language, texts) in lacking.iter().filter(|_| only.is_some()) {
            texts.iter().for_each(|text| _ = writeln!(report, "  {language}: {text:?}"));
        }
    }
    Ok(report)
}

/// The texts of a provider that people read.
fn texts(folder: &Path) -> Result<BTreeSet<String>, String> {
    let mut texts = BTreeSet::new();
    for (file, keys) in [("provider.toml", [&ASKED[..], &GUIDE].concat()), ("verify.toml", VERIFIED.to_vec())]
    {
        let path = folder.join(file);
        let text =
            fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let table: toml::Value =
            toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        collect(&table, "", &keys, &mut texts);
    }
    Ok(texts)
}

fn collect(value: &toml::Value, key: &str, keys: &[&str], texts: &mut BTreeSet<String>) {
    match value {
        // A body that is sent to the provider is no text for people.
        toml::Value::String(text) if keys.contains(&key) && !text.starts_with('{') => {
            texts.insert(text.clone());
        }
        toml::Value::Array(items) => items.iter().for_each(|item| collect(item, key, keys, texts)),
        toml::Value::Table(members) => {
            members.iter().for_each(|(name, member)| collect(member, name, keys, texts));
        }
        _ => {}
    }
}

fn lacking<'a>(
    folder: &Path,
    language: &str,
    texts: &'a BTreeSet<String>,
) -> Result<Vec<&'a String>, String> {
    let path = folder.join("languages").join(format!("{language}.json"));
    let known: serde_json::Value = match fs::read(&path) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))?
        }
        Err(_) => serde_json::Value::Null,
    };
    Ok(texts.iter().filter(|text| known.get(text.as_str()).is_none()).collect())
}

/// The names in a folder without their extensions, sorted.
fn names(folder: &Path) -> Result<Vec<String>, String> {
    let entries =
        fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut names: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::missing;
    use std::path::Path;

    #[test]
    fn the_providers_of_the_source_guides_lack_no_translation_and_no_text_is_overlooked() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let report =
            |id| missing(&root.join("shared/providers"), &root.join("widget/languages"), Some(id)).unwrap();
        for (id, least) in [("okta", 150), ("harness", 120), ("launchdarkly", 80)] {
            let report = report(id);
            let (first, rest) = report.split_once('\n').unwrap();
            assert!(rest.is_empty(), "{report}");
            let count: usize = first.split([' ']).nth(1).unwrap().parse().unwrap();
            assert!(count >= least, "{first}");
        }
    }
}
