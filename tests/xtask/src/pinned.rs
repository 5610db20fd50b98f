//! The pinned script: all of `connect.js` in one file under a name with its hash, for pages that name its integrity too (SRI).
//!
//! It owns building it, `connect.json`, which names its address and integrity, and the earlier ones in `widget/pinned/`: a page that
//! pins a script goes on naming it after the next deployment. It refuses a kept file whose name is not its content's.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::bundle::{empty_directory, esbuild, read, store_by_hash, write};
use crate::command::run;
use crate::hash::{integrity, sha256_hex};
use crate::workspace::Workspace;

/// Builds the current one, and copies the kept ones. Returns every file it has made.
pub(crate) fn build(workspace: &Workspace, assets: &Path, tables: &str) -> Result<Vec<PathBuf>> {
    let bundled = empty_directory(workspace.generated("pinned"))?.join("connect.js");
    let mut bundle = esbuild(workspace, &workspace.widget().join("connect.js"), &bundled);
    bundle
        .args(["--bundle", "--format=iife", "--target=es2022", "--define:PINNED=true", "--define:EMBED=null"])
        .args([&format!("--define:EMBED_TABLES={tables}"), "--define:EMBED_MESSAGES=null"]);
    run(&mut bundle, "bundling the pinned widget/connect.js")?;
    let bytes = read(&bundled)?;
    let current = store_by_hash(&bundled, assets, "connect", "js")?;
    let name = current.file_name().context("the pinned script has no name")?.to_string_lossy().into_owned();
    let manifest = assets.join("connect.json");
    let src = format!("/assets/{name}");
    write(
        &manifest,
        serde_json::json!({ "src": src, "integrity": integrity(&bytes) }).to_string().as_bytes(),
    )?;
    let mut made = vec![current, manifest];
    for kept in kept(&workspace.widget().join("pinned"))? {
        let copy = assets.join(kept.file_name().unwrap_or_default());
        if !made.contains(&copy) {
            write(&copy, &read(&kept)?)?;
            made.push(copy);
        }
    }
    Ok(made)
}

/// Copies the script of the last build to `widget/pinned/`. Returns its place there.
pub(crate) fn keep(workspace: &Workspace) -> Result<PathBuf> {
    let assets = workspace.assets().join("assets");
    let manifest: serde_json::Value = serde_json::from_slice(&read(&assets.join("connect.json"))?)?;
    let name = manifest["src"].as_str().and_then(|src| src.rsplit('/').next());
    let name = name.context("connect.json names no script")?;
    let kept = workspace.widget().join("pinned").join(name);
    fs::copy(assets.join(name), &kept).with_context(|| format!("cannot write {}", kept.display()))?;
    Ok(kept)
}

/// The scripts of a folder, each checked against its name. Other files there explain them.
fn kept(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut scripts = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry.with_context(|| format!("cannot read {}", folder.display()))?.path();
        if path.extension().is_none_or(|extension| extension != "js") {
            continue;
        }
        let hash: String = sha256_hex(&read(&path)?).chars().take(12).collect();
        if path.file_name().is_none_or(|name| name != format!("connect-{hash}.js").as_str()) {
            bail!("{} was changed: the hash in its name is not that of its content ({hash})", path.display());
        }
        scripts.push(path);
    }
    scripts.sort();
    Ok(scripts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_script_must_be_what_its_name_says() {
        let folder = std::env::temp_dir().join(format!("latchkey-pinned-{}", std::process::id()));
        empty_directory(folder.clone()).unwrap();
        write(&folder.join("README.md"), b"x").unwrap();
        let hash: String = sha256_hex(b"one").chars().take(12).collect();
        let name = format!("connect-{hash}.js");
        write(&folder.join(&name), b"one").unwrap();
        assert_eq!(kept(&folder).unwrap(), [folder.join(&name)]);
        write(&folder.join(&name), b"another").unwrap();
        assert!(kept(&folder).unwrap_err().to_string().contains("was changed"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
