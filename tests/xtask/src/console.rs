//! Builds the console: the program and the styles that its pages load, and the Worker that renders them.
//!
//! It owns `edge/build/console/` and the files named `console-…` among those that a browser may request.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::bundle::{self, empty_directory, esbuild, store_by_hash};
use crate::cache::Cache;
use crate::command::{node, run};
use crate::wasm;
use crate::workspace::Workspace;

/// Builds both.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let files = build_program(workspace)?;
    build_worker(workspace, &files)
}

/// The style sheet, the script and the program of the console's pages.
fn build_program(workspace: &Workspace) -> Result<[PathBuf; 3]> {
    let module = wasm::compile(workspace, "latchkey-console", &["hydrate"], &[])?.module;
    let scripts = ["boot.js", "sign_in.js"].map(|name| workspace.console().join(name));
    let styles = styles(workspace)?;
    let mut inputs: Vec<&Path> = vec![&module];
    inputs.extend(scripts.iter().chain(&styles).map(PathBuf::as_path));
    let cache = Cache::of(workspace, "console", &inputs)?;
    if let Some([css, js, wasm]) = cache.recall().as_deref() {
        return Ok([css.clone(), js.clone(), wasm.clone()]);
    }
    let assets = workspace.assets().join("assets");
    fs::create_dir_all(&assets).with_context(|| format!("cannot make {}", assets.display()))?;
    remove_earlier(&assets)?;
    let generated = empty_directory(workspace.generated("console"))?;
    wasm::bind_for_page(&module, "console", &generated)?;
    let wasm = bundle::optimize(workspace, &generated, "console", &assets)?;
    for script in &scripts {
        let name = script.file_name().context("a script of the console has no name")?;
        fs::copy(script, generated.join(name))
            .with_context(|| format!("cannot copy {}", script.display()))?;
    }
    let script = generated.join("bundled.js");
    let mut bundling = esbuild(workspace, &generated.join("boot.js"), &script);
    run(bundling.args(["--bundle", "--format=esm", "--target=es2022"]), "bundling the console's script")?;
    let js = store_by_hash(&script, &assets, "console", "js")?;
    let style = generated.join("console.css");
    let mut bundling = esbuild(workspace, &workspace.console().join("console.css"), &style);
    run(bundling.args(["--bundle", "--target=es2022"]), "bundling the console's styles")?;
    let css = store_by_hash(&style, &assets, "console", "css")?;

    let made = [css, js, wasm];
    let mut compress = node(workspace, &workspace.runtime("compress.mjs"));
    run(compress.args(&made), "compressing the console's files")?;
    cache.record(&made.each_ref().map(PathBuf::as_path))?;
    Ok(made)
}

/// Removes the console's files of an earlier build: their names have hashes, so nothing replaces them.
fn remove_earlier(assets: &Path) -> Result<()> {
    for entry in fs::read_dir(assets).with_context(|| format!("cannot read {}", assets.display()))? {
        let entry = entry.with_context(|| format!("cannot read {}", assets.display()))?;
        if entry.file_name().to_string_lossy().starts_with("console-") {
            let file = entry.path();
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

/// The style sheets, with the tokens that the console shares with the form.
fn styles(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut styles = vec![workspace.console().join("console.css"), workspace.widget().join("css/tokens.css")];
    let folder = workspace.console().join("css");
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        styles.push(entry.with_context(|| format!("cannot read {}", folder.display()))?.path());
    }
    styles.sort();
    Ok(styles)
}

fn build_worker(workspace: &Workspace, files: &[PathBuf; 3]) -> Result<()> {
    let module = wasm::compile(workspace, "latchkey-console", &["worker"], &[])?.module;
    let entry = workspace.console().join("worker.js");
    let [css, js, wasm] = files;
    // Their names have hashes, so other files make another Worker.
    let cache = Cache::of(workspace, "console-worker", &[&module, &entry, css, js, wasm])?;
    if cache.recall().is_some() {
        return Ok(());
    }
    let generated = empty_directory(workspace.generated("console-worker"))?;
    wasm::bind_for_worker(&module, "index", &generated)?;
    let made = empty_directory(workspace.console_worker())?;
    let script = made.join("index.js");
    let address = |file: &Path| {
        let name = file.file_name().context("a file of the console has no name")?;
        anyhow::Ok(format!("/assets/{}", name.display()))
    };
    let files = serde_json::json!({ "css": address(css)?, "js": address(js)?, "wasm": address(wasm)? });
    let mut bundling = esbuild(workspace, &entry, &script);
    bundling
        .args(["--bundle", "--format=esm", "--target=es2022", "--external:./index_bg.wasm"])
        .args(["--alias:latchkey-console=./index.js".to_owned(), format!("--define:FILES={files}")])
        .current_dir(&generated);
    run(&mut bundling, "bundling the Worker that renders the console")?;
    let stored = made.join("index_bg.wasm");
    fs::copy(generated.join("index_bg.wasm"), &stored).context("cannot copy the console's WebAssembly")?;
    cache.record(&[&script, &stored])
}
