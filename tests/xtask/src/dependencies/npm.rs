//! The Node packages of every lockfile: from npm's registry, by their hash, under a license that `tests/dependencies/npm.toml`
//! allows, and none of them runs a script when it is installed.
//!
//! It owns the reading of lockfiles and refuses to ask the network. npm's advisories are published by its registry only, so no
//! copy of them stands here; `npm audit` in the folder of a lockfile asks for them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{read_toml, required_text};
use crate::workspace::Workspace;

/// The folders with a lockfile, under the root.
const FOLDERS: [&str; 4] = ["tests", "tests/hosts", "tests/prism", "tests/bench/peer"];

/// Checks each lockfile.
///
/// # Errors
/// Names each package that breaks a rule, and each exception that no package needs.
pub(super) fn check(workspace: &Workspace) -> Result<()> {
    let rules = Rules::read(&workspace.tests().join("dependencies/npm.toml"))?;
    let (mut found, mut packages, mut used) = (Vec::new(), 0, Vec::new());
    for folder in FOLDERS {
        let at = workspace.root().join(folder);
        let settings = fs::read_to_string(at.join(".npmrc")).unwrap_or_default();
        if !settings.lines().any(|line| line == "ignore-scripts=true") {
            found.push(format!("{folder}/.npmrc: the line `ignore-scripts=true` is missing"));
        }
        let text = fs::read_to_string(at.join("package-lock.json"))
            .with_context(|| format!("cannot read {folder}/package-lock.json"))?;
        let lockfile: Value =
            serde_json::from_str(&text).with_context(|| format!("{folder}/package-lock.json is not JSON"))?;
        let faults = rules.faults(&lockfile, &mut used)?;
        found.extend(faults.into_iter().map(|fault| format!("{folder}/package-lock.json: {fault}")));
        packages += entries(&lockfile)?.count();
    }
    found.extend(rules.idle(&used));
    if !found.is_empty() {
        bail!(
            "{}\nreplace the package, or add it to tests/dependencies/npm.toml with a reason",
            found.join("\n")
        );
    }
    println!("{packages} Node packages come from npm’s registry by their hash, under allowed licenses");
    Ok(())
}

/// What `tests/dependencies/npm.toml` says.
struct Rules {
    licenses: Vec<String>,
    /// Packages whose license is not among these: what may be used all the same.
    exceptions: BTreeMap<String, String>,
}

impl Rules {
    fn read(file: &Path) -> Result<Self> {
        let config = read_toml(file)?;
        let licenses = config.get("licenses").and_then(|list| list.as_array());
        let licenses = licenses.context("npm.toml: `licenses` is missing")?;
        let mut exceptions = BTreeMap::new();
        for entry in config.get("exceptions").and_then(|list| list.as_array()).into_iter().flatten() {
            required_text(entry, "reason")?;
            exceptions.insert(required_text(entry, "package")?, required_text(entry, "license")?);
        }
        Ok(Self {
            licenses: licenses.iter().filter_map(|text| text.as_str()).map(str::to_owned).collect(),
            exceptions,
        })
    }

    /// What is wrong with a lockfile. Adds the exceptions that it needed to `used`.
    fn faults(&self, lockfile: &Value, used: &mut Vec<String>) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        for (path, entry) in entries(lockfile)? {
            let name = path.rsplit("node_modules/").next().unwrap_or(path);
            let text = |member: &str| entry.get(member).and_then(Value::as_str);
            if !text("integrity").is_some_and(|hash| hash.starts_with("sha512-")) {
                faults.push(format!("{name} has no SHA-512 hash, so it is not from a registry"));
            }
            if text("resolved").is_some() {
                faults
                    .push(format!("{name} names where it comes from; set `omit-lockfile-registry-resolved`"));
            }
            let license = text("license").unwrap_or("none");
            // Of several licenses that a package offers, one is enough.
            if license.split(" OR ").any(|one| self.licenses.iter().any(|allowed| allowed == one)) {
                continue;
            }
            match self.exception(name) {
                Some((pattern, allowed)) if allowed == license => used.push(pattern.to_owned()),
                _ => faults.push(format!("{name} has the license {license}")),
            }
        }
        Ok(faults)
    }

    /// The exception for a package; one that ends in `*` is for all packages whose names begin so.
    fn exception(&self, name: &str) -> Option<(&str, &str)> {
        let fits = |pattern: &str| match pattern.strip_suffix('*') {
            Some(begin) => name.starts_with(begin),
            None => name == pattern,
        };
        let mut fitting = self.exceptions.iter().filter(|(pattern, _)| fits(pattern));
        fitting.next_back().map(|(pattern, license)| (pattern.as_str(), license.as_str()))
    }

    fn idle(&self, used: &[String]) -> Vec<String> {
        let idle = self.exceptions.keys().filter(|pattern| !used.contains(pattern));
        idle.map(|pattern| format!("npm.toml: no package needs the exception {pattern}; remove it")).collect()
    }
}

/// The packages of a lockfile, without the project itself. A lockfile without packages would pass everything.
fn entries(lockfile: &Value) -> Result<impl Iterator<Item = (&str, &Value)>> {
    let packages = lockfile.get("packages").and_then(Value::as_object);
    let packages = packages.filter(|packages| packages.len() > 1).context("a lockfile names no package")?;
    Ok(packages.iter().map(|(path, entry)| (path.as_str(), entry)).filter(|(path, _)| !path.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(entry: &Value) -> Vec<String> {
        let rules = Rules {
            licenses: vec!["MIT".to_owned()],
            exceptions: [("@img/*".to_owned(), "LGPL-3.0-or-later".to_owned())].into(),
        };
        let lockfile = json!({ "packages": { "": {}, "node_modules/a/node_modules/@img/b": entry } });
        rules.faults(&lockfile, &mut Vec::new()).unwrap()
    }

    #[test]
    fn a_package_of_the_registry_with_an_allowed_license_passes() {
        for license in ["MIT", "MIT OR Apache-2.0", "GPL-3.0-only OR MIT", "LGPL-3.0-or-later"] {
            assert_eq!(faults(&json!({ "integrity": "sha512-x", "license": license })), [""; 0], "{license}");
        }
    }

    #[test]
    fn a_package_of_elsewhere_or_with_another_license_is_named() {
        let git = json!({ "resolved": "git+ssh://git@example.com/b.git#1", "license": "MIT" });
        assert_eq!(faults(&git).len(), 2);
        assert_eq!(faults(&json!({ "integrity": "sha1-x", "license": "MIT" })).len(), 1);
        assert_eq!(faults(&json!({ "link": true, "license": "MIT" })).len(), 1);
        for license in [json!("GPL-3.0-only"), json!("MIT AND GPL-3.0-only"), json!(null)] {
            assert_eq!(faults(&json!({ "integrity": "sha512-x", "license": license })).len(), 1, "{license}");
        }
    }

    #[test]
    fn a_lockfile_without_packages_is_refused() {
        assert!(entries(&json!({ "packages": { "": {} } })).is_err());
    }
}
