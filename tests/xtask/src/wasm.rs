//! Compiling a crate to WebAssembly and its JavaScript glue.
//!
//! It owns the flags of the compiler and of the generator, so that equal sources give equal bytes on any machine. It
//! refuses a module that names a directory of the machine it was built on.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::command::{capture, cargo};
use crate::tools::WASM;
use crate::workspace::Workspace;

/// A compiled module.
pub(crate) struct Compiled {
    /// Its file.
    pub(crate) module: PathBuf,
    /// Cargo's messages, with one JSON object per line.
    messages: String,
}

impl Compiled {
    /// The output folder of the build script of a package in this workspace, for this module.
    pub(crate) fn output_of(&self, package: &str) -> Result<PathBuf> {
        output_of(&self.messages, package)
    }
}

fn output_of(messages: &str, package: &str) -> Result<PathBuf> {
    let id = format!("#{package}@");
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut executed = messages.filter(|message| {
        message["reason"] == "build-script-executed"
            && message["package_id"].as_str().is_some_and(|found| found.contains(&id))
    });
    let folder = executed.next().and_then(|message| message["out_dir"].as_str().map(PathBuf::from));
    folder.with_context(|| format!("the build script of {package} did not run"))
}

/// Compiles a library for the wasm target, in the release profile.
pub(crate) fn compile(
    workspace: &Workspace,
    package: &str,
    features: &[&str],
    vars: &[(&str, &Path)],
) -> Result<Compiled> {
    let mut command = cargo(workspace);
    command
        // The crate type is set here only: in a manifest it would be linked for every dependent and on every target.
        .args(["rustc", "--lib", "--crate-type=cdylib", "--release", "--locked", "--target", WASM])
        .args(["--package", package])
        .arg("--message-format=json-render-diagnostics")
        .arg(format!("--features={}", features.join(",")))
        .env("CARGO_ENCODED_RUSTFLAGS", remapping(workspace))
        // The flag that worker's own build tool sets: clocks and randomness come from JavaScript.
        .env("WASM_BINDGEN_USE_JS_SYS", "1")
        .envs(vars.iter().copied());
    let messages = capture(&mut command, &format!("compiling {package} for {WASM}"))?;
    let module = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| {
            message["reason"] == "compiler-artifact" && message["target"]["name"] == package.replace('-', "_")
        })
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"));
    let module = module.with_context(|| format!("{package} gave no WebAssembly"))?;
    refuse_local_paths(workspace, &module)?;
    Ok(Compiled { module, messages })
}

/// Writes the module and its glue for a browser page: `<name>.js` and `<name>_bg.wasm`.
pub(crate) fn bind_for_page(module: &Path, name: &str, out: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    // The page passes the address of the module, so the glue holds none.
    bindgen.web(true)?.omit_default_module_path(true);
    bind(&mut bindgen, module, name, out)
}

/// Writes the module and its glue for a Worker: `<name>.js` and `<name>_bg.wasm`.
pub(crate) fn bind_for_worker(module: &Path, name: &str, out: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.module(true)?.reset_state_function(true).force_enable_abort_handler(true);
    bind(&mut bindgen, module, name, out)?;
    // workerd takes a compiled module from an ordinary import, and not yet from a source phase one.
    let glue = out.join(format!("{name}.js"));
    let text = fs::read_to_string(&glue).with_context(|| format!("cannot read {}", glue.display()))?;
    let plain = text.replacen("import source ", "import ", 1);
    if plain == text {
        bail!("the Worker's glue no longer imports its module by `import source`; adapt {}", file!());
    }
    fs::write(&glue, plain).with_context(|| format!("cannot write {}", glue.display()))
}

fn bind(bindgen: &mut Bindgen, module: &Path, name: &str, out: &Path) -> Result<()> {
    bindgen
        .input_path(module)
        .out_name(name)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(out)
        .with_context(|| format!("cannot make the JavaScript of {}", module.display()))
}

/// Directories of this machine that no module may name, each with the text that replaces it.
/// The compiler uses the last one that fits, so the innermost come last.
fn local_directories(workspace: &Workspace) -> Vec<(PathBuf, &'static str)> {
    let home = env::var_os("HOME").map(PathBuf::from);
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(home.as_ref()?.join(".cargo")));
    [(home, "/home"), (cargo_home, "/cargo"), (Some(workspace.root().to_owned()), "/latchkey")]
        .into_iter()
        .filter_map(|(directory, name)| Some((directory.filter(|path| path.parent().is_some())?, name)))
        .collect()
}

fn remapping(workspace: &Workspace) -> OsString {
    let mut flags = OsString::new();
    for (directory, name) in local_directories(workspace) {
        if !flags.is_empty() {
            flags.push("\x1f");
        }
        flags.push("--remap-path-prefix=");
        flags.push(directory);
        flags.push("=");
        flags.push(name);
    }
    flags
}

fn refuse_local_paths(workspace: &Workspace, module: &Path) -> Result<()> {
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    for (directory, _) in local_directories(workspace) {
        let needle = format!("{}/", directory.display()).into_bytes();
        if bytes.windows(needle.len()).any(|window| window == needle) {
            bail!("{} names the directory {} of this machine", module.display(), directory.display());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_build_script_is_found_by_its_package() {
        let executed = |package: &str, folder: &str| {
            let id = format!("path+file:///a/b#{package}@0.1.0");
            serde_json::json!({ "reason": "build-script-executed", "package_id": id, "out_dir": folder })
                .to_string()
        };
        let messages = [
            "text of the compiler".to_owned(),
            r##"{"reason":"compiler-artifact","package_id":"path+file:///a/b#latchkey-catalogue@0.1.0"}"##
                .to_owned(),
            executed("latchkey-edge", "/edge"),
            executed("latchkey-catalogue", "/catalogue"),
        ];
        let messages = messages.join("\n");
        assert_eq!(output_of(&messages, "latchkey-catalogue").unwrap(), Path::new("/catalogue"));
        assert!(output_of(&messages, "latchkey").is_err());
    }
}
