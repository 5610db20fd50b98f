//! Reads a provider from its files in `shared/providers/<id>/`, and reports every fault with its file and line.
//!
//! It owns the split into files, which only people see: everything else knows one [`Provider`]. The build of the catalogue and the
//! developer's tool use it, so no TOML parser is in any wasm.

mod check;
mod lines;
mod parts;
mod plain;

pub use parts::{Files, Part};
pub use plain::CODES;

use latchkey_shared::provider::Provider;
use lines::Lines;
use serde::de::DeserializeOwned;
use std::fmt;

/// A fault in one of a provider's files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file.
    pub part: Part,
    /// Counted from one.
    pub line: usize,
    /// What is wrong, and what to do about it.
    pub message: String,
}

/// `verify.toml:12: the sentence`. With the folder before it, editors can open the line.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.part.file(), self.line, self.message)
    }
}

/// Reads a provider from its files. `folder` is the name of the folder they are in.
///
/// # Errors
/// The faults, sorted by file and line. What the files mean together is checked when each of them can be read.
pub fn read(folder: &str, files: &Files) -> Result<Provider, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut misplaced = Vec::new();
    for part in Part::ALL {
        match files.text(part) {
            None if part.is_optional() => {}
            None => faults.push(Fault { part, line: 1, message: part.missing() }),
            Some(text) => misplaced.extend(parts::misplaced(part, text)),
        }
    }
    let asked = one::<parts::Asked>(Part::Provider, files, &mut faults);
    let verified = one::<parts::Verified>(Part::Verify, files, &mut faults);
    let test_mode = one(Part::TestMode, files, &mut faults);
    let kept = match files.text(Part::Lifecycle) {
        Some(_) => one(Part::Lifecycle, files, &mut faults),
        None => Some(parts::Kept::default()),
    };
    for (key, fault) in misplaced {
        // A key in the wrong file is not also unknown there, nor missing from its own.
        faults.retain(|other| {
            other.message != plain::missing(&key) && (other.part, other.line) != (fault.part, fault.line)
        });
        faults.push(fault);
    }
    if let (Some(asked), Some(verified), Some(test_mode), Some(kept), true) =
        (asked, verified, test_mode, kept, faults.is_empty())
    {
        let provider = asked.with(verified, test_mode, kept);
        let texts = Part::ALL.map(|part| Lines::of(files.text(part).unwrap_or_default()));
        for (place, message) in check::faults(&provider, folder) {
            let part = Part::of_key(place.split('.').next().unwrap_or_default()).unwrap_or(Part::Provider);
            let line = texts.get(part as usize).map_or(1, |lines| lines.of_place(&place));
            faults.push(Fault { part, line, message });
        }
        if faults.is_empty() {
            return Ok(provider);
        }
    }
    faults.sort();
    faults.dedup();
    Err(faults)
}

/// Reads one file; its faults are unknown keys, or the first thing that cannot be read.
fn one<T: DeserializeOwned>(part: Part, files: &Files, faults: &mut Vec<Fault>) -> Option<T> {
    let text = files.text(part)?;
    let mut unreadable = |error: &toml::de::Error| {
        let line = error.span().map_or(1, |span| lines::line_at(text, span.start));
        let words = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        faults.push(Fault { part, line, message: plain::sentence(error.message(), words) });
    };
    let document = toml::Deserializer::parse(text).map_err(|error| unreadable(&error)).ok()?;
    let mut unknown = Vec::new();
    let read = serde_ignored::deserialize(document, |key| unknown.push(key.to_string()));
    let read = read.map_err(|error| unreadable(&error)).ok();
    let lines = Lines::of(text);
    faults.extend(unknown.iter().map(|key| {
        let (around, name) = key.rsplit_once('.').unwrap_or(("", key));
        let message = match Part::of_key(name).filter(|_| !around.is_empty()) {
            Some(home) => format!(
                "there is no key `{name}` here: it belongs at the top of {}, above the first `[…]`",
                home.file()
            ),
            None => format!("there is no key `{name}`"),
        };
        // A key of an optional table has a `?` in its path.
        Fault { part, line: lines.of_place(&key.replace(".?", "")), message }
    }));
    read
}

#[cfg(test)]
mod tests;
