//! The translation tables: checked against the sentences in the sources, and stored for the Worker.
//!
//! The key of a sentence is its English text, which is in the source, after a mark (`msg!`, `mark!`). This file collects the
//! marked sentences, and refuses to build while a language lacks one, has an unused one, or fills in other values.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Map, Value};

use crate::bundle::{read, write};
use crate::workspace::Workspace;

/// The parts of the tables, each with the folders whose sentences are in it. A file belongs to the longest folder that
/// holds it; a sentence of two parts is in the first.
const PARTS: [(&str, &[&str]); 5] = [
    // Each page that is not English holds this part in its data.
    ("form", &["widget/src", "shared/src/field"]),
    ("page", &["widget/src/ssr"]),
    ("edge", &["edge/src", "shared/src"]),
    ("host", &["widget/embed"]),
    // The pages of the console, which have a table of their own.
    ("console", &["widget/console/src"]),
];

/// The marks before a text that is translated: macros everywhere, and in the widget the functions behind its tables.
const MARKS: [&str; 5] = ["msg!(", "mark!(", "Phrase(", "fill(", "text("];

/// Every language's file, sorted.
pub(crate) fn files(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    json_files(&workspace.widget().join("languages"))
}

/// Every translation of a provider, sorted.
pub(crate) fn provider_files(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let folder = workspace.root().join("shared/providers");
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let folders = entries.map(|entry| Ok(entry?.path().join("languages"))).collect::<Result<Vec<_>>>()?;
    let files = folders.iter().filter(|folder| folder.is_dir()).map(|folder| json_files(folder));
    let mut files = files.collect::<Result<Vec<_>>>()?.concat();
    files.sort();
    Ok(files)
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
    let said = sentences(workspace, &mut faults)?;
    for file in files(workspace)? {
        let table = object(&file)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (part, sentences) in &said {
            let part_of = table.get(*part).and_then(Value::as_object).cloned().unwrap_or_default();
            let missing = sentences.iter().filter(|sentence| !part_of.contains_key(*sentence));
            faults.extend(missing.map(|sentence| format!("{name}: `{part}` lacks {sentence:?}")));
            let unsaid = part_of.keys().filter(|key| !sentences.contains(*key));
            faults.extend(unsaid.map(|key| format!("{name}: `{part}` has an unused sentence: {key:?}")));
            faults.extend(part_of.iter().filter_map(|(english, text)| fault(&name, english, text)));
        }
    }
    for file in provider_files(workspace)? {
        let name = file.strip_prefix(workspace.root()).unwrap_or(&file).display().to_string();
        let folder = file.ancestors().nth(2).context("a translation has no folder")?;
        let mut said = String::new();
        for part in ["provider.toml", "verify.toml"] {
            let text = fs::read_to_string(folder.join(part));
            said.push_str(&text.with_context(|| format!("{name} belongs to no provider"))?);
        }
        for (english, text) in &object(&file)? {
            if !said.contains(english.as_str()) {
                faults.push(format!("{name}: no text of the provider is {english:?}"));
            }
            faults.extend(fault(&name, english, text));
        }
    }
    ensure!(faults.is_empty(), "the languages do not fit the sources:\n{}", faults.join("\n"));
    Ok(())
}

/// Stores each language for the Worker: its sentences and those of the providers.
pub(crate) fn build(workspace: &Workspace, assets: &Path) -> Result<Vec<PathBuf>> {
    let mut made = Vec::new();
    for file in files(workspace)? {
        let language = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut table = object(&file)?;
        table.remove("host");
        let mut providers = Map::new();
        for file in provider_files(workspace)? {
            if file.file_stem().is_some_and(|stem| *stem == *language) {
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

/// The fault of a translation, if it has one.
fn fault(name: &str, english: &str, text: &Value) -> Option<String> {
    let text = text.as_str().unwrap_or_default();
    let edges = |text: &str| (text.starts_with(' '), text.ends_with(' '), text.ends_with('\n'));
    let right = !text.trim().is_empty() && values(english) == values(text) && edges(english) == edges(text);
    (!right).then(|| format!("{name}: {english:?} has other values or spaces than {text:?}"))
}

/// The names of the values in a sentence.
fn values(sentence: &str) -> BTreeSet<&str> {
    sentence.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

/// The sentences of each part, in the order of [`PARTS`].
fn sentences(
    workspace: &Workspace,
    faults: &mut Vec<String>,
) -> Result<Vec<(&'static str, BTreeSet<String>)>> {
    let mut said = PARTS.map(|(part, _)| (part, BTreeSet::new()));
    for source in sources(workspace)? {
        let path = source.strip_prefix(workspace.root()).unwrap_or(&source);
        let folders =
            PARTS.iter().enumerate().flat_map(|(at, (_, folders))| folders.iter().map(move |one| (at, one)));
        let home =
            folders.filter(|(_, folder)| path.starts_with(folder)).max_by_key(|(_, folder)| folder.len());
        let Some((at, _)) = home else { continue };
        let text =
            fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
        let marked = if path.extension().is_some_and(|extension| extension == "js") {
            js_table(&text)
        } else {
            let marks = if path.starts_with("widget") { &MARKS[..] } else { &MARKS[..2] };
            marked(&text, marks)
        };
        for Marked { text, names } in marked {
            if names.is_some_and(|names| names != values(&text)) {
                faults.push(format!("{}: {text:?} has other value names than its arguments", path.display()));
            }
            if let Some((_, sentences)) = said.get_mut(at) {
                sentences.insert(text);
            }
        }
    }
    let mut seen = BTreeSet::new();
    // The console's pages get their own part alone, so it is whole.
    for (_, sentences) in said.iter_mut().filter(|(part, _)| *part != "console") {
        sentences.retain(|sentence| seen.insert(sentence.clone()));
    }
    Ok(said.into())
}

/// Every source that can hold sentences, sorted. Tests hold none.
fn sources(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut folders: Vec<_> =
        PARTS.iter().flat_map(|(_, folders)| *folders).map(|one| workspace.root().join(one)).collect();
    let mut files = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                folders.push(path);
            } else if (name.ends_with(".rs") || name == "words.js" || name == "messages.js")
                && !name.ends_with("tests.rs")
            {
                files.insert(path);
            }
        }
    }
    Ok(files.into_iter().collect())
}

/// A text that a source marks for translation, and the names of its arguments, if the mark has them.
#[derive(Debug, PartialEq, Eq)]
struct Marked<'a> {
    text: String,
    names: Option<BTreeSet<&'a str>>,
}

/// The marked texts of a Rust source.
fn marked<'a>(source: &'a str, marks: &[&str]) -> Vec<Marked<'a>> {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let is_marked = |before: &str| {
        let before = before.trim_end();
        marks.iter().any(|mark| {
            let rest = before.strip_suffix(mark);
            rest.is_some_and(|rest| {
                !rest.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '!'))
            })
        })
    };
    let texts =
        texts(source).into_iter().filter(|(start, ..)| is_marked(source.get(..*start).unwrap_or_default()));
    texts
        .map(|(start, end, text)| {
            let macro_call = source.get(..start).is_some_and(|before| before.trim_end().ends_with("msg!("));
            let names = macro_call.then(|| names(source.get(end..).unwrap_or_default()));
            Marked { text, names }
        })
        .collect()
}

/// The names in the arguments after a template, up to the parenthesis that ends the call.
fn names(rest: &str) -> BTreeSet<&str> {
    let (mut depth, mut names, mut start) = (0, BTreeSet::new(), 0);
    for (at, c) in rest.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => start = at + 1,
            '=' if depth == 0 => {
                names.insert(rest.get(start..at).unwrap_or_default().trim());
            }
            _ => {}
        }
    }
    names
}

/// The texts of a JavaScript table: those after the line `// English.`.
fn js_table(source: &str) -> Vec<Marked<'_>> {
    let table = source.split_once("// English.\n").map_or("", |(_, table)| table);
    let is_sentence = |text: &String| text.chars().any(|c| c.is_uppercase() || c == ' ' || c == '{');
    let texts = texts(table).into_iter().map(|(_, _, text)| text).filter(is_sentence);
    texts.map(|text| Marked { text, names: None }).collect()
}

/// Every string literal of a source, with its escapes resolved, and where it begins and ends.
fn texts(source: &str) -> Vec<(usize, usize, String)> {
    let mut texts = Vec::new();
    let mut rest = source.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        match c {
            '/' if rest.peek().is_some_and(|(_, c)| *c == '/') => {
                while rest.next_if(|&(_, c)| c != '\n').is_some() {}
            }
            '\'' => {
                // A character literal is skipped. After the quote of a lifetime nothing is skipped.
                let mut ahead = rest.clone();
                let escaped = ahead.next().is_some_and(|(_, c)| c == '\\');
                if escaped {
                    ahead.next();
                }
                if ahead.next().is_some_and(|(_, c)| c == '\'') {
                    rest = ahead;
                }
            }
            '"' => {
                let mut text = String::new();
                while let Some((_, c)) = rest.next_if(|&(_, c)| c != '"') {
                    match (c, c == '\\') {
                        (_, true) => match rest.next() {
                            Some((_, 'n')) => text.push('\n'),
                            Some((_, '\n')) => while rest.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                            Some((_, c)) => text.push(c),
                            None => {}
                        },
                        (c, _) => text.push(c),
                    }
                }
                let end = rest.next().map_or(source.len(), |(at, _)| at + 1);
                texts.push((start, end, text));
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
    fn every_language_translates_every_sentence_of_the_sources() {
        check(&Workspace::find().unwrap()).unwrap();
    }

    #[test]
    fn marked_texts_of_a_source_are_found_with_their_escapes_resolved() {
        let source = r#"// msg!("no")
            let a = '"'; f("no", msg!("One \
                two, {name}.", name = phrase(&x, "no")), 'x'); Phrase("Show"); self.text("no"); my_fill("no")"#;
        let found = |text: &str, names: Option<&[&'static str]>| Marked {
            text: text.to_owned(),
            names: names.map(|names| names.iter().copied().collect()),
        };
        assert_eq!(marked(source, &MARKS), [found("One two, {name}.", Some(&["name"])), found("Show", None)]);
        assert_eq!(marked(source, &MARKS[..2]).len(), 1);
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
