//! Reads every provider in `shared/providers/` and writes each as postcard bytes, which are smaller than JSON and
//! need less code, for the edge to read when it is first needed.
//!
//! A file that is wrong fails the build with its name, the line and what to change. There is no list to edit: the files found
//! are the providers there are.

use latchkey_provider_file::Files;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../providers");
    tell_cargo(&folder);
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    files.retain(|path| path.is_dir());
    files.sort();
    let mut providers = Vec::new();
    let mut faults = String::new();
    for path in &files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match latchkey_provider_file::read(&name, &Files::of(path)?) {
            Ok(provider) => providers.push(provider),
            Err(found) => {
                found.iter().for_each(|fault| faults.push_str(&format!("\nshared/providers/{name}/{fault}")))
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut entries = format!("static ENTRIES: [Entry; {}] = [\n", providers.len());
    for provider in &providers {
        let id = &provider.id;
        fs::write(out.join(format!("{id}.postcard")), postcard::to_allocvec(provider)?)?;
        entries.push_str(&format!(
            "Entry {{ id: {id:?}, bytes: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{id}.postcard\")), read: OnceLock::new() }},\n"
        ));
    }
    fs::write(out.join("entries.rs"), entries + "];\n")?;
    Ok(())
}

#[allow(clippy::print_stdout, reason = "a build script speaks to cargo on standard output")]
fn tell_cargo(folder: &Path) {
    println!("cargo:rerun-if-changed={}", folder.display());
}
