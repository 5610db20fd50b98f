//! The tables of the languages: checked against the sentences in the sources, and stored for the Worker.
//!
//! A sentence is named by its English, and its English stands in the source that says it. This finds those sentences and refuses to
//! build while a language lacks one, has one that nobody says, or fills in other values.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Map, Value};

use crate::bundle::{read, write};
use crate::workspace::Workspace;

/// A part of the tables, and the sources whose sentences are in it. Where a sentence is in two parts, the first has it.
const PARTS: [(&str, &[&str]); 4] = [
    ("form", &["widget/src/messages.rs", "shared/src/field"]),
    ("page", &["widget/src/ssr/messages.rs"]),
    (
        "answers",
        &[
            "edge/src/answers.rs",
            "edge/src/connect.rs",
            "edge/src/credential.rs",
            "edge/src/error.rs",
            "edge/src/index.rs",
            "edge/src/verify/answer.rs",
            "edge/src/verify/mod.rs",
            "edge/src/verify/origins.rs",
            "edge/src/verify/report.rs",
        ],
    ),
    ("host", &["widget/embed/messages.js"]),
];

/// How sentences of those sources begin that only backends hear.
const FOR_BACKENDS: [&str; 15] = [
    "Add it to the project",
    "An origin is not among",
    "Check the address, the id",
    "Delete them first",
    "It was changed since",
    "Read it again, and send",
    "Send the id of an account",
    "Send the whole key",
    "The project still has",
    "There is no such account of this provider",
    "There is nothing at this address",
    "This is not a valid API key",
    "This key has not the scope",
    "This key makes more",
    "Use a key that has it",
];

/// Every language's file, sorted.
pub(crate) fn files(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    json_files(&workspace.widget().join("languages"))
}

/// Every translation of a provider file, sorted.
pub(crate) fn provider_files(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    json_files(&workspace.root().join("shared/providers/languages"))
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    Ok(files)
}

/// Checks every language.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let mut said = Vec::new();
    for (part, sources) in PARTS {
        let mut sentences = BTreeSet::new();
        for source in sources {
            sentences.extend(sentences_of(&workspace.root().join(source))?);
        }
        sentences.retain(|sentence| seen.insert(sentence.clone()));
        said.push((part, sentences));
    }
    for file in files(workspace)? {
        let table = object(&file)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (part, sentences) in &said {
            let part_of = table.get(*part).and_then(Value::as_object).cloned().unwrap_or_default();
            let missing = sentences.iter().filter(|sentence| !part_of.contains_key(*sentence));
            faults.extend(missing.map(|sentence| format!("{name}: `{part}` lacks {sentence:?}")));
            let unsaid = part_of.keys().filter(|key| !sentences.contains(*key));
            faults.extend(unsaid.map(|key| format!("{name}: `{part}` has what nobody says: {key:?}")));
            faults.extend(part_of.iter().filter_map(|(english, text)| fault(&name, english, text)));
        }
    }
    for file in provider_files(workspace)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let provider = name.split('.').next().unwrap_or_default();
        let said = fs::read_to_string(workspace.root().join(format!("shared/providers/{provider}.toml")))
            .with_context(|| format!("{name} belongs to no provider file"))?;
        for (english, text) in &object(&file)? {
            if !said.contains(english.as_str()) {
                faults.push(format!("{name}: {provider}.toml does not say {english:?}"));
            }
            faults.extend(fault(&name, english, text));
        }
    }
    ensure!(faults.is_empty(), "the languages do not fit the sources:\n{}", faults.join("\n"));
    Ok(())
}

/// Stores each language for the Worker: its sentences and those of the provider files.
pub(crate) fn build(workspace: &Workspace, assets: &Path) -> Result<Vec<PathBuf>> {
    let mut made = Vec::new();
    for file in files(workspace)? {
        let language = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut table = object(&file)?;
        table.remove("host");
        let mut providers = Map::new();
        for file in provider_files(workspace)? {
            if file.to_string_lossy().ends_with(&format!(".{language}.json")) {
                providers.extend(object(&file)?);
            }
        }
        table.insert("providers".to_owned(), Value::Object(providers));
        let stored = assets.join(format!("words.{language}.json"));
        write(&stored, Value::Object(table).to_string().as_bytes())?;
        made.push(stored);
    }
    Ok(made)
}

pub(crate) fn object(file: &Path) -> Result<Map<String, Value>> {
    match serde_json::from_slice(&read(file)?).with_context(|| format!("{} is not JSON", file.display()))? {
        Value::Object(object) => Ok(object),
        _ => bail!("{} is no object", file.display()),
    }
}

/// What is wrong with one translation.
fn fault(name: &str, english: &str, text: &Value) -> Option<String> {
    let text = text.as_str().unwrap_or_default();
    let edges = |text: &str| (text.starts_with(' '), text.ends_with(' '), text.ends_with('\n'));
    let right = !text.trim().is_empty() && values(english) == values(text) && edges(english) == edges(text);
    (!right).then(|| format!("{name}: {english:?} has other values or spaces than {text:?}"))
}

/// The values that a sentence names.
fn values(sentence: &str) -> BTreeSet<&str> {
    sentence.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

/// The sentences that a source says. In a table of words, all of its texts are.
fn sentences_of(path: &Path) -> Result<Vec<String>> {
    if path.is_dir() {
        let mut all = Vec::new();
        for entry in fs::read_dir(path)? {
            let path = entry?.path();
            if path.file_name().is_some_and(|name| name != "tests.rs") {
                all.extend(sentences_of(&path)?);
            }
        }
        return Ok(all);
    }
    let source = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let table = source.split_once("// English.\n").map(|(_, table)| table);
    let texts = texts(table.unwrap_or(source)).into_iter().map(|text| numbered(&text));
    let is_sentence = |text: &String| {
        let begins = text.starts_with(|c: char| c.is_uppercase() || c == '{');
        // What goes to the log names what went wrong.
        begins
            && text.contains(' ')
            && text.ends_with('.')
            && !FOR_BACKENDS.iter().any(|start| text.starts_with(start))
    };
    let is_word = |text: &String| text.chars().any(|c| c.is_uppercase() || c == ' ' || c == '{');
    Ok(texts.filter(|text| if table.is_some() { is_word(text) } else { is_sentence(text) }).collect())
}

/// `{}` is named by its place.
fn numbered(text: &str) -> String {
    let mut pieces = text.split("{}");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.enumerate().fold(first, |all, (at, piece)| format!("{all}{{{at}}}{piece}"))
}

/// Every string literal of a source, as it reads when it runs.
fn texts(source: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = source.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '/' if rest.peek() == Some(&'/') => while rest.next_if(|&c| c != '\n').is_some() {},
            '\'' => {
                // A character; of a lifetime, nothing is lost.
                let mut ahead = rest.clone();
                let escaped = ahead.next() == Some('\\');
                if escaped {
                    ahead.next();
                }
                if ahead.next() == Some('\'') {
                    rest = ahead;
                }
            }
            '"' => {
                let mut text = String::new();
                while let Some(c) = rest.next_if(|&c| c != '"') {
                    match (c, c == '\\') {
                        (_, true) => match rest.next() {
                            Some('n') => text.push('\n'),
                            Some('\n') => while rest.next_if(|c| c.is_whitespace()).is_some() {},
                            Some(c) => text.push(c),
                            None => {}
                        },
                        (c, _) => text.push(c),
                    }
                }
                rest.next();
                texts.push(text);
            }
            _ => {}
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_what_the_sources_say() {
        check(&Workspace::find().unwrap()).unwrap();
    }

    #[test]
    fn the_texts_of_a_source_are_found_as_they_read_when_it_runs() {
        let source = "// \"no\"\nlet a = '\"'; f(\"One \\\n    two.\", \"a\\\"b\\n\", 'x');";
        assert_eq!(texts(source), ["One two.", "a\"b\n"]);
        assert_eq!(numbered("{} of {}"), "{0} of {1}");
    }

    #[test]
    fn a_translation_with_other_values_or_spaces_is_a_fault() {
        let fault = |english, text: &str| fault("de.json", english, &Value::from(text));
        assert_eq!(fault("Key: {name}", "Schlüssel: {name}"), None);
        for (english, text) in
            [("Key: {name}", "Schlüssel: {Name}"), ("Passed: ", "Bestanden:"), ("Copy", "")]
        {
            assert!(fault(english, text).is_some(), "{english}");
        }
    }
}
