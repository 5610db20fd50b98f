//! The description of the API and the page that shows it, as files of the deployment: `openapi.json`, `docs.page`, and the viewer
//! under hashed names.
//!
//! It owns how they are made. It does not own the content of the description; `edge/src/openapi/` does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::bundle::{empty_directory, esbuild, read, store_by_hash, write};
use crate::cache::Cache;
use crate::command::{capture, cargo, node, run};
use crate::workspace::Workspace;

/// Writes all of it into the folder of static files, which must exist.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let sources = workspace.edge().join("docs");
    let [page, script, style] = ["page.html", "docs.js", "docs.css"].map(|file| sources.join(file));
    let viewer = |file: &str| workspace.package_file("swagger-ui-dist").join(file);
    let [viewer_script, viewer_style] = ["swagger-ui-bundle.js", "swagger-ui.css"].map(viewer);

    let description = describe(workspace)?;
    let memo = Cache::of(workspace, "reference", &[&description, &page, &script, &style])?;
    if memo.recall().is_some() {
        return Ok(());
    }
    let generated = empty_directory(workspace.generated("reference"))?;
    let assets = workspace.assets().join("assets");
    forget(&assets)?;

    let mut html = String::from_utf8(read(&page)?).context("the reference's page is not text")?;
    let mut files = Vec::new();
    for (source, name, extension) in [
        (&viewer_script, "viewer", "js"),
        (&viewer_style, "viewer", "css"),
        (&script, "docs", "js"),
        (&style, "docs", "css"),
    ] {
        let small = generated.join(format!("{name}.{extension}"));
        run(&mut esbuild(workspace, source, &small), &format!("minifying {}", source.display()))?;
        let stored = store_by_hash(&small, &assets, name, extension)?;
        let file = stored.file_name().context("a file of the reference has no name")?;
        html = html.replace(&format!("{{{name}.{extension}}}"), &format!("/assets/{}", file.display()));
        files.push(stored);
    }
    let place = |name: &str, bytes: &[u8]| -> Result<PathBuf> {
        let place = assets.join(name);
        write(&place, bytes)?;
        Ok(place)
    };
    files.push(place("docs.page", html.as_bytes())?);
    files.push(place("openapi.json", &read(&description)?)?);
    run(
        node(workspace, &workspace.runtime("compress.mjs")).args(&files),
        "compressing the reference’s files",
    )?;
    memo.record(&files.iter().map(PathBuf::as_path).collect::<Vec<_>>())
}

/// Makes the description with the tool that links the edge for the host.
fn describe(workspace: &Workspace) -> Result<PathBuf> {
    let mut compile = cargo(workspace);
    // Built with the whole workspace, so that its packages have the same features as in the tests, and are compiled once.
    compile.args(["build", "--locked", "--workspace", "--bin=latchkey-openapi"]);
    compile.arg("--message-format=json-render-diagnostics");
    let messages = capture(&mut compile, "compiling latchkey-openapi")?;
    let tool = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .context("cargo built no program latchkey-openapi")?;
    let text = capture(&mut Command::new(tool), "describing the API")?;
    let place = workspace.generated("openapi.json");
    fs::create_dir_all(workspace.generated("")).context("cannot make edge/build/generated")?;
    write(&place, text.trim_end().as_bytes())?;
    Ok(place)
}

/// Removes the files of an earlier build.
fn forget(assets: &Path) -> Result<()> {
    for entry in fs::read_dir(assets).with_context(|| format!("cannot read {}", assets.display()))? {
        let entry = entry.with_context(|| format!("cannot read {}", assets.display()))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if ["viewer-", "docs", "openapi"].iter().any(|own| name.starts_with(own)) {
            fs::remove_file(entry.path()).with_context(|| format!("cannot remove {name}"))?;
        }
    }
    Ok(())
}
