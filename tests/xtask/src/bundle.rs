//! `cargo xtask build`: everything the edge deploys, in `edge/build/`.
//!
//! Its order is the order in which the parts need each other: the widget's files have their hash in their name, the page
//! names them, and the Worker compiles the page in. It refuses to leave a file of an earlier build behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command::{node, run};
use crate::hash::sha256_hex;
use crate::memo::Memo;
use crate::workspace::Workspace;
use crate::{tools, wasm};

/// Features are named one by one: with `--all-features` binaryen 132 writes imports that Chromium 156 refuses.
const WASM_FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds the widget, the page's parts and the Worker.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    tools::wasm_target()?;
    tools::node_packages(workspace)?;
    let widget = build_widget(workspace)?;
    build_page(workspace, &widget)?;
    build_worker(workspace)
}

/// The addresses of the page's programs on the edge: the form's, and the one that seals.
struct Addresses {
    widget: [String; 2],
    seal: [String; 2],
    more: String,
}

impl Addresses {
    fn of([widget_js, widget_wasm, seal_js, seal_wasm, more]: [&Path; 5]) -> Result<Self> {
        let address = |file: &Path| {
            let name = file.file_name().context("a file of the widget has no name")?;
            anyhow::Ok(format!("/assets/{}", name.display()))
        };
        Ok(Self {
            widget: [address(widget_js)?, address(widget_wasm)?],
            seal: [address(seal_js)?, address(seal_wasm)?],
            more: address(more)?,
        })
    }
}

fn build_widget(workspace: &Workspace) -> Result<Addresses> {
    let widget = wasm::compile(workspace, "latchkey-widget", &["hydrate"], &[])?;
    let seal = wasm::compile(workspace, "latchkey-seal", &[], &[])?;
    let memo = Memo::of(
        workspace,
        "widget",
        &[&widget, &seal, &workspace.widget().join("connect.js"), &workspace.widget().join("more.js")],
    )?;
    if let Some([js, wasm, seal_js, seal_wasm, more, ..]) = memo.recall().as_deref() {
        return Addresses::of([js, wasm, seal_js, seal_wasm, more]);
    }
    empty_directory(workspace.assets())?;
    let assets = empty_directory(workspace.assets().join("assets"))?;
    let [js, wasm] = build_program(workspace, &widget, "widget", &assets)?;
    let [seal_js, seal_wasm] = build_program(workspace, &seal, "seal", &assets)?;

    // The Worker serves it as `/connect.js`, because pages of other sites name it.
    let connect = assets.join("connect.js");
    run(&mut esbuild_file(workspace, "connect.js", &connect), "minifying widget/connect.js")?;

    // What is not needed to submit.
    let generated = empty_directory(workspace.generated("more"))?.join("more.js");
    run(&mut esbuild_file(workspace, "more.js", &generated), "minifying widget/more.js")?;
    let more = store_by_hash(&generated, &assets, "more", "js")?;

    let mut compress = node(workspace, &workspace.runtime("compress.mjs"));
    run(
        compress.args([&js, &wasm, &seal_js, &seal_wasm, &more, &connect]),
        "compressing the widget's files",
    )?;
    memo.record(&[&js, &wasm, &seal_js, &seal_wasm, &more, &connect])?;
    Addresses::of([&js, &wasm, &seal_js, &seal_wasm, &more])
}

/// One program of the page from its compiled module: the glue and the WebAssembly, stored.
fn build_program(workspace: &Workspace, module: &Path, name: &str, assets: &Path) -> Result<[PathBuf; 2]> {
    let generated = empty_directory(workspace.generated(name))?;
    wasm::bind_for_page(module, name, &generated)?;

    let optimised = generated.join("optimised.wasm");
    let mut wasm_opt = node(workspace, &workspace.package_file("binaryen/bin/wasm-opt"));
    // Inlining makes the module smaller, but what is left after compression larger.
    wasm_opt.args(["-Oz", "--skip-pass=inlining-optimizing"]).args(WASM_FEATURES);
    wasm_opt.arg(generated.join(format!("{name}_bg.wasm"))).arg("-o").arg(&optimised);
    run(&mut wasm_opt, &format!("optimising {name}"))?;

    let glue = generated.join("glue.js");
    let mut esbuild = esbuild(workspace, &generated.join(format!("{name}.js")), &glue);
    let bundling = format!("bundling the glue of {name}");
    run(esbuild.args(["--bundle", "--format=esm", "--target=es2022"]), &bundling)?;
    Ok([store_by_hash(&glue, assets, name, "js")?, store_by_hash(&optimised, assets, name, "wasm")?])
}

fn build_page(workspace: &Workspace, addresses: &Addresses) -> Result<()> {
    let generated = empty_directory(workspace.generated("page"))?;
    run(&mut esbuild_file(workspace, "boot.js", &generated.join("boot.js")), "minifying widget/boot.js")?;
    run(
        esbuild_file(workspace, "connect_form.css", &generated.join("page.css")).arg("--bundle"),
        "minifying widget/connect_form.css",
    )?;
    let Addresses { widget: [js, wasm], seal: [seal_js, seal_wasm], more } = addresses;
    let addresses = serde_json::json!({ "js": js, "wasm": wasm, "sealJs": seal_js, "sealWasm": seal_wasm, "moreJs": more });
    write(&generated.join("assets.json"), addresses.to_string().as_bytes())?;

    // A part that did not change keeps its time, so that cargo does not compile the edge again.
    let page = workspace.page();
    fs::create_dir_all(&page).with_context(|| format!("cannot make {}", page.display()))?;
    for part in ["boot.js", "page.css", "assets.json"] {
        let new = read(&generated.join(part))?;
        let place = page.join(part);
        if fs::read(&place).is_ok_and(|old| old == new) {
            continue;
        }
        write(&place, &new)?;
    }
    Ok(())
}

fn build_worker(workspace: &Workspace) -> Result<()> {
    let module = wasm::compile(workspace, "latchkey-edge", &[], &[("LATCHKEY_BUILD", &workspace.page())])?;
    let entry = workspace.edge().join("entry.js");
    let memo = Memo::of(workspace, "worker", &[&module, &entry])?;
    if memo.recall().is_some() {
        return Ok(());
    }
    let generated = empty_directory(workspace.generated("worker"))?;
    wasm::bind_for_worker(&module, "index", &generated)?;

    let worker = empty_directory(workspace.worker())?;
    let script = worker.join("index.js");
    let mut esbuild = esbuild(workspace, &entry, &script);
    esbuild
        .args(["--bundle", "--format=esm", "--target=es2022", "--external:cloudflare:*"])
        .args(["--external:./index_bg.wasm", "--alias:latchkey-edge=./index.js"])
        .current_dir(&generated);
    run(&mut esbuild, "bundling the Worker")?;
    let wasm = worker.join("index_bg.wasm");
    fs::copy(generated.join("index_bg.wasm"), &wasm).context("cannot copy the Worker's WebAssembly")?;
    memo.record(&[&script, &wasm])
}

fn esbuild(workspace: &Workspace, input: &Path, output: &Path) -> Command {
    let mut outfile = std::ffi::OsString::from("--outfile=");
    outfile.push(output);
    let mut command = node(workspace, &workspace.package_file("esbuild/bin/esbuild"));
    command.arg(input).arg(outfile).args(["--minify", "--legal-comments=none", "--log-level=warning"]);
    command
}

/// Minifies a classic script or a style sheet that stands for itself.
fn esbuild_file(workspace: &Workspace, source: &str, output: &Path) -> Command {
    let mut command = esbuild(workspace, &workspace.widget().join(source), output);
    command.arg("--target=es2020");
    command
}

/// Stores a file of a program under a name that changes with its content, so that browsers may keep it for ever.
fn store_by_hash(file: &Path, directory: &Path, name: &str, extension: &str) -> Result<PathBuf> {
    let bytes = read(file)?;
    let hash: String = sha256_hex(&bytes).chars().take(12).collect();
    let stored = directory.join(format!("{name}-{hash}.{extension}"));
    write(&stored, &bytes)?;
    Ok(stored)
}

fn empty_directory(path: PathBuf) -> Result<PathBuf> {
    if path.exists() {
        fs::remove_dir_all(&path).with_context(|| format!("cannot empty {}", path.display()))?;
    }
    fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
    Ok(path)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
