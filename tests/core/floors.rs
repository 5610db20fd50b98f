//! The floors of `edge/src`: an import never runs upward, and no files import each other in a circle.
//!
//! The floors stand in `.github/ARCHITECTURE.md`, where a newcomer reads them; this test reads the same list.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Sources by their path below `edge/src`, with `/`.
type Sources = BTreeMap<String, String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The floor of each module of the crate, from the ground up, as ARCHITECTURE lists them.
fn floors() -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(root().join(".github/ARCHITECTURE.md")).unwrap();
    let (_, section) = text.split_once("## The floors of `edge/src`").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let mut floors = BTreeMap::new();
    for line in section.lines() {
        let Some((number, rest)) = line.split_once(". ") else { continue };
        let Ok(floor) = number.parse() else { continue };
        // The names in front of the first word that is no name.
        for name in rest.split(", ").map_while(|part| part.strip_prefix('`')?.split_once('`')) {
            let module = name.0.trim_end_matches('/').trim_end_matches(".rs").to_owned();
            assert!(floors.insert(module, floor).is_none(), "{} stands on two floors", name.0);
            if !name.1.is_empty() {
                break;
            }
        }
    }
    floors
}

fn sources() -> Sources {
    let root = root().join("edge/src");
    let (mut folders, mut sources) = (vec![root.clone()], Sources::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                sources.insert(name, std::fs::read_to_string(path).unwrap());
            }
        }
    }
    sources
}

/// The module of the crate that a file belongs to: `api` for `api/vault.rs`.
fn module(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// The paths below the crate that a source names, in `use` lines and elsewhere: `store::client::StoreClient`.
fn paths(source: &str) -> Vec<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<Vec<_>>().join(" ");
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let pieces = code.split("crate::").skip(1);
    let mut paths = Vec::new();
    for piece in pieces {
        let head: String = piece.chars().take_while(|&c| is_path(c)).collect();
        match piece.get(head.len()..).unwrap_or_default().strip_prefix('{') {
            // `use crate::{a, b::c};` names each of them.
            Some(group) if head.is_empty() || head.ends_with("::") => {
                let group = group.split('}').next().unwrap_or_default();
                let names = group.split(',').map(str::trim).filter(|name| !name.is_empty());
                paths.extend(
                    names.map(|name| format!("{head}{}", name.split([' ', '{']).next().unwrap_or_default())),
                );
            }
            _ => paths.push(head),
        }
    }
    paths
}

/// The file that a path leads to: the longest part of it that is one.
fn file_of(sources: &Sources, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
    while !parts.is_empty() {
        let base = parts.join("/");
        for name in [format!("{base}.rs"), format!("{base}/mod.rs")] {
            if sources.contains_key(&name) {
                return Some(name);
            }
        }
        parts.pop();
    }
    None
}

/// Each import that runs upward, or to another module of the same floor.
fn upward(sources: &Sources, floors: &BTreeMap<String, usize>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (file, source) in sources.iter().filter(|(file, _)| *file != "lib.rs") {
        let Some(own) = floors.get(module(file)) else {
            wrong.push(format!("{file} stands on no floor of ARCHITECTURE"));
            continue;
        };
        for path in paths(source) {
            let target = path.split("::").next().unwrap_or_default();
            let allowed = target == module(file) || floors.get(target).is_none_or(|floor| floor < own);
            if !allowed {
                wrong.push(format!("{file} imports crate::{path}, which is not below it"));
            }
        }
    }
    wrong
}

/// The files of a circle of imports, if there is one. A folder's `mod.rs` is the folder itself, so it counts for nobody in it.
fn circle(sources: &Sources) -> Option<Vec<String>> {
    let folder = |file: &str| file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let mut imports: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (file, source) in sources.iter().filter(|(file, _)| *file != "lib.rs") {
        let here = folder(file).replace('/', "::");
        let own = if file.ends_with("/mod.rs") {
            here.clone()
        } else {
            format!("{here}::{}", module(file.rsplit('/').next().unwrap()))
        };
        let parent = own.rsplit_once("::").map_or("", |(parent, _)| parent);
        let code = source.replace("super::", &format!("crate::{parent}::"));
        let to = paths(&code).into_iter().filter_map(|path| file_of(sources, &path));
        let to = to.filter(|to| to != file && !(to.ends_with("mod.rs") && folder(to) == folder(file)));
        imports.insert(file, to.collect());
    }
    // Without the files that import nothing that is left, and those that nothing left imports, again and again: what stays is
    // in a circle.
    loop {
        let left: BTreeSet<String> = imports.keys().map(|file| (*file).to_owned()).collect();
        let imported: BTreeSet<String> = imports.values().flatten().cloned().collect();
        imports.retain(|file, to| {
            !file.ends_with("mod.rs") && imported.contains(*file) && to.iter().any(|to| left.contains(to))
        });
        if imports.len() == left.len() {
            return (!left.is_empty()).then(|| left.into_iter().collect());
        }
    }
}

#[test]
fn no_import_runs_upward() {
    assert_eq!(upward(&sources(), &floors()), Vec::<String>::new());
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    assert_eq!(circle(&sources()), None);
}

#[test]
fn an_import_that_runs_upward_is_found_wherever_it_stands() {
    let floors = floors();
    assert!(
        floors["crypto"] < floors["store"]
            && floors["store"] < floors["api"]
            && floors["api"] < floors["router"]
    );
    for source in [
        "use crate::api::vault;",
        "use crate::{error::Error, router};",
        "fn f() { crate::pages::connect::link() }",
        "#[schemars(with = \"crate::openapi::Uuid\")]",
        "use crate::unlisted::x;\nuse crate::access::auth;",
    ] {
        let sources = Sources::from([("store/client.rs".to_owned(), source.to_owned())]);
        assert_eq!(upward(&sources, &floors).len(), 1, "{source}");
    }
    let fine = "//! Like `crate::api`.\nuse crate::error::Error;\nuse crate::store::protocol::X;\nuse crate::ports::{Clock, Platform};";
    let sources = Sources::from([("store/client.rs".to_owned(), fine.to_owned())]);
    assert_eq!(upward(&sources, &floors), Vec::<String>::new());
}

#[test]
fn a_circle_of_imports_is_found() {
    let files = |pairs: &[(&str, &str)]| -> Sources {
        pairs.iter().map(|(file, source)| ((*file).to_owned(), (*source).to_owned())).collect()
    };
    let circular = files(&[
        ("a/mod.rs", "pub use one::One;"),
        ("a/one.rs", "use super::two::Two;"),
        ("a/two.rs", "use crate::a::three::Three;"),
        ("a/three.rs", "use crate::a::one::One;\nuse super::Four;"),
    ]);
    assert_eq!(circle(&circular).unwrap(), ["a/one.rs", "a/three.rs", "a/two.rs"]);
    let straight =
        files(&[("a/mod.rs", ""), ("a/one.rs", "use super::two::Two;"), ("a/two.rs", "use super::One;")]);
    assert_eq!(circle(&straight), None);
}
