//! The faults of a provider's folder, one line each as editors understand them: those of its files, files that nothing reads, and
//! translations that the build would refuse. It adds what the build's report leaves out: the key that was probably meant.

use latchkey_provider_file::{Fault, Files, Part};
use latchkey_shared::provider::Provider;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every key of the format, in the first column of its tables. A test compares it with the format.
const PAGE: &str = include_str!("../../../shared/providers/README.md");

/// Reads a provider from its folder.
///
/// # Errors
/// The faults, or a sentence about a file that cannot be read.
pub(crate) fn read(folder: &Path) -> Result<Provider, String> {
    if !folder.is_dir() {
        return Err(format!(
            "there is no folder {}; `cargo xtask provider new` writes one",
            folder.display()
        ));
    }
    let files = Files::of(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let provider = latchkey_provider_file::read(&name, &files);
    let mut lines = strays(folder)?;
    lines.extend(translations(folder)?);
    match provider {
        Ok(provider) if lines.is_empty() => return Ok(provider),
        Ok(_) => {}
        Err(faults) => lines.extend(faults.iter().map(hinted)),
    }
    let lines: Vec<_> = lines.iter().map(|line| format!("{}/{line}", folder.display())).collect();
    Err(lines.join("\n"))
}

/// A fault, with the key that was probably meant.
fn hinted(fault: &Fault) -> String {
    let unknown = fault.message.strip_prefix("there is no key `").and_then(|rest| rest.strip_suffix('`'));
    match unknown.and_then(|key| nearest(key, &documented())) {
        Some(key) => format!("{fault}; did you mean `{key}`?"),
        None => fault.to_string(),
    }
}

/// The keys that the page explains.
fn documented() -> Vec<&'static str> {
    PAGE.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

/// The name that is the most like another one, if one is like it. A name itself is no answer: it was meant for another place.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    let far = |one: &&&str| distance(&plain(one), &plain(name));
    let near = known.iter().filter(|one| **one != name).min_by_key(far)?;
    (far(&near) <= name.len().min(8) / 4).then_some(near)
}

/// How many characters must be put in, left out, replaced or swapped with the next one.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (at, char) in one.iter().enumerate() {
        let mut row = vec![at + 1];
        for (to, same) in other.iter().enumerate() {
            let above = &rows[at];
            let swapped = at > 0 && to > 0 && one[at - 1] == *same && *char == other[to - 1];
            let swap = if swapped { rows[at - 1][to - 1] + 1 } else { usize::MAX };
            let change = above[to] + usize::from(char != same);
            row.push(change.min(above[to + 1] + 1).min(row[to] + 1).min(swap));
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

/// Files that nothing reads: a misspelled name would otherwise look like a missing file.
fn strays(folder: &Path) -> Result<Vec<String>, String> {
    let known: Vec<&str> = Part::ALL.iter().map(|part| part.file()).chain(["languages"]).collect();
    let names = names(folder)?.into_iter().filter(|name| !name.starts_with('.') && !known.contains(&&**name));
    Ok(names
        .map(|name| format!("{name}:1: nothing reads this file; a provider has only {}", known.join(", ")))
        .collect())
}

/// Translations that the build refuses, and tables of a language that the form does not have.
fn translations(folder: &Path) -> Result<Vec<String>, String> {
    let tables = folder.join("languages");
    if !tables.is_dir() {
        return Ok(Vec::new());
    }
    let texts = ["provider.toml", "verify.toml"].map(|file| fs::read_to_string(folder.join(file)));
    let texts: String = texts.into_iter().flatten().collect();
    let spoken = names(&folder.join("../../../widget/languages")).unwrap_or_default();
    let mut faults = Vec::new();
    for file in names(&tables)? {
        if !spoken.is_empty() && !spoken.contains(&file) {
            faults.push(format!(
                "languages/{file}:1: the form does not speak this language; it has {}",
                spoken.join(", ")
            ));
            continue;
        }
        let table = fs::read_to_string(tables.join(&file))
            .map_err(|error| format!("cannot read {}: {error}", tables.join(&file).display()))?;
        faults.extend(of_table(&table, &texts).iter().map(|fault| format!("languages/{file}:{fault}")));
    }
    Ok(faults)
}

/// The faults of one table, each with its line.
fn of_table(table: &str, texts: &str) -> Vec<String> {
    let pairs = match serde_json::from_str(table) {
        Ok(Value::Object(pairs)) => pairs,
        Ok(_) => return vec!["1: write an object of English texts, each with its translation".to_owned()],
        Err(error) => return vec![format!("{}: this is not JSON: {error}", error.line())],
    };
    let mut faults = Vec::new();
    for (english, text) in &pairs {
        let quoted = Value::from(english.as_str()).to_string();
        let line = table.lines().position(|line| line.contains(&quoted)).map_or(1, |at| at + 1);
        if !texts.contains(english.as_str()) {
            faults.push(format!("{line}: {quoted} is no text of the provider: copy the text as it is there"));
        }
        let text = text.as_str().unwrap_or_default();
        if text.trim().is_empty() {
            faults.push(format!("{line}: the translation is empty, or no text"));
        } else if values(english) != values(text) {
            faults
                .push(format!("{line}: the translation has other `{{…}}` than the English text: keep each"));
        }
    }
    faults
}

/// The names of the values in a text.
fn values(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>, String> {
    let entries =
        fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut names: Vec<_> =
        entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelled_key_gets_the_key_that_was_meant() {
        for (typed, meant) in [
            ("lable", Some("label")),
            ("nmae", Some("name")),
            ("colour", Some("color")),
            ("response", Some("responses")),
            ("secret_headers", Some("secretHeaders")),
            ("secretheader", Some("secretHeaders")),
            ("field", Some("fields")),
            ("logo", None),
            ("oops", None),
        ] {
            assert_eq!(nearest(typed, &documented()), meant, "{typed}");
        }
        let fault = Fault { part: Part::Provider, line: 3, message: "there is no key `lable`".to_owned() };
        assert_eq!(hinted(&fault), "provider.toml:3: there is no key `lable`; did you mean `label`?");
    }

    #[test]
    fn a_translation_that_the_build_refuses_is_a_fault_at_its_line() {
        let texts = "label = \"API Key\"\nbody = \"Copy it to {product}\"";
        for (table, faults) in [
            ("{\n\"API Key\": \"Clé\",\n\"Copy it to {product}\": \"Copier dans {product}\"\n}", vec![]),
            (
                "{\n\"API key\": \"Clé\"\n}",
                vec!["2: \"API key\" is no text of the provider: copy the text as it is there"],
            ),
            ("{\"API Key\": \" \"}", vec!["1: the translation is empty, or no text"]),
            (
                "{\n\n\"Copy it to {product}\": \"Copier\"}",
                vec!["3: the translation has other `{…}` than the English text: keep each"],
            ),
            ("[]", vec!["1: write an object of English texts, each with its translation"]),
        ] {
            assert_eq!(of_table(table, texts), faults, "{table}");
        }
        let broken = of_table("{\n\"API Key\": \"Clé\",\n}", texts);
        assert!(broken[0].starts_with("3: this is not JSON: "), "{broken:?}");
    }

    #[test]
    fn a_file_that_nothing_reads_and_a_language_that_the_form_lacks_are_faults() {
        let root = std::env::temp_dir().join(format!("latchkey-provider-strays-{}", std::process::id()));
        let folder = root.join("shared/providers/acme");
        fs::create_dir_all(root.join("widget/languages")).unwrap();
        fs::write(root.join("widget/languages/de.json"), "{}").unwrap();
        fs::create_dir_all(root.join("shared/providers")).unwrap();
        crate::template::write(&root.join("shared/providers"), "acme", false).unwrap();
        assert!(read(&folder).is_ok());
        fs::create_dir(folder.join("languages")).unwrap();
        for (file, text) in [("testmode.toml", ""), ("languages/xx.json", "{}"), ("languages/de.json", "{}")]
        {
            fs::write(folder.join(file), text).unwrap();
        }
        let faults = read(&folder).unwrap_err().replace(&format!("{}/", folder.display()), "");
        assert_eq!(
            faults,
            "testmode.toml:1: nothing reads this file; a provider has only provider.toml, verify.toml, test_mode.toml, \
             lifecycle.toml, languages\nlanguages/xx.json:1: the form does not speak this language; it has de.json"
        );
        fs::remove_dir_all(&root).unwrap();
    }
}
