//! The step `prism` of the matrix: checks every request that the providers' files cause, and every place that they read in a response, against
//! the vendors' own descriptions of their APIs.
//!
//! It owns which file describes which provider, and where both sides find their files. It does not judge: `tests/prism/requests.test.mjs`
//! does. Without `VENDOR_SPECS` it does nothing.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::command::{capture, cargo};
use crate::results::Results;
use crate::steps::node_tests;
use crate::tools;
use crate::workspace::Workspace;

/// How the name of a description ends.
const ENDINGS: [&str; 4] = [".openapi.json", ".openapi.yaml", ".openapi.yml", ".graphql"];

/// Checks every provider that has a description in the folder, and names those that have none.
pub(crate) fn check(workspace: &Workspace, filter: Option<&str>) -> Result<Results> {
    let Some(folder) = env::var_os("VENDOR_SPECS").filter(|folder| !folder.is_empty()) else {
        println!("skipped: VENDOR_SPECS names no folder with the vendors' API descriptions");
        return Ok(Results::default());
    };
    let folder = std::path::absolute(Path::new(&folder)).context("cannot use VENDOR_SPECS")?;
    let providers = names(&workspace.root().join("shared/providers"), Path::is_dir)?;
    let described = by_provider(&providers, names(&folder, Path::is_file)?);
    if described.is_empty() {
        bail!("VENDOR_SPECS has no file for a provider; tests/README.md says how the files are called");
    }
    tools::node_packages_of(&workspace.prism())?;
    let mut preview = cargo(workspace);
    preview.args(["run", "--quiet", "--package=latchkey-tests", "--bin=preview", "--", "--json"]);
    preview.args(described.keys());
    let requests = capture(&mut preview, "building the requests")?;
    fs::create_dir_all(workspace.build()).context("cannot make edge/build")?;
    let [file, table] = ["requests.json", "prism.tsv"].map(|name| workspace.build().join(name));
    fs::write(&file, requests).with_context(|| format!("cannot write {}", file.display()))?;
    let specs = described.iter().flat_map(|(id, files)| files.iter().map(move |file| (*id, file)));
    let specs: Vec<(&str, PathBuf)> = specs.map(|(id, file)| (id, folder.join(file))).collect();
    let environment = [
        ("REQUESTS", file.into_os_string()),
        ("SPECS", serde_json::to_string(&specs)?.into()),
        ("TABLE", table.clone().into_os_string()),
    ];
    let results = node_tests(workspace, "prism", filter, &environment)?;
    println!("{}", fs::read_to_string(&table).unwrap_or_default());
    let without = providers.iter().filter(|id| !described.contains_key(id.as_str()));
    let without: Vec<&str> = without.map(String::as_str).collect();
    println!("not checked, because there is no file: {}", without.join(", "));
    Ok(results)
}

/// The names of what is in a folder and `counts`, in order.
fn names(folder: &Path, counts: fn(&Path) -> bool) -> Result<Vec<String>> {
    let unreadable = || format!("cannot read {}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        if counts(&entry.path()) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The descriptions of each provider. A name begins with the provider's id and may go on with `-` and words: `okta-subset.openapi.json`. Of
/// several ids that fit, the longest counts.
fn by_provider(providers: &[String], files: Vec<String>) -> BTreeMap<&str, Vec<String>> {
    let mut described: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in files {
        let Some(stem) = ENDINGS.iter().find_map(|ending| file.strip_suffix(ending)) else { continue };
        let fits = |id: &&String| {
            stem.strip_prefix(id.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        if let Some(id) = providers.iter().filter(fits).max_by_key(|id| id.len()) {
            described.entry(id).or_default().push(file);
        }
    }
    described
}

#[cfg(test)]
mod tests {
    use super::by_provider;

    #[test]
    fn a_file_belongs_to_the_provider_with_the_longest_name_that_fits() {
        let providers = ["new", "new-relic", "okta", "octa"].map(str::to_owned);
        let files = [
            "new-relic.graphql",
            "okta-subset.openapi.json",
            "okta.openapi.yaml",
            "oktavia.openapi.json",
            "okta.txt",
        ];
        let described = by_provider(&providers, files.map(str::to_owned).into());
        let of = |id: &str| described.get(id).cloned().unwrap_or_default();
        assert_eq!(of("new-relic"), ["new-relic.graphql"]);
        assert_eq!(of("okta"), ["okta-subset.openapi.json", "okta.openapi.yaml"]);
        assert_eq!(described.len(), 2);
    }
}
