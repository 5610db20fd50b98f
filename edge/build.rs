//! Build script: hands the edge the parts of the hosted page that are made outside of it.
//!
//! It owns `$OUT_DIR/page.rs`: the inline script and style with the hashes a Content-Security-Policy names, and the
//! addresses of the widget's files and of the deployment's logos. `cargo xtask build` passes minified parts and hashed names in the directory
//! `LATCHKEY_BUILD`; without that variable (host tests, clippy, docs) the readable sources and plain names are used.
//! It refuses text that would end the inline element early, and it changes nothing but line endings, because one
//! changed byte would no longer match its hash.

#![allow(clippy::print_stdout, reason = "cargo reads a build script's standard output")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

#[path = "build_logos.rs"]
mod logos;

const BUILD_DIR: &str = "LATCHKEY_BUILD";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={BUILD_DIR}");
    match write_page() {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            println!("cargo::error={sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Where the parts come from.
struct Sources {
    script: PathBuf,
    style: PathBuf,
    /// The style of the pages without a form.
    pages_style: PathBuf,
    /// The file with the widget's addresses; absent when nothing has been built.
    assets: Option<PathBuf>,
}

impl Sources {
    fn find() -> Self {
        match env::var_os(BUILD_DIR).map(PathBuf::from) {
            Some(built) => Self {
                script: built.join("boot.js"),
                style: built.join("page.css"),
                pages_style: built.join("pages.css"),
                assets: Some(built.join("assets.json")),
            },
            None => Self {
                script: PathBuf::from("../widget/boot.js"),
                style: PathBuf::from("../widget/connect_form.css"),
                pages_style: PathBuf::from("../widget/pages.css"),
                assets: None,
            },
        }
    }
}

fn write_page() -> Result<(), String> {
    let sources = Sources::find();
    let script = read(&sources.script)?;
    refuse(&script, &sources.script, &["</script", "<!--"])?;
    let style = read_style(&sources.style)?;
    refuse(&style, &sources.style, &["</style"])?;
    let pages_style = read_style(&sources.pages_style)?;
    refuse(&pages_style, &sources.pages_style, &["</style"])?;
    let [widget_js, widget_wasm, parser, seal, extras_js] = match &sources.assets {
        Some(path) => addresses(path)?,
        None => ["widget.js", "widget.wasm", "parser.js", "seal.js", "extras.js"]
            .map(|name| format!("/assets/{name}")),
    };

    let mut page = String::new();
    for (name, doc, value) in [
        ("BOOT_JS", "The script that stands inline in the page, byte for byte.", &script),
        ("BOOT_HASH", "What `script-src` must name, in quotes, for the inline script.", &csp_hash(&script)),
        ("PAGE_CSS", "The style that stands inline in the page, byte for byte.", &style),
        ("CSS_HASH", "What `style-src` must name, in quotes, for the inline style.", &csp_hash(&style)),
        ("PAGES_CSS", "The style of the pages without a form, byte for byte.", &pages_style),
        ("PAGES_CSS_HASH", "What `style-src` must name, in quotes, for that style.", &csp_hash(&pages_style)),
        ("WIDGET_JS", "The path of the widget's JavaScript.", &widget_js),
        ("WIDGET_WASM", "The path of the widget's WebAssembly.", &widget_wasm),
        ("PARSER", "The paths of the program that parses field values: JavaScript and WebAssembly.", &parser),
        ("SEAL", "The paths of what seals: the script, and the program it falls back to.", &seal),
        ("EXTRAS_JS", "The path of the script that is not needed to submit.", &extras_js),
    ] {
        _ = writeln!(page, "/// {doc}\npub(crate) const {name}: &str = {value:?};");
    }
    let logos = logos::logos(Path::new("logos"))?;
    _ = writeln!(page, "/// The deployment's own logos: the id of a service and the path of the picture.");
    _ = writeln!(page, "pub(crate) const LOGOS: &[(&str, &str)] = &{logos:?};");
    let out = env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?;
    let out = Path::new(&out).join("page.rs");
    fs::write(&out, page).map_err(|err| format!("cannot write {}: {err}", out.display()))
}

/// Reads a part as HTML will: a browser turns `\r\n` into `\n` before it hashes an inline element.
fn read(path: &Path) -> Result<String, String> {
    println!("cargo::rerun-if-changed={}", path.display());
    match fs::read_to_string(path) {
        Ok(text) => Ok(text.replace("\r\n", "\n")),
        Err(err) => Err(format!("cannot read {}: {err}", path.display())),
    }
}

/// Reads a style sheet with the parts it imports in their places. A built one has them in it already.
fn read_style(path: &Path) -> Result<String, String> {
    let mut style = String::new();
    for line in read(path)?.split_inclusive('\n') {
        match line.trim().strip_prefix("@import \"").and_then(|rest| rest.strip_suffix("\";")) {
            Some(part) => style.push_str(&read(&path.with_file_name(part))?),
            None => style.push_str(line),
        }
    }
    Ok(style)
}

fn refuse(text: &str, path: &Path, endings: &[&str]) -> Result<(), String> {
    let lower = text.to_ascii_lowercase();
    match endings.iter().find(|ending| lower.contains(**ending)) {
        None => Ok(()),
        Some(ending) => {
            Err(format!("{} contains `{ending}`, which must not stand in an inline element", path.display()))
        }
    }
}

fn addresses(path: &Path) -> Result<[String; 5], String> {
    let assets: serde_json::Value =
        serde_json::from_str(&read(path)?).map_err(|err| format!("{} is not JSON: {err}", path.display()))?;
    let address = |name: &str| match assets.get(name).and_then(serde_json::Value::as_str) {
        Some(address) => Ok(address.to_owned()),
        None => Err(format!("{} does not say where `{name}` is", path.display())),
    };
    let joined = |names: &[&str]| {
        let addresses = names.iter().map(|name| address(name)).collect::<Result<Vec<_>, _>>();
        addresses.map(|addresses| addresses.join(" "))
    };
    let parser = joined(&["parserJs", "parserWasm"])?;
    let seal = joined(&["seal", "sealFallbackJs", "sealFallbackWasm"])?;
    Ok([address("js")?, address("wasm")?, parser, seal, address("extrasJs")?])
}

fn csp_hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
