//! `cargo xtask build`: makes all files that are deployed, in `edge/build/`.
//!
//! Its order is the order in which the parts need each other: the widget's files have their hash in their name, the page
//! names them, and the Worker compiles the page in. It leaves no file of an earlier build behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::cache::Cache;
use crate::command::{node, run};
use crate::hash::sha256_hex;
use crate::workspace::Workspace;
use crate::{console, languages, pinned, reference, tools, wasm};

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

/// Builds the widget, the reference, the page's parts and the Worker.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    languages::check(workspace)?;
    tools::wasm_target()?;
    tools::node_packages(workspace)?;
    let widget = build_widget(workspace)?;
    build_page(workspace, &widget)?;
    build_worker(workspace)?;
    console::build(workspace)?;
    // Last, because it needs the host's compiler, which may be busy with the tests.
    reference::build(workspace)
}

/// The addresses of the page's programs on the edge: of the form, of parsing, and of sealing with its fallback.
struct Addresses {
    widget: [String; 2],
    parser: [String; 2],
    seal: [String; 3],
    extras: String,
}

impl Addresses {
    fn of(
        [widget_js, widget_wasm, parser_js, parser_wasm, seal, fallback_js, fallback_wasm, extras]: [&Path;
            8],
    ) -> Result<Self> {
        let address = |file: &Path| {
            let name = file.file_name().context("a file of the widget has no name")?;
            anyhow::Ok(format!("/assets/{}", name.display()))
        };
        Ok(Self {
            widget: [address(widget_js)?, address(widget_wasm)?],
            parser: [address(parser_js)?, address(parser_wasm)?],
            seal: [address(seal)?, address(fallback_js)?, address(fallback_wasm)?],
            extras: address(extras)?,
        })
    }
}

fn build_widget(workspace: &Workspace) -> Result<Addresses> {
    let widget = wasm::compile(workspace, "latchkey-widget", &["hydrate"], &[])?.module;
    let parser = wasm::compile(workspace, "latchkey-parser", &[], &[])?.module;
    let seal = wasm::compile(workspace, "latchkey-seal", &[], &[])?.module;
    let sources = script_sources(workspace)?;
    let seal_source = workspace.widget().join("seal/seal.mjs");
    let mut inputs: Vec<&Path> = vec![&widget, &parser, &seal, &seal_source];
    inputs.extend(sources.iter().map(PathBuf::as_path));
    let tables = [languages::files(workspace)?, languages::provider_files(workspace)?].concat();
    inputs.extend(tables.iter().map(PathBuf::as_path));
    let cache = Cache::of(workspace, "widget", &inputs)?;
    if let Some([js, wasm, parser_js, parser_wasm, seal, fallback_js, fallback_wasm, extras, ..]) =
        cache.recall().as_deref()
    {
        return Addresses::of([js, wasm, parser_js, parser_wasm, seal, fallback_js, fallback_wasm, extras]);
    }
    empty_directory(workspace.assets())?;
    let assets = empty_directory(workspace.assets().join("assets"))?;
    let [js, wasm] = build_program(workspace, &widget, "widget", &assets)?;
    let [parser_js, parser_wasm] = build_program(workspace, &parser, "parser", &assets)?;
    let [fallback_js, fallback_wasm] = build_program(workspace, &seal, "seal-fallback", &assets)?;
    let minified = workspace.generated("seal-fallback").join("seal.js");
    let mut minify = esbuild(workspace, &seal_source, &minified);
    run(minify.args(["--format=esm", "--target=es2022"]), "minifying widget/seal/seal.mjs")?;
    let seal = store_by_hash(&minified, &assets, "seal", "js")?;

    // The part that is not needed to submit.
    let minified = empty_directory(workspace.generated("extras"))?.join("extras.js");
    let mut bundle = esbuild(workspace, &workspace.widget().join("extras/index.js"), &minified);
    run(bundle.args(["--bundle", "--format=esm", "--target=es2022"]), "bundling widget/extras")?;
    let extras = store_by_hash(&minified, &assets, "extras", "js")?;

    let programs = [&js, &wasm, &parser_js, &parser_wasm, &seal, &fallback_js, &fallback_wasm, &extras];
    let addresses = Addresses::of(programs.map(PathBuf::as_path))?;
    let for_hosts = build_for_hosts(workspace, &assets, &addresses)?;

    let mut made = programs.map(PathBuf::as_path).to_vec();
    made.extend(for_hosts.iter().map(PathBuf::as_path));
    let mut compress = node(workspace, &workspace.runtime("compress.mjs"));
    run(compress.args(&made), "compressing the widget's files")?;

    let tables = languages::build(workspace, &assets)?;
    made.extend(tables.iter().map(PathBuf::as_path));
    cache.record(&made)?;
    Ok(addresses)
}

/// The sources of the files that host pages load and read, and of those that the form's page loads later.
fn script_sources(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let widget = workspace.widget();
    let mut sources = vec![widget.join("connect.js")];
    sources.extend(TYPES.map(|name| widget.join(name)));
    for folder in ["embed", "extras", "pinned"].map(|folder| widget.join(folder)) {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            sources.push(entry.with_context(|| format!("cannot read {}", folder.display()))?.path());
        }
    }
    sources.sort();
    Ok(sources)
}

/// The types of the interface of `connect.js`: without a framework, and for React.
const TYPES: [&str; 2] = ["connect.d.ts", "connect-react.d.ts"];

/// Builds the files that host pages load. Host pages name `connect.js`, so its name never changes. The file that it loads
/// later has its hash in its name, and also a stable name for pages from before a deployment.
fn build_for_hosts(workspace: &Workspace, assets: &Path, addresses: &Addresses) -> Result<Vec<PathBuf>> {
    let tables = host_tables(workspace)?;
    let messages = build_host_messages(workspace, assets, &tables)?;
    let name = messages.file_name().context("a file of the widget has no name")?;
    let define =
        format!("--define:EMBED_MESSAGES={}", serde_json::json!(format!("/assets/{}", name.display())));
    let embed = assets.join("embed.js");
    let mut bundle = esbuild(workspace, &workspace.widget().join("embed/index.js"), &embed);
    bundle.args([&define, "--define:EMBED_TABLES=null"]);
    run(bundle.args(["--bundle", "--format=esm", "--target=es2022"]), "bundling widget/embed")?;
    let hashed = store_by_hash(&embed, assets, "embed", "js")?;

    let connect = assets.join("connect.js");
    let name = hashed.file_name().context("a file of the widget has no name")?;
    let mut minify = esbuild_file(workspace, "connect.js", &connect);
    let define = format!("--define:EMBED={}", serde_json::json!(format!("/assets/{}", name.display())));
    run(minify.args([&define, "--define:PINNED=false"]), "minifying widget/connect.js")?;
    let pinned = pinned::build(workspace, assets, &tables)?;

    let preload = assets.join("preload.page");
    let [js, wasm] = &addresses.widget;
    let page = format!(
        "<!doctype html><html lang=\"en\"><title>Preload</title><link rel=\"icon\" href=\"data:,\">\
         <link rel=\"modulepreload\" href=\"{js}\">\
         <link rel=\"preload\" as=\"fetch\" crossorigin type=\"application/wasm\" href=\"{wasm}\">\n"
    );
    write(&preload, page.as_bytes())?;

    let mut made = vec![embed, hashed, connect, preload, messages];
    made.extend(pinned);
    for name in TYPES {
        let types = assets.join(name);
        write(&types, &read(&workspace.widget().join(name))?)?;
        made.push(types);
    }
    Ok(made)
}

/// The modal's texts in other languages than English, by language.
fn host_tables(workspace: &Workspace) -> Result<String> {
    let mut tables = serde_json::Map::new();
    for file in languages::files(workspace)? {
        let language = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        tables.extend(languages::object(&file)?.remove("host").map(|messages| (language, messages)));
    }
    Ok(serde_json::Value::Object(tables).to_string())
}

/// The same as a script: loaded where the browser or the form speaks another language.
fn build_host_messages(workspace: &Workspace, assets: &Path, tables: &str) -> Result<PathBuf> {
    let made = empty_directory(workspace.generated("embed-messages"))?.join("messages.js");
    write(&made, format!("export const tables = {tables};\n").as_bytes())?;
    store_by_hash(&made, assets, "embed-messages", "js")
}

/// Stores one program of the page from its compiled module: the glue and the WebAssembly.
fn build_program(workspace: &Workspace, module: &Path, name: &str, assets: &Path) -> Result<[PathBuf; 2]> {
    let generated = empty_directory(workspace.generated(name))?;
    wasm::bind_for_page(module, name, &generated)?;

    let stored = optimize(workspace, &generated, name, assets)?;
    let glue = generated.join("glue.js");
    let mut esbuild = esbuild(workspace, &generated.join(format!("{name}.js")), &glue);
    let bundling = format!("bundling the glue of {name}");
    run(esbuild.args(["--bundle", "--format=esm", "--target=es2022"]), &bundling)?;
    Ok([store_by_hash(&glue, assets, name, "js")?, stored])
}

/// Makes the WebAssembly of a page's program as small as it gets, and stores it.
pub(crate) fn optimize(
    workspace: &Workspace,
    generated: &Path,
    name: &str,
    assets: &Path,
) -> Result<PathBuf> {
    let optimized = generated.join("optimized.wasm");
    let mut wasm_opt = node(workspace, &workspace.package_file("binaryen/bin/wasm-opt"));
    // Inlining makes the module smaller, but its compressed size larger.
    wasm_opt.args(["-Oz", "--converge", "--skip-pass=inlining-optimizing"]).args(WASM_FEATURES);
    wasm_opt.arg(generated.join(format!("{name}_bg.wasm"))).arg("-o").arg(&optimized);
    run(&mut wasm_opt, &format!("optimizing {name}"))?;
    store_by_hash(&optimized, assets, name, "wasm")
}

fn build_page(workspace: &Workspace, addresses: &Addresses) -> Result<()> {
    let generated = empty_directory(workspace.generated("page"))?;
    run(&mut esbuild_file(workspace, "boot.js", &generated.join("boot.js")), "minifying widget/boot.js")?;
    for (sheet, minified) in [("connect_form.css", "page.css"), ("pages.css", "pages.css")] {
        run(
            esbuild_file(workspace, sheet, &generated.join(minified)).arg("--bundle"),
            &format!("minifying widget/{sheet}"),
        )?;
    }
    let Addresses {
        widget: [js, wasm],
        parser: [parser_js, parser_wasm],
        seal: [seal, fallback_js, fallback_wasm],
        extras,
    } = addresses;
    let addresses = serde_json::json!({
        "js": js, "wasm": wasm, "parserJs": parser_js, "parserWasm": parser_wasm, "seal": seal,
        "sealFallbackJs": fallback_js, "sealFallbackWasm": fallback_wasm, "extrasJs": extras,
    });
    write(&generated.join("assets.json"), addresses.to_string().as_bytes())?;

    // A part that did not change keeps its modification time, so that cargo does not compile the edge again.
    let page = workspace.page();
    fs::create_dir_all(&page).with_context(|| format!("cannot make {}", page.display()))?;
    for part in ["boot.js", "page.css", "pages.css", "assets.json"] {
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
    let edge = wasm::compile(workspace, "latchkey-edge", &[], &[("LATCHKEY_BUILD", &workspace.page())])?;
    store_providers(workspace, &edge)?;
    store_logos(workspace)?;
    let module = edge.module;
    let [entry, lines, live, pieces] =
        ["entry.js", "lines.js", "live.js", "pieces.js"].map(|name| workspace.edge().join(name));
    let cache = Cache::of(workspace, "worker", &[&module, &entry, &lines, &live, &pieces])?;
    if cache.recall().is_some() {
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
    cache.record(&[&script, &wasm])
}

/// Stores each provider's data for the Worker, under the name that the index in the Worker has. The Worker alone reads these files: it
/// serves none of them.
fn store_providers(workspace: &Workspace, edge: &wasm::Compiled) -> Result<()> {
    let made = edge.output_of("latchkey-catalogue")?.join("providers");
    let stored = empty_directory(workspace.assets().join("assets/providers"))?;
    for entry in fs::read_dir(&made).with_context(|| format!("cannot read {}", made.display()))? {
        let file = entry.with_context(|| format!("cannot read {}", made.display()))?;
        let copy = stored.join(file.file_name());
        fs::copy(file.path(), &copy).with_context(|| format!("cannot write {}", copy.display()))?;
    }
    Ok(())
}

/// Stores the deployment's own logos, under the names that the Worker's build script gives them.
fn store_logos(workspace: &Workspace) -> Result<()> {
    let folder = workspace.edge().join("logos");
    let assets = workspace.assets().join("assets");
    for entry in fs::read_dir(&assets).with_context(|| format!("cannot read {}", assets.display()))? {
        let path = entry.with_context(|| format!("cannot read {}", assets.display()))?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("logo-")) {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry.with_context(|| format!("cannot read {}", folder.display()))?.path();
        let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let (id, extension) = (part(path.file_stem()), part(path.extension()));
        if matches!(extension.as_str(), "svg" | "png" | "webp") {
            store_by_hash(&path, &assets, &format!("logo-{id}"), &extension)?;
        }
    }
    Ok(())
}

pub(crate) fn esbuild(workspace: &Workspace, input: &Path, output: &Path) -> Command {
    let mut outfile = std::ffi::OsString::from("--outfile=");
    outfile.push(output);
    let mut command = node(workspace, &workspace.package_file("esbuild/bin/esbuild"));
    command.arg(input).arg(outfile).args(["--minify", "--legal-comments=none", "--log-level=warning"]);
    command
}

/// Minifies a classic script or a style sheet without imports.
fn esbuild_file(workspace: &Workspace, source: &str, output: &Path) -> Command {
    let mut command = esbuild(workspace, &workspace.widget().join(source), output);
    command.arg("--target=es2020");
    command
}

/// Stores a file of a program under a name that changes with its content, so that browsers may cache it forever.
pub(crate) fn store_by_hash(file: &Path, directory: &Path, name: &str, extension: &str) -> Result<PathBuf> {
    let bytes = read(file)?;
    let hash: String = sha256_hex(&bytes).chars().take(12).collect();
    let stored = directory.join(format!("{name}-{hash}.{extension}"));
    write(&stored, &bytes)?;
    Ok(stored)
}

pub(crate) fn empty_directory(path: PathBuf) -> Result<PathBuf> {
    if path.exists() {
        fs::remove_dir_all(&path).with_context(|| format!("cannot empty {}", path.display()))?;
    }
    fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
    Ok(path)
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
