//! `cargo xtask provider new` and `check`: a provider file to begin with, and what is wrong with it or comes of it.
//!
//! It owns the file on the disk and the faults, told as `file:line: sentence`. It refuses to link the catalogue, which does
//! not build while a file is wrong; what would be sent is shown by `tests/preview`, when the file is right.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a command line tool"
)]

mod answers;
mod documented;
mod form;
mod guide;
mod template;

use answers::Answers;
use latchkey_shared::ProviderId;
use latchkey_shared::provider::Provider;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["new", folder, id] => template::write(Path::new(folder), id),
        ["check", folder, id, values @ ..] => check(Path::new(folder), id, values),
        _ => Err("usage: new FOLDER ID | check FOLDER ID [FIELD=VALUE]…".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// The file of a provider.
fn path_of(folder: &Path, id: &str) -> Result<PathBuf, String> {
    let id = ProviderId::parse(id).map_err(|error| format!("`{id}` is no provider id: {error}"))?;
    Ok(folder.join(id.as_str()).join("provider.toml"))
}

fn check(folder: &Path, id: &str, values: &[&str]) -> Result<(), String> {
    let path = path_of(folder, id)?;
    let provider = read(&path)?;
    let answers = Answers::of(&provider, values)?;
    println!("{} is right.", path.display());
    print!("\n{}\n{}", form::shown(&provider, &answers), guide::shown(&provider, &answers));
    Ok(())
}

/// Reads a file; what is wrong with it is one line per fault, as editors understand it.
fn read(path: &Path) -> Result<Provider, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let name = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    latchkey_provider_file::read(&name, &text).map_err(|faults| {
        let lines = faults.iter().map(|fault| format!("{}:{fault}", path.display()));
        lines.collect::<Vec<_>>().join("\n")
    })
}
