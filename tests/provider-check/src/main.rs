//! `cargo xtask provider new` and `check`: writes the files of a new provider, and shows a provider's faults or its form and guide.
//!
//! It owns the files on the disk and the report of faults, `file:line: sentence`. It refuses to link the catalogue, which does not build
//! while a file is wrong. `tests/preview` shows the requests, once the files have no fault.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a command line tool"
)]

mod documented;
mod faults;
mod form;
mod guide;
mod languages;
mod template;
mod values;

use faults::read;
use latchkey_shared::ProviderId;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use values::FieldValues;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["new", folder, id] => template::write(Path::new(folder), id, false),
        ["new", folder, id, "--plain"] => template::write(Path::new(folder), id, true),
        ["check", folder, id, values @ ..] => check(Path::new(folder), id, values),
        ["languages", folder, tables, only @ ..] => {
            languages::missing(Path::new(folder), Path::new(tables), only.first().copied())
                .map(|report| print!("{report}"))
        }
        _ => Err(
            "usage: new FOLDER ID [--plain] | check FOLDER ID [FIELD=VALUE]… | languages FOLDER TABLES [ID]"
                .to_owned(),
        ),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of a provider.
fn folder_of(folder: &Path, id: &str) -> Result<PathBuf, String> {
    let id = ProviderId::parse(id).map_err(|error| format!("`{id}` is not a provider id: {error}"))?;
    Ok(folder.join(id.as_str()))
}

fn check(folder: &Path, id: &str, values: &[&str]) -> Result<(), String> {
    let path = folder_of(folder, id)?;
    let provider = read(&path)?;
    let values = FieldValues::of(&provider, values)?;
    let (form, guide) = (form::shown(&provider, &values), guide::shown(&provider, &values));
    // Somebody who reads only the beginning of it (`| head`) does no harm.
    _ = write!(std::io::stdout(), "{} has no faults.\n\n{form}\n{guide}", path.display());
    Ok(())
}
