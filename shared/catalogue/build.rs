//! Reads every provider in `shared/providers/`, and writes what the crate and the Worker are made of:
//!
//! - `$OUT_DIR/providers/<id>-<hash>.postcard`, one file per provider. Postcard is smaller than JSON and needs less code to read. The hash
//!   is of the bytes, so a Worker never reads a file of another build. `cargo xtask build` copies the folder to the Worker's assets.
//! - `$OUT_DIR/index.rs`, the index of those files, and with the feature `embedded` the files themselves.
//!
//! A fault fails the build with its file, its line and what to change. There is no list to edit: every folder is a provider.

use latchkey_provider_file::Files;
use latchkey_shared::field::shape;
use latchkey_shared::provider::Provider;
use sha2::{Digest as _, Sha256};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

#[allow(clippy::print_stdout, reason = "a build script speaks to cargo on standard output")]
fn main() -> Result<ExitCode, Box<dyn Error>> {
    let providers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../providers");
    println!("cargo::rerun-if-changed={}", providers.display());
    let (providers, faults) = read_all(&providers)?;
    faults.iter().for_each(|fault| println!("cargo::error={fault}"));
    if !faults.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    write_all(&providers, &PathBuf::from(env::var("OUT_DIR")?))?;
    Ok(ExitCode::SUCCESS)
}

/// Every provider, sorted by id, and every fault.
fn read_all(providers: &Path) -> Result<(Vec<Provider>, Vec<String>), Box<dyn Error>> {
    let entries = fs::read_dir(providers)?.map(|entry| Ok(entry?.path()));
    let mut folders = entries.collect::<Result<Vec<_>, std::io::Error>>()?;
    folders.retain(|path| path.is_dir());
    folders.sort();
    let (mut read, mut faults) = (Vec::new(), Vec::new());
    for folder in &folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        match latchkey_provider_file::read(&name, &Files::of(folder)?) {
            Ok(provider) => read.push(provider),
            Err(found) => faults.extend(found.iter().map(|fault| format!("shared/providers/{name}/{fault}"))),
        }
    }
    Ok((read, faults))
}

fn write_all(providers: &[Provider], out: &Path) -> Result<(), Box<dyn Error>> {
    let folder = out.join("providers");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut index = format!("static INDEX: [Entry; {}] = [\n", providers.len());
    let mut embedded =
        format!("#[cfg(feature = \"embedded\")]\nstatic EMBEDDED: [&[u8]; {}] = [\n", providers.len());
    for provider in providers {
        let bytes = postcard::to_allocvec(provider)?;
        let hash = Sha256::digest(&bytes).iter().take(6).fold(String::new(), |mut hex, byte| {
            _ = write!(hex, "{byte:02x}");
            hex
        });
        let file = format!("providers/{}-{hash}.postcard", provider.id);
        fs::write(out.join(&file), bytes)?;
        writeln!(embedded, "    include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}\")),")?;
        index.push_str(&entry(provider, &file));
    }
    fs::write(out.join("index.rs"), [index, "];\n\n".into(), embedded, "];\n".into()].concat())?;
    Ok(())
}

/// A provider's line of the index.
fn entry(provider: &Provider, file: &str) -> String {
    let Provider { id, name, aliases, description, color, categories, method, own_hosts, .. } = provider;
    let languages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../providers").join(id).join("languages");
    let translated = languages.is_dir();
    let own_hosts = own_hosts.map(|hosts| format!("OwnHosts::{hosts:?}"));
    let own_hosts = own_hosts.map_or("None".into(), |hosts| format!("Some({hosts})"));
    let scopes: Vec<_> = provider.scopes.iter().map(|scope| &scope.id).collect();
    let secrets = provider.fields.iter().filter(|field| field.secret);
    let key_shapes: Vec<_> =
        secrets.flat_map(|field| &field.parse.shapes).filter_map(|key| shape::telling(key)).collect();
    format!(
        "    Entry {{ id: {id:?}, name: {name:?}, aliases: &{aliases:?}, description: {description:?}, color: {color:?}, translated: {translated}, categories: &{categories:?}, method: {method:?}, own_hosts: {own_hosts}, \
         scopes: &{scopes:?}, key_shapes: &{key_shapes:?}, file: {file:?}, loaded: OnceLock::new() }},\n"
    )
}
